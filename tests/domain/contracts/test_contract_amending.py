"""Amendments: the share beyond which somebody else approves, chains that creep, and what may never change."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.contracts.commands import contract as c
from domain.contracts.contract_amending import growth
from domain.contracts.contract_parts import PlannedDelivery
from domain.contracts.events import contract as e
from domain.contracts.vocabulary import PricedLine
from domain.funding_claims.ledger import Claims
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.ids import derived_id
from domain.kernel.money import Money
from domain.kernel.vocabulary import MILLION
from domain.licences.vocabulary import LicenceStage, ServiceUnit
from tests.domain.contracts import service_contracts as s
from tests.domain.contracts.service_contracts import (
    ACTIVE,
    HOURS,
    IN_OCTOBER,
    LAST_DAY,
    MONTHS,
    ORGANISATION,
    REASON,
    VISITS,
    as_buyer,
    as_manager,
    changed,
    euro,
    licences,
    reported,
    settled,
    standing,
    told,
)
from tests.support.given import ACTOR

ANOTHER = derived_id("test", "approver")
OCTOBER = PlannedDelivery(number=4, first_day=date(2026, 10, 1), last_day=date(2026, 10, 31))
APPROVE = c.ApproveAmendment(call_id=s.CALL, organisation_id=ORGANISATION, number=1, decision_no="33/2026")


def amend(
    *lines: PricedLine, last_day: date = LAST_DAY, deliveries: tuple[PlannedDelivery, ...] = MONTHS
) -> c.AmendContract:
    """An amendment to these lines."""
    return c.AmendContract(
        call_id=s.CALL,
        organisation_id=ORGANISATION,
        lines=lines,
        last_day=last_day,
        deliveries=deliveries,
        reason=REASON,
    )


def visits(quantity: int) -> PricedLine:
    """The line of visits with another number of them; one more costs 12 of 3,600 euro."""
    return replace(VISITS, quantity=quantity)


WITHIN, BEYOND = amend(visits(130), HOURS), amend(visits(131), HOURS)
"""10 % more, and 10.33 %."""


def test_within_the_share_the_manager_amends() -> None:
    (event,) = told().when(WITHIN, **as_manager()).events
    assert isinstance(event, e.ContractAmended)
    assert (event.number, event.change, event.decision_no) == (1, 100_000, None)
    assert (event.previous_value, event.value) == (euro(360_000), euro(396_000))


def test_beyond_it_waits_for_somebody_else_to_approve() -> None:
    (proposed,) = told().when(BEYOND, **as_manager()).events
    assert isinstance(proposed, e.AmendmentProposed)
    waiting = told(*ACTIVE, proposed)
    waiting.when(WITHIN, **as_manager()).then_refused(IllegalTransition)
    waiting.when(APPROVE, **as_buyer(actor=ACTOR)).then_refused(RuleViolated, rule="contract.amendment.approver")
    waiting.when(replace(APPROVE, number=2), **as_buyer(actor=ANOTHER)).then_refused(InvalidValue, pointer="/number")
    (event,) = told(*ACTIVE, proposed).when(APPROVE, **as_buyer(actor=ANOTHER)).events
    assert isinstance(event, e.ContractAmended)
    assert (event.value, event.decision_no) == (proposed.value, "33/2026")
    rejected = e.AmendmentRejected(number=1, reason=REASON)
    told(*ACTIVE, proposed).when(c.RejectAmendment(number=1, reason=REASON), **as_buyer()).then([rejected])
    told().when(APPROVE, **as_buyer(actor=ANOTHER)).then_refused(IllegalTransition)


def test_nobody_amends_a_contract_of_their_own_organisation() -> None:
    def own(person_id: UUID = ACTOR) -> dict[str, Any]:
        return as_manager(registers=(standing(s.office(person_id)), Claims(), licences()), actor=person_id)

    rule = "contract.interest.own"
    told().when(WITHIN, **own()).then_refused(RuleViolated, rule=rule)
    (proposed,) = told().when(BEYOND, **as_manager()).events
    told(*ACTIVE, proposed).when(APPROVE, **own(ANOTHER) | {"mandate": s.BUYER}).then_refused(RuleViolated, rule=rule)


def test_a_chain_of_small_amendments_is_counted_together() -> None:
    (first,) = told().when(amend(visits(116), HOURS), **as_manager()).events
    (second,) = told(*ACTIVE, first).when(amend(visits(131), HOURS), **as_manager()).events
    assert isinstance(first, e.ContractAmended)
    assert isinstance(second, e.AmendmentProposed), "two steps of 5 % creep over 10 %"


def test_what_was_approved_is_the_new_measure() -> None:
    (proposed,) = told().when(BEYOND, **as_manager()).events
    (approved,) = told(*ACTIVE, proposed).when(APPROVE, **as_buyer(actor=ANOTHER)).events
    (more,) = told(*ACTIVE, proposed, approved).when(amend(visits(160), HOURS), **as_manager()).events
    assert isinstance(more, e.ContractAmended)
    assert more.number == 2


def test_a_line_that_shrinks_does_not_pay_for_one_that_grows() -> None:
    swapped = amend(visits(150), replace(HOURS, quantity=225))
    (event,) = told().when(swapped, **as_manager()).events
    assert isinstance(event, e.AmendmentProposed)
    assert event.value == euro(360_000)


def test_fewer_units_do_not_pay_for_dearer_or_other_ones() -> None:
    half = replace(VISITS, quantity=50, unit_price=euro(2_400))
    (event,) = told().when(amend(half, HOURS), **as_manager()).events
    assert isinstance(event, e.AmendmentProposed)
    assert (event.value, event.change) == (euro(360_000), 166_667), "50 visits, each at 12 euro more, of 3,600"
    for other in (replace(VISITS, unit=ServiceUnit.PERSON_HOUR), replace(VISITS, title=s.STANDARD.title)):
        told().when(amend(other, HOURS), **as_manager()).then_events(e.AmendmentProposed)


@for_all(
    st.lists(st.tuples(st.integers(1, 400), st.integers(0, 3_000)), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(1, 400), st.integers(0, 3_000)), min_size=1, max_size=4),
)
def test_growth_is_never_hidden(before: list[tuple[int, int]], after: list[tuple[int, int]]) -> None:
    def lines(of: list[tuple[int, int]]) -> tuple[PricedLine, ...]:
        return tuple(
            replace(VISITS, code=f"line_{n}", quantity=quantity, unit_price=euro(price))
            for n, (quantity, price) in enumerate(of)
        )

    approved, asked = lines(before), lines(after)
    whole = sum(one.amount.amount for one in approved)
    more = sum(one.amount.amount for one in asked) - whole
    found = growth(approved, asked)
    assert found >= 0
    if whole:
        assert found * whole >= more * MILLION, "the sum never grows by more than is said"
    assert growth(approved, approved) == (0 if whole else MILLION)


def test_what_was_delivered_stays_in_its_line_at_its_price() -> None:
    delivered = told(*ACTIVE, *settled(1))
    less = amend(visits(29), HOURS)
    delivered.when(less, **as_manager()).then_refused(InvalidValue, pointer="/lines")
    gone = amend(HOURS)
    delivered.when(gone, **as_manager()).then_refused(InvalidValue, pointer="/lines")
    dearer = amend(replace(VISITS, unit_price=euro(1_201)), HOURS)
    delivered.when(dearer, **as_manager()).then_refused(InvalidValue, pointer="/lines")
    told(*ACTIVE, *settled(1)).when(amend(visits(30), HOURS), **as_manager()).then_events(e.ContractAmended)


def test_units_that_were_reported_meanwhile_stop_an_approval() -> None:
    swapped = amend(visits(29), replace(HOURS, quantity=400))
    (proposed,) = told().when(swapped, **as_manager()).events
    told(*ACTIVE, proposed, reported()).when(APPROVE, **as_buyer(actor=ANOTHER)).then_refused(
        InvalidValue, pointer="/lines"
    )


@pytest.mark.parametrize(
    ("line", "pointer"),
    [
        (VISITS, "/lines/1/code"),
        (replace(HOURS, unit_price=Money(1, "USD")), "/lines/1/unit_price/currency"),
        (replace(HOURS, unit_price=euro(-1)), "/lines/1/unit_price/amount"),
        (replace(HOURS, quantity=10**9, unit_price=euro(10**9)), "/lines"),
    ],
)
def test_lines_are_sound(line: PricedLine, pointer: str) -> None:
    told().when(amend(VISITS, line), **as_manager()).then_refused(InvalidValue, pointer=pointer)


def test_no_amendment_grows_beyond_what_its_event_can_tell() -> None:
    thousandfold = replace(VISITS, unit_price=euro(1_200 + 3_600_000))
    rich = {"references": {"call": s.called(euro(10**12))}}
    told().when(amend(thousandfold, HOURS), **as_manager(**rich)).then_events(e.AmendmentProposed)
    more = replace(thousandfold, unit_price=euro(1_201 + 3_600_000))
    told().when(amend(more, HOURS), **as_manager(**rich)).then_refused(InvalidValue, pointer="/lines")


def test_no_approval_takes_a_contract_over_the_budget_of_its_call() -> None:
    """397,200 cents fit into a budget of as many; history whose call had none grows by nothing."""
    rule = "contract.amendment.budget"
    enough, less = ({"references": {"call": s.called(euro(cents))}} for cents in (397_200, 397_199))
    none = {"references": {"call": s.called(None)}}
    (proposed,) = told().when(BEYOND, **as_manager(**enough)).events
    for short in (less, none):
        told().when(BEYOND, **as_manager(**short)).then_refused(RuleViolated, rule=rule)
        told(*ACTIVE, proposed).when(APPROVE, **as_buyer(actor=ANOTHER, **short)).then_refused(RuleViolated, rule=rule)
        told().when(amend(visits(99), HOURS), **as_manager(**short)).then_events(e.ContractAmended)
    small = {"references": {"call": s.called(euro(395_999))}}
    told().when(WITHIN, **as_manager(**small)).then_refused(RuleViolated, rule=rule)
    told(*ACTIVE, proposed).when(APPROVE, **as_buyer(actor=ANOTHER, **enough)).then_events(e.ContractAmended)
    elsewhere = replace(WITHIN, call_id=ANOTHER)
    told().when(elsewhere, **as_manager()).then_refused(InvalidValue, pointer="/call_id")


def test_a_longer_contract_needs_the_licence_for_longer() -> None:
    longer = amend(*s.LINES, last_day=date(2026, 10, 31), deliveries=(*MONTHS, OCTOBER))
    told().when(longer, **as_manager()).then_events(e.ContractAmended, e.DeliveryScheduled)
    ended = licences(entered=replace(s.ENTERED, term=replace(s.TERM, valid_until=date(2026, 10, 30))))
    told().when(longer, **as_manager(registers=(standing(), Claims(), ended))).then_refused(
        RuleViolated, rule="licence.expired"
    )
    stopped = licences(changed(LicenceStage.SUSPENDED, date(2026, 10, 31)))
    told().when(longer, **as_manager(registers=(standing(), Claims(), stopped))).then_refused(
        RuleViolated, rule="licence.suspended"
    )


@pytest.mark.parametrize(
    ("deliveries", "pointer"),
    [
        ((), "/deliveries"),
        (MONTHS[:2], "/deliveries"),
        (MONTHS[1:], "/deliveries/0/number"),
        ((MONTHS[0], replace(MONTHS[1], first_day=date(2026, 7, 31)), MONTHS[2]), "/deliveries/1/first_day"),
        ((MONTHS[0], replace(MONTHS[1], first_day=date(2026, 8, 2)), MONTHS[2]), "/deliveries/1/first_day"),
        ((replace(MONTHS[0], last_day=date(2026, 6, 30)), *MONTHS[1:]), "/deliveries/0/last_day"),
        ((replace(MONTHS[0], first_day=date(2026, 6, 30)), *MONTHS[1:]), "/deliveries/0/first_day"),
        ((*MONTHS, OCTOBER), "/deliveries"),
    ],
)
def test_periods_hold_each_day_of_the_contract_once(deliveries: tuple[PlannedDelivery, ...], pointer: str) -> None:
    told().when(amend(*s.LINES, deliveries=deliveries), **as_manager()).then_refused(InvalidValue, pointer=pointer)


def test_a_period_to_the_end_of_time_is_refused_not_counted() -> None:
    for last_day in (LAST_DAY, date.max):
        endless = amend(*s.LINES, last_day=last_day, deliveries=(*MONTHS[:2], replace(MONTHS[2], last_day=date.max)))
        told().when(endless, **as_manager()).then_refused(RuleViolated, rule="calendar.published")


def test_a_period_that_was_reported_does_not_move() -> None:
    moved = (
        replace(MONTHS[0], last_day=date(2026, 7, 30)),
        replace(MONTHS[1], first_day=date(2026, 7, 31)),
        MONTHS[2],
    )
    told(*ACTIVE, reported()).when(amend(*s.LINES, deliveries=moved), **as_manager()).then_refused(
        InvalidValue, pointer="/deliveries/0"
    )
    told().when(amend(*s.LINES, deliveries=moved), **as_manager()).then_events(
        e.ContractAmended, e.DeliveryScheduled, e.DeliveryScheduled
    )


def test_a_contract_that_has_ended_is_not_amended() -> None:
    end = e.ContractTerminated(
        organisation_id=ORGANISATION, decision_no="31/2026", reason=REASON, last_day=date(2026, 9, 30), dropped=()
    )
    told(*s.ALL_PAID, end).when(WITHIN, **as_manager(now=IN_OCTOBER)).then_refused(IllegalTransition)
