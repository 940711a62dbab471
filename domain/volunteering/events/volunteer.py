"""What became true of volunteers, in the national log: ids, an age band, a municipality, and never who it is.

Each carries `volunteer:<person id>`, so that whoever decides about a volunteer reads them.
"""

from uuid import UUID

from domain.kernel.event import Event, InitialEvent
from domain.kernel.ids import derived_id
from domain.volunteering.vocabulary import Availability, Gender, Languages, Purpose, Skills, Traits


def volunteer_tag(person_id: UUID) -> str:
    """Boundary, in the national log, of what is openly known of a volunteer."""
    return f"volunteer:{person_id}"


def volunteer_id(person_id: UUID) -> UUID:
    """The stream of the national log that is about a volunteer."""
    return derived_id("volunteer", person_id)


class VolunteerRegistered(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody volunteers; name, addresses and birth date are sealed."""

    TOPIC = "volunteering.VolunteerRegistered.v1"

    person_id: UUID
    traits: Traits
    skills: Skills = ()
    languages: Languages = ()
    availability: Availability = Availability()
    consents: tuple[Purpose, ...] = ()

    def tags(self) -> tuple[str, ...]:
        """The boundary of the volunteer."""
        return (volunteer_tag(self.person_id),)


class VolunteerEvent(Event, frozen=True, kw_only=True):
    """An event of the volunteer `person_id`."""

    person_id: UUID

    def tags(self) -> tuple[str, ...]:
        """The boundary of the volunteer."""
        return (volunteer_tag(self.person_id),)


class VolunteerRevised(VolunteerEvent, frozen=True, kw_only=True, omit_defaults=True):
    """This is so from now on, whole; sealed values that were said anew take the place of older ones."""

    TOPIC = "volunteering.VolunteerRevised.v1"

    traits: Traits
    skills: Skills = ()
    languages: Languages = ()
    availability: Availability = Availability()


class ConsentGiven(VolunteerEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The volunteer consents to a purpose. `said` is the gender, where statistics are the purpose."""

    TOPIC = "volunteering.ConsentGiven.v1"

    purpose: Purpose
    said: Gender | None = None


class ConsentWithdrawn(VolunteerEvent, frozen=True, kw_only=True):
    """The volunteer does not consent to that purpose any more."""

    TOPIC = "volunteering.ConsentWithdrawn.v1"

    purpose: Purpose


class GuardianRecorded(VolunteerEvent, frozen=True, kw_only=True):
    """An official saw that somebody is responsible for the minor; the name is sealed under the guardian's key."""

    TOPIC = "volunteering.GuardianRecorded.v1"

    guardian_id: UUID
    proof: str


class GuardianEnded(VolunteerEvent, frozen=True, kw_only=True):
    """Somebody is not responsible any more."""

    TOPIC = "volunteering.GuardianEnded.v1"

    guardian_id: UUID


class CalendarRenewed(VolunteerEvent, frozen=True, kw_only=True):
    """The volunteer's calendar has another secret address, the `number`th after the first."""

    TOPIC = "volunteering.CalendarRenewed.v1"

    number: int


class VolunteerForgotten(VolunteerEvent, frozen=True, kw_only=True):
    """The person was erased: nobody knows any more who it was, and nothing more is agreed."""

    TOPIC = "volunteering.VolunteerForgotten.v1"


EVENTS: tuple[type[Event], ...] = (
    VolunteerRegistered,
    VolunteerRevised,
    ConsentGiven,
    ConsentWithdrawn,
    GuardianRecorded,
    GuardianEnded,
    CalendarRenewed,
    VolunteerForgotten,
)
