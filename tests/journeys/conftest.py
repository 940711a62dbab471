"""A whole system in this process at a day that the story sets, with a caller of its gateway."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from infra.clock import FixedClock
from services.bootstrap import System
from services.command_handling.request import Principal, Request
from tests.services.gateway.client import Caller, callers
from tests.services.gateway.standing import application
from tests.support.system import project, seeded_system


class Story:
    """What a journey needs: the system, a caller, and the day."""

    def __init__(self, system: System, caller: Caller, clock: FixedClock) -> None:
        self.system, self.caller, self.clock = system, caller, clock

    def on(self, *day: int) -> None:
        """It is nine o'clock (UTC) of that day."""
        self.clock.at = datetime(*day, 9, tzinfo=UTC)  # type: ignore[misc, arg-type]

    async def by_the_clock(self, tenant: str, command: Any, stream: UUID) -> None:
        """What the timer sends when it fires."""
        clock = Principal(derived_id("system", "clock"), Role.CLOCK)
        key = derived_id("test", tenant, command.name, stream)
        await self.system.handler.execute(Request(tenant, command, key, clock, stream_id=stream))

    async def see(self, tenant: str, path: str, **who: str) -> Any:
        """What the gateway shows once the read models stand at the log's end."""
        await project(self.system, tenant)
        answer = await self.caller.get(path, **who)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def begins() -> datetime:
    """When the story begins."""
    return datetime(2018, 9, 14, 9, tzinfo=UTC)


@pytest.fixture
async def story(embedded_cluster, tmp_path, begins) -> AsyncIterator[Story]:
    clock = FixedClock(begins)
    async with (
        seeded_system(embedded_cluster, tmp_path, clock=clock) as system,
        application(system) as app,
        callers(app, system.tokens) as caller,
    ):
        await project(system, "opm")
        yield Story(system, caller, clock)
