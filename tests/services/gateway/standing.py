"""One application for all tests of a process: describing its hundreds of addresses takes longer than most tests.

Its handlers hold stand-ins, which are the system and the read side of the test that runs.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, cast

from litestar import Litestar
from msgspec.structs import replace

from services.bootstrap import System
from services.gateway.app import create_reading_app
from services.gateway.desk import Reads
from services.settings import Settings


class StandIn:
    """Is whatever it stands for at the moment."""

    of: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.of, name)


SYSTEM, READS = StandIn(), StandIn()


@cache
def _application(_: Settings) -> Litestar:
    return create_reading_app(cast("Any", SYSTEM), cast("Any", READS), [])


@asynccontextmanager
async def application(system: System) -> AsyncIterator[Litestar]:
    """The gateway for a system; one at a time in a process."""
    reads = Reads(system)
    SYSTEM.of, READS.of = system, reads
    made = _application(replace(system.settings, data=Path()))
    made.state.draining = False
    try:
        yield made
    finally:
        SYSTEM.of = READS.of = None
        await reads.close()
