"""What became true of the hours given under an agreement: entries are added and decided on, never changed.

What they add up to, and what takes something back of it, carries `hours:<ledger>`: so a certificate rests on all of it.
By `volunteer:<person id>` the volunteer finds what is held about them.
"""

from datetime import date, datetime
from uuid import UUID

from domain.kernel.event import Event, InitialEvent
from domain.kernel.vocabulary import Code, Sha256
from domain.volunteering.events.volunteer import volunteer_tag
from domain.volunteering.hours_parts import DayMinutes, TimeRefusal, hours_tag, ledger_id, minutes_in
from domain.volunteering.vocabulary import Protection


class HoursLedgerOpened(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The agreement is signed; its hours stand here."""

    TOPIC = "volunteering.HoursLedgerOpened.v1"

    agreement_id: UUID
    person_id: UUID
    organisation_id: UUID | None = None

    def tags(self) -> tuple[str, ...]:
        """The volunteer whom it is about."""
        return (volunteer_tag(self.person_id),)


class HoursEvent(Event, frozen=True, kw_only=True):
    """An event of the ledger of an agreement of the volunteer `person_id`."""

    agreement_id: UUID
    person_id: UUID

    def tags(self) -> tuple[str, ...]:
        """The volunteer whom it is about."""
        return (volunteer_tag(self.person_id),)


class EntryEvent(HoursEvent, frozen=True, kw_only=True):
    """An event of one entry."""

    entry_id: UUID


class HoursLogged(EntryEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody tells of work: from when to when (UTC), and how many minutes of it on which day in Kosovo.

    `late`: after the rule's lock. `corrects` is the entry that it takes the place of, `checked_out` the check-out on a
    phone that told of it. Why is sealed.
    """

    TOPIC = "volunteering.HoursLogged.v1"

    started_at: datetime
    ended_at: datetime
    break_minutes: int
    days: tuple[DayMinutes, ...]
    task: Code
    protection: Protection
    logged_by: UUID
    late: bool = False
    corrects: UUID | None = None
    checked_out: UUID | None = None

    @property
    def minutes(self) -> int:
        """Minutes of work."""
        return minutes_in(self.days)


class ShiftRefused(EntryEvent, frozen=True, kw_only=True):
    """A phone told of a shift that may not stand, and why; nothing of it counts."""

    TOPIC = "volunteering.ShiftRefused.v1"

    checked_out: UUID
    started_at: datetime
    ended_at: datetime
    task: Code
    refusal: TimeRefusal


class HoursClaimed(EntryEvent, frozen=True, kw_only=True):
    """The volunteer worked nowhere else at that time, and no cap stands in the way."""

    TOPIC = "volunteering.HoursClaimed.v1"


class DecidedEvent(EntryEvent, frozen=True, kw_only=True):
    """An event by which the entry's `minutes` begin to be vouched for, or cease to count."""

    minutes: int


class HoursRefused(DecidedEvent, frozen=True, kw_only=True):
    """The entry does not count, and why."""

    TOPIC = "volunteering.HoursRefused.v1"

    refusal: TimeRefusal


class HoursConfirmed(DecidedEvent, frozen=True, kw_only=True):
    """One of the provider's people vouches for the entry."""

    TOPIC = "volunteering.HoursConfirmed.v1"

    confirmed_by: UUID


class HoursRejected(DecidedEvent, frozen=True, kw_only=True):
    """The provider does not vouch for the entry; why is sealed."""

    TOPIC = "volunteering.HoursRejected.v1"

    rejected_by: UUID


class HoursCorrected(DecidedEvent, frozen=True, kw_only=True):
    """The entry counts no more; the entry `corrected_by` takes its place. Why is sealed."""

    TOPIC = "volunteering.HoursCorrected.v1"

    corrected_by: UUID
    was_confirmed: bool

    def tags(self) -> tuple[str, ...]:
        """The boundary of the hours as well: a total stated before may be too high now."""
        return hours_tag(ledger_id(self.agreement_id)), volunteer_tag(self.person_id)


class HoursTotalled(HoursEvent, frozen=True, kw_only=True):
    """What the confirmed entries add up to; `digest` is the SHA-256 over their canonical list (`hours_total`)."""

    TOPIC = "volunteering.HoursTotalled.v1"

    minutes: int
    entries: int
    first_day: date
    last_day: date
    digest: Sha256

    def tags(self) -> tuple[str, ...]:
        """The boundary of the hours as well."""
        return hours_tag(ledger_id(self.agreement_id)), volunteer_tag(self.person_id)


EVENTS: tuple[type[Event], ...] = (
    HoursLedgerOpened,
    HoursLogged,
    ShiftRefused,
    HoursClaimed,
    HoursRefused,
    HoursConfirmed,
    HoursRejected,
    HoursCorrected,
    HoursTotalled,
)
