"""Whether a process lives and is ready."""

import asyncio
from typing import Literal

import msgspec

from domain.kernel.errors import Unavailable
from domain.kernel.ids import NATIONAL_TENANT
from infra.database.failures import DRIVER_ERRORS
from infra.database.lending import Lender
from infra.database.migrate import FOLDER, read_folder

OK = "ok"
LOOK_WITHIN = 5.0
"""Seconds in which a connection must be free and the database answer."""
_APPLIED = "SELECT number FROM pakt.migration"


class Health(msgspec.Struct, frozen=True):
    """`status` is alive."""

    status: Literal["alive"] = "alive"


class Readiness(msgspec.Struct, frozen=True):
    """`status` is ready or not-ready; `checks` says of each part ok or what is wrong."""

    status: Literal["ready", "not-ready"]
    checks: dict[str, str]

    @property
    def answer(self) -> tuple[int, dict[str, str]]:
        """Status and headers of the answer: one that is not ready is asked again in a second."""
        return (200, {}) if self.status == "ready" else (503, {"retry-after": "1"})


class Probe:
    """What readiness is told by. `lender` is None until the process has a database."""

    def __init__(self, lender: Lender | None = None) -> None:
        self.lender = lender
        self.draining = False
        self._expected = {migration.number for migration in read_folder(FOLDER)}

    async def readiness(self) -> Readiness:
        """Whether the process is at work.

        A schema that has grown beyond this build while the process runs is no reason to stop: migrations leave the
        version before them working. Only a start is refused then.
        """
        checks = {"draining": "shutting down" if self.draining else OK} | await self._database()
        return Readiness("ready" if all(found == OK for found in checks.values()) else "not-ready", checks)

    async def _database(self) -> dict[str, str]:
        if self.lender is None:
            return {"database": "starting: not reached yet, or its schema is not this version's"}
        try:
            async with asyncio.timeout(LOOK_WITHIN), self.lender.borrow(NATIONAL_TENANT) as connection:
                applied = {row["number"] for row in await connection.fetch(_APPLIED)}
        except TimeoutError:
            return {"database": f"no connection was free and answered within {LOOK_WITHIN:.0f} s"}
        except (Unavailable, *DRIVER_ERRORS):
            return {"database": "not reachable"}
        return {"database": OK, "schema": OK if self._expected <= applied else "behind"}
