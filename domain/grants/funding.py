"""What published calls have taken out of the lines of a funding plan, and what of it they have used."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from domain.grants.events.funding_plan import funding_tag
from domain.grants.events.grant_call import CallCancelled, CallPublished, CallVoided, FundingReleased
from domain.grants.vocabulary import LineFunding
from domain.kernel.command import Boundary, Command
from domain.kernel.money import Money


class Commitments(Boundary):
    """Per line of one plan, what published calls take; those that ended give back what they have not used."""

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
            case FundingReleased(lines=lines):
                self.by_call[stream_id] = less(self.by_call.get(stream_id, ()), lines)
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


def spread(amount: Money, lines: Sequence[LineFunding]) -> tuple[LineFunding, ...]:
    """What an amount uses of lines that pay for it together: each is used up, in their order, before the next.

    Returns: as many lines in the same order; in all the amount, or everything where the lines hold less.
    """
    used: list[LineFunding] = []
    for line in lines:
        taken = min(line.amount, amount, key=lambda money: money.amount)
        used.append(LineFunding(line_id=line.line_id, amount=taken))
        amount -= taken
    return tuple(used)


def less(lines: Iterable[LineFunding], taken: Iterable[LineFunding]) -> tuple[LineFunding, ...]:
    """What is left of lines without what was taken of them; lines of which nothing is left are left out."""
    gone = {one.line_id: one.amount for one in taken}
    left = ((one, one.amount - gone[one.line_id] if one.line_id in gone else one.amount) for one in lines)
    return tuple(LineFunding(line_id=one.line_id, amount=amount) for one, amount in left if amount.amount > 0)
