"""A grant from the plan to the last payment as its officials and applicants live it: over the gateway's own addresses."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

import httpx
import msgspec

from domain.grants.commands import funding_plan as p
from domain.grants.commands import grant_call as c
from domain.kernel.command import Command
from domain.kernel.ids import NATIONAL_SLUG
from domain.kernel.money import Money
from services.command_handling.request import Answer
from services.gateway.routes import funding_claims, grants
from services.gateway.routing import Routes
from tests.services.gateway.client import PROBLEM, Caller
from tests.support.grant import FORM, NAME, OFFICER, call_facts
from tests.support.granting import Granting
from tests.support.institution import Institution
from tests.support.system import official, project


def paths_of(*domains: Routes) -> Mapping[type[Command], str]:
    """The addresses of the domains' commands."""
    return {one.command: one.path for domain in domains for one in domain.commands}


class ByHttp(Institution):
    """An institution whose commands of some domains are sent to the gateway, others to the command path itself."""

    paths: ClassVar[Mapping[type[Command], str]]
    caller: Caller

    async def as_person(self, person_id: UUID, command: Command, stream_id: UUID | None = None) -> Answer:
        if type(command) not in self.paths:  # what is of another domain
            return await super().as_person(person_id, command, stream_id)
        sent = await self._sent(person_id, command, stream_id)
        assert sent.status_code in {200, 201}, f"{sent.url}: {sent.text}"
        return msgspec.convert(sent.json(), Answer, strict=False)

    async def refused(self, role: str, command: Command, stream_id: UUID) -> dict[str, Any]:
        """The problem that an official is answered with."""
        sent = await self._sent(official(self.tenant, role).person_id, command, stream_id)
        assert sent.headers["content-type"] == PROBLEM, sent.text
        problem: dict[str, Any] = sent.json()
        return problem

    async def see(self, role: str, path: str) -> httpx.Response:
        """What an official is shown once the read models hold everything."""
        for tenant in (self.tenant, NATIONAL_SLUG):
            await project(self.system, tenant)
        who = self.caller.bearer(self.tenant, role)
        found: httpx.Response = await self.caller.get(f"/v1/tenants/{self.tenant}{path}", **who)
        return found

    async def _sent(self, person_id: UUID, command: Command, stream_id: UUID | None) -> httpx.Response:
        where = f"/v1/tenants/{self.tenant}{self.paths[type(command)].replace('{id}', str(stream_id))}"
        sent: httpx.Response = await self.caller.post(
            where, msgspec.to_builtins(command), **self.caller.token(person_id)
        )
        return sent

    async def as_official(self, role: str, command: Command, stream_id: UUID | None = None) -> Answer:
        return await self.as_person(official(self.tenant, role).person_id, command, stream_id)


class OverHttp(ByHttp, Granting):
    """A tenant's call for grants."""

    paths = paths_of(grants.ROUTES, funding_claims.ROUTES)

    def __init__(self, story: Any, tenant: str) -> None:
        super().__init__(story.system, story.clock, tenant)
        self.caller = story.caller

    async def publish(self, **changes: Any) -> None:
        """The plan is in force, and the call open."""
        plan_id = (await self.as_official(OFFICER, p.DraftFundingPlan(year=self.today.year, title=NAME))).stream_id
        line = p.AddPlanLine(budget_code="21200", purpose="culture", title=NAME, amount=Money(10_000_000))
        await self.as_official(OFFICER, line, plan_id)
        await self.as_official(OFFICER, p.PublishFundingPlan(decision_no="1"), plan_id)
        await project(self.system, self.tenant)
        where = f"/v1/public/funding-plans/{plan_id}"
        (shown,) = (await self.caller.get(where)).json()["lines"]
        self.plan = (plan_id, UUID(shown["line_id"]))
        self.call_id = await self.drafted(**changes)
        await self.as_official(OFFICER, c.PublishCall(plan_id=plan_id), self.call_id)

    async def drafted(self, **changes: Any) -> UUID:
        """A call on the plan, with its form."""
        facts = call_facts(*self.plan, **changes)
        told = {name: getattr(facts, name) for name in facts.__struct_fields__}
        call_id = (await self.as_official(OFFICER, c.DraftCall(**told))).stream_id
        await self.as_official(OFFICER, c.SetForm(form=FORM), call_id)
        return call_id

    async def execution(self) -> dict[str, int]:
        """What became of the money of the plan, in cents."""
        await project(self.system, self.tenant)
        where = f"/v1/public/funding-plans/{self.plan[0]}/execution"
        total = (await self.caller.get(where)).json()["total"]
        return {name: amount["amount"] for name, amount in total.items()}
