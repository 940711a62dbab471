"""Instalments, reports and recoveries."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.funding_claims import events as f
from domain.grants.agreement_parts import report_id
from domain.grants.commands import agreement as c
from domain.grants.events import agreement as e
from domain.grants.four_eyes import FOUR_EYES
from domain.grants.vocabulary import InstalmentStage, ReportStage
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.money import Money
from domain.kernel.rules import Rules
from domain.kernel.text import text
from domain.organisations.vocabulary import CertificateKind
from tests.domain.grants import agreements as g
from tests.domain.grants import applications as a
from tests.domain.grants.agreements import (
    AFTER_INTERIM,
    AFTER_PROJECT,
    ALL_REPORTED,
    CHECKED,
    CLOCK,
    EXPENSE,
    FINAL_DUE,
    FIRST_PAID,
    IN_FORCE,
    INTERIM_DUE,
    OFFICER,
    OVERDUE,
    PAID,
    REQUESTED,
    RUNNING,
    accepted,
    as_beneficiary,
    as_official,
    as_payer,
    reported,
    terminated,
    told,
)
from tests.domain.grants.applications import ELSEWHERE, ORGANISATION, OTHERS
from tests.domain.grants.ledger import RESERVED, ledger
from tests.domain.grants.stories import CALL, FILE, OTHER_CALL, REASON, RULES, VOIDED, call, euro
from tests.support.given import ACTOR

SECOND = timedelta(seconds=1)
REQUEST = c.RequestInstalment(number=1)
PAY = c.PayInstalment(call_id=CALL, number=1, organisation_id=ORGANISATION, paid_on=date(2026, 7, 2), reference="TRX-1")
REPORT = c.SubmitReport(number=1, narrative="U mbajtën dy koncerte.", expenses=(EXPENSE,), files=(FILE,))
CHECK = c.CheckInstalment(number=1, organisation_id=ORGANISATION)
ACCEPT = c.AcceptReport(number=1, organisation_id=ORGANISATION)
WAIVE = c.WaiveReport(number=1, organisation_id=ORGANISATION, decision_no="15/2026", reason=REASON)
BY_OFFICER: dict[str, Any] = as_official(now=AFTER_INTERIM)


# --- instalments


def test_an_instalment_is_requested_checked_and_paid() -> None:
    told(*IN_FORCE).when(REQUEST, **as_beneficiary()).then([REQUESTED])
    told(*IN_FORCE, REQUESTED).when(CHECK, **as_official(now=RUNNING)).then([CHECKED])
    told(*IN_FORCE, REQUESTED, CHECKED).when(PAY, **as_payer()).then([PAID]).then_state(
        lambda it: (it.paid, it.unpaid) == (euro(300_000), euro(150_000))
    )


def test_steps_are_not_skipped_and_only_the_beneficiary_asks() -> None:
    told(*IN_FORCE).when(REQUEST, **as_beneficiary(mandate=OTHERS)).then_refused(NotPermitted)
    told(*IN_FORCE).when(CHECK, **as_official(now=RUNNING)).then_refused(IllegalTransition)
    told(*IN_FORCE, REQUESTED).when(PAY, **as_payer()).then_refused(IllegalTransition)
    told(*FIRST_PAID).when(PAY, **as_payer()).then_refused(IllegalTransition)
    told(*IN_FORCE).when(c.RequestInstalment(number=3), **as_beneficiary()).then_refused(
        InvalidValue, pointer="/number"
    )


def test_before_its_day_nothing_is_asked_for() -> None:
    early = as_beneficiary(now=RUNNING - timedelta(days=2))
    told(*IN_FORCE).when(REQUEST, **early).then_refused(RuleViolated, rule="grant.instalment.day")


def test_the_next_instalment_waits_for_the_last_report() -> None:
    second = c.RequestInstalment(number=2)
    late = as_beneficiary(now=AFTER_PROJECT)
    told(*FIRST_PAID).when(second, **late).then_refused(RuleViolated, rule="grant.instalment.report")
    told(*ALL_REPORTED[:-1]).when(second, **late).then_refused(RuleViolated, rule="grant.instalment.report")
    told(*ALL_REPORTED).when(second, **late).then_events(e.InstalmentRequested)
    told(*IN_FORCE, reported(), accepted(), reported(2), accepted(2)).when(second, **late).then_refused(
        RuleViolated, rule="grant.instalment.order"
    )


def test_while_a_report_is_overdue_nothing_is_paid() -> None:
    told(*IN_FORCE, REQUESTED, CHECKED, OVERDUE).when(PAY, **as_payer(now=AFTER_INTERIM)).then_refused(
        RuleViolated, rule="grant.instalment.report"
    )


def test_a_report_is_overdue_by_its_day_not_by_the_clock_that_says_so() -> None:
    past = (*IN_FORCE, REQUESTED, CHECKED)
    told(*past).when(PAY, **as_payer(now=INTERIM_DUE)).then_refused(RuleViolated, rule="grant.instalment.report")
    told(*past).when(PAY, **as_payer(now=INTERIM_DUE - SECOND)).then_events(e.InstalmentPaid)
    returned = e.ReportReturned(number=1, reason=REASON, due_at=INTERIM_DUE + timedelta(days=5))
    awaited = told(*past, reported(), returned)
    awaited.when(PAY, **as_payer(now=INTERIM_DUE + timedelta(days=5))).then_refused(
        RuleViolated, rule="grant.instalment.report"
    )


def test_nothing_was_paid_before_the_signature() -> None:
    at_once = replace(
        g.AGREED, instalments=(replace(g.INSTALMENTS[0], payable_from=date(2026, 5, 1)), g.INSTALMENTS[1])
    )
    past = (at_once, *IN_FORCE[1:], REQUESTED, CHECKED)
    told(*past).when(replace(PAY, paid_on=date(2026, 5, 31)), **as_payer()).then_refused(
        RuleViolated, rule="grant.instalment.day"
    )
    told(*past).when(replace(PAY, paid_on=date(2026, 6, 1)), **as_payer()).then_events(e.InstalmentPaid)


def test_nobody_pays_an_organisation_of_their_own() -> None:
    own = (a.standing(a.REPRESENTATION), ledger())
    told(*IN_FORCE, REQUESTED, CHECKED).when(PAY, **as_payer(registers=own)).then_refused(
        RuleViolated, rule="grant.interest.own"
    )


def test_whoever_checked_an_instalment_does_not_pay_it() -> None:
    past = (*IN_FORCE, REQUESTED, CHECKED)
    told(*past).when(PAY, **as_payer(actor=a.COLLEAGUE)).then_refused(RuleViolated, rule=FOUR_EYES)
    alone = Rules(RULES.pack, {**RULES.by_key, FOUR_EYES: RULES[FOUR_EYES].overridden("one_person", "21/2026")})
    told(*past).when(PAY, **as_payer(actor=a.COLLEAGUE, rules=alone)).then_events(e.InstalmentPaid)
    older = Rules(RULES.pack, {one.key: one for one in RULES if one.key != FOUR_EYES})
    told(*past).when(PAY, **as_payer(actor=a.COLLEAGUE, rules=older)).then_events(e.InstalmentPaid)


@pytest.mark.parametrize("part", [a.OFFICE, a.REPRESENTATION], ids=["held an office", "acts for it"])
@pytest.mark.parametrize(
    ("command", "past"),
    [
        (CHECK, (*IN_FORCE, REQUESTED)),
        (ACCEPT, (*FIRST_PAID, reported())),
        (WAIVE, (*FIRST_PAID, OVERDUE, terminated(ended_by=None))),
    ],
    ids=lambda one: getattr(one, "name", None),
)
def test_nobody_decides_about_money_of_their_own_organisation(command: Any, past: Any, part: Any) -> None:
    own = as_official(registers=(a.standing(part),), actor=ACTOR, now=RUNNING)
    told(*past).when(command, **own).then_refused(RuleViolated, rule="grant.interest.own")
    other = replace(command, organisation_id=ELSEWHERE)
    told(*past).when(other, **own).then_refused(InvalidValue, pointer="/organisation_id")


def test_out_of_a_void_call_nothing_is_paid() -> None:
    void = {"call": call(*g.FINAL_CALL, VOIDED)}
    told(*IN_FORCE, REQUESTED, CHECKED).when(PAY, **as_payer(references=void)).then_refused(IllegalTransition)


@pytest.mark.parametrize(
    ("register", "rule"),
    [
        (a.standing(a.SUSPENDED), "organisation.suspended"),
        (a.standing(certificates=(a.certificate(CertificateKind.TAX),)), "organisation.certificate"),
        (
            a.standing(
                certificates=(
                    a.certificate(CertificateKind.REGISTRATION),
                    a.certificate(CertificateKind.TAX, date(2026, 7, 1)),
                )
            ),
            "organisation.certificate",
        ),
    ],
    ids=["suspended since", "not registered", "ran out between request and payment"],
)
def test_eligibility_is_looked_at_again_on_the_day_of_payment(register: Any, rule: str) -> None:
    told(*IN_FORCE, REQUESTED, CHECKED).when(PAY, **as_payer(registers=(register,))).then_refused(
        RuleViolated, rule=rule
    )


def test_a_payment_is_not_dated_back_to_a_day_when_it_was_lawful() -> None:
    ran_out = a.standing(
        certificates=(a.certificate(CertificateKind.REGISTRATION), a.certificate(CertificateKind.TAX, date(2026, 7, 2)))
    )
    days_later = as_payer(registers=(ran_out,), now=RUNNING + timedelta(days=3))
    told(*IN_FORCE, REQUESTED, CHECKED).when(PAY, **days_later).then_refused(
        RuleViolated, rule="organisation.certificate"
    )


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"paid_on": date(2026, 7, 3)}, "/paid_on"),
        ({"organisation_id": ELSEWHERE}, "/organisation_id"),
        ({"call_id": OTHER_CALL}, "/call_id"),
    ],
)
def test_a_payment_names_what_is_paid(changes: dict[str, Any], pointer: str) -> None:
    told(*IN_FORCE, REQUESTED, CHECKED).when(replace(PAY, **changes), **as_payer()).then_refused(
        InvalidValue, pointer=pointer
    )


def test_a_suspended_agreement_pays_nothing() -> None:
    stopped = e.AgreementSuspended(reason=REASON)
    told(*IN_FORCE, REQUESTED, CHECKED, stopped).when(PAY, **as_payer()).then_refused(IllegalTransition)
    told(*IN_FORCE, stopped).when(REQUEST, **as_beneficiary()).then_refused(IllegalTransition)


def test_an_instalment_is_withheld_for_good() -> None:
    withhold = c.WithholdInstalment(number=1, reason=REASON)
    outcome = told(*IN_FORCE).when(withhold, mandate=OFFICER)
    outcome.then([e.InstalmentWithheld(number=1, amount=euro(300_000), reason=REASON)])
    assert outcome.aggregate.instalments[1].stage is InstalmentStage.WITHHELD
    told(*FIRST_PAID).when(withhold, mandate=OFFICER).then_refused(IllegalTransition)


# --- reports


def test_a_report_comes_with_what_was_spent_and_files_without_names() -> None:
    (event,) = told(*FIRST_PAID).when(REPORT, **as_beneficiary(now=INTERIM_DUE - SECOND)).events
    assert isinstance(event, e.ReportSubmitted)
    assert (event.late, event.was_overdue) == (False, False)
    assert event.files[0].file_name == "report-1"
    assert event.expenses[0].evidence[0].file_name == "evidence-1"


def test_a_late_report_is_taken_and_marked() -> None:
    (event,) = told(*FIRST_PAID, OVERDUE).when(REPORT, **as_beneficiary(now=INTERIM_DUE)).events
    assert isinstance(event, e.ReportSubmitted)
    assert (event.late, event.was_overdue) == (True, True)


def expense(**changes: Any) -> c.SubmitReport:
    return replace(REPORT, expenses=(replace(EXPENSE, **changes),))


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (expense(line="nothing"), "/expenses/0/line"),
        (expense(amount=euro(0)), "/expenses/0/amount/amount"),
        (expense(amount=Money(1, "USD")), "/expenses/0/amount/currency"),
        (expense(paid_on=date(2026, 6, 30)), "/expenses/0/paid_on"),
        (expense(paid_on=date(2026, 10, 1)), "/expenses/0/paid_on"),
        (replace(REPORT, number=9), "/number"),
    ],
)
def test_expenses_fit_the_budget_and_the_period(command: c.SubmitReport, pointer: str) -> None:
    told(*FIRST_PAID).when(command, **as_beneficiary()).then_refused(InvalidValue, pointer=pointer)


def test_no_line_is_overdrawn_over_all_reports() -> None:
    final = replace(REPORT, number=2, expenses=(replace(EXPENSE, amount=euro(270_001), paid_on=date(2026, 11, 2)),))
    past = (*FIRST_PAID, reported(1, EXPENSE), accepted())
    told(*past).when(final, **as_beneficiary(now=AFTER_PROJECT)).then_refused(RuleViolated, rule="grant.report.line")
    just = replace(REPORT, number=2, expenses=(replace(EXPENSE, amount=euro(270_000), paid_on=date(2026, 11, 2)),))
    told(*past).when(just, **as_beneficiary(now=AFTER_PROJECT)).then_events(e.ReportSubmitted)


def test_indirect_costs_stay_below_the_cap() -> None:
    over = g.AGREED
    tight = replace(over, indirect_cap=60_000)
    rent = expense(line="office", amount=euro(27_001))
    told(tight, *g.IN_FORCE[1:]).when(rent, **as_beneficiary()).then_refused(RuleViolated, rule="grant.indirect_costs")
    told(tight, *g.IN_FORCE[1:]).when(expense(line="office", amount=euro(27_000)), **as_beneficiary()).then_events(
        e.ReportSubmitted
    )


def test_reports_come_in_order_and_from_the_beneficiary() -> None:
    told(*FIRST_PAID).when(replace(REPORT, number=2), **as_beneficiary()).then_refused(
        RuleViolated, rule="grant.report.order"
    )
    told(*FIRST_PAID).when(REPORT, **as_beneficiary(mandate=OTHERS)).then_refused(NotPermitted)
    told(*FIRST_PAID, reported()).when(REPORT, **as_beneficiary()).then_refused(IllegalTransition)
    told(g.AGREED).when(REPORT, **as_beneficiary()).then_refused(IllegalTransition)


def test_a_report_is_returned_with_a_day_and_accepted_once() -> None:
    back = c.ReturnReport(number=1, reason=REASON, due_on=date(2026, 10, 20))
    outcome = told(*FIRST_PAID, reported()).when(back, **BY_OFFICER).then_events(e.ReportReturned)
    assert outcome.aggregate.reports[1].stage is ReportStage.RETURNED
    told(*FIRST_PAID, *(reported(),), outcome.events[0]).when(REPORT, **as_beneficiary(now=AFTER_INTERIM)).then_events(
        e.ReportSubmitted
    )
    today = replace(back, due_on=date(2026, 10, 12))
    told(*FIRST_PAID, reported()).when(today, **BY_OFFICER).then_refused(InvalidValue, pointer="/due_on")
    told(*FIRST_PAID).when(back, **BY_OFFICER).then_refused(IllegalTransition)
    told(*FIRST_PAID, reported()).when(ACCEPT, **BY_OFFICER).then([accepted()])
    told(*FIRST_PAID, reported(), accepted()).when(ACCEPT, **BY_OFFICER).then_refused(IllegalTransition)


def test_whoever_handed_a_report_in_does_not_accept_it() -> None:
    (event,) = told(*FIRST_PAID).when(REPORT, **as_beneficiary()).events
    assert isinstance(event, e.ReportSubmitted)
    assert event.submitted_by == ACTOR
    past = (*FIRST_PAID, event)
    told(*past).when(ACCEPT, **as_official(now=AFTER_INTERIM, actor=ACTOR)).then_refused(RuleViolated, rule=FOUR_EYES)
    told(*past).when(ACCEPT, **BY_OFFICER).then([accepted()])


def test_an_overdue_report_of_an_agreement_that_ended_is_waived_by_somebody_else() -> None:
    ended = (*FIRST_PAID, OVERDUE, terminated())
    waived = e.ReportWaived(number=1, organisation_id=ORGANISATION, decision_no="15/2026", reason=REASON)
    told(*ended).when(WAIVE, **BY_OFFICER).then([waived]).then_state(
        lambda it: it.reports[1].stage is ReportStage.WAIVED
    )
    for own in (ended, (*FIRST_PAID, OVERDUE, terminated(ended_by=a.STRANGER))):  # ended it, or signed it
        told(*own).when(WAIVE, **as_official(actor=ACTOR)).then_refused(RuleViolated, rule=FOUR_EYES)
    unsaid = replace(WAIVE, reason=text(sq="Vetëm shqip"))
    told(*ended).when(unsaid, **BY_OFFICER).then_refused(RuleViolated, rule="grant.languages")
    told(*FIRST_PAID, OVERDUE).when(WAIVE, **BY_OFFICER).then_refused(IllegalTransition)
    told(*FIRST_PAID, terminated()).when(WAIVE, **BY_OFFICER).then_refused(IllegalTransition)
    told(*ended, waived).when(WAIVE, **BY_OFFICER).then_refused(IllegalTransition)


def test_the_clock_marks_what_never_came() -> None:
    mark = c.MarkReportOverdue(report_id=report_id(1))
    told(*FIRST_PAID).when(mark, mandate=CLOCK, now=INTERIM_DUE - SECOND).then_refused(
        RuleViolated, rule="grant.report.due"
    )
    told(*FIRST_PAID).when(mark, mandate=CLOCK, now=INTERIM_DUE).then([OVERDUE])
    told(*FIRST_PAID, OVERDUE).when(mark, mandate=CLOCK, now=INTERIM_DUE).then_refused(IllegalTransition)
    nothing = c.MarkReportOverdue(report_id=report_id(9))
    told(*FIRST_PAID).when(nothing, mandate=CLOCK, now=INTERIM_DUE).then_refused(InvalidValue, pointer="/number")
    final = c.MarkReportOverdue(report_id=report_id(2))
    (event,) = told(*FIRST_PAID).when(final, mandate=CLOCK, now=FINAL_DUE.due_at).events
    assert isinstance(event, e.ReportOverdue)
    assert event.number == 2


# --- recoveries


def test_what_was_paid_is_demanded_back_and_comes_back() -> None:
    order = c.OrderRecovery(decision_no="14/2026", amount=euro(100_000), reason=REASON)
    ordered = e.RecoveryOrdered(decision_no="14/2026", amount=euro(100_000), reason=REASON)
    told(*FIRST_PAID).when(order).then([ordered])
    much = replace(order, amount=euro(200_001))
    told(*FIRST_PAID, ordered).when(much).then_refused(RuleViolated, rule="grant.recovery.paid")
    told(*IN_FORCE).when(order).then_refused(RuleViolated, rule="grant.recovery.paid")
    back = c.RecordRecovery(amount=euro(60_000), received_on=date(2026, 10, 12), reference="TRX-9")
    received = e.RecoveryReceived(amount=euro(60_000), received_on=date(2026, 10, 12), reference="TRX-9")
    told(*FIRST_PAID, ordered).when(back, now=AFTER_INTERIM).then([received])
    told(*FIRST_PAID, ordered, received).when(back, now=AFTER_INTERIM).then_refused(
        RuleViolated, rule="grant.recovery.ordered"
    )
    told(*FIRST_PAID, ordered).when(replace(back, received_on=date(2026, 10, 13)), now=AFTER_INTERIM).then_refused(
        InvalidValue, pointer="/received_on"
    )
    for wrong, pointer in ((euro(0), "/amount/amount"), (Money(5, "CHF"), "/amount/currency")):
        told(*FIRST_PAID, ordered).when(replace(order, amount=wrong)).then_refused(InvalidValue, pointer=pointer)
    told(g.AGREED).when(order).then_refused(IllegalTransition)


class TestMerged:
    """The organisation went into another one: what was agreed with it is owed to, and by, the one that goes on."""

    ASKED = (*IN_FORCE, REQUESTED, CHECKED)

    def paying(self, **more: Any) -> dict[str, Any]:
        return as_payer(registers=(a.succeeded(**more), ledger()))

    def test_it_asks_for_money_and_reports(self) -> None:
        successor = as_beneficiary(mandate=a.SUCCESSOR)
        told(*IN_FORCE).when(c.RequestInstalment(number=1), **successor).then([REQUESTED])
        report = c.SubmitReport(number=1, narrative="U mbajt.")
        told(*FIRST_PAID).when(report, **successor).then_events(e.ReportSubmitted)
        told(*IN_FORCE).when(c.RequestInstalment(number=1), **as_beneficiary(mandate=OTHERS)).then_refused(NotPermitted)

    def test_it_is_paid_by_its_own_standing_and_certificates(self) -> None:
        told(*self.ASKED).when(PAY, **self.paying()).then_events(e.InstalmentPaid)
        expired = self.paying(until=date(2026, 7, 1))
        told(*self.ASKED).when(PAY, **expired).then_refused(RuleViolated, rule="organisation.certificate")
        registers = (a.succeeded(replace(a.SUSPENDED, organisation_id=ELSEWHERE)), ledger())
        told(*self.ASKED).when(PAY, **as_payer(registers=registers)).then_refused(
            RuleViolated, rule="organisation.suspended"
        )

    def test_what_it_owes_under_its_own_name_stops_the_payment_too(self) -> None:
        owed = f.OverdueReportFlagged(organisation_id=ELSEWHERE, report_id=ORGANISATION, due_on=date(2026, 2, 1))
        registers = (a.succeeded(), ledger(others=(replace(RESERVED, organisation_id=ELSEWHERE), owed)))
        told(*self.ASKED).when(PAY, **as_payer(registers=registers)).then_refused(
            RuleViolated, rule="funding.report.overdue"
        )
