"""What follows from an event: commands on other streams, sent by the system with the event as their cause."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from domain.consultations.commands import RecordPosition
from domain.consultations.events import GroupAnswered
from domain.kernel.command import Command
from domain.kernel.event import Event
from domain.kernel.manifest import Policy


def answer_members(stream_id: UUID, event: Event) -> Iterator[tuple[UUID, Command]]:
    """A group's answer becomes the position of every member, on the member's own stream."""
    if not isinstance(event, GroupAnswered):
        return
    for member in event.members:
        yield (
            member,
            RecordPosition(
                consultation_id=stream_id,
                outcome=event.outcome,
                reason=event.reason,
                article=event.article,
                group_id=event.group_id,
            ),
        )


POLICIES: Mapping[type[Event], Policy] = {GroupAnswered: answer_members}
