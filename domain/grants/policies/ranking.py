"""What follows from rankings and complaints: outcomes on every application, and scores made anew."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from domain.grants.commands.application import RecordOutcome
from domain.grants.commands.commission import ReopenApplication
from domain.grants.events.complaint import ComplaintDecided
from domain.grants.events.ranking import FinalRankingPublished
from domain.grants.vocabulary import ComplaintDecision
from domain.kernel.command import Command
from domain.kernel.event import Event
from domain.kernel.manifest import Policy


def record_outcomes(stream_id: UUID, event: Event) -> Iterator[tuple[UUID, Command]]:
    """Each application of the final ranking learns what it was given."""
    del stream_id
    if not isinstance(event, FinalRankingPublished):
        return
    for one in event.ranking:
        yield (
            one.application_id,
            RecordOutcome(outcome=one.outcome, rank=one.rank, score=one.score, amount=one.amount),
        )


def reopen_upheld(stream_id: UUID, event: Event) -> Iterator[tuple[UUID, Command]]:
    """A complaint that was upheld, even in part, has the application scored anew."""
    if isinstance(event, ComplaintDecided) and event.decision is not ComplaintDecision.REJECTED:
        yield (
            event.commission_id,
            ReopenApplication(application_id=event.application_id, complaint_id=stream_id),
        )


POLICIES: Mapping[type[Event], Policy] = {
    FinalRankingPublished: record_outcomes,
    ComplaintDecided: reopen_upheld,
}
