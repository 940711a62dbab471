"""The complaints of a call, folded from what they told."""

from uuid import UUID

from domain.grants.events.complaint import ComplaintDecided, ComplaintDismissed, ComplaintFiled, complaints_tag
from domain.grants.vocabulary import ComplaintDecision
from domain.kernel.command import Boundary, Command


class Complaints(Boundary):
    """Which complaints of one call are still to be decided, and which were upheld, even in part."""

    def __init__(self) -> None:
        self.open: set[UUID] = set()
        self.upheld: set[UUID] = set()

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the call whose stream the command is for."""
        del command
        return complaints_tag(stream_id)

    def apply(self, stream_id: UUID, event: object) -> None:
        """One more, or one less."""
        if isinstance(event, ComplaintFiled):
            self.open.add(stream_id)
        elif isinstance(event, ComplaintDismissed | ComplaintDecided):
            self.open.discard(stream_id)
        if isinstance(event, ComplaintDecided) and event.decision is not ComplaintDecision.REJECTED:
            self.upheld.add(stream_id)

    @property
    def waiting(self) -> int:
        """How many are not decided."""
        return len(self.open)
