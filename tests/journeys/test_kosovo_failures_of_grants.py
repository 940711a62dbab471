"""Things that really went wrong with public money for civil society, told again to Pakt at their own dates.

1: the Assembly and the Office for Communities both paid one organisation for the same activity.
2: Prizren paid two organisations although they owed tax, against the call's own criteria.
3: the call of Prizren of 14 March 2019 was open to individuals, and cancelled later as unlawful.
4: the Assembly financed organisations outside the purpose; one had sent no report for over a year.
5: a call for minority organisations of 31 May 2023, of whose 42 winners three were minority organisations.
6: companies and others were counted as organisations, and the sum reported was more than twice the true one.
"""

from uuid import UUID

import pytest

from domain.catalogue import REGISTRY
from domain.funding_claims.commands import ConsentToDisclosure, OrderDisclosure
from domain.funding_claims.ledger import Claims
from domain.grants.agreement_parts import report_id
from domain.grants.commands import grant_call as c
from domain.grants.commands.agreement import MarkReportOverdue, SignAgreement, TerminateAgreement, WaiveReport
from domain.grants.commands.application import CheckApplication, DeclareCoFinancing, DraftApplication
from domain.grants.project import CoFinancing
from domain.grants.vocabulary import ApplicantKind, GateBasis, HardGate
from domain.kernel.errors import NotLawful, NotPermitted, RuleViolated
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.money import Money
from domain.organisations.commands import RemoveOrganisation, RevokeCertificate
from domain.organisations.events import organisation_tag
from domain.organisations.standing import Standing
from domain.organisations.vocabulary import CertificateKind
from infra.eventstore.codec import restore
from tests.journeys.over_http import OverHttp
from tests.support.grant import NAME, OFFICER, WORDS, drafted_call, planned_funding
from tests.support.granting import BRIDGE, GRANT, YOUTH, Granting
from tests.support.system import send

PRIZREN, MINISTRY = "prizren", "opm"
ARTICLE = "Regulation MF-NR-04/2017 on Public Financing of Non-Governmental Organisations, Art. 3 §1.6"

pytestmark = pytest.mark.journey


async def test_failure_3_a_call_open_to_individuals_is_never_published(story):
    story.on(2019, 3, 14)
    plan = await planned_funding(story.system, PRIZREN, 2019)
    kinds = (ApplicantKind.ORGANISATIONS, ApplicantKind.INDIVIDUALS)
    call = await drafted_call(story.system, PRIZREN, plan, eligible=kinds)
    publish = c.PublishCall(plan_id=plan[0])
    who = story.caller.bearer(PRIZREN, OFFICER)

    with pytest.raises(NotLawful) as refused:
        await send(story.system, PRIZREN, OFFICER, publish, call)
    (finding,) = [one for one in refused.value.findings if one.severity == "error"]
    assert (finding.code, finding.citation, finding.pointer) == ("individuals-eligible", ARTICLE, "/eligible/1")
    asked = await story.see(PRIZREN, f"/v1/tenants/{PRIZREN}/grant-calls/{call}/lint", **who)
    assert (asked["lawful"], [one["citation"] for one in asked["findings"]]) == (False, [ARTICLE])
    await send(story.system, PRIZREN, OFFICER, c.CheckCall(plan_id=plan[0]), call)
    shown = await story.see(PRIZREN, f"/v1/tenants/{PRIZREN}/grant-calls/{call}", **who)
    assert (shown["state"], shown["lint_errors"]) == ("draft", 1)
    assert (await story.see(PRIZREN, "/v1/public/grant-calls?tenant=prizren"))["items"] == []

    lawful = c.AmendCall(eligible=(ApplicantKind.ORGANISATIONS,))
    await send(story.system, PRIZREN, OFFICER, lawful, call)
    await send(story.system, PRIZREN, OFFICER, publish, call, key="lawful")
    (public,) = (await story.see(PRIZREN, "/v1/public/grant-calls?tenant=prizren"))["items"]
    assert (public["state"], public["is_open"], public["facts"]["eligible"]) == ("published", True, ["organisations"])
    assert public["closes_at"] == "2019-04-12T22:00:00Z"  # the end of the twentieth working day; 9 April is a holiday

    story.on(2019, 4, 13)
    await story.by_the_clock(PRIZREN, c.CloseCall(), call)
    (public,) = (await story.see(PRIZREN, "/v1/public/grant-calls?tenant=prizren"))["items"]
    assert (public["state"], public["is_open"]) == ("closed", False)


async def test_failure_5_a_target_group_that_binds_nobody_is_flagged(story):
    story.on(2023, 5, 31)
    plan = await planned_funding(story.system, MINISTRY, 2023)
    call = await drafted_call(story.system, MINISTRY, plan, target_group=WORDS)
    who = story.caller.bearer(MINISTRY, OFFICER)
    lint = f"/v1/tenants/{MINISTRY}/grant-calls/{call}/lint"

    flagged = await story.see(MINISTRY, lint, **who)
    (finding,) = flagged["findings"]
    assert (flagged["lawful"], finding["code"], finding["severity"]) == (True, "target-group-without-gate", "warning")
    assert finding["citation"].startswith("Regulation (MF) No. 04/2017")

    gate = HardGate(code="minority", title=NAME, basis=GateBasis.TARGET_GROUP)
    await send(story.system, MINISTRY, OFFICER, c.AmendCall(gates=(gate,)), call)
    assert (await story.see(MINISTRY, lint, **who))["findings"] == []
    await send(story.system, MINISTRY, OFFICER, c.PublishCall(plan_id=plan[0]), call)
    public = await story.see(MINISTRY, f"/v1/public/grant-calls/{call}")
    assert [one["basis"] for one in public["facts"]["gates"]] == ["target_group"], "frozen, and read by everybody"


async def test_failure_1_no_second_institution_pays_for_the_same_without_both_knowing(story):
    story.on(2019, 1, 14)
    first, second = (Granting(story.system, story.clock, tenant) for tenant in (MINISTRY, PRIZREN))
    paid = await first.signed(YOUTH)
    await second.publish()
    application = await second.draft(YOUTH)
    await second.submit(YOUTH, application)
    await second.policies()
    (mine,) = (await story.see(PRIZREN, f"/v1/tenants/{PRIZREN}/funding-overlaps", **_officer(story, PRIZREN)))["items"]
    assert (mine["state"], mine["wants"], mine["disclosed"], mine["file"]) == ("standing", "declaration", False, None)
    assert (mine["other"]["institution"], "amount" in str(mine)) == (MINISTRY, False), "where to ask, and no more"

    await second.close()
    await second.check(YOUTH, application)
    await second.judge({application: (YOUTH, {"relevance": 36, "capacity": 54})})
    await second.award()
    agreement = await second.agree(application)
    for declared, rule in ((None, "funding.overlap.undeclared"), (Money(1), "funding.overlap.costs")):
        if declared is not None:
            late = DeclareCoFinancing(co_financing=CoFinancing(source="ZKM", amount=declared, institution=MINISTRY))
            await second.as_person(YOUTH.person.person_id, late, application)
            await second.policies()
        with pytest.raises(RuleViolated) as refused:
            await second.sign(YOUTH, application, agreement)
        assert (refused.value.rule, bool(refused.value.citation)) == (rule, True)
    (mine,) = (await story.see(PRIZREN, f"/v1/tenants/{PRIZREN}/funding-overlaps", **_officer(story, PRIZREN)))["items"]
    assert (mine["state"], mine["wants"]) == ("standing", "consistency"), "a word does not make the sums fit"

    await first.ask_for(YOUTH, paid)
    with pytest.raises(RuleViolated) as unpaid:
        await first.pay(YOUTH, paid)
    assert unpaid.value.rule == "funding.overlap.costs", "whoever signed first does not pay either while it stands"


async def test_failure_1_each_side_sees_that_there_is_another_and_whom_to_ask_and_no_more_until_it_is_disclosed(story):
    """The same two institutions over HTTP; a third one, and the files of each other, are nobody's business."""
    story.on(2019, 1, 14)
    assembly, office, third = (OverHttp(story, tenant) for tenant in ("mj", PRIZREN, "mflt"))
    paid = await assembly.signed(YOUTH, "Festivali i filmit të të rinjve")
    await office.publish()
    application = await office.draft(YOUTH, "Festivali i filmit të të rinjve")
    await office.submit(YOUTH, application)
    await office.policies()
    overlap = await _seen_from_both_sides(assembly, office, application)

    await office.close()
    await office.check(YOUTH, application)
    await office.judge({application: (YOUTH, {"relevance": 36, "capacity": 54})})
    await office.award()
    agreement = await office.agree(application)
    sign = SignAgreement(
        call_id=office.call_id,
        application_id=application,
        organisation_id=YOUTH.organisation_id,
        decision_no="11",
        signed_on=office.today,
    )
    refused = await office.refused(OFFICER, sign, agreement)
    assert (refused["status"], refused["rule"]) == (422, "funding.overlap.undeclared")
    assert refused["citation"].startswith("Regulation (MF) No. 04/2017")
    for one, path in (
        (third, f"/funding-overlaps/{overlap}"),
        (office, f"/grant-agreements/{paid}"),
        (assembly, f"/grant-applications/{application}"),
    ):
        assert (await one.see(OFFICER, path)).status_code == 404, f"{one.tenant}: {path}"
    assert (await third.see(OFFICER, "/funding-overlaps")).json()["items"] == []

    consent = ConsentToDisclosure(organisation_id=YOUTH.organisation_id, overlap_id=overlap)
    await assembly.as_official(OFFICER, consent)
    await assembly.policies()
    (opened, closed) = [(await one.see(OFFICER, f"/funding-overlaps/{overlap}")).json() for one in (office, assembly)]
    assert (opened["disclosed"], opened["file"]["amount"]["amount"]) == (True, GRANT.amount)
    assert (closed["disclosed"], closed["file"]) == (False, None), "who consents opens their own file and no other"

    order = OrderDisclosure(overlap_id=overlap, decision_no="5/2019", reason=WORDS)
    nation = OverHttp(story, "opm")
    await nation.as_official("ogg_supervisor", order, UUID(opened["this"]["claim_id"]))
    both = [(await one.see(OFFICER, f"/funding-overlaps/{overlap}")).json() for one in (office, assembly)]
    assert [(one["disclosed"], one["file"]["title"]) for one in both] == [
        (True, "Festivali i filmit të të rinjve"),
        (True, "Festivali i filmit të të rinjve"),
    ]


async def _seen_from_both_sides(assembly, office, application):
    """Existence, likeness and where to ask; nothing of what the other's file says."""
    claims = {}
    for own, other in ((office, assembly), (assembly, office)):
        (seen,) = (await own.see(OFFICER, "/funding-overlaps")).json()["items"]
        whole = (await own.see(OFFICER, f"/funding-overlaps/{seen['overlap_id']}")).json()
        assert (seen["this"]["institution"], seen["other"]["institution"]) == (own.tenant, other.tenant)
        assert seen["similarity"]["total"] >= seen["threshold"]
        assert (seen["other"]["contact"]["email"], seen["other"]["consented"]) == ("zyra@example.org", False)
        assert (whole["disclosed"], whole["file"]) == (False, None)
        assert all(word not in str(whole) for word in ("Festivali", "amount", str(GRANT.amount)))
        claims[own] = seen["this"]["claim_id"]
    for one, other in ((office, assembly), (assembly, office)):
        assert (await one.see(OFFICER, f"/funding-claims/{claims[one]}")).status_code == 200
        assert (await one.see(OFFICER, f"/funding-claims/{claims[other]}")).status_code == 404
    (noted,) = (await office.see(OFFICER, f"/grant-applications/{application}")).json()["overlapping"]
    assert noted["institution"] == assembly.tenant
    assert noted["contact"] == "Zyra <zyra@example.org>"
    return UUID(noted["overlap_id"])


def _officer(story, tenant):
    return story.caller.bearer(tenant, OFFICER)


async def test_failure_2_who_owes_tax_is_neither_awarded_nor_paid(story):
    story.on(2019, 1, 14)
    prizren = Granting(story.system, story.clock, PRIZREN)
    agreement = await prizren.signed(YOUTH)
    await prizren.ask_for(YOUTH, agreement)
    await _owe_tax(story, prizren.today)

    with pytest.raises(RuleViolated) as refused:
        await prizren.pay(YOUTH, agreement)
    assert (refused.value.rule, refused.value.citation.startswith("Regulation")) == ("organisation.certificate", True)
    shown = await story.see(PRIZREN, f"/v1/public/grant-agreements/{agreement}")
    assert (shown["paid"]["amount"], shown["award"]["amount"]) == (0, GRANT.amount)

    elsewhere = Granting(story.system, story.clock, MINISTRY)
    await elsewhere.publish()
    application = await elsewhere.draft(YOUTH, "Një punëtori për arsimin")
    await elsewhere.submit(YOUTH, application)  # what is missing can still be brought to the check
    await elsewhere.close()
    with pytest.raises(NotLawful) as unlawful:
        await elsewhere.check(YOUTH, application)
    (finding,) = unlawful.value.findings
    assert (finding.code, finding.rule) == ("certificate-missing", "organisation.certificate")
    assert finding.citation == refused.value.citation


async def _owe_tax(story, day):
    known = Standing()
    for stored in await story.system.store.read_tag(NATIONAL_TENANT, organisation_tag(YOUTH.organisation_id)):
        known.apply(stored.stream_id, restore(REGISTRY, stored))
    (tax,) = known.certificates(CertificateKind.TAX)
    revoke = RevokeCertificate(certificate_id=tax.certificate_id, revoked_on=day, reason=WORDS)
    await send(story.system, "opm", "registrar", revoke, YOUTH.organisation_id)


async def test_failure_4_nothing_outside_the_purpose_and_nothing_more_while_a_report_is_overdue(story):
    story.on(2019, 1, 14)
    ministry, prizren = (Granting(story.system, story.clock, tenant) for tenant in (MINISTRY, PRIZREN))
    await prizren.publish()
    outside = await prizren.draft(BRIDGE, "Renovimi i zyrave", purpose="renovation")
    with pytest.raises(RuleViolated) as refused:
        await prizren.submit(BRIDGE, outside)
    assert (refused.value.rule, refused.value.citation.startswith("Regulation (MF) No. 04/2017")) == (
        "grant.purpose",
        True,
    )

    agreement = await ministry.signed(YOUTH)
    await ministry.ask_for(YOUTH, agreement)
    await ministry.pay(YOUTH, agreement)
    ministry.pass_days(365)
    await ministry.by_the_clock(MarkReportOverdue(report_id=report_id(1)), agreement)
    await ministry.policies()
    shown = (await story.see(MINISTRY, "/v1/public/grant-agreements?overdue=true"))["items"]
    assert [(one["agreement_id"], one["paid"]["amount"]) for one in shown] == [(str(agreement), GRANT.amount // 2)]
    with pytest.raises(RuleViolated) as unpaid:
        await ministry.ask_for(YOUTH, agreement, 2)
    assert (unpaid.value.rule, bool(unpaid.value.citation)) == ("grant.instalment.report", True)

    elsewhere = Granting(story.system, story.clock, PRIZREN)
    with pytest.raises(RuleViolated) as unawarded:
        await elsewhere.signed(YOUTH, "Një punëtori për arsimin")
    assert (unawarded.value.rule, bool(unawarded.value.citation)) == ("funding.report.overdue", True)

    end, waive = (
        TerminateAgreement(decision_no="31/2020", reason=WORDS),
        WaiveReport(number=1, organisation_id=YOUTH.organisation_id, decision_no="32/2020", reason=WORDS),
    )
    await ministry.as_official(OFFICER, end, agreement)
    await ministry.policies()
    with pytest.raises(RuleViolated):
        (await _claims(story)).require_no_overdue_report()  # the end of the agreement excuses nobody
    with pytest.raises(RuleViolated) as alone:
        await ministry.as_official(OFFICER, waive, agreement)
    assert (alone.value.rule, bool(alone.value.citation)) == ("grant.agreement.four_eyes", True)
    await ministry.as_official("legal_officer", waive, agreement)
    await ministry.policies()
    (await _claims(story)).require_no_overdue_report()
    public = await story.see(MINISTRY, f"/v1/public/grant-agreements/{agreement}")
    assert [(one["number"], one["decision_no"]) for one in public["waived"]] == [(1, "32/2020")]
    assert (public["state"], public["overdue"]) == ("terminated", 0)


async def _claims(story):
    known = Claims()
    for stored in await story.system.store.read_tag(NATIONAL_TENANT, organisation_tag(YOUTH.organisation_id)):
        known.apply(stored.stream_id, restore(REGISTRY, stored))
    return known


async def test_failure_5_who_is_not_of_the_target_group_is_not_handed_to_the_commission(story):
    story.on(2023, 5, 31)
    gate = HardGate(code="minority", title=NAME, basis=GateBasis.TARGET_GROUP)
    ministry = Granting(story.system, story.clock, MINISTRY)
    await ministry.publish(target_group=WORDS, gates=(gate,))
    drafts = {one: await ministry.draft(one, one.role) for one in (YOUTH, BRIDGE)}
    for one, application in drafts.items():
        await ministry.submit(one, application)
    await ministry.close()
    with pytest.raises(NotLawful) as refused:
        await ministry.check(YOUTH, drafts[YOUTH], gates={"minority": False})
    (finding,) = refused.value.findings
    assert (finding.code, finding.rule, bool(finding.citation)) == ("gate-not-met", "grant.call.gate", True)
    unmet = CheckApplication(
        call_id=ministry.call_id, organisation_id=YOUTH.organisation_id, eligible=False, gates={"minority": False}
    )
    await ministry.as_official(OFFICER, unmet, drafts[YOUTH])
    await ministry.check(BRIDGE, drafts[BRIDGE], gates={"minority": True})
    ministry.pass_days(10)  # in which whoever was found ineligible may complain
    await ministry.judge({drafts[BRIDGE]: (BRIDGE, {"relevance": 36, "capacity": 54})})

    sheet = await story.see(MINISTRY, f"/v1/public/grant-calls/{ministry.call_id}/scoring-sheet")
    assert [one["application_id"] for one in sheet["applications"]] == [str(drafts[BRIDGE])]
    assert [len(one["scores"]) for one in sheet["applications"]] == [3]


async def test_failure_6_only_an_organisation_that_the_register_verified_is_a_beneficiary(story):
    story.on(2019, 1, 14)
    prizren = Granting(story.system, story.clock, PRIZREN)
    await prizren.publish()
    application = await prizren.draft(YOUTH)
    remove = RemoveOrganisation(decision_no="9/2019", reason=WORDS)
    await prizren.submit(YOUTH, application)
    await prizren.close()
    await send(story.system, "opm", "registrar", remove, YOUTH.organisation_id)

    with pytest.raises(NotLawful) as refused:
        await prizren.check(YOUTH, application)
    (finding,) = [one for one in refused.value.findings if one.code == "not-in-good-standing"]
    assert (finding.rule, bool(finding.citation)) == ("organisation.removed", True)
    company = DraftApplication(call_id=prizren.call_id, organisation_id=derived_id("a company"), language="sq")
    with pytest.raises((NotPermitted, RuleViolated)):
        await prizren.as_person(YOUTH.person.person_id, company)
