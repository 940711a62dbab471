"""Events of a complaint against a proposed award. Each carries the tag `service_complaints:<call>`."""

from uuid import UUID

from domain.contracts.vocabulary import ComplaintDecision
from domain.kernel.deadline import Deadline
from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Prose, Text
from domain.kernel.vocabulary import Count


def complaints_tag(call_id: UUID) -> str:
    """Boundary of the complaints of one call."""
    return f"service_complaints:{call_id}"


class ComplaintEvent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An event of a complaint in a call, by whose bid `bid_id` is about `contested_id`: its own bid or another."""

    call_id: UUID
    bid_id: UUID
    contested_id: UUID

    def tags(self) -> tuple[str, ...]:
        """The boundary of the call's complaints."""
        return (complaints_tag(self.call_id),)


class ServiceComplaintFiled(ComplaintEvent, InitialEvent, frozen=True, kw_only=True):
    """A bidder complained in time about the award of that `proposal`; `decide_by` proves by when it is decided.

    Where no award was proposed it is about the bidder's own disqualification, and `proposal` the last one, or 0.
    """

    TOPIC = "contracts.ServiceComplaintFiled.v1"

    organisation_id: UUID
    proposal: Count
    grounds: Prose
    decide_by: Deadline


class ServiceComplaintAdmitted(ComplaintEvent, frozen=True, kw_only=True):
    """The complaint is looked into."""

    TOPIC = "contracts.ServiceComplaintAdmitted.v1"


class ServiceComplaintDismissed(ComplaintEvent, frozen=True, kw_only=True):
    """The complaint is inadmissible, for a reason that the bidder is told."""

    TOPIC = "contracts.ServiceComplaintDismissed.v1"

    reason: Text


class ServiceComplaintDecided(ComplaintEvent, frozen=True, kw_only=True):
    """What the complaint came to; `late` says that its day had passed."""

    TOPIC = "contracts.ServiceComplaintDecided.v1"

    decision: ComplaintDecision
    reason: Text
    late: bool


EVENTS: tuple[type[Event], ...] = (
    ServiceComplaintFiled,
    ServiceComplaintAdmitted,
    ServiceComplaintDismissed,
    ServiceComplaintDecided,
)
"""Every event of a complaint, in the order of a life."""
