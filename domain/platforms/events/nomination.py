"""Events of nominations: an institution asks, platforms name people, the institution takes them or does not.

Who is nominated is known to the log by an id alone; everything else about them is sealed.
"""

from datetime import date
from uuid import UUID

from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Text, Title
from domain.platforms.vocabulary import NominationPurpose, Places


def call_tag(call_id: UUID) -> str:
    """Boundary of every nomination that answers a call."""
    return f"nominations:{call_id}"


class NominationsAsked(InitialEvent, frozen=True, kw_only=True):
    """The institution asks platforms to name people, up to the end of the day `until` in Kosovo.

    `concerns` is the stream of what they are wanted for, such as a working group.
    """

    TOPIC = "platforms.NominationsAsked.v1"

    purpose: NominationPurpose
    title: Title
    task: Text
    places: Places
    until: date
    concerns: UUID | None = None


class NominationsEnded(Event, frozen=True, kw_only=True):
    """No nomination is taken or decided on any more."""

    TOPIC = "platforms.NominationsEnded.v1"

    reason: Text


class _OfCall(Event, frozen=True, kw_only=True):
    """An event of a nomination, by the client that made it, for a call."""

    client_id: UUID
    call_id: UUID

    def tags(self) -> tuple[str, ...]:
        """The boundary of the call."""
        return (call_tag(self.call_id),)


class PersonNominated(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A platform named somebody, for one of its members or for itself; name, address and statement are sealed."""

    TOPIC = "platforms.PersonNominated.v1"

    client_id: UUID
    call_id: UUID
    nominee_id: UUID
    organisation_id: UUID | None = None
    organisation_name: Title | None = None

    def tags(self) -> tuple[str, ...]:
        """The boundary of the call."""
        return (call_tag(self.call_id),)


class NomineeAccepted(_OfCall, frozen=True, kw_only=True):
    """The institution takes the nominee."""

    TOPIC = "platforms.NomineeAccepted.v1"


class NomineeDeclined(_OfCall, frozen=True, kw_only=True):
    """The institution does not take the nominee; the reason speaks of a person and is sealed."""

    TOPIC = "platforms.NomineeDeclined.v1"


class NominationWithdrawn(_OfCall, frozen=True, kw_only=True):
    """The platform does not nominate the person any more."""

    TOPIC = "platforms.NominationWithdrawn.v1"


CALL_EVENTS: tuple[type[Event], ...] = (NominationsAsked, NominationsEnded)
EVENTS: tuple[type[Event], ...] = (PersonNominated, NomineeAccepted, NomineeDeclined, NominationWithdrawn)
