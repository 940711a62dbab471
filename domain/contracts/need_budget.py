"""What published calls have taken of a need's budget."""

from uuid import UUID

from domain.contracts.events.call import CallCancelled, CallPublished, CallUnsuccessful
from domain.contracts.events.need import need_tag
from domain.kernel.command import Boundary, Command
from domain.kernel.money import Money


class NeedBudget(Boundary):
    """Per call of one need, what it may spend; what is cancelled or comes to nothing gives it back."""

    def __init__(self) -> None:
        self.by_call: dict[UUID, Money] = {}

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the need that the command names; of none, one that no event has."""
        return need_tag(getattr(command, "need_id", None) or stream_id)

    def apply(self, stream_id: UUID, event: object) -> None:
        """A call that took money, or gave it back."""
        match event:
            case CallPublished(facts=facts) if facts.budget is not None:
                self.by_call[stream_id] = facts.budget
            case CallCancelled() | CallUnsuccessful():
                self.by_call.pop(stream_id, None)
            case _:
                pass

    def taken(self, currency: str) -> Money:
        """What calls have taken in all."""
        return sum(self.by_call.values(), Money(0, currency))
