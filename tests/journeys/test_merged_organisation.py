"""One body stood in the register twice, and two institutions promised it money for the same: told through real logs.

What was promised, owed and found goes to the entry that goes on; it is paid what was agreed with the other one.
"""

from uuid import UUID

import pytest

from domain.funding_claims.commands import DismissOverlap
from domain.grants.agreement_parts import report_id
from domain.grants.commands.agreement import CheckInstalment, MarkReportOverdue, RequestInstalment, SubmitReport
from domain.grants.commands.application import DraftApplication
from domain.kernel.errors import NotPermitted, RuleViolated
from domain.kernel.ids import NATIONAL_SLUG
from domain.organisations.commands import MergeOrganisation
from tests.support.grant import OFFICER, WORDS
from tests.support.granting import BRIDGE, YOUTH, Granting
from tests.support.system import send

MINISTRY, PRIZREN = "mflt", "prizren"
SUPERVISOR = "ogg_supervisor"
FESTIVAL = "Festivali i filmit dokumentar"
GONE, STAYS = YOUTH, BRIDGE

pytestmark = pytest.mark.journey


async def ledger(story, what: str) -> list[dict]:
    who = story.caller.bearer(NATIONAL_SLUG, SUPERVISOR)
    shown = await story.see(NATIONAL_SLUG, f"/v1/tenants/{NATIONAL_SLUG}/{what}", **who)
    return shown["items"]


async def test_what_two_entries_were_promised_meets_when_they_are_merged_and_what_they_owe_goes_along(story):
    story.on(2019, 1, 14)
    ministry, prizren = (Granting(story.system, story.clock, tenant) for tenant in (MINISTRY, PRIZREN))
    agreement = await ministry.signed(GONE, FESTIVAL)
    await prizren.publish()
    await prizren.submit(STAYS, await prizren.draft(STAYS, FESTIVAL))
    await prizren.policies()
    assert await ledger(story, "funding-overlaps") == [], "two organisations may do much the same"

    merge = MergeOrganisation(into=STAYS.organisation_id, decision_no="9/2019")
    await send(story.system, NATIONAL_SLUG, "registrar", merge, GONE.organisation_id)
    await ministry.policies()

    (overlap,) = await ledger(story, "funding-overlaps")
    assert (overlap["state"], overlap["wants"]) == ("standing", "declaration")
    claims = await ledger(story, "funding-claims")
    survivor = str(STAYS.organisation_id)
    assert [one["organisation_id"] for one in (overlap, *claims)] == [survivor] * 3
    with pytest.raises(NotPermitted):
        await ministry.ask_for(GONE, agreement)
    await ministry.as_person(STAYS.person.person_id, RequestInstalment(number=1), agreement)
    checked = CheckInstalment(number=1, organisation_id=GONE.organisation_id)
    await ministry.as_official(OFFICER, checked, agreement)
    with pytest.raises(RuleViolated) as refused:
        await ministry.pay(GONE, agreement)
    assert (refused.value.rule, bool(refused.value.citation)) == ("funding.overlap.undeclared", True)
    begin = DraftApplication(call_id=prizren.call_id, organisation_id=GONE.organisation_id, language="sq")
    with pytest.raises(RuleViolated) as merged:
        await prizren.as_person(STAYS.person.person_id, begin)
    assert merged.value.rule == "organisation.merged"

    other_thing = DismissOverlap(overlap_id=UUID(overlap["overlap_id"]), decision_no="10/2019", reason=WORDS)
    await send(story.system, NATIONAL_SLUG, SUPERVISOR, other_thing, UUID(overlap["this"]["claim_id"]))
    await ministry.pay(GONE, agreement)

    ministry.pass_days(365)
    await ministry.by_the_clock(MarkReportOverdue(report_id=report_id(1)), agreement)
    await ministry.policies()
    with pytest.raises(RuleViolated) as unawarded:
        await Granting(story.system, story.clock, PRIZREN).signed(STAYS, "Një punëtori për arsimin")
    assert unawarded.value.rule == "funding.report.overdue", "the one that goes on owes what the other one owed"
    report = SubmitReport(number=1, narrative="U mbajt festivali.")
    await ministry.as_person(STAYS.person.person_id, report, agreement)
    await ministry.policies()
    assert [one for one in await ledger(story, "funding-claims") if one["overdue"]] == []
