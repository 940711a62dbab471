"""Two institutions give grants at the same time, and two organisations apply to both: from the plan to the last payment."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from domain.grants.agreement_parts import Expense
from domain.grants.commands import agreement as ag
from domain.grants.commands import complaint as q
from domain.grants.commands import funding_plan as p
from domain.grants.commands import grant_call as c
from domain.grants.vocabulary import ComplaintDecision
from domain.kernel.command import Command
from domain.kernel.money import Money
from domain.organisations.seed import DemoOrganisation
from services.command_handling.request import Answer
from services.gateway.routes.grants import ROUTES
from tests.support.grant import FORM, NAME, OFFICER, WORDS, call_facts
from tests.support.granting import BRIDGE, GRANT, YOUTH, Granting
from tests.support.system import official, project

pytestmark = pytest.mark.journey

GOOD, FAIR = {"relevance": 36, "capacity": 54}, {"relevance": 24, "capacity": 45}
PATHS = {one.command: one.path for one in ROUTES.commands}
WANTED = {
    "mj": {YOUTH: ("Ndihmë juridike për të rinjtë", GOOD), BRIDGE: ("Dëgjime për të drejtat e pakicave", FAIR)},
    "prizren": {YOUTH: ("Festivali i filmit", FAIR), BRIDGE: ("Kori i komunave", GOOD)},
}


class OverHttp(Granting):
    """The same, sent to the gateway's own addresses."""

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
        facts = call_facts(plan_id, UUID(shown["line_id"]), **changes)
        told = {name: getattr(facts, name) for name in facts.__struct_fields__}
        self.call_id = (await self.as_official(OFFICER, c.DraftCall(**told))).stream_id
        await self.as_official(OFFICER, c.SetForm(form=FORM), self.call_id)
        await self.as_official(OFFICER, c.PublishCall(plan_id=plan_id), self.call_id)

    async def as_person(self, person_id: UUID, command: Command, stream_id: UUID | None = None) -> Answer:
        path = PATHS.get(type(command))
        if path is None:  # what is of no grant
            return await super().as_person(person_id, command, stream_id)
        where = f"/v1/tenants/{self.tenant}{path.replace('{id}', str(stream_id))}"
        sent = await self.caller.post(where, msgspec.to_builtins(command), **self.caller.token(person_id))
        assert sent.status_code in {200, 201}, f"{where}: {sent.text}"
        return msgspec.convert(sent.json(), Answer, strict=False)

    async def as_official(self, role: str, command: Command, stream_id: UUID | None = None) -> Answer:
        return await self.as_person(official(self.tenant, role).person_id, command, stream_id)


async def test_two_institutions_and_two_organisations_from_plan_to_last_payment(story):
    story.on(2019, 1, 14)
    made = [OverHttp(story, tenant) for tenant in WANTED]
    drafts = dict(zip(WANTED, await asyncio.gather(*(_applied(one) for one in made)), strict=True))
    for one in made:
        await one.policies()
        await one.close()
    await asyncio.gather(*(_judged(one, drafts[one.tenant]) for one in made))
    complaints = [await _complained(one, drafts[one.tenant]) for one in made]
    for one in made:
        await one.award()
    agreements = dict(
        zip(WANTED, await asyncio.gather(*(_agreed(one, drafts[one.tenant]) for one in made)), strict=True)
    )
    for one in made:
        for of, agreement in agreements[one.tenant].items():
            await one.ask_for(of, agreement)
            await one.pay(of, agreement)
    made[0].pass_days(200)
    for one in made:
        for of, agreement in agreements[one.tenant].items():
            await _reported(one, of, agreement)

    assert len(set(complaints)) == 2
    for one in made:
        shown = (await story.see(one.tenant, f"/v1/public/grant-agreements?tenant={one.tenant}"))["items"]
        assert {(a["state"], a["award"]["amount"], a["paid"]["amount"]) for a in shown} == {
            ("completed", GRANT.amount, GRANT.amount)
        }
        sheet = await story.see(one.tenant, f"/v1/public/grant-calls/{one.call_id}/scoring-sheet")
        ranks = {entry["application_id"]: entry["final"]["rank"] for entry in sheet["applications"]}
        expected = {YOUTH: 1, BRIDGE: 2} if one.tenant == "mj" else {BRIDGE: 1, YOUTH: 2}
        assert ranks == {str(drafts[one.tenant][of]): rank for of, rank in expected.items()}
    for of in (YOUTH, BRIDGE):
        page = await story.see("opm", f"/v1/public/organisations/{of.organisation_id}")
        dealt = {(d["tenant"], d["state"]) for d in page["dealings"] if d["kind"] == "grant_agreement"}
        assert dealt == {("mj", "completed"), ("prizren", "completed")}


async def _applied(one: Granting) -> dict[DemoOrganisation, UUID]:
    await one.publish()
    drafts = {of: await one.draft(of, activity) for of, (activity, _) in WANTED[one.tenant].items()}
    for of, draft in drafts.items():
        await one.submit(of, draft)
    return drafts


async def _judged(one: Granting, drafts: dict[DemoOrganisation, UUID]) -> None:
    for of, draft in drafts.items():
        await one.check(of, draft)
    await one.judge({draft: (of, WANTED[one.tenant][of][1]) for of, draft in drafts.items()})


async def _complained(one: Granting, drafts: dict[DemoOrganisation, UUID]) -> UUID:
    """Of whoever was ranked last; rejected."""
    of = min(drafts, key=lambda each: WANTED[one.tenant][each][1]["relevance"])
    file = q.FileComplaint(
        call_id=one.call_id, application_id=drafts[of], organisation_id=of.organisation_id, grounds="Gabim"
    )
    complaint: UUID = (await one.as_person(of.person.person_id, file)).stream_id
    await one.as_official("complaint_officer", q.AdmitComplaint(), complaint)
    decide = q.DecideComplaint(
        organisation_id=of.organisation_id,
        commission_id=one.commission_id,
        decision=ComplaintDecision.REJECTED,
        reason=WORDS,
    )
    await one.as_official("complaint_officer", decide, complaint)
    return complaint


async def _agreed(one: Granting, drafts: dict[DemoOrganisation, UUID]) -> dict[DemoOrganisation, UUID]:
    agreements = {of: await one.agree(draft) for of, draft in drafts.items()}
    for of, agreement in agreements.items():
        await one.sign(of, drafts[of], agreement)
    await one.as_official(OFFICER, c.MarkContracted(), one.call_id)
    return agreements


async def _reported(one: Granting, of: DemoOrganisation, agreement: UUID) -> None:
    """The final report, the second half, and the end."""
    spent = Expense(line="stage", title="Skena", amount=GRANT, paid_on=one.today - timedelta(days=30))
    report = ag.SubmitReport(number=1, narrative="U krye.", expenses=(spent,))
    await one.as_person(of.person.person_id, report, agreement)
    await one.as_official(OFFICER, ag.AcceptReport(number=1, organisation_id=of.organisation_id), agreement)
    await one.ask_for(of, agreement, 2)
    await one.pay(of, agreement, 2)
    await one.as_official(OFFICER, ag.CompleteAgreement(), agreement)
