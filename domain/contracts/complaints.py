"""The complaints of a call, folded from what they told."""

from uuid import UUID

from domain.contracts import citations
from domain.contracts.events.complaint import (
    ServiceComplaintDecided,
    ServiceComplaintDismissed,
    ServiceComplaintFiled,
    complaints_tag,
)
from domain.contracts.vocabulary import ComplaintDecision
from domain.kernel.command import Boundary, Command
from domain.kernel.context import Context
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_

DECIDE = "contract.complaint.decide"


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
