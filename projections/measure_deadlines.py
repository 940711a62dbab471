"""Deadlines of measures: near their end, their last day, each milestone, each half-year's report."""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from domain.action_measures.commands.measure import FlagMeasureAtRisk, MarkMeasureDelayed
from domain.action_measures.commands.progress import MarkProgressOverdue
from domain.action_measures.events import measure as e
from domain.action_measures.events import progress as p
from domain.kernel.deadline import end_of, start_of
from domain.kernel.ids import derived_id
from projections.deadline_rows import (
    DeadlineRow,
    deadline_id,
    move_deadline,
    of_stream,
    set_deadline,
    settle_deadline,
)
from projections.read_model import Key, Stored, folds

Row = DeadlineRow
RISK, END = "measure_risk", "measure_end"
MILESTONE, PROGRESS = "measure_milestone", "measure_progress"


def _milestone(event: Stored, code: str) -> Key:
    return (deadline_id(event.stream_id, MILESTONE, derived_id("milestone", code)),)


def _progress(event: Stored, period: str) -> Key:
    return (deadline_id(event.stream_id, PROGRESS, p.progress_id(period)),)


def _planned(event: Stored, told: e.MeasurePlanned) -> Iterable[Key]:
    codes = [one.code for one in told.plan.milestones if one.target is not None]
    return [*of_stream(RISK, END)(event, told), *(_milestone(event, code) for code in codes)]


def _moved(event: Stored, told: e.MeasureRescheduled) -> Iterable[Key]:
    return [*of_stream(RISK, END)(event, told), *(_milestone(event, one.milestone) for one in told.milestones)]


def _reached(event: Stored, told: e.MilestoneCompleted) -> Iterable[Key]:
    return [_milestone(event, told.milestone)]


def _reported(event: Stored, told: Any) -> Iterable[Key]:
    """The half-year that was awaited, and the one that is from now on."""
    awaited = told.awaited
    return [_progress(event, told.period), *([] if awaited is None else [_progress(event, awaited.period)])]


def _ended(event: Stored, told: e.MeasureDropped) -> Iterable[Key]:
    periods = [] if told.awaited is None else [_progress(event, told.awaited)]
    return [*of_stream(RISK, END)(event, told), *(_milestone(event, code) for code in told.open), *periods]


class MeasureDeadlines:
    """Kinds `measure_risk` and `measure_end`, on which the clock acts, `measure_milestone`, `measure_progress`."""

    @folds(e.MeasurePlanned, keys=_planned, begins=True)
    def measure_planned(self, _row: Row | None, event: Stored, told: e.MeasurePlanned) -> tuple[Row, ...]:
        """By its baseline."""
        plan = told.plan
        milestones = (
            set_deadline(event, MILESTONE, end_of(one.target), None, part_id=derived_id("milestone", one.code))
            for one in plan.milestones
            if one.target is not None
        )
        return (
            set_deadline(event, RISK, start_of(told.risk_from), None, action=FlagMeasureAtRisk),
            set_deadline(event, END, end_of(plan.last_day), None, action=MarkMeasureDelayed),
            *milestones,
        )

    @folds(e.MeasureRescheduled, keys=_moved, begins=True)
    def measure_moved(self, row: Row | None, event: Stored, told: e.MeasureRescheduled) -> Row | tuple[Row, ...]:
        """Other days count; the earlier ones are kept."""
        targets = {
            derived_id("milestone", one.milestone): end_of(one.target)
            for one in told.milestones
            if one.target is not None
        }
        if row is None:
            return tuple(set_deadline(event, MILESTONE, at, None, part_id=part) for part, at in targets.items())
        if row.kind == RISK:
            return move_deadline(row, event, start_of(told.risk_from), None)
        if row.kind == END:
            return move_deadline(row, event, end_of(told.last_day), None)
        due_at = targets.get(row.part_id) if row.part_id else None
        return settle_deadline(row, event, "cancelled") if due_at is None else move_deadline(row, event, due_at, None)

    @folds(e.MilestoneCompleted, keys=_reached)
    def milestone_reached(self, row: Row, event: Stored, told: e.MilestoneCompleted) -> Row:
        """In time or late, by the day on which it was reached."""
        return settle_deadline(row, event, "met" if end_of(told.on) <= row.due_at else "missed")

    @folds(e.MeasureAtRisk, keys=of_stream(RISK))
    def measure_at_risk(self, row: Row, event: Stored, _told: e.MeasureAtRisk) -> Row:
        """The clock has nothing more to say."""
        return settle_deadline(row, event, "met")

    @folds(e.MeasureRiskCleared, keys=of_stream(RISK))
    def measure_risk_cleared(self, row: Row, _event: Stored, _told: e.MeasureRiskCleared) -> Row:
        """The clock says it when its last day is near."""
        return replace(row, state="pending", settled_at=None)

    @folds(e.MeasureDelayed, keys=of_stream(RISK, END))
    def measure_delayed(self, row: Row, event: Stored, _told: e.MeasureDelayed) -> Row:
        """Its last day is over."""
        if row.kind == RISK:
            return settle_deadline(row, event, "cancelled") if row.state == "pending" else row
        return settle_deadline(row, event, "missed")

    @folds(e.MeasureCompleted, keys=of_stream(RISK, END))
    def measure_done(self, row: Row, event: Stored, _told: e.MeasureCompleted) -> Row:
        """In time; what was missed stays missed."""
        return settle_deadline(row, event, "met") if row.state == "pending" else row

    @folds(e.MeasureDropped, keys=_ended)
    def measure_dropped(self, row: Row, event: Stored, _told: e.MeasureDropped) -> Row:
        """Nothing is due any more."""
        return settle_deadline(row, event, "cancelled") if row.state == "pending" else row

    @folds(e.MeasureStarted, keys=lambda event, told: [_progress(event, told.awaited.period)], begins=True)
    def measure_started(self, _row: Row | None, event: Stored, told: e.MeasureStarted) -> Row:
        """The first report is awaited."""
        return _awaiting(event, told.awaited)

    @folds(p.ProgressReported, p.ProgressOverdue, keys=_reported, begins=True)
    def progress_due(
        self, row: Row | None, event: Stored, told: p.ProgressReported | p.ProgressOverdue
    ) -> Row | tuple[Row, ...]:
        """In time, late or missing, and the next half-year awaited."""
        if row is None:
            return () if told.awaited is None else (_awaiting(event, told.awaited),)
        if isinstance(told, p.ProgressOverdue):
            return settle_deadline(row, event, "missed")
        return settle_deadline(row, event, "missed" if told.late else "met") if row.state == "pending" else row


def _awaiting(event: Stored, awaited: e.Awaited) -> Row:
    return set_deadline(
        event,
        PROGRESS,
        awaited.due.due_at,
        awaited.due,
        action=MarkProgressOverdue,
        part_id=p.progress_id(awaited.period),
    )
