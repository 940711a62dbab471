"""An agreement drawn up, signed, changed and ended."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.grants.agreement import GrantAgreement
from domain.grants.agreement_parts import PlannedInstalment
from domain.grants.call_ranking import FILE
from domain.grants.commands import agreement as c
from domain.grants.commands.application import RecordAgreement
from domain.grants.complaints import Complaints
from domain.grants.events import agreement as e
from domain.grants.events.application import CoFinancingDeclared
from domain.grants.policies.agreement import record_agreement
from domain.grants.project import CoFinancing
from domain.grants.vocabulary import AgreementStage, ReportKind
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.manifest import Reaction
from domain.kernel.money import Money
from domain.organisations.vocabulary import CertificateKind
from tests.domain.grants import agreements as g
from tests.domain.grants import applications as a
from tests.domain.grants.agreements import (
    AGREED,
    AGREEMENT,
    FINAL_CALL,
    FIRST_PAID,
    IN_FORCE,
    INSTALMENTS,
    OFFICER,
    REPORTS,
    SETTLED,
    SIGNED,
    SIGNED_AT,
    awards,
    signing,
    told,
)
from tests.domain.grants.applications import APPLICATION, CHECKED, ELSEWHERE, ORGANISATION, WON, application
from tests.domain.grants.complaints import OPEN_TO_COMPLAINTS, UNTIL
from tests.domain.grants.ledger import ledger
from tests.domain.grants.stories import CALL, OTHER_CALL, REASON, VOIDED, call, euro
from tests.support.given import given_nothing
from tests.support.given import told as recorded

DRAFT = c.DraftAgreement(call_id=CALL, application_id=APPLICATION, instalments=INSTALMENTS, reports=REPORTS)
SIGN = c.SignAgreement(
    call_id=CALL,
    application_id=APPLICATION,
    organisation_id=ORGANISATION,
    decision_no="11/2026",
    signed_on=date(2026, 6, 1),
)
CO_FINANCED = CoFinancingDeclared(
    **a.OF_CALL, co_financing=CoFinancing(source="MKRS", amount=euro(10_000), institution="mkrs")
)
AMEND = c.AmendAgreement(ends_on=date(2026, 12, 31), instalments=INSTALMENTS, reports=REPORTS, reason=REASON)


def resting(*won: Event, **overrides: Any) -> dict[str, Any]:
    return signing(references={"call": call(*FINAL_CALL), "application": application(*(won or WON))}, **overrides)


def test_an_agreement_is_drawn_up_on_an_award_of_the_final_ranking() -> None:
    given_nothing(GrantAgreement).when(DRAFT, **signing()).then([AGREED])
    assert GrantAgreement.settled_id(10, DRAFT) == AGREEMENT
    early = {"mandate": OFFICER, "now": UNTIL.due_at - timedelta(seconds=1)}
    early["references"] = {"call": call(*OPEN_TO_COMPLAINTS), "application": application(*WON)}
    given_nothing(GrantAgreement).when(DRAFT, **early, boundary=Complaints()).then_refused(RuleViolated, rule=FILE)
    given_nothing(GrantAgreement).when(DRAFT, **resting(*CHECKED)).then_refused(IllegalTransition)
    other = replace(DRAFT, call_id=OTHER_CALL)
    given_nothing(GrantAgreement).when(other, **signing()).then_refused(InvalidValue, pointer="/call_id")


def with_first(**changes: Any) -> c.DraftAgreement:
    return replace(DRAFT, instalments=(replace(INSTALMENTS[0], **changes), INSTALMENTS[1]))


def with_last(**changes: Any) -> c.DraftAgreement:
    return replace(DRAFT, instalments=(INSTALMENTS[0], replace(INSTALMENTS[1], **changes)))


def with_reports(n: int, **changes: Any) -> c.DraftAgreement:
    changed = tuple(replace(one, **changes) if at == n else one for at, one in enumerate(REPORTS))
    return replace(DRAFT, reports=changed)


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (with_first(amount=euro(300_001)), "/instalments"),
        (with_first(amount=euro(299_999)), "/instalments"),
        (with_first(amount=euro(0)), "/instalments/0/amount/amount"),
        (with_first(amount=euro(-5)), "/instalments/0/amount/amount"),
        (with_first(amount=Money(300_000, "CHF")), "/instalments/0/amount/currency"),
        (with_first(number=2), "/instalments/0/number"),
        (with_last(after_report=1), "/instalments/1/after_report"),
        (with_last(after_report=3), "/instalments/1/after_report"),
        (with_last(after_report=0), "/instalments/1/after_report"),
        (with_reports(0, kind=ReportKind.FINAL), "/reports/0/kind"),
        (with_reports(1, kind=ReportKind.INTERIM), "/reports/1/kind"),
        (with_reports(0, due_on=None), "/reports/0/due_on"),
        (with_reports(0, due_on=date(2026, 9, 29)), "/reports/0/due_on"),
        (with_reports(1, due_on=date(2027, 3, 1)), "/reports/1/due_on"),
        (with_reports(0, ends_on=date(2026, 6, 1)), "/reports/0/ends_on"),
        (with_first(amount=euro(10**12 + 1)), "/instalments/0/amount/amount"),
    ],
)
def test_a_schedule_makes_the_award_and_holds_the_last_part_back(command: c.DraftAgreement, pointer: str) -> None:
    given_nothing(GrantAgreement).when(command, **signing()).then_refused(InvalidValue, pointer=pointer)


def single(cents: int, **changes: Any) -> tuple[c.DraftAgreement, dict[str, Any]]:
    """An award that is paid all at once, and what drawing that up rests on."""
    one = PlannedInstalment(number=1, amount=euro(cents), payable_from=date(2026, 7, 1), **changes)
    won = application(*CHECKED, replace(a.AWARDED, amount=euro(cents)))
    return replace(DRAFT, instalments=(one,)), signing(references={"call": call(*FINAL_CALL), "application": won})


def test_only_a_small_grant_is_paid_at_once_before_the_final_report() -> None:
    for cents, changes, lawful in ((200_000, {}, True), (200_001, {}, False), (200_001, {"after_report": 2}, True)):
        command, rests = single(cents, **changes)
        outcome = given_nothing(GrantAgreement).when(command, **rests)
        if lawful:
            outcome.then_events(e.AgreementDrafted)
        else:
            outcome.then_refused(RuleViolated, rule="grant.instalment.single_max")
    partly, rests = single(300_000, after_report=1)
    given_nothing(GrantAgreement).when(partly, **rests).then_refused(RuleViolated, rule="grant.instalment.single_max")


def test_what_is_held_back_is_no_token() -> None:
    least = replace(DRAFT, instalments=(replace(INSTALMENTS[0], amount=euro(405_000)), _rest(45_000)))
    given_nothing(GrantAgreement).when(least, **signing()).then_events(e.AgreementDrafted)
    token = replace(DRAFT, instalments=(replace(INSTALMENTS[0], amount=euro(405_001)), _rest(44_999)))
    given_nothing(GrantAgreement).when(token, **signing()).then_refused(
        RuleViolated, rule="grant.instalment.held_share"
    )
    amended = replace(AMEND, instalments=token.instalments)
    told(*IN_FORCE).when(amended, **signing()).then_refused(RuleViolated, rule="grant.instalment.held_share")


def test_a_schedule_that_was_paid_by_an_earlier_rule_can_still_be_moved() -> None:
    whole = PlannedInstalment(number=1, amount=euro(450_000), payable_from=date(2026, 7, 1))
    paid = e.InstalmentPaid(number=1, amount=euro(450_000), paid_on=date(2026, 7, 2), reference="TRX-1")
    past = (replace(AGREED, instalments=(whole,)), *IN_FORCE[1:])
    later = replace(AMEND, instalments=(whole,))
    told(*past, g.REQUESTED, g.CHECKED, paid).when(later, **signing()).then_events(e.AgreementAmended)
    told(*past).when(later, **signing()).then_refused(RuleViolated, rule="grant.instalment.single_max")


def test_nothing_is_signed_before_its_award_was_published() -> None:
    ranked = call(*FINAL_CALL, at=SIGNED_AT)  # the last of its events, minutes after nine
    on_time = {"references": {"call": ranked, "application": application(*WON)}, "now": SIGNED_AT + timedelta(days=1)}
    told(AGREED).when(SIGN, **signing(**on_time)).then_events(e.AgreementSigned, e.ReportScheduled, e.ReportScheduled)
    before = replace(SIGN, signed_on=date(2026, 5, 31))
    told(AGREED).when(before, **signing(**on_time)).then_refused(RuleViolated, rule="grant.agreement.signed_on")


@pytest.mark.parametrize("day", [date.max, date.min])
def test_no_day_is_at_an_end_of_time(day: date) -> None:
    late = with_reports(0, due_on=date.max)
    given_nothing(GrantAgreement).when(late, **signing()).then_refused(RuleViolated, rule="calendar.published")
    sent = replace(a.SUBMITTED, project=a.project(starts_on=date.min, ends_on=day))
    won = application(a.DRAFTED, sent, a.ELIGIBLE, a.AWARDED)
    ends = signing(references={"call": call(*FINAL_CALL), "application": won})
    given_nothing(GrantAgreement).when(DRAFT, **ends).then_refused(RuleViolated, rule="calendar.published")


def test_signing_looks_at_everything_again() -> None:
    told(AGREED).when(SIGN, **signing()).then([SIGNED, *g.SCHEDULED]).then_state(
        lambda it: it.stage is AgreementStage.ACTIVE
    )
    told(*IN_FORCE).when(SIGN, **signing()).then_refused(IllegalTransition)


@pytest.mark.parametrize(
    ("register", "rule"),
    [
        (a.standing(a.SUSPENDED), "organisation.suspended"),
        (a.standing(certificates=(a.certificate(CertificateKind.REGISTRATION),)), "organisation.certificate"),
        (
            a.standing(
                certificates=(
                    a.certificate(CertificateKind.REGISTRATION),
                    a.certificate(CertificateKind.TAX, date(2026, 5, 31)),
                )
            ),
            "organisation.certificate",
        ),
    ],
    ids=["suspended", "owes proof of paid taxes", "proof ran out the day before"],
)
def test_nobody_signs_with_who_is_not_eligible_that_day(register: Any, rule: str) -> None:
    told(AGREED).when(SIGN, **signing(registers=(register,))).then_refused(RuleViolated, rule=rule)


def test_nobody_signs_with_an_organisation_of_their_own() -> None:
    told(AGREED).when(SIGN, **signing(registers=(a.standing(a.OFFICE), ledger()))).then_refused(
        RuleViolated, rule="grant.interest.own"
    )


def test_on_a_void_call_nothing_is_signed() -> None:
    void = {"call": call(*FINAL_CALL, VOIDED), "application": application(*WON)}
    told(AGREED).when(SIGN, **signing(references=void)).then_refused(IllegalTransition)


def test_money_of_others_is_not_brought_in_by_the_back_door() -> None:
    """A call that takes no project which others finance takes none whose other money was declared later."""
    alone = call(*FINAL_CALL)
    alone.facts = replace(alone.facts, co_financing=False)
    won = application(*WON, CO_FINANCED)
    told(AGREED).when(SIGN, **signing(references={"call": alone, "application": won})).then_refused(
        RuleViolated, rule="grant.co_financing"
    )
    told(AGREED).when(SIGN, **resting(*WON, CO_FINANCED)).then_refused(RuleViolated, rule="grant.award.costs")


def test_an_award_and_what_others_pay_come_to_no_more_than_the_costs() -> None:
    """What was declared after the award may leave less for the grant: the agreement is then on less."""
    won = resting(*WON, CO_FINANCED)  # 10,000 more than the 50,000 that the project's costs leave
    given_nothing(GrantAgreement, stream_id=AGREEMENT).when(DRAFT, **won).then_refused(
        RuleViolated, rule="grant.award.costs"
    )
    first, last = INSTALMENTS
    for cents, fits in ((440_001, False), (440_000, True)):
        parts = (first, replace(last, amount=euro(cents) - first.amount))
        outcome = given_nothing(GrantAgreement, stream_id=AGREEMENT).when(
            replace(DRAFT, award=euro(cents), instalments=parts), **won
        )
        if not fits:
            outcome.then_refused(RuleViolated, rule="grant.award.costs")
            continue
        outcome.then_events(e.AgreementDrafted)
        drafted = outcome.events[0]
        assert isinstance(drafted, e.AgreementDrafted)
        assert (drafted.award, drafted.co_financing) == (
            euro(440_000),
            (*a.PROJECT.co_financing, CO_FINANCED.co_financing),
        )
        told(drafted).when(SIGN, **won).then_events(e.AgreementSigned, e.ReportScheduled, e.ReportScheduled)


@pytest.mark.parametrize(
    ("award", "pointer"),
    [(euro(450_001), "/award"), (euro(0), "/award/amount"), (replace(euro(1), currency="USD"), "/award/currency")],
)
def test_an_agreement_is_on_the_award_or_on_less(award: Money, pointer: str) -> None:
    outcome = given_nothing(GrantAgreement, stream_id=AGREEMENT).when(replace(DRAFT, award=award), **resting(*WON))
    outcome.then_refused(InvalidValue, pointer=pointer)


def test_a_call_promises_no_more_than_its_budget() -> None:
    others = replace(SIGNED, award=euro(5_550_000))
    told(AGREED).when(SIGN, **signing(boundary=awards((ELSEWHERE, others)))).then_events(
        e.AgreementSigned, e.ReportScheduled, e.ReportScheduled
    )
    more = replace(SIGNED, award=euro(5_550_001))
    told(AGREED).when(SIGN, **signing(boundary=awards((ELSEWHERE, more)))).then_refused(
        RuleViolated, rule="grant.call.budget"
    )
    ended = e.AgreementTerminated(
        call_id=CALL, organisation_id=ELSEWHERE, decision_no="1", reason=REASON, unpaid=euro(1), reports=2
    )
    told(AGREED).when(SIGN, **signing(boundary=awards((ELSEWHERE, more), (ELSEWHERE, ended)))).then_events(
        e.AgreementSigned, e.ReportScheduled, e.ReportScheduled
    )


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"call_id": OTHER_CALL}, "/call_id"),
        ({"application_id": OTHER_CALL}, "/application_id"),
        ({"organisation_id": ELSEWHERE}, "/organisation_id"),
        ({"signed_on": date(2026, 6, 2)}, "/signed_on"),
    ],
)
def test_signing_names_what_is_signed(changes: dict[str, Any], pointer: str) -> None:
    told(AGREED).when(replace(SIGN, **changes), **signing()).then_refused(InvalidValue, pointer=pointer)


def test_an_award_that_lapsed_is_not_signed() -> None:
    lapsed = a.e.AwardLapsed(**a.OF_CALL, reason=REASON)
    told(AGREED).when(SIGN, **resting(*WON, lapsed)).then_refused(IllegalTransition)


def test_the_application_learns_of_the_agreement() -> None:
    assert list(record_agreement(recorded(SIGNED, AGREEMENT))) == [
        Reaction(APPLICATION, RecordAgreement(agreement_id=AGREEMENT))
    ]
    assert list(record_agreement(recorded(AGREED, AGREEMENT))) == []


def test_a_schedule_is_amended_and_what_was_begun_stays() -> None:
    later = replace(
        AMEND, ends_on=date(2027, 2, 28), reports=(REPORTS[0], replace(REPORTS[1], ends_on=date(2027, 2, 28)))
    )
    outcome = told(*FIRST_PAID).when(later, **signing()).then_events(e.AgreementAmended, e.ReportScheduled)
    assert outcome.aggregate.reports[2].plan.due_at > g.FINAL_DUE.due_at
    assert outcome.aggregate.paid == euro(300_000)
    swapped = replace(AMEND, instalments=(replace(INSTALMENTS[0], amount=euro(200_000)), _rest(250_000)))
    told(*FIRST_PAID).when(swapped, **signing()).then_refused(InvalidValue, pointer="/instalments/0")
    told(*IN_FORCE).when(swapped, **signing()).then_events(e.AgreementAmended)
    more = replace(AMEND, instalments=(INSTALMENTS[0], _rest(150_001)))
    told(*IN_FORCE).when(more, **signing()).then_refused(InvalidValue, pointer="/instalments")
    backwards = replace(AMEND, ends_on=date(2026, 6, 30))
    told(*IN_FORCE).when(backwards, **signing()).then_refused(InvalidValue, pointer="/ends_on")
    told(AGREED).when(AMEND, **signing()).then_refused(IllegalTransition)
    moved = replace(AMEND, reports=(replace(REPORTS[0], starts_on=date(2026, 7, 2)), REPORTS[1]))
    told(*FIRST_PAID, g.reported()).when(moved, **signing()).then_refused(InvalidValue, pointer="/reports/0")
    fewer = replace(
        AMEND, instalments=(replace(INSTALMENTS[0], amount=euro(450_000)),), reports=(replace(REPORTS[1], number=1),)
    )
    told(*IN_FORCE).when(fewer, **signing()).then_refused(InvalidValue, pointer="/reports")


def _rest(cents: int) -> PlannedInstalment:
    return replace(INSTALMENTS[1], amount=euro(cents))


def test_it_is_suspended_and_resumed() -> None:
    suspend, resume = c.SuspendAgreement(reason=REASON), c.ResumeAgreement(reason=REASON)
    stopped = e.AgreementSuspended(reason=REASON)
    told(*IN_FORCE).when(suspend).then([stopped])
    told(*IN_FORCE, stopped).when(suspend).then_refused(IllegalTransition)
    told(*IN_FORCE, stopped).when(resume).then([e.AgreementResumed(reason=REASON)])
    told(*IN_FORCE).when(resume).then_refused(IllegalTransition)


def test_it_is_terminated_and_what_was_not_paid_is_free() -> None:
    terminate = c.TerminateAgreement(decision_no="12/2026", reason=REASON)
    told(*FIRST_PAID).when(terminate).then([g.terminated()])
    told(AGREED).when(terminate).then_refused(IllegalTransition)


def test_it_is_completed_when_nothing_is_left() -> None:
    told(*SETTLED).when(c.CompleteAgreement()).then(
        [e.AgreementCompleted(call_id=CALL, organisation_id=ORGANISATION, paid=euro(450_000), unpaid=euro(0))]
    )
    for rest in (FIRST_PAID, g.ALL_REPORTED):
        told(*rest).when(c.CompleteAgreement()).then_refused(RuleViolated, rule="grant.agreement.settled")
