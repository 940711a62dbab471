"""An institution at work through the command path: its officials and those who come to it, on days that the test sets."""

from datetime import date, timedelta
from uuid import UUID

from domain.kernel.command import Command
from domain.kernel.deadline import local_day
from domain.kernel.ids import NATIONAL_SLUG, derived_id
from domain.kernel.manifest import Role
from domain.tenants.commands import GrantMandate, RegisterMember
from domain.tenants.seed import MANDATES_FROM
from infra.clock import FixedClock
from services.bootstrap import System
from services.command_handling.request import Answer, Principal, Request
from services.work.failures import Failures
from services.worker.policies import Policies
from tests.support.system import project, send


class Institution:
    """One tenant. Days pass by the clock that is given; `policies` carries on what events ask of other streams."""

    def __init__(self, system: System, clock: FixedClock, tenant: str) -> None:
        self.system, self.clock, self.tenant = system, clock, tenant

    @property
    def today(self) -> date:
        return local_day(self.clock.at)

    def pass_days(self, days: int) -> None:
        self.clock.at += timedelta(days=days)

    async def policies(self, *others: str) -> None:
        """Until nothing is left to carry on: what one log is told may ask another one in turn."""
        worker = Policies(self.system, Failures(self.system.engine.connections, self.system.auditing))
        sent = 1
        while sent:
            for tenant in {self.tenant, NATIONAL_SLUG, *others}:
                await project(self.system, tenant)
            sent = await worker.run_once()

    async def as_person(self, person_id: UUID, command: Command, stream_id: UUID | None = None) -> Answer:
        key = derived_id("test", self.tenant, command.name, stream_id, repr(command), person_id, self.clock.at)
        request = Request(self.tenant, command, key, Principal(person_id), stream_id=stream_id)
        return (await self.system.handler.execute(request)).answer

    async def as_official(self, role: str, command: Command, stream_id: UUID | None = None) -> Answer:
        return await send(self.system, self.tenant, role, command, stream_id, key=self.clock.at)

    async def by_the_clock(self, command: Command, stream_id: UUID) -> None:
        clock = Principal(derived_id("system", "clock"), Role.CLOCK)
        key = derived_id("test", self.tenant, command.name, stream_id, self.clock.at)
        await self.system.handler.execute(Request(self.tenant, command, key, clock, stream_id=stream_id))

    async def seat(self, person_id: UUID) -> None:
        """Give the person a mandate to judge here."""
        member = RegisterMember(person_id=person_id, full_name="Arta Hoxha", email="arta@judges.example")
        stream = (await self.as_official("administrator", member)).stream_id
        mandate = GrantMandate(role=Role.COMMISSIONER, legal_basis="Vendimi 7", valid_from=MANDATES_FROM)
        await self.as_official("administrator", mandate, stream)
