"""Deliveries of a service, their inspection and payment, the licence behind them, and how a contract ends."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.contracts.commands import contract as c
from domain.contracts.contract_parts import ContractStage, DeliveredUnits, DeliveryStage, StandardFound, delivery_id
from domain.contracts.events import contract as e
from domain.funding_claims import events as f
from domain.funding_claims.claim import FundingClaim
from domain.funding_claims.ledger import Claims
from domain.funding_claims.vocabulary import ClaimFacts, Origin, OriginKind
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.money import Money
from domain.kernel.text import text
from domain.licences.vocabulary import LicenceStage
from domain.organisations import events as o
from tests.domain.contracts import service_contracts as s
from tests.domain.contracts.service_contracts import (
    ACCEPT,
    ACTIVATED,
    ACTIVE,
    ALL_PAID,
    ELSEWHERE,
    IN_JULY,
    IN_OCTOBER,
    INSPECTED,
    ORGANISATION,
    OTHERS,
    OVERDUE,
    PAY,
    PENALTY,
    PERIODS,
    REASON,
    REPORT,
    UNITS,
    WAITING,
    WORTH,
    accepted,
    as_buyer,
    as_clock,
    as_manager,
    as_payer,
    as_provider,
    changed,
    euro,
    licences,
    paid,
    reported,
    settled,
    standing,
    told,
)
from tests.support.given import ACTOR, Scenario

SECOND = timedelta(seconds=1)
INSPECT = c.InspectDelivery(organisation_id=ORGANISATION, number=1, findings=(s.FOUND,), inspected_on=date(2026, 8, 3))
PENALISE = c.ImposePenalty(
    organisation_id=ORGANISATION, number=1, amount=euro(5_000), decision_no="24/2026", reason=REASON
)
SUSPENDED = changed(LicenceStage.SUSPENDED, date(2026, 8, 4))


# --- the beginning


def test_the_clock_begins_the_service_on_its_first_day() -> None:
    early = as_clock(now=s.SIGNED_AT)
    told(*WAITING).when(c.ActivateContract(), **early).then_refused(RuleViolated, rule="contract.period")
    told(*WAITING).when(c.ActivateContract(), **as_manager(now=IN_JULY)).then_refused(NotPermitted)
    told(*WAITING).when(c.ActivateContract(), **as_clock(now=IN_JULY)).then([ACTIVATED])


# --- deliveries


def test_a_delivery_is_reported_inspected_accepted_and_paid() -> None:
    kept = reported(files=(replace(s.FILE, file_name="delivery-1"),))
    told().when(REPORT, **as_provider()).then([kept])
    told(*ACTIVE, reported()).when(INSPECT, **as_manager()).then([INSPECTED])
    told(*ACTIVE, reported(), INSPECTED).when(ACCEPT, **as_manager()).then([accepted()])
    told(*ACTIVE, reported(), accepted()).when(PAY, **as_payer()).then([paid()]).then_state(
        lambda it: it.paid == WORTH and it.deliveries[1].stage is DeliveryStage.PAID
    )


def test_small_cells_are_kept_nowhere() -> None:
    (event,) = told().when(REPORT, **as_provider()).events
    assert isinstance(event, e.DeliveryReported)
    assert event.beneficiaries == (s.SERVED[0], s.SERVED[1])


def test_a_period_is_reported_once_it_is_over_and_by_the_provider() -> None:
    told().when(REPORT, **as_provider(now=IN_JULY)).then_refused(RuleViolated, rule="contract.delivery.period")
    told().when(REPORT, **as_provider(mandate=OTHERS)).then_refused(NotPermitted)
    told().when(replace(REPORT, number=2), **as_provider(now=IN_OCTOBER)).then_refused(
        RuleViolated, rule="contract.delivery.order"
    )
    told().when(replace(REPORT, number=4), **as_provider()).then_refused(InvalidValue, pointer="/number")
    told(*ACTIVE, reported()).when(REPORT, **as_provider()).then_refused(IllegalTransition)
    told(*WAITING).when(REPORT, **as_provider()).then_refused(IllegalTransition)


def test_on_the_last_instant_it_is_in_time_and_late_on_the_next() -> None:
    due_at = PERIODS[0].due_at
    for at, late in ((due_at - SECOND, False), (due_at, True)):
        (event,) = told().when(REPORT, **as_provider(now=at)).events
        assert isinstance(event, e.DeliveryReported)
        assert event.late is late


def test_units_are_those_of_the_lines_and_never_more() -> None:
    unknown = replace(REPORT, units=(DeliveredUnits(line="meals", quantity=1),))
    told().when(unknown, **as_provider()).then_refused(InvalidValue, pointer="/units/0/line")
    twice = replace(REPORT, units=(UNITS[0], UNITS[0]))
    told().when(twice, **as_provider()).then_refused(InvalidValue, pointer="/units/1/line")
    most = replace(REPORT, units=(DeliveredUnits(line="visits", quantity=100),))
    told().when(most, **as_provider()).then_events(e.DeliveryReported)
    more = replace(REPORT, units=(DeliveredUnits(line="visits", quantity=101),))
    told().when(more, **as_provider()).then_refused(RuleViolated, rule="contract.line")
    second = replace(more, number=2, units=(DeliveredUnits(line="visits", quantity=71),))
    later = as_provider(now=IN_OCTOBER)
    told(*ACTIVE, *settled(1)).when(second, **later).then_refused(RuleViolated, rule="contract.line")


def test_a_delivery_that_does_not_come_is_overdue_by_the_clock() -> None:
    mark = c.MarkDeliveryOverdue(delivery_id=delivery_id(1))
    due_at = PERIODS[0].due_at
    told().when(mark, **as_clock(now=due_at - SECOND)).then_refused(RuleViolated, rule="contract.delivery.due")
    told().when(mark, **as_clock(now=due_at)).then([OVERDUE])
    told(*ACTIVE, OVERDUE).when(mark, **as_clock(now=due_at)).then_refused(IllegalTransition)
    (event,) = told(*ACTIVE, OVERDUE).when(REPORT, **as_provider(now=due_at)).events
    assert isinstance(event, e.DeliveryReported)
    assert (event.late, event.was_overdue) == (True, True)


def test_what_will_never_come_is_waived_by_a_decision() -> None:
    waive = c.WaiveDelivery(organisation_id=ORGANISATION, number=1, decision_no="30/2026", reason=REASON)
    told().when(waive, **as_buyer(now=IN_JULY)).then_refused(RuleViolated, rule="contract.delivery.period")
    told(*ACTIVE, OVERDUE).when(waive, **as_buyer()).then(
        [
            e.DeliveryWaived(
                number=1, organisation_id=ORGANISATION, decision_no="30/2026", reason=REASON, was_overdue=True
            )
        ]
    )
    told(*ACTIVE, reported()).when(waive, **as_buyer()).then_refused(IllegalTransition)


def test_a_report_is_sent_back_and_its_units_are_free_again() -> None:
    back = c.ReturnDelivery(number=1, reason=REASON, due_on=date(2026, 8, 20))
    told(*ACTIVE, reported()).when(back, **as_manager()).then_events(e.DeliveryReturned).then_state(
        lambda it: it.taken("visits") == 0 and it.deliveries[1].is_awaited()
    )
    today = replace(back, due_on=date(2026, 8, 5))
    told(*ACTIVE, reported()).when(today, **as_manager()).then_refused(InvalidValue, pointer="/due_on")
    told(*ACTIVE, *settled(1)).when(back, **as_manager()).then_refused(IllegalTransition)


# --- inspection and penalty


def test_an_inspection_speaks_of_every_standard_once() -> None:
    of = told(*ACTIVE, reported())
    other = StandardFound(code="clean_rooms", outcome=s.FOUND.outcome)
    of.when(replace(INSPECT, findings=(other,)), **as_manager()).then_refused(InvalidValue, pointer="/findings/0/code")
    of.when(replace(INSPECT, findings=(s.FOUND, s.FOUND)), **as_manager()).then_refused(
        InvalidValue, pointer="/findings/1/code"
    )
    of.when(replace(INSPECT, inspected_on=date(2026, 8, 6)), **as_manager()).then_refused(
        InvalidValue, pointer="/inspected_on"
    )
    told().when(INSPECT, **as_manager()).then_refused(IllegalTransition)


def test_penalties_rest_on_an_inspection_and_stay_within_the_rule() -> None:
    inspected = (*ACTIVE, reported(), INSPECTED)
    told(*ACTIVE, reported()).when(PENALISE, **as_manager()).then_refused(IllegalTransition)
    told(*inspected).when(PENALISE, **as_manager()).then([PENALTY])
    most = replace(PENALISE, amount=WORTH.share(100_000))
    told(*inspected).when(most, **as_manager()).then_events(e.PenaltyImposed)
    told(*inspected, PENALTY).when(most, **as_manager()).then_refused(RuleViolated, rule="contract.penalty.share")
    told(*inspected, PENALTY).when(ACCEPT, **as_manager()).then([accepted(amount=WORTH - euro(5_000))])
    nothing = replace(PENALISE, amount=euro(0))
    told(*inspected).when(nothing, **as_manager()).then_refused(InvalidValue, pointer="/amount/amount")
    dollars = replace(PENALISE, amount=Money(100, "USD"))
    told(*inspected).when(dollars, **as_manager()).then_refused(InvalidValue, pointer="/amount/currency")


def test_a_reason_is_said_in_every_language_that_the_institution_owes() -> None:
    one = replace(PENALISE, reason=text(sq="Arsyeja"))
    told(*ACTIVE, reported(), INSPECTED).when(one, **as_manager()).then_refused(RuleViolated, rule="contract.languages")


# --- payment


def test_whoever_accepted_does_not_pay() -> None:
    told(*ACTIVE, reported(), accepted()).when(PAY, **as_payer(actor=ACTOR)).then_refused(
        RuleViolated, rule="contract.payment.separate"
    )


def test_nobody_decides_for_their_own_organisation() -> None:
    own = as_manager(registers=(standing(s.office()), Claims(), licences()))
    rule = "contract.interest.own"
    told(*ACTIVE, reported()).when(INSPECT, **own).then_refused(RuleViolated, rule=rule)
    told(*ACTIVE, reported(), INSPECTED).when(PENALISE, **own).then_refused(RuleViolated, rule=rule)
    told(*ACTIVE, reported()).when(ACCEPT, **own).then_refused(RuleViolated, rule=rule)
    paying = as_payer(registers=(standing(s.office(s.PAYER_ID)), Claims(), licences()))
    told(*ACTIVE, reported(), accepted()).when(PAY, **paying).then_refused(RuleViolated, rule=rule)


def test_a_payment_is_not_told_before_its_day() -> None:
    ready = told(*ACTIVE, reported(), accepted())
    for day in (date(2026, 7, 31), date(2026, 8, 6)):
        ready.when(replace(PAY, paid_on=day), **as_payer()).then_refused(InvalidValue, pointer="/paid_on")


def test_only_this_organisations_standing_counts() -> None:
    other = replace(PAY, organisation_id=ELSEWHERE)
    told(*ACTIVE, reported(), accepted()).when(other, **as_payer()).then_refused(
        InvalidValue, pointer="/organisation_id"
    )


def test_nothing_is_paid_above_what_the_contract_is_worth() -> None:
    told(*ACTIVE, reported(), accepted(amount=euro(360_001))).when(PAY, **as_payer()).then_refused(
        RuleViolated, rule="contract.value"
    )


def test_a_suspended_provider_is_not_paid() -> None:
    gone = o.OrganisationSuspended(organisation_id=ORGANISATION, decision_no="5/2026", reason=REASON)
    register = (standing(gone), Claims(), licences())
    told(*ACTIVE, reported(), accepted()).when(PAY, **as_payer(registers=register)).then_refused(
        RuleViolated, rule="organisation.suspended"
    )


def test_a_report_that_is_overdue_anywhere_stops_the_payment() -> None:
    claim = derived_id("test", "a claim")
    reserved = f.ClaimReserved(organisation_id=ORGANISATION, institution="mkrs", facts=_facts(), words=("x",))
    flagged = f.OverdueReportFlagged(organisation_id=ORGANISATION, report_id=claim, due_on=date(2026, 7, 1))
    ledger = Claims()
    for version, event in enumerate((reserved, flagged), 1):
        event.stamp(claim, version, s.SIGNED_AT)
        ledger.apply(claim, event)
    assert isinstance(ledger.claims[claim], FundingClaim)
    register = (standing(), ledger, licences())
    told(*ACTIVE, reported(), accepted()).when(PAY, **as_payer(registers=register)).then_refused(
        RuleViolated, rule="funding.report.overdue"
    )


def test_an_overdue_delivery_stops_the_payment_of_an_earlier_one() -> None:
    late = as_payer(now=PERIODS[1].due_at)
    told(*ACTIVE, reported(), accepted()).when(PAY, **late).then_refused(RuleViolated, rule="contract.delivery.overdue")


# --- the licence


def test_each_day_of_the_period_needs_the_licence() -> None:
    for since in (date(2026, 7, 1), date(2026, 7, 31)):
        back = changed(LicenceStage.GRANTED, date(2026, 8, 1), "12:1:78")
        broken = licences(changed(LicenceStage.SUSPENDED, since), back)
        register = (standing(), Claims(), broken)
        told(*ACTIVE, reported()).when(ACCEPT, **as_manager(registers=register)).then_refused(
            RuleViolated, rule="licence.suspended"
        )
        refused = told(*ACTIVE, reported(), accepted()).when(PAY, **as_payer(registers=register))
        refused.then_refused(RuleViolated, rule="licence.suspended")
        assert "12:1:77" in str(refused.refusal), "the refusal cites the event by which the licence was suspended"


@pytest.mark.parametrize("kind", [LicenceStage.SUSPENDED, LicenceStage.REVOKED])
def test_nothing_is_paid_while_the_licence_is_withdrawn_though_the_period_was_covered(kind: LicenceStage) -> None:
    register = (standing(), Claims(), licences(changed(kind, date(2026, 8, 4))))
    refused = told(*ACTIVE, reported(), accepted()).when(PAY, **as_payer(registers=register))
    refused.then_refused(RuleViolated, rule=f"licence.{kind}")
    assert "12:1:77" in str(refused.refusal)
    noted = e.LicenceNoted(entry_id=s.ENTRY, status=kind, since=date(2026, 8, 4), origin="12:1:77")
    refused = told(*ACTIVE, reported(), accepted(), noted).when(PAY, **as_payer())
    refused.then_refused(RuleViolated, rule=f"licence.{kind}")
    assert "12:1:77" in str(refused.refusal)


@pytest.mark.parametrize("kind", [LicenceStage.SUSPENDED, LicenceStage.REVOKED])
def test_days_that_were_licensed_are_paid_once_another_licence_is_held(kind: LicenceStage) -> None:
    """Revoked on 4 August, paid on the 5th: by a licence for the same service and place that holds on that day."""
    gone = changed(kind, date(2026, 8, 4))
    noted = e.LicenceNoted(entry_id=s.ENTRY, status=kind, since=date(2026, 8, 4), origin="12:1:77")

    def pays(told_already: tuple[Event, ...], since: date, **differs: Any) -> Scenario:
        register = licences(gone)
        another = replace(s.ENTERED, licence_id=ELSEWHERE, term=replace(s.TERM, valid_from=since, **differs))
        register.apply(ELSEWHERE, another.stamp(ELSEWHERE, 1, s.SIGNED_AT))
        payer = as_payer(registers=(standing(), Claims(), register))
        return told(*ACTIVE, reported(), accepted(), *told_already).when(PAY, **payer)

    for so_far in ((), (noted,)):
        pays(so_far, date(2026, 8, 5)).then([paid()])
        pays(so_far, date(2026, 8, 6)).then_refused(RuleViolated, rule=f"licence.{kind}")
        pays(so_far, date(2026, 8, 5), places=("suhareke",)).then_refused(RuleViolated, rule=f"licence.{kind}")


def test_a_licence_that_is_back_pays_again() -> None:
    back = changed(LicenceStage.GRANTED, date(2026, 8, 5), "12:1:78")
    register = (standing(), Claims(), licences(SUSPENDED, back))
    noted = e.LicenceNoted(entry_id=s.ENTRY, status=LicenceStage.SUSPENDED, since=date(2026, 8, 4), origin="12:1:77")
    again = replace(noted, status=LicenceStage.GRANTED, since=date(2026, 8, 5), origin="12:1:78")
    told(*ACTIVE, reported(), accepted(), noted, again).when(PAY, **as_payer(registers=register)).then([paid()])


def test_a_licence_that_ended_after_the_service_does_not_stop_its_last_payment() -> None:
    term = replace(s.TERM, valid_until=date(2026, 7, 31))
    ended = licences(changed(LicenceStage.EXPIRED, date(2026, 8, 1)), entered=replace(s.ENTERED, term=term))
    told(*ACTIVE, reported(), accepted()).when(PAY, **as_payer(registers=(standing(), Claims(), ended))).then([paid()])


def test_each_news_of_the_licence_is_noted_once() -> None:
    note = c.NoteLicence(entry_id=s.ENTRY, status=LicenceStage.SUSPENDED, since=date(2026, 8, 4), origin="12:1:77")
    noted = e.LicenceNoted(entry_id=s.ENTRY, status=note.status, since=note.since, origin=note.origin)
    told().when(note, **as_clock()).then([noted])
    told(*ACTIVE, noted).when(note, **as_clock()).then_refused(IllegalTransition)
    strange = replace(note, entry_id=s.LICENCE)
    told().when(strange, **as_clock()).then_refused(InvalidValue, pointer="/entry_id")


# --- the end


def test_a_contract_is_completed_when_everything_is_paid_and_then_accepted() -> None:
    complete, whole = c.CompleteContract(), c.AcceptContract(decision_no="40/2026", note=REASON)
    late = as_manager(now=IN_OCTOBER)
    told(*ACTIVE, *settled(1)).when(complete, **late).then_refused(RuleViolated, rule="contract.settled")
    total = WORTH + WORTH + WORTH
    completed = e.ContractCompleted(organisation_id=ORGANISATION, paid=total)
    told(*ALL_PAID).when(complete, **late).then([completed])
    told(*ALL_PAID).when(whole, **late).then_refused(IllegalTransition)
    told(*ALL_PAID, completed).when(whole, **as_buyer(now=IN_OCTOBER)).then(
        [
            e.ContractAccepted(
                organisation_id=ORGANISATION,
                paid=total,
                unpaid=euro(360_000) - total,
                decision_no="40/2026",
                note=REASON,
            )
        ]
    )


def test_a_terminated_contract_still_settles_what_was_delivered() -> None:
    end = c.TerminateContract(last_day=date(2026, 8, 4), decision_no="31/2026", reason=REASON)
    ended = told(*ACTIVE, reported()).when(end, **as_buyer())
    ended.then_events(e.ContractTerminated, e.DeliveryScheduled).then_state(
        lambda it: (
            sorted(it.deliveries) == [1, 2]
            and it.deliveries[2].plan.last_day == date(2026, 8, 4)
            and it.stage is ContractStage.TERMINATED
        )
    )
    past = (*ACTIVE, reported(), *ended.events)
    told(*past).when(ACCEPT, **as_manager()).then([accepted()])
    second = replace(REPORT, number=2, units=(DeliveredUnits(line="visits", quantity=2),))
    told(*past).when(second, **as_provider()).then_events(e.DeliveryReported)
    whole = c.AcceptContract(decision_no="40/2026", note=REASON)
    told(*past).when(whole, **as_buyer()).then_refused(RuleViolated, rule="contract.settled")


def test_a_contract_is_not_ended_before_what_was_reported_nor_in_the_future() -> None:
    for day in (date(2026, 7, 30), date(2026, 8, 6)):
        end = c.TerminateContract(last_day=day, decision_no="31/2026", reason=REASON)
        told(*ACTIVE, reported()).when(end, **as_buyer()).then_refused(InvalidValue, pointer="/last_day")


def _facts() -> ClaimFacts:
    return ClaimFacts(
        origin=Origin(tenant_id=11, kind=OriginKind.GRANT, stream_id=derived_id("test", "elsewhere")),
        title="Koncerte",
        activity="Koncerte në shkolla",
        first_day=date(2026, 1, 1),
        last_day=date(2026, 5, 31),
        costs=(),
        amount=euro(100_000),
    )
