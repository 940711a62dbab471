"""What published calls have taken out of the lines of a funding plan."""

from collections.abc import Iterable
from uuid import UUID

from domain.grants.events.funding_plan import funding_tag
from domain.grants.events.grant_call import CallCancelled, CallPublished, CallVoided
from domain.grants.vocabulary import LineFunding
from domain.kernel.command import Boundary, Command
from domain.kernel.money import Money


class Commitments(Boundary):
    """Per line of one plan, what published calls take; what is cancelled or void gives it back."""

    def __init__(self) -> None:
        self.by_call: dict[UUID, tuple[LineFunding, ...]] = {}

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the plan that the command names, or is for."""
        return funding_tag(getattr(command, "plan_id", stream_id) or stream_id)

    def apply(self, stream_id: UUID, event: object) -> None:
        """A call that took money, or gave it back."""
        match event:
            case CallPublished(facts=facts) if facts.plan is not None:
                self.by_call[stream_id] = facts.plan.lines
            case CallCancelled() | CallVoided():
                self.by_call.pop(stream_id, None)
            case _:
                pass

    def of_line(self, line_id: UUID, currency: str) -> Money:
        """What calls have taken of the line."""
        return total(
            (taken.amount for lines in self.by_call.values() for taken in lines if taken.line_id == line_id), currency
        )


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts of one currency."""
    return sum(amounts, Money(0, currency))
