"""Deadlines of memoranda: what was agreed to be done by a day, and when to look at the whole again."""

from collections.abc import Iterable

from domain.council.events import memorandum as e
from domain.council.memorandum_parts import obligation_id
from domain.kernel.deadline import end_of
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
OBLIGATION, REVIEW = "memorandum_obligation", "memorandum_review"


def _obligation(event: Stored, told: e.ObligationAgreed | e.ObligationFulfilled) -> Iterable[Key]:
    return ((deadline_id(event.stream_id, OBLIGATION, obligation_id(told.code)),),)


def _open(event: Stored, told: e.MemorandumEnded) -> Iterable[Key]:
    yield (deadline_id(event.stream_id, REVIEW),)
    for code in told.open:
        yield (deadline_id(event.stream_id, OBLIGATION, obligation_id(code)),)


class MemorandumDeadlines:
    """Kinds `memorandum_obligation`, one for each that has a day, and `memorandum_review`."""

    @folds(e.MemorandumSigned, keys=of_stream(REVIEW), begins=True)
    def memorandum_signed(self, _row: Row | None, event: Stored, told: e.MemorandumSigned) -> Row | None:
        """Looked at again by the end of that day."""
        return None if told.review_by is None else set_deadline(event, REVIEW, end_of(told.review_by), None)

    @folds(e.ObligationAgreed, keys=_obligation, begins=True)
    def obligation_agreed(self, _row: Row | None, event: Stored, told: e.ObligationAgreed) -> Row | None:
        """Done by the end of that day."""
        if told.due is None:
            return None
        return set_deadline(event, OBLIGATION, end_of(told.due), None, part_id=obligation_id(told.code))

    @folds(e.ObligationFulfilled, keys=_obligation)
    def obligation_fulfilled(self, row: Row, event: Stored, told: e.ObligationFulfilled) -> Row:
        """Done in time, or late."""
        return settle_deadline(row, event, "missed" if told.late else "met")

    @folds(e.MemorandumReviewed, keys=of_stream(REVIEW), begins=True)
    def memorandum_reviewed(self, row: Row | None, event: Stored, told: e.MemorandumReviewed) -> Row | None:
        """Looked at; again by another day, or no more."""
        if told.review_by is None:
            return None if row is None else settle_deadline(row, event, "met")
        if row is None:
            return set_deadline(event, REVIEW, end_of(told.review_by), None)
        return move_deadline(row, event, end_of(told.review_by), None)

    @folds(e.MemorandumEnded, keys=_open)
    def memorandum_ended(self, row: Row, event: Stored, _told: e.MemorandumEnded) -> Row:
        """Nothing is owed any more."""
        return settle_deadline(row, event, "cancelled") if row.state == "pending" else row
