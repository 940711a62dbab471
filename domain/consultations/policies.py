"""What follows from an event: commands on other streams, sent by the system with the event as their cause."""

from collections.abc import Iterator, Mapping

from domain.consultations.commands import RecordPosition
from domain.consultations.events import GroupAnswered
from domain.kernel.event import Event, RecordedEvent
from domain.kernel.manifest import Policy, Reaction


def answer_members(recorded: RecordedEvent) -> Iterator[Reaction]:
    """A group's answer becomes the position of every member, on the member's own stream."""
    event = recorded.event
    if not isinstance(event, GroupAnswered):
        return
    for member in event.members:
        yield Reaction(
            member,
            RecordPosition(
                consultation_id=recorded.stream_id,
                outcome=event.outcome,
                reason=event.reason,
                article=event.article,
                group_id=event.group_id,
            ),
        )


POLICIES: Mapping[type[Event], Policy] = {GroupAnswered: answer_members}
