"""Deadlines of licences: by when an application is decided, and the end of the last day, on which the clock acts."""

from domain.kernel.deadline import end_of
from domain.licences import events as e
from domain.licences.commands import ExpireLicence
from projections.deadline_rows import DeadlineRow, move_deadline, of_stream, set_deadline, settle_deadline
from projections.read_model import Stored, folds

Row = DeadlineRow
DECISION, EXPIRY = "licence_decision", "licence_expiry"


class LicenceDeadlines:
    """Kinds `licence_decision` and `licence_expiry`; a renewal moves the latter."""

    @folds(e.LicenceApplied, keys=of_stream(DECISION), begins=True)
    def licence_applied(self, _row: Row | None, event: Stored, told: e.LicenceApplied) -> Row | None:
        """To be decided by then; without a rule, whenever."""
        return None if told.decide_by is None else set_deadline(event, DECISION, told.decide_by.due_at, told.decide_by)

    @folds(e.LicenceGranted, keys=of_stream(DECISION, EXPIRY), begins=True)
    def licence_granted(self, row: Row | None, event: Stored, told: e.LicenceGranted) -> Row:
        """Decided, in time or late; it ends with its last day."""
        if row is None:
            return set_deadline(event, EXPIRY, end_of(told.term.valid_until), None, action=ExpireLicence)
        return _decided(row, event)

    @folds(e.LicenceRefused, keys=of_stream(DECISION))
    def licence_refused(self, row: Row, event: Stored, _told: e.LicenceRefused) -> Row:
        """Decided, in time or late."""
        return _decided(row, event)

    @folds(e.LicenceRenewed, keys=of_stream(EXPIRY))
    def licence_renewed(self, row: Row, event: Stored, told: e.LicenceRenewed) -> Row:
        """It ends later."""
        return move_deadline(row, event, end_of(told.term.valid_until), None)

    @folds(e.LicenceRevoked, keys=of_stream(EXPIRY))
    def licence_revoked(self, row: Row, event: Stored, _told: e.LicenceRevoked) -> Row:
        """It ended before."""
        return settle_deadline(row, event, "cancelled")

    @folds(e.LicenceExpired, keys=of_stream(EXPIRY))
    def licence_expired(self, row: Row, event: Stored, _told: e.LicenceExpired) -> Row:
        """It ended."""
        return settle_deadline(row, event, "met")


def _decided(row: Row, event: Stored) -> Row:
    return settle_deadline(row, event, "met" if event.occurred_at < row.due_at else "missed")
