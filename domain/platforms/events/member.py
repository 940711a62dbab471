"""Events of members in platforms' directories. The national log holds them.

Each names the client whose directory it is: that client is told of it, and no other.
"""

from uuid import UUID

from domain.kernel.event import Event, InitialEvent
from domain.kernel.ids import derived_id
from domain.platforms.vocabulary import MemberFacts, MemberNumber


def directory_tag(client_id: UUID) -> str:
    """Boundary of everything in one client's directory."""
    return f"members:{client_id}"


def place_tag(client_id: UUID, organisation_id: UUID) -> str:
    """Boundary of an organisation's place in one client's directory: it has one number there."""
    return f"member:{client_id}:{organisation_id}"


def member_id(client_id: UUID, number: str) -> UUID:
    """The stream of a member: it follows from whose directory it is in and its number there."""
    return derived_id("member", client_id, number)


class MemberListed(InitialEvent, frozen=True, kw_only=True):
    """The organisation is a member of the platform, under this number."""

    TOPIC = "platforms.MemberListed.v1"

    client_id: UUID
    number: MemberNumber
    organisation_id: UUID
    facts: MemberFacts

    def tags(self) -> tuple[str, ...]:
        """The boundaries of the directory and of the organisation's place in it."""
        return (directory_tag(self.client_id), place_tag(self.client_id, self.organisation_id))


class MemberAmended(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The member is as this says; `former_organisation_id` is set where the number went to another organisation."""

    TOPIC = "platforms.MemberAmended.v1"

    client_id: UUID
    number: MemberNumber
    organisation_id: UUID
    facts: MemberFacts
    former_organisation_id: UUID | None = None

    def tags(self) -> tuple[str, ...]:
        """The boundaries of the directory and of the places that changed."""
        own = (directory_tag(self.client_id), place_tag(self.client_id, self.organisation_id))
        former = self.former_organisation_id
        return own if former is None else (*own, place_tag(self.client_id, former))


class MemberDelisted(Event, frozen=True, kw_only=True):
    """The organisation is no member any more; that it was one stays."""

    TOPIC = "platforms.MemberDelisted.v1"

    client_id: UUID
    number: MemberNumber
    organisation_id: UUID

    def tags(self) -> tuple[str, ...]:
        """The boundaries of the directory and of the organisation's place in it."""
        return (directory_tag(self.client_id), place_tag(self.client_id, self.organisation_id))


class MemberRelisted(Event, frozen=True, kw_only=True):
    """What was delisted is a member again, under the number it had."""

    TOPIC = "platforms.MemberRelisted.v1"

    client_id: UUID
    number: MemberNumber
    organisation_id: UUID
    facts: MemberFacts

    def tags(self) -> tuple[str, ...]:
        """The boundaries of the directory and of the organisation's place in it."""
        return (directory_tag(self.client_id), place_tag(self.client_id, self.organisation_id))


EVENTS: tuple[type[Event], ...] = (MemberListed, MemberAmended, MemberDelisted, MemberRelisted)
