"""What follows from bids and complaints: what nobody opened is out, and an upheld complaint undoes an award."""

from collections.abc import Iterator, Mapping

from domain.contracts.commands.bid import DisregardBid, ReopenBid
from domain.contracts.commands.call import SetAsideAward
from domain.contracts.events.call import QualificationBegun
from domain.contracts.events.complaint import ServiceComplaintDecided
from domain.contracts.vocabulary import ComplaintDecision
from domain.kernel.event import Event, RecordedEvent
from domain.kernel.manifest import Policy, Reaction


def disregard_unopened(recorded: RecordedEvent) -> Iterator[Reaction]:
    """Each bid that was not opened learns that it is out."""
    event = recorded.event
    if isinstance(event, QualificationBegun):
        yield from (Reaction(bid, DisregardBid()) for bid in event.unopened)


def set_aside(recorded: RecordedEvent) -> Iterator[Reaction]:
    """A complaint that was upheld, even in part: the bid it contests is qualified anew, and the award is set aside.

    The bid first, so that the call cannot go on without a new decision on it.
    """
    event = recorded.event
    if isinstance(event, ServiceComplaintDecided) and event.decision is not ComplaintDecision.REJECTED:
        yield Reaction(event.contested_id, ReopenBid(complaint_id=recorded.stream_id))
        yield Reaction(event.call_id, SetAsideAward(complaint_id=recorded.stream_id, bid_id=event.contested_id))


POLICIES: Mapping[type[Event], Policy] = {
    QualificationBegun: disregard_unopened,
    ServiceComplaintDecided: set_aside,
}
