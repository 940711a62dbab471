"""Two institutions give grants at the same time, and two organisations apply to both: from the plan to the last payment."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.grants.agreement_parts import Expense
from domain.grants.commands import agreement as ag
from domain.grants.commands import complaint as q
from domain.grants.commands import grant_call as c
from domain.grants.vocabulary import ComplaintDecision, LineFunding, PlanFunding
from domain.kernel.money import Money
from domain.organisations.seed import DemoOrganisation
from tests.journeys.over_http import OverHttp
from tests.support.grant import BUDGET, OFFICER, WORDS
from tests.support.granting import BRIDGE, GRANT, YOUTH, Granting
from tests.support.system import official

pytestmark = pytest.mark.journey

GOOD, FAIR = {"relevance": 36, "capacity": 54}, {"relevance": 24, "capacity": 45}
WANTED = {
    "mj": {YOUTH: ("Ndihmë juridike për të rinjtë", GOOD), BRIDGE: ("Dëgjime për të drejtat e pakicave", FAIR)},
    "prizren": {YOUTH: ("Festivali i filmit", FAIR), BRIDGE: ("Kori i komunave", GOOD)},
}


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
        used = await one.execution()
        assert used == {"planned": 10_000_000, "recovered": 0, "free": 9_000_000} | dict.fromkeys(
            ("committed", "awarded", "contracted", "paid"), 2 * GRANT.amount
        )
        sheet = await story.see(one.tenant, f"/v1/public/grant-calls/{one.call_id}/scoring-sheet")
        ranks = {entry["application_id"]: entry["final"]["rank"] for entry in sheet["applications"]}
        expected = {YOUTH: 1, BRIDGE: 2} if one.tenant == "mj" else {BRIDGE: 1, YOUTH: 2}
        assert ranks == {str(drafts[one.tenant][of]): rank for of, rank in expected.items()}
    for of in (YOUTH, BRIDGE):
        page = await story.see("opm", f"/v1/public/organisations/{of.organisation_id}")
        dealt = {(d["tenant"], d["state"]) for d in page["dealings"] if d["kind"] == "grant_agreement"}
        assert dealt == {("mj", "completed"), ("prizren", "completed")}


async def test_what_an_ended_agreement_left_unpaid_pays_for_another_call(story):
    story.on(2019, 1, 14)
    one = OverHttp(story, "mj")
    drafts = await _applied(one)
    await one.policies()
    await one.close()
    await _judged(one, drafts)
    await _complained(one, drafts)
    await one.award()
    awarded = await one.execution()
    agreements = await _agreed(one, drafts)
    await one.ask_for(YOUTH, agreements[YOUTH])
    await one.pay(YOUTH, agreements[YOUTH])
    contracted = await one.execution()
    left = Money(9_250_000)
    funding = PlanFunding(plan_id=one.plan[0], lines=(LineFunding(line_id=one.plan[1], amount=left),))
    other = await one.drafted(plan=funding, budget=left)
    refused = await _published(one, other)
    end = ag.TerminateAgreement(decision_no="12/2019", reason=WORDS)
    await one.as_official(OFFICER, end, agreements[YOUTH])
    await one.policies()
    ended = await one.execution()
    taken = await _published(one, other)

    assert awarded["committed"] == BUDGET.amount > awarded["awarded"] == 2 * GRANT.amount
    assert (contracted["committed"], contracted["contracted"], contracted["paid"]) == (1_000_000, 1_000_000, 250_000)
    (finding,) = refused.json()["findings"]
    assert (refused.status_code, finding["code"]) == (422, "budget-over-balance")
    assert (ended["committed"], ended["contracted"], ended["free"]) == (750_000, 750_000, left.amount)
    assert (taken.status_code, taken.json()["events"][1]["type"]) == (200, "grants.CallPublished.v1")
    assert (await one.execution())["free"] == 0


async def _published(one: OverHttp, call_id: UUID) -> Any:
    where = f"/v1/tenants/{one.tenant}/grant-calls/{call_id}/publish"
    token = one.caller.token(official(one.tenant, OFFICER).person_id)
    return await one.caller.post(where, {"plan_id": str(one.plan[0])}, **token)


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
