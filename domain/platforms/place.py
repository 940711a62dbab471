"""What entering a member rests on: whose the identifier is, and whether the organisation has a number already."""

from uuid import UUID

from domain.kernel.command import Command
from domain.organisations.events import identifier_tags
from domain.organisations.identifiers import IdentifierHolders
from domain.platforms.commands.member import AmendMember, ListMember, RelistMember
from domain.platforms.events.member import (
    MemberAmended,
    MemberDelisted,
    MemberListed,
    MemberRelisted,
    place_tag,
)


class Place(IdentifierHolders):
    """Holders of the identifier that a command names, and the organisation's member in the client's directory."""

    def __init__(self) -> None:
        super().__init__()
        self._members: dict[UUID, UUID] = {}

    @classmethod
    def tags(cls, stream_id: UUID, command: Command) -> tuple[str, ...]:
        """The boundaries of the identifier and of the organisation's place."""
        del stream_id
        if not isinstance(command, ListMember | AmendMember | RelistMember):
            raise TypeError(command)
        return (place_tag(command.client_id, command.organisation_id), *identifier_tags((command.facts.identifier,)))

    def apply(self, stream_id: UUID, event: object) -> None:
        """Who is listed now; events of identifiers as ever."""
        match event:
            case MemberListed() | MemberRelisted():
                self._members[event.organisation_id] = stream_id
            case MemberAmended():
                self._leave(stream_id)
                self._members[event.organisation_id] = stream_id
            case MemberDelisted():
                self._leave(stream_id)
            case _:
                super().apply(stream_id, event)

    def held_by(self, organisation_id: UUID) -> UUID | None:
        """The member under which the organisation is listed."""
        return self._members.get(organisation_id)

    def _leave(self, stream_id: UUID) -> None:
        self._members = {one: member for one, member in self._members.items() if member != stream_id}
