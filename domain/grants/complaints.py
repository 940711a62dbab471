"""The complaints of a call, folded from what they told."""

from uuid import UUID

import msgspec

from domain.grants.events.complaint import ComplaintDecided, ComplaintDismissed, ComplaintFiled, complaints_tag
from domain.grants.vocabulary import ComplaintDecision, ComplaintSubject
from domain.kernel.command import Boundary, Command
from domain.kernel.context import Context
from domain.kernel.deadline import Deadline
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_

DECIDE = "grant.complaint.decide"


class Pending(msgspec.Struct, frozen=True):
    """A complaint that is not decided: about which application, and by when it has to be."""

    application_id: UUID
    decide_by: Deadline


class Complaints(Boundary):
    """Which complaints about the ranking of one call are still to be decided, and which were upheld, even in part.

    Complaints about the check are over before there is a ranking (`Candidates`).
    """

    def __init__(self) -> None:
        self.open: dict[UUID, Pending] = {}
        self.upheld: dict[UUID, UUID] = {}

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the call that the command names, or is for."""
        named: UUID = getattr(command, "call_id", stream_id)
        return complaints_tag(named)

    def apply(self, stream_id: UUID, event: object) -> None:
        """One more, or one less."""
        if isinstance(event, ComplaintFiled):
            if event.subject is ComplaintSubject.RANKING:
                self.open[stream_id] = Pending(event.application_id, event.decide_by)
        elif isinstance(event, ComplaintDismissed | ComplaintDecided):
            known = self.open.pop(stream_id, None)
            upheld = isinstance(event, ComplaintDecided) and event.decision is not ComplaintDecision.REJECTED
            if known is not None and upheld:
                self.upheld[stream_id] = event.application_id

    @property
    def waiting(self) -> int:
        """How many are not decided."""
        return len(self.open)

    def require_decided(self, ctx: Context) -> None:
        """Raises: RuleViolated while one is not; it says by when the last one has to be."""
        if self.open:
            until = max(one.decide_by.due_at for one in self.open.values())
            raise RuleViolated(
                DECIDE,
                N_(
                    "{waiting} complaints are not decided yet, which is due by {until}; "
                    "until then the ranks that they may change are frozen."
                ),
                citation=ctx.rules[DECIDE].citation,
                waiting=self.waiting,
                until=until.isoformat(),
            )
