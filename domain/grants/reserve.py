"""Who comes next of a call's reserve, folded from what its applications told."""

from uuid import UUID

from domain.grants import citations
from domain.grants.events.application import (
    ApplicationWithdrawn,
    AwardLapsed,
    OutcomeRecorded,
    ReservePromoted,
)
from domain.grants.events.grant_call import call_tag
from domain.grants.vocabulary import AwardOutcome
from domain.kernel.command import Boundary, Command
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_


class Reserve(Boundary):
    """The applications of one call that wait for an award, by their rank."""

    def __init__(self) -> None:
        self.ranks: dict[UUID, int] = {}

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the call that the command names."""
        del stream_id
        named: UUID = getattr(command, "call_id")  # noqa: B009 - several commands
        return call_tag(named)

    def apply(self, stream_id: UUID, event: object) -> None:
        """One more, or one less."""
        if isinstance(event, OutcomeRecorded) and event.outcome is AwardOutcome.RESERVE:
            self.ranks[stream_id] = event.rank
        elif isinstance(event, OutcomeRecorded | ReservePromoted | AwardLapsed | ApplicationWithdrawn):
            self.ranks.pop(stream_id, None)

    def require_next(self, application_id: UUID) -> None:
        """Raises: RuleViolated while another application of the reserve stands before this one."""
        first = min(self.ranks.values(), default=0)
        if self.ranks.get(application_id, first) > first:
            raise RuleViolated(
                "grant.award.order",
                N_("The application of rank {first} is the next one of the reserve."),
                citation=citations.FINANCING,
                first=first,
            )
