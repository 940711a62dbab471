"""Every deadline with its proof: what is due when, by which rule, and how the day was counted."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.consultations import events as e
from domain.kernel.deadline import Deadline
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from projections.read_model import Handler, Key, ReadModel, Stored, folds

CLOSE = "CloseConsultation"
"""Name of the command that the clock sends when a window's time has come."""


class Moved(msgspec.Struct, frozen=True):
    """A date that no longer counts: when it was replaced, by what event, and its proof."""

    due_at: datetime
    replaced_at: datetime
    by: str
    proof: Deadline | None = None


class DeadlineRow(msgspec.Struct, frozen=True):
    """A deadline. `kind` is window, report or notice; `state` is pending, met, missed or cancelled.

    Its id stays the same when its date moves; `moved` holds the earlier dates. `proof` is None for windows of imported
    history, which were counted elsewhere. Whether a pending one is overdue is a question of now, so not in here.
    """

    tenant_id: int
    deadline_id: UUID
    stream_id: UUID
    kind: str
    state: str
    due_at: datetime
    set_at: datetime
    position: int
    epoch: int
    action: str = ""
    meeting_id: UUID | None = None
    rule: str = ""
    calendar: str = ""
    proof: Deadline | None = None
    moved: tuple[Moved, ...] = ()
    settled_at: datetime | None = None


Row = DeadlineRow


def deadline_id(stream_id: UUID, kind: str, *meeting_id: UUID) -> UUID:
    """The id of the one deadline of a kind that a stream has; notices have one per meeting."""
    return derived_id("deadline", stream_id, kind, *meeting_id)


def _window(event: Stored, _told: Any) -> Iterable[Key]:
    return ((deadline_id(event.stream_id, "window"),),)


def _report(event: Stored, _told: Any) -> Iterable[Key]:
    return ((deadline_id(event.stream_id, "report"),),)


def _both(event: Stored, _told: Any) -> Iterable[Key]:
    return ((deadline_id(event.stream_id, "window"),), (deadline_id(event.stream_id, "report"),))


def _meeting(event: Stored, told: Any) -> Iterable[Key]:
    return ((deadline_id(event.stream_id, "notice", told.meeting_id),),)


class DeadlineRegister(ReadModel[DeadlineRow]):
    """Folds the windows, report dates and notices of consultations."""

    name = "deadline_register"
    table = "deadline_register"
    row = DeadlineRow
    key = ("deadline_id",)
    kept = True

    def apply(self, handler: Handler, key: Key, row: Row | None, event: Stored, told: Event) -> Row | None:
        """The row after the event; a new one belongs under its own key only."""
        changed = super().apply(handler, key, row, event, told)
        return None if changed is None or changed.deadline_id != key[0] else changed

    @folds(e.ConsultationOpened, keys=_window, begins=True)
    def opened(self, _row: Row | None, event: Stored, told: e.ConsultationOpened) -> Row:
        """A window that the clock closes."""
        return _new(event, "window", told.closes_at, told.deadline, action=CLOSE)

    @folds(e.ConsultationExtended, e.ConsultationRestarted, keys=_window)
    def prolonged(self, row: Row, event: Stored, told: e.ConsultationExtended | e.ConsultationRestarted) -> Row:
        """A later end."""
        return _move(row, event, told.closes_at, told.deadline)

    @folds(e.DeadlineMoved, keys=_both)
    def moved(self, row: Row, event: Stored, told: e.DeadlineMoved) -> Row:
        """The calendar changed under one of them."""
        return _move(row, event, told.deadline.due_at, told.deadline) if row.kind == told.kind else row

    @folds(e.ConsultationClosed, keys=_both, begins=True)
    def closed(self, row: Row | None, event: Stored, told: e.ConsultationClosed) -> Row | None:
        """The window was kept; the report's time begins."""
        if row is not None:
            return replace(row, state="met", settled_at=event.occurred_at)
        return None if told.report_due is None else _new(event, "report", told.report_due.due_at, told.report_due)

    @folds(e.ReportPublished, keys=_report)
    def reported(self, row: Row, event: Stored, told: e.ReportPublished) -> Row:
        """In time or late."""
        return replace(row, state="missed" if told.late else "met", settled_at=event.occurred_at)

    @folds(e.ConsultationWithdrawn, e.ConsultationAnnulled, keys=_both)
    def void(self, row: Row, event: Stored, _told: e.ConsultationWithdrawn | e.ConsultationAnnulled) -> Row:
        """Nothing is due any more."""
        return replace(row, state="cancelled", settled_at=event.occurred_at) if row.state == "pending" else row

    @folds(e.MeetingScheduled, keys=_meeting, begins=True)
    def announced(self, _row: Row | None, event: Stored, told: e.MeetingScheduled) -> Row | None:
        """The notice that was given: met from the start, or scheduling would have been refused."""
        if told.notice is None:
            return None
        row = _new(event, "notice", told.notice.due_at, told.notice, meeting_id=told.meeting_id)
        late = told.starts_at < told.notice.due_at
        return replace(row, state="missed" if late else "met", settled_at=event.occurred_at)

    @folds(e.MeetingCancelled, keys=_meeting)
    def called_off(self, row: Row, event: Stored, _told: e.MeetingCancelled) -> Row:
        """No meeting, no notice."""
        return replace(row, state="cancelled", settled_at=event.occurred_at)


def _new(
    event: Stored,
    kind: str,
    due_at: datetime,
    proof: Deadline | None,
    *,
    action: str = "",
    meeting_id: UUID | None = None,
) -> Row:
    return Row(
        tenant_id=event.tenant_id,
        deadline_id=deadline_id(event.stream_id, kind, *([meeting_id] if meeting_id else [])),
        stream_id=event.stream_id,
        kind=kind,
        state="pending",
        due_at=due_at,
        set_at=event.occurred_at,
        position=event.position,
        epoch=event.epoch,
        action=action,
        meeting_id=meeting_id,
        rule=proof.rule if proof else "",
        calendar=proof.calendar if proof else "",
        proof=proof,
    )


def _move(row: Row, event: Stored, due_at: datetime, proof: Deadline | None) -> Row:
    if due_at == row.due_at and proof == row.proof:
        return row
    earlier = Moved(row.due_at, event.occurred_at, event.type_name, row.proof)
    return replace(
        row,
        state="pending",
        due_at=due_at,
        position=event.position,
        proof=proof or row.proof,
        rule=proof.rule if proof else row.rule,
        calendar=proof.calendar if proof else row.calendar,
        moved=(*row.moved, earlier),
    )
