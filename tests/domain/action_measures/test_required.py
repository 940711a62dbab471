"""A measure is not done while an indicator that it requires is not met by a value that the Council accepted."""

from typing import Any

import pytest
from msgspec.structs import replace

from domain.action_measures.commands.measure import CompleteMeasure
from domain.action_measures.events.indicator import measured_tag
from domain.action_measures.indicator_vocabulary import PeriodTarget
from domain.action_measures.measure import Measure
from domain.action_measures.required import RequiredIndicators
from domain.kernel.errors import RuleViolated
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from tests.domain.action_measures import examples as x
from tests.domain.action_measures import indicator_examples as y
from tests.support.given import Outcome, given

COMPLETE = CompleteMeasure(summary=x.REASON)
DONE = (x.PLANNED, x.STARTED, *x.REACHED)
LAST = replace(y.ACCEPTED, period="2026-H1")


def completed(*told: Event, **more: Event) -> Outcome:
    """Of the indicator `told`, and of others by their names."""
    fold = RequiredIndicators()
    for event in told:
        fold.apply(y.INDICATOR, event)
    for name, event in more.items():
        fold.apply(derived_id("test", name), event)
    changes: dict[str, Any] = {"mandate": x.LEAD, "boundary": fold}
    return given(Measure, DONE, stream_id=x.MEASURE).when(COMPLETE, **changes)


def test_the_boundary_is_that_of_the_measure() -> None:
    assert RequiredIndicators.tags(x.MEASURE, COMPLETE) == (measured_tag(x.MEASURE),)
    for event in (y.DEFINED, y.ACCEPTED, y.REOPENED, y.WITHDRAWN):
        assert event.tags() == (measured_tag(x.MEASURE),)
    assert y.REPORTED.tags() == ()


@pytest.mark.parametrize(
    "told",
    [
        (y.DEFINED,),
        (y.DEFINED, y.ACCEPTED),
        (y.DEFINED, y.ACCEPTED, replace(LAST, met=False)),
        (y.DEFINED, LAST, replace(y.REOPENED, period="2026-H1")),
    ],
    ids=("no value", "an earlier period", "below the target", "reopened"),
)
def test_an_unmet_indicator_stands_in_the_way(told: tuple[Event, ...]) -> None:
    completed(*told).then_refused(RuleViolated, rule="measure.indicators")
    completed(y.DEFINED, LAST, other=y.DEFINED).then_refused(RuleViolated, rule="measure.indicators")


@pytest.mark.parametrize(
    "told",
    [
        (),
        (replace(y.DEFINED, required=False),),
        (y.DEFINED, LAST),
        (y.DEFINED, LAST, y.REOPENED),
        (y.DEFINED, y.WITHDRAWN),
        (replace(y.DEFINED, periods=(PeriodTarget(period="2026-H1"),)), replace(LAST, met=None)),
        (replace(y.DEFINED, periods=(y.PERIODS[0], PeriodTarget(period="2026-H1"))), y.ACCEPTED),
    ],
)
def test_a_measure_is_done_when_all_are_met(told: tuple[Event, ...]) -> None:
    completed(*told).then([x.COMPLETED])
