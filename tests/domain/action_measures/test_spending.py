"""The money of a measure: bound before it is spent, in the line's currency, given back only where it was taken."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from domain.action_measures.commands.progress import RecordCommitment, RecordSpending
from domain.action_measures.events import progress as e
from domain.action_measures.measure import Measure
from domain.kernel.command import Command
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.money import Money
from tests.domain.action_measures import examples as x
from tests.support.given import Outcome, given

BOUND = (x.PLANNED, x.COMMITTED)
SPENT = (*BOUND, x.SPENT)


def decided(command: Command, *past: Event) -> Outcome:
    return given(Measure, past or BOUND, stream_id=x.MEASURE).when(command, mandate=x.LEAD)


def test_money_is_bound_spent_and_given_back() -> None:
    decided(x.COMMIT, x.PLANNED).then([x.COMMITTED])
    decided(x.SPEND).then([x.SPENT])
    back = replace(x.SPEND, amount=Money(-100_000))
    decided(back, *SPENT).then([replace(x.SPENT, number=3, amount=back.amount, spent=Money(300_000))])
    less = replace(x.COMMIT, amount=Money(-500_000))
    decided(less, *SPENT).then([replace(x.COMMITTED, number=3, amount=less.amount, committed=Money(400_000))])
    more = replace(x.COMMIT, amount=Money(5_000_000))
    decided(more, x.PLANNED).then_events(e.CommitmentRecorded)


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (replace(x.SPEND, amount=Money(500_001)), "measure.budget.committed"),
        (replace(x.COMMIT, amount=Money(-500_001)), "measure.budget.committed"),
        (replace(x.SPEND, amount=Money(-400_001)), "measure.budget.returned"),
    ],
)
def test_nothing_is_spent_that_is_not_bound(command: Command, rule: str) -> None:
    decided(command, *SPENT).then_refused(RuleViolated, rule=rule)


@pytest.mark.parametrize("command", [x.COMMIT, x.SPEND], ids=["commit", "spend"])
@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"line": "loan"}, "/line"),
        ({"amount": Money(1, "USD")}, "/amount/currency"),
        ({"amount": Money(0)}, "/amount/amount"),
        ({"amount": Money(10**13)}, "/amount/amount"),
        ({"on": date(2026, 3, 17)}, "/on"),
    ],
)
def test_entries_that_cannot_be_meant(
    command: RecordCommitment | RecordSpending, changes: dict[str, Any], pointer: str
) -> None:
    decided(replace(command, **changes), *SPENT).then_refused(InvalidValue, pointer=pointer)


def test_bills_come_also_after_the_end() -> None:
    decided(x.SPEND, x.PLANNED, x.STARTED, x.COMMITTED, *x.REACHED, x.COMPLETED).then([x.SPENT])
    decided(x.SPEND, x.PLANNED, x.COMMITTED, x.DROPPED).then([x.SPENT])
