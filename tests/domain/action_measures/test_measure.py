"""A measure: taken over, begun, at risk, delayed, its milestones reached, done."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.action_measures.commands import measure as c
from domain.action_measures.events import measure as e
from domain.action_measures.half_year import first_day_of, half_year_of, last_day_of, next_half_year
from domain.action_measures.measure import Measure
from domain.action_measures.required import RequiredIndicators
from domain.kernel.command import Command
from domain.kernel.deadline import end_of
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.text import Text
from tests.domain.action_measures import examples as x
from tests.support.given import NOW, Outcome, built, given, given_nothing

RISK = c.MarkMeasureAtRisk(reason=x.REASON)
CLEAR = c.ClearMeasureRisk(reason=x.REASON)
REACH = c.CompleteMilestone(milestone="1.1.1.a", on=date(2026, 3, 10), evidence=(x.FILE,))
COMPLETE = c.CompleteMeasure(summary=x.REASON)
RUNNING = (x.PLANNED, x.STARTED)
TICK = timedelta(microseconds=1)


def decided(command: Command, *past: Event, **changes: Any) -> Outcome:
    clock = isinstance(command, c.FlagMeasureAtRisk | c.MarkMeasureDelayed)
    facts: dict[str, Any] = {"mandate": x.CLOCK if clock else x.LEAD, "boundary": RequiredIndicators()}
    return given(Measure, past or RUNNING, stream_id=x.MEASURE).when(command, **(facts | changes))


def test_the_lead_takes_over_what_was_assigned() -> None:
    given_nothing(Measure, stream_id=x.MEASURE).when(x.PLAN_MEASURE, mandate=x.CLOCK).then([x.PLANNED])
    assert Measure.settled_id(10, x.PLAN_MEASURE) == x.MEASURE
    assert Measure.settled_id(10, COMPLETE) is None


def test_what_a_plan_of_the_past_lacks_is_told_with_the_measure() -> None:
    words = replace(x.PLAN_MEASURE, plan=x.WORDS_ONLY)

    (event,) = given_nothing(Measure, stream_id=x.MEASURE).when(words, mandate=x.CLOCK).events

    assert isinstance(event, e.MeasurePlanned)
    assert [one.code for one in event.findings] == ["measure.milestone.day", "measure.milestone.outside"]


def test_a_short_measure_is_at_risk_from_its_first_day() -> None:
    short = replace(x.PLAN_MEASURE, plan=replace(x.PLAN, first_day=date(2026, 12, 1), milestones=()))

    (event,) = given_nothing(Measure, stream_id=x.MEASURE).when(short, mandate=x.CLOCK).events

    assert isinstance(event, e.MeasurePlanned)
    assert event.risk_from == date(2026, 12, 1)


def test_a_measure_from_its_beginning_to_its_end() -> None:
    (event,) = decided(c.StartMeasure(), x.PLANNED).then_events(e.MeasureStarted).events
    assert isinstance(event, e.MeasureStarted)
    assert (event.on, event.awaited.period) == (date(2026, 3, 16), "2026-H1")
    assert (event.awaited.due.rule, event.awaited.due.due_at) == ("measure.progress.due", end_of(date(2026, 7, 21)))
    decided(RISK).then([x.AT_RISK])
    decided(CLEAR, *RUNNING, x.AT_RISK).then([x.CLEARED])
    decided(REACH).then([x.REACHED[0]])
    decided(COMPLETE, *RUNNING, *x.REACHED).then([x.COMPLETED])
    decided(COMPLETE, *RUNNING, *x.REACHED, now=x.OVER).then(
        [replace(x.COMPLETED, on=x.LAST + timedelta(days=1), in_time=False, as_planned=False)]
    )


def test_the_clock_says_when_a_measure_is_at_risk_and_when_it_is_late() -> None:
    for past in ((x.PLANNED,), RUNNING):
        decided(c.FlagMeasureAtRisk(), *past, now=x.NEAR - TICK).then_refused(RuleViolated, rule="measure.at_risk")
        decided(c.FlagMeasureAtRisk(), *past, now=x.NEAR).then([x.FLAGGED])
        decided(c.MarkMeasureDelayed(), *past, now=x.OVER - TICK).then_refused(RuleViolated, rule="measure.last_day")
        decided(c.MarkMeasureDelayed(), *past, now=x.OVER).then([x.DELAYED])
    decided(c.MarkMeasureDelayed(), *RUNNING, x.FLAGGED, now=x.OVER).then([x.DELAYED])


def test_near_its_end_a_risk_is_no_longer_talked_away() -> None:
    decided(CLEAR, *RUNNING, x.AT_RISK, now=x.NEAR - TICK).then([x.CLEARED])
    decided(CLEAR, *RUNNING, x.AT_RISK, now=x.NEAR).then_refused(RuleViolated, rule="measure.near_end")


def test_a_late_beginning_changes_nothing_about_a_delay() -> None:
    assert built(Measure, (x.PLANNED, x.DELAYED, x.STARTED), x.MEASURE).stage == "delayed"
    assert built(Measure, (x.PLANNED, x.AT_RISK, x.CLEARED), x.MEASURE).stage == "planned"


def test_nothing_is_reached_before_the_work_has_begun() -> None:
    for command in (REACH, COMPLETE):
        decided(command, x.PLANNED).then_refused(RuleViolated, rule="measure.started")
    decided(replace(REACH, on=date(2026, 3, 1))).then_refused(InvalidValue, pointer="/on")
    decided(replace(REACH, on=date(2026, 3, 1)), imported=True).then_events(e.MilestoneCompleted)


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (replace(REACH, milestone="9"), "/milestone"),
        (replace(REACH, on=date(2026, 3, 17)), "/on"),
        (replace(RISK, reason=Text()), "/reason"),
        (replace(COMPLETE, summary=Text()), "/summary"),
    ],
)
def test_what_cannot_be_meant(command: Command, pointer: str) -> None:
    decided(command).then_refused(InvalidValue, pointer=pointer)


def test_a_measure_is_done_when_all_its_milestones_are() -> None:
    decided(COMPLETE, *RUNNING, x.REACHED[0]).then_refused(RuleViolated, rule="measure.milestones")
    decided(REACH, *RUNNING, x.REACHED[0]).then_refused(IllegalTransition)


_STAGES: dict[str, tuple[Event, ...]] = {
    "planned": (x.PLANNED,),
    "active": RUNNING,
    "at_risk": (*RUNNING, x.AT_RISK),
    "delayed": (*RUNNING, x.DELAYED),
    "done": (*RUNNING, *x.REACHED, x.COMPLETED),
    "dropped": (*RUNNING, x.DROPPED),
}
_POSSIBLE: dict[Command, set[str]] = {
    c.StartMeasure(): {"planned"},
    RISK: {"planned", "active"},
    c.FlagMeasureAtRisk(): {"planned", "active"},
    CLEAR: {"at_risk"},
    c.MarkMeasureDelayed(): {"planned", "active", "at_risk"},
    REACH: {"planned", "active", "at_risk", "delayed"},
    COMPLETE: {"planned", "active", "at_risk", "delayed"},
}


def test_what_is_possible_in_which_stage() -> None:
    for command, possible in _POSSIBLE.items():
        for stage, past in _STAGES.items():
            assert built(Measure, past, x.MEASURE).stage == stage
            if stage not in possible:
                decided(command, *past, now=NOW).then_refused(IllegalTransition)


def test_moved_days_set_a_measure_on_track_and_leave_the_baseline() -> None:
    moved = built(Measure, (*RUNNING, x.DELAYED, x.RESCHEDULED), x.MEASURE)

    assert (moved.stage, moved.last_day, moved.plan.last_day) == ("active", date(2027, 6, 30), x.LAST)
    assert (moved.targets["1.1.1.b"], moved.plan.milestones[1].target) == (date(2027, 3, 31), date(2026, 10, 31))


def test_half_years() -> None:
    assert [half_year_of(date(2026, month, 30)) for month in (6, 7)] == ["2026-H1", "2026-H2"]
    assert (first_day_of("2026-H2"), last_day_of("2026-H2")) == (date(2026, 7, 1), date(2026, 12, 31))
    assert (next_half_year("2026-H1"), next_half_year("2026-H2")) == ("2026-H2", "2027-H1")
