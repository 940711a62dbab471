"""Deadlines of agreements with volunteers, on each of which the clock acts: offers lapse, work begins and ends."""

from domain.kernel.deadline import end_of, start_of
from domain.volunteering.commands.agreement import ActivateAgreement, CompleteVolunteering, LapseAgreement
from domain.volunteering.events import agreement as a
from projections.deadline_rows import DeadlineRow, of_stream, set_deadline, settle_deadline
from projections.read_model import Stored, folds

Row = DeadlineRow
OFFER, BEGIN, END = "volunteer_offer", "volunteer_begin", "volunteer_end"
_OVER = (a.AgreementDeclined, a.OfferWithdrawn, a.AgreementLapsed, a.GuardianConsentRefused)


class VolunteerAgreementDeadlines:
    """Kinds `volunteer_offer`, `volunteer_begin` and `volunteer_end`."""

    @folds(a.AgreementOffered, keys=of_stream(OFFER), begins=True)
    def volunteer_offered(self, _row: None, event: Stored, told: a.AgreementOffered) -> Row:
        """Open to the end of the first day."""
        return set_deadline(event, OFFER, end_of(told.first_day), None, action=LapseAgreement)

    @folds(*_OVER, keys=of_stream(OFFER))
    def volunteer_offer_over(self, row: Row, event: Stored, _told: object) -> Row:
        """Nothing came of it."""
        lapsed = event.type_name == a.AgreementLapsed.TOPIC
        return settle_deadline(row, event, "missed" if lapsed else "cancelled")

    @folds(a.AgreementSigned, keys=of_stream(OFFER, BEGIN), begins=True)
    def volunteer_signed(self, row: Row | None, event: Stored, told: a.AgreementSigned) -> Row:
        """Signed in time; it begins with its first day."""
        if row is None:
            return set_deadline(event, BEGIN, start_of(told.first_day), None, action=ActivateAgreement)
        return settle_deadline(row, event, "met")

    @folds(a.AgreementActivated, keys=of_stream(BEGIN, END), begins=True)
    def volunteer_began(self, row: Row | None, event: Stored, told: a.AgreementActivated) -> Row:
        """Begun; it ends with its last day."""
        if row is None:
            return set_deadline(event, END, end_of(told.last_day), None, action=CompleteVolunteering)
        return settle_deadline(row, event, "met")

    @folds(a.AgreementCompleted, a.AgreementEnded, keys=of_stream(BEGIN, END))
    def volunteer_over(self, row: Row, event: Stored, _told: object) -> Row:
        """Over, as it was to be or before."""
        if row.state != "pending":
            return row
        completed = event.type_name == a.AgreementCompleted.TOPIC
        return settle_deadline(row, event, "met" if completed else "cancelled")
