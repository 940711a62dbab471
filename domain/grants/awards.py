"""What the agreements of a call promise, folded from what they told."""

from uuid import UUID

from domain.grants.events.agreement import AgreementCompleted, AgreementSigned, AgreementTerminated, awards_tag
from domain.grants.funding import total
from domain.kernel.command import Boundary, Command
from domain.kernel.money import Money


class Awards(Boundary):
    """Per agreement of one call, what is promised or was paid; what ended gives back what was not paid."""

    def __init__(self) -> None:
        self.promised: dict[UUID, Money] = {}

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the call that the command names, or is for."""
        named: UUID = getattr(command, "call_id", stream_id)
        return awards_tag(named)

    def apply(self, stream_id: UUID, event: object) -> None:
        """One more promise, or what came of one."""
        match event:
            case AgreementSigned():
                self.promised[stream_id] = event.award
            case AgreementTerminated() | AgreementCompleted():
                self.promised[stream_id] -= event.unpaid
            case _:
                pass

    def sum(self, currency: str) -> Money:
        """What is promised in all."""
        return total(self.promised.values(), currency)
