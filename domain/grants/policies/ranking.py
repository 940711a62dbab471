"""What follows from rankings and complaints: outcomes on every application, scores and checks made anew."""

from collections.abc import Iterator, Mapping

from domain.grants.commands.application import RecordOutcome, ReopenCheck
from domain.grants.commands.commission import ReopenApplication
from domain.grants.events.complaint import ComplaintDecided
from domain.grants.events.ranking import FinalRankingPublished, RanksReleased
from domain.grants.vocabulary import ComplaintDecision
from domain.kernel.event import Event, RecordedEvent
from domain.kernel.manifest import Policy, Reaction


def record_outcomes(recorded: RecordedEvent) -> Iterator[Reaction]:
    """Each application of the final ranking, or released before it, learns what it was given."""
    match recorded.event:
        case FinalRankingPublished() as event:
            ranked = event.ranking
        case RanksReleased() as event:
            ranked = event.released
        case _:
            return
    for one in ranked:
        command = RecordOutcome(outcome=one.outcome, rank=one.rank, score=one.score, amount=one.amount)
        yield Reaction(one.application_id, command)


def reopen_upheld(recorded: RecordedEvent) -> Iterator[Reaction]:
    """A complaint that was upheld, even in part, has the application scored anew, or checked anew."""
    event = recorded.event
    if not isinstance(event, ComplaintDecided) or event.decision is ComplaintDecision.REJECTED:
        return
    if event.commission_id is None:
        yield Reaction(event.application_id, ReopenCheck(complaint_id=recorded.stream_id))
    else:
        command = ReopenApplication(application_id=event.application_id, complaint_id=recorded.stream_id)
        yield Reaction(event.commission_id, command)


POLICIES: Mapping[type[Event], Policy] = {
    RanksReleased: record_outcomes,
    FinalRankingPublished: record_outcomes,
    ComplaintDecided: reopen_upheld,
}
