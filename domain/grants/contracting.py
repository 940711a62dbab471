"""Which awards of a call are still without an agreement, folded from what its applications and agreements told."""

from collections.abc import Sequence
from uuid import UUID

from domain.grants import citations
from domain.grants.awards import Awards
from domain.grants.events.agreement import AgreementSigned
from domain.grants.events.application import ApplicationWithdrawn, AwardLapsed, ReservePromoted
from domain.grants.events.grant_call import call_tag
from domain.grants.ranking import Ranked
from domain.grants.vocabulary import AwardOutcome
from domain.kernel.command import Command
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_


class Contracting(Awards):
    """What came of the awards of the call whose stream the command is for: `settled` were signed, lapsed or declined.

    Which applications the ranking awards says the ranking itself: they may not have been told of it yet.
    """

    def __init__(self) -> None:
        super().__init__()
        self.promoted: set[UUID] = set()
        self.settled: set[UUID] = set()

    @classmethod
    def tags(cls, stream_id: UUID, command: Command) -> tuple[str, ...]:
        """The boundaries of the call's applications and of its agreements."""
        return call_tag(stream_id), cls.tag(stream_id, command)

    def apply(self, stream_id: UUID, event: object) -> None:
        """One award more, or what came of one."""
        super().apply(stream_id, event)
        match event:
            case ReservePromoted():
                self.promoted.add(stream_id)
            case AwardLapsed() | ApplicationWithdrawn():
                self.settled.add(stream_id)
            case AgreementSigned():
                self.settled.add(event.application_id)
            case _:
                pass

    def require_settled(self, ranking: Sequence[Ranked]) -> None:
        """Raises: RuleViolated while an award of the final ranking, or a promoted one, has come to nothing yet."""
        awarded = {one.application_id for one in ranking if one.outcome is AwardOutcome.AWARDED}
        left = len((awarded | self.promoted) - self.settled)
        if left:
            raise RuleViolated(
                "grant.call.contracted",
                N_("{left} awards are neither agreed on nor lapsed nor declined."),
                citation=citations.FINANCING,
                left=left,
            )
