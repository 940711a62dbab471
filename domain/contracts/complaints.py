"""The complaints of a call, folded from what they told."""

from datetime import datetime
from uuid import UUID

from domain.contracts import citations
from domain.contracts.bids import Bids
from domain.contracts.events.complaint import (
    ServiceComplaintDecided,
    ServiceComplaintDismissed,
    ServiceComplaintFiled,
    complaints_tag,
)
from domain.contracts.vocabulary import ComplaintDecision
from domain.kernel.command import Boundary, Command
from domain.kernel.context import Context
from domain.kernel.deadline import Deadline, deadline
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_

COMPLAINT, DECIDE = "contract.complaint", "contract.complaint.decide"


def contestable(disqualified_at: datetime, ctx: Context) -> Deadline:
    """Until when one may complain that a bid was disqualified, where no award is proposed meanwhile."""
    return deadline(ctx.rules[COMPLAINT], disqualified_at, "BidDisqualified", ctx.calendar)


class Complaints(Boundary):
    """Which complaints of one call are still to be decided, which were upheld, even in part, and who complained."""

    def __init__(self) -> None:
        self.open: set[UUID] = set()
        self.upheld: set[UUID] = set()
        self.filed: set[tuple[int, UUID]] = set()
        """(proposal, bid)"""

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the call that the command names, or is for."""
        return complaints_tag(getattr(command, "call_id", stream_id))

    def apply(self, stream_id: UUID, event: object) -> None:
        """One more, or one less."""
        if isinstance(event, ServiceComplaintFiled):
            self.open.add(stream_id)
            self.filed.add((event.proposal, event.bid_id))
        elif isinstance(event, ServiceComplaintDismissed | ServiceComplaintDecided):
            self.open.discard(stream_id)
        if isinstance(event, ServiceComplaintDecided) and event.decision is not ComplaintDecision.REJECTED:
            self.upheld.add(stream_id)

    def require_decided(self, ctx: Context) -> None:
        """Raises: RuleViolated while a complaint is not decided: it freezes the award."""
        if self.open:
            raise RuleViolated(
                DECIDE,
                N_("{waiting} complaints are not decided yet; until then the award is frozen."),
                citation=ctx.rules[DECIDE].citation,
                waiting=len(self.open),
            )

    def require_answered(self, answered: frozenset[UUID]) -> None:
        """Raises: RuleViolated while a complaint was upheld and the bids were not judged anew because of it."""
        unheard = len(self.upheld - answered)
        if unheard:
            raise RuleViolated(
                "contract.complaint.anew",
                N_("{unheard} complaints were upheld because of which the bids are to be judged anew."),
                citation=citations.PROCUREMENT,
                unheard=unheard,
            )


class Heard(Boundary):
    """A call's bids and the complaints about them: what is settled before the call comes to nothing."""

    def __init__(self) -> None:
        self.bids, self.complaints = Bids(), Complaints()

    @classmethod
    def tags(cls, stream_id: UUID, command: Command) -> tuple[str, ...]:
        """The boundaries of both."""
        return (Bids.tag(stream_id, command), Complaints.tag(stream_id, command))

    def apply(self, stream_id: UUID, event: object) -> None:
        """Each takes what it knows."""
        self.bids.apply(stream_id, event)
        self.complaints.apply(stream_id, event)

    def require_heard(self, answered: frozenset[UUID], ctx: Context) -> None:
        """Raises: RuleViolated while a complaint is open or not answered, or whoever was put out may complain."""
        self.complaints.require_decided(ctx)
        self.complaints.require_answered(answered)
        last = self.bids.disqualified_at()
        if last is not None and not ctx.imported:
            running = N_("Until {until} bidders may complain that they were disqualified.")
            contestable(last, ctx).require_over(ctx.now, running)
