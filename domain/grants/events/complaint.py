"""Events of a complaint, against a provisional ranking or a check. Each carries the tag `complaints:<call>`."""

from uuid import UUID

from domain.grants.vocabulary import ComplaintDecision, ComplaintSubject
from domain.kernel.deadline import Deadline
from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Prose, Text


def complaints_tag(call_id: UUID) -> str:
    """Boundary of the complaints of one call."""
    return f"complaints:{call_id}"


class _OfCall(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An event that counts in its call."""

    call_id: UUID
    application_id: UUID

    def tags(self) -> tuple[str, ...]:
        """The boundary of the call's complaints."""
        return (complaints_tag(self.call_id),)


class ComplaintFiled(_OfCall, InitialEvent, frozen=True, kw_only=True):
    """An applicant complained in time; `decide_by` proves by when it has to be decided.

    `rank` is that of the provisional ranking, 0 where the complaint is about the check, which `checked_by` made.
    """

    TOPIC = "grants.ComplaintFiled.v1"

    organisation_id: UUID
    grounds: Prose
    rank: int
    decide_by: Deadline
    subject: ComplaintSubject = ComplaintSubject.RANKING
    checked_by: UUID | None = None


class ComplaintAdmitted(_OfCall, frozen=True, kw_only=True):
    """The complaint is looked into."""

    TOPIC = "grants.ComplaintAdmitted.v1"


class ComplaintDismissed(_OfCall, frozen=True, kw_only=True):
    """The complaint is inadmissible, for a reason that the applicant is told."""

    TOPIC = "grants.ComplaintDismissed.v1"

    reason: Text


class ComplaintDecided(_OfCall, frozen=True, kw_only=True):
    """What the complaint came to; `late` says that its day had passed. No commission: it was about the check."""

    TOPIC = "grants.ComplaintDecided.v1"

    commission_id: UUID | None = None
    decision: ComplaintDecision
    reason: Text
    late: bool


EVENTS: tuple[type[Event], ...] = (ComplaintFiled, ComplaintAdmitted, ComplaintDismissed, ComplaintDecided)
"""Every event of a complaint, in the order of a life."""
