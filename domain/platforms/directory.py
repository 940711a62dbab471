"""A platform's directory as it stands: every member it lists or listed, from the boundary of the directory."""

from uuid import UUID

import msgspec

from domain.platforms.events.member import MemberAmended, MemberDelisted, MemberListed, MemberRelisted
from domain.platforms.vocabulary import MemberFacts

Told = MemberListed | MemberAmended | MemberDelisted | MemberRelisted


class Entry(msgspec.Struct, frozen=True):
    """A member by its number; `listed` is False for a tombstone."""

    number: str
    organisation_id: UUID
    facts: MemberFacts
    listed: bool = True


class Directory:
    """Entries by number. `apply` takes the directory's events in their order."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}

    def apply(self, event: Told) -> None:
        """Take the next one."""
        match event:
            case MemberDelisted():
                self.entries[event.number] = msgspec.structs.replace(self.entries[event.number], listed=False)
            case _:
                self.entries[event.number] = Entry(event.number, event.organisation_id, event.facts)

    def listed(self) -> dict[UUID, str]:
        """The number of each organisation that is listed."""
        return {one.organisation_id: one.number for one in self.entries.values() if one.listed}
