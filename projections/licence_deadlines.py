"""Deadlines of licences: by when an application is decided, and the end of the last day, on which the clock acts."""

from collections.abc import Iterable
from typing import Any

from domain.kernel.deadline import end_of
from domain.licences import events as e
from domain.licences.commands import ExpireLicence
from projections.deadline_rows import DeadlineRow, deadline_id, move_deadline, set_deadline, settle_deadline
from projections.read_model import Key, Stored, folds

Row = DeadlineRow
DECISION, EXPIRY = "licence_decision", "licence_expiry"


def _decision(event: Stored, _told: Any) -> Iterable[Key]:
    return ((deadline_id(event.stream_id, DECISION),),)


def _expiry(event: Stored, _told: Any) -> Iterable[Key]:
    return ((deadline_id(event.stream_id, EXPIRY),),)


def _both(event: Stored, told: Any) -> Iterable[Key]:
    return (*_decision(event, told), *_expiry(event, told))


class LicenceDeadlines:
    """Kinds `licence_decision` and `licence_expiry`; a renewal moves the latter."""

    @folds(e.LicenceApplied, keys=_decision, begins=True)
    def licence_applied(self, _row: Row | None, event: Stored, told: e.LicenceApplied) -> Row | None:
        """To be decided by then; without a rule, whenever."""
        return None if told.decide_by is None else set_deadline(event, DECISION, told.decide_by.due_at, told.decide_by)

    @folds(e.LicenceGranted, keys=_both, begins=True)
    def licence_granted(self, row: Row | None, event: Stored, told: e.LicenceGranted) -> Row:
        """Decided, in time or late; it ends with its last day."""
        if row is None:
            return set_deadline(event, EXPIRY, end_of(told.term.valid_until), None, action=ExpireLicence)
        return _decided(row, event)

    @folds(e.LicenceRefused, keys=_decision)
    def licence_refused(self, row: Row, event: Stored, _told: e.LicenceRefused) -> Row:
        """Decided, in time or late."""
        return _decided(row, event)

    @folds(e.LicenceRenewed, keys=_expiry)
    def licence_renewed(self, row: Row, event: Stored, told: e.LicenceRenewed) -> Row:
        """It ends later."""
        return move_deadline(row, event, end_of(told.term.valid_until), None)

    @folds(e.LicenceRevoked, keys=_expiry)
    def licence_revoked(self, row: Row, event: Stored, _told: e.LicenceRevoked) -> Row:
        """It ended before."""
        return settle_deadline(row, event, "cancelled")

    @folds(e.LicenceExpired, keys=_expiry)
    def licence_expired(self, row: Row, event: Stored, _told: e.LicenceExpired) -> Row:
        """It ended."""
        return settle_deadline(row, event, "met")


def _decided(row: Row, event: Stored) -> Row:
    return settle_deadline(row, event, "met" if event.occurred_at < row.due_at else "missed")
