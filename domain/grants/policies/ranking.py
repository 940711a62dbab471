"""What follows from rankings and complaints: outcomes on every application, and scores made anew."""

from collections.abc import Iterator, Mapping

from domain.grants.commands.application import RecordOutcome
from domain.grants.commands.commission import ReopenApplication
from domain.grants.events.complaint import ComplaintDecided
from domain.grants.events.ranking import FinalRankingPublished
from domain.grants.vocabulary import ComplaintDecision
from domain.kernel.event import Event, RecordedEvent
from domain.kernel.manifest import Policy, Reaction


def record_outcomes(recorded: RecordedEvent) -> Iterator[Reaction]:
    """Each application of the final ranking learns what it was given."""
    event = recorded.event
    if not isinstance(event, FinalRankingPublished):
        return
    for one in event.ranking:
        command = RecordOutcome(outcome=one.outcome, rank=one.rank, score=one.score, amount=one.amount)
        yield Reaction(one.application_id, command)


def reopen_upheld(recorded: RecordedEvent) -> Iterator[Reaction]:
    """A complaint that was upheld, even in part, has the application scored anew."""
    event = recorded.event
    if isinstance(event, ComplaintDecided) and event.decision is not ComplaintDecision.REJECTED:
        command = ReopenApplication(application_id=event.application_id, complaint_id=recorded.stream_id)
        yield Reaction(event.commission_id, command)


POLICIES: Mapping[type[Event], Policy] = {
    FinalRankingPublished: record_outcomes,
    ComplaintDecided: reopen_upheld,
}
