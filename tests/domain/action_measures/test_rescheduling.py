"""Other days for a measure, and its end before it is done: by a resolution about it, and with the baseline in sight."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from domain.action_measures.commands import measure as c
from domain.action_measures.events import measure as e
from domain.action_measures.measure import Measure
from domain.council.resolutions import Resolutions
from domain.council.vocabulary import ResolutionKind, ResolutionSubject
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.text import Text
from tests.domain.action_measures import examples as x
from tests.support.council import resolved
from tests.support.given import Outcome, built, given

SUBJECT = ResolutionSubject(kind=ResolutionKind.RESCHEDULE_MEASURE, tenant="mflt", stream_id=x.MEASURE)
MOVE = c.RescheduleMeasure(
    resolution_id=x.RESOLUTION,
    last_day=x.RESCHEDULED.last_day,
    milestones=(c.NewTarget(milestone="1.1.1.b", target=date(2027, 3, 31)),),
    reason=x.REASON,
)
DROP = c.DropMeasure(resolution_id=x.RESOLUTION, reason=x.REASON)
RUNNING = (x.PLANNED, x.STARTED)
NEXT = e.MeasureRescheduled(
    revision=2,
    resolution_id=x.VERIFIER,
    first_day_before=x.FIRST,
    last_day_before=x.RESCHEDULED.last_day,
    first_day=x.FIRST,
    last_day=date(2028, 6, 30),
    risk_from=date(2028, 5, 31),
    reason=x.REASON,
)


def decided(command: Command, *past: Event, kind: ResolutionKind | None = None, **changes: Any) -> Outcome:
    asked = ResolutionKind.DROP_MEASURE if isinstance(command, c.DropMeasure) else ResolutionKind.RESCHEDULE_MEASURE
    facts: dict[str, Any] = {"mandate": x.LEAD, "registers": (resolved(replace(SUBJECT, kind=kind or asked)),)}
    return given(Measure, past or RUNNING, stream_id=x.MEASURE).when(command, **(facts | changes))


def test_days_are_moved_by_a_resolution_and_the_baseline_stays() -> None:
    outcome = decided(MOVE).then([x.RESCHEDULED])

    assert outcome.aggregate is not None
    assert (outcome.aggregate.plan.last_day, outcome.aggregate.last_day) == (x.LAST, x.RESCHEDULED.last_day)
    assert Resolutions.tags(x.MEASURE, MOVE) == (f"resolution:{x.RESOLUTION}",)


@pytest.mark.parametrize("command", [MOVE, DROP], ids=["move", "drop"])
def test_without_a_resolution_about_it_nothing_moves(command: Any) -> None:
    elsewhere = resolved(replace(SUBJECT, stream_id=x.STRATEGY))

    decided(command, registers=(Resolutions(),)).then_refused(RuleViolated, rule="council.resolution")
    decided(command, registers=(elsewhere,)).then_refused(RuleViolated, rule="council.resolution")
    decided(command, kind=ResolutionKind.OTHER).then_refused(RuleViolated, rule="council.resolution")


@pytest.mark.parametrize("command", [MOVE, DROP], ids=["move", "drop"])
def test_history_says_that_no_resolution_is_known(command: Any) -> None:
    unknown = replace(command, resolution_id=None, decision_no="OMB, May 2020")

    (event,) = decided(unknown, registers=(Resolutions(),), imported=True).events

    assert isinstance(event, e.MeasureRescheduled | e.MeasureDropped)
    assert (event.decision_no, [one.rule for one in event.findings]) == ("OMB, May 2020", ["council.resolution"])


def test_a_resolution_serves_once() -> None:
    again = replace(MOVE, last_day=date(2028, 6, 30), milestones=())

    decided(again, *RUNNING, x.RESCHEDULED).then_refused(RuleViolated, rule="measure.resolution.used")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"last_day": None, "milestones": ()}, "/last_day"),
        ({"last_day": x.LAST, "milestones": ()}, "/last_day"),
        ({"last_day": date(2026, 1, 1)}, "/last_day"),
        ({"last_day": date(2026, 3, 15), "milestones": ()}, "/last_day"),
        ({"last_day": date(2026, 5, 31), "milestones": ()}, "/milestones"),
        ({"last_day": None}, "/milestones"),
        ({"first_day": date(2026, 2, 1)}, "/first_day"),
        ({"milestones": (c.NewTarget(milestone="9", target=x.LAST),)}, "/milestones/0/milestone"),
        ({"milestones": (*MOVE.milestones, *MOVE.milestones)}, "/milestones/1/milestone"),
        ({"reason": Text()}, "/reason"),
    ],
)
def test_days_that_cannot_be_meant(changes: dict[str, Any], pointer: str) -> None:
    decided(replace(MOVE, **changes)).then_refused(InvalidValue, pointer=pointer)


def test_what_is_reached_is_not_moved_and_needs_no_room() -> None:
    moved = replace(MOVE, milestones=(c.NewTarget(milestone="1.1.1.a", target=date(2026, 5, 1)),))

    decided(moved, *RUNNING, x.REACHED[0]).then_refused(InvalidValue, pointer="/milestones/0/milestone")
    earlier = replace(MOVE, last_day=date(2026, 4, 29), milestones=())
    decided(earlier, *RUNNING, *x.REACHED).then_events(e.MeasureRescheduled)


def test_a_first_day_moves_while_work_has_not_begun() -> None:
    later = replace(MOVE, first_day=date(2026, 4, 1), last_day=None, milestones=())

    (event,) = decided(later, x.PLANNED).then_events(e.MeasureRescheduled).events

    assert isinstance(event, e.MeasureRescheduled)
    assert (event.first_day_before, event.first_day, event.last_day) == (x.FIRST, date(2026, 4, 1), x.LAST)


def test_a_day_in_the_past_is_taken_from_history_alone() -> None:
    past = replace(MOVE, last_day=date(2026, 3, 1), milestones=())

    decided(past, x.PLANNED, imported=True).then_events(e.MeasureRescheduled)


def test_words_come_in_the_place_of_a_day_from_history_alone() -> None:
    words = (c.NewTarget(milestone="1.1.1.a", target_words="ongoing"),)
    moved = replace(MOVE, last_day=None, milestones=words)

    decided(moved).then_refused(RuleViolated, rule="measure.milestone.day")
    (event,) = decided(moved, imported=True).then_events(e.MeasureRescheduled).events
    assert isinstance(event, e.MeasureRescheduled)
    assert [(one.target, one.target_words) for one in event.milestones] == [(None, "ongoing")]
    assert [(one.code, one.pointer) for one in event.findings] == [("measure.milestone.day", "/milestones/0/target")]


def test_a_delayed_measure_is_on_track_again_until_it_slides_again() -> None:
    for past, stage in (
        ((*RUNNING, x.DELAYED, x.RESCHEDULED), "active"),
        ((x.PLANNED, x.DELAYED, x.RESCHEDULED), "planned"),
        ((*RUNNING, x.AT_RISK, replace(x.RESCHEDULED, last_day=x.LAST)), "at_risk"),
        ((*RUNNING, x.RESCHEDULED, x.DELAYED, NEXT), "active"),
    ):
        assert built(Measure, past, x.MEASURE).stage == stage


def test_a_measure_is_dropped_for_good() -> None:
    decided(DROP).then([x.DROPPED])
    decided(DROP, x.PLANNED).then([replace(x.DROPPED, awaited=None)])
    for past in ((*RUNNING, x.DROPPED), (*RUNNING, *x.REACHED, x.COMPLETED)):
        for command in (DROP, MOVE):
            decided(command, *past).then_refused(IllegalTransition)
    decided(replace(DROP, reason=Text())).then_refused(InvalidValue, pointer="/reason")
