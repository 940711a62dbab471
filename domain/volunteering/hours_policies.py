"""What follows from agreements and hours: ledgers begin, the national log is asked for time, and answers."""

from collections.abc import Iterator, Mapping

from domain.kernel.event import Event, RecordedEvent
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.manifest import Policy, Reaction
from domain.volunteering.commands.hours import LogShift, NoteTimeClaimed, NoteTimeRefused, OpenHoursLedger
from domain.volunteering.commands.opportunity import MarkFilled, MarkVacant
from domain.volunteering.commands.time import ClaimTime, OpenVolunteerTime, ReleaseTime
from domain.volunteering.events.agreement import FREEING, AgreementOffered, AgreementSigned
from domain.volunteering.events.check_in import ShiftCheckedOut
from domain.volunteering.events.hours import HoursCorrected, HoursLogged, HoursRejected
from domain.volunteering.events.time import TimeClaimed, TimeRefused
from domain.volunteering.hours_parts import ledger_id, time_id


def open_hours(recorded: RecordedEvent) -> Iterator[Reaction]:
    """A signed agreement has a ledger, and its volunteer a time in the national log."""
    event = recorded.event
    if isinstance(event, AgreementSigned):
        ledger = OpenHoursLedger(
            agreement_id=event.agreement_id, person_id=event.person_id, organisation_id=event.organisation_id
        )
        yield Reaction(ledger_id(event.agreement_id), ledger)
        yield Reaction(time_id(event.person_id), OpenVolunteerTime(person_id=event.person_id), NATIONAL_TENANT)


def fill(recorded: RecordedEvent) -> Iterator[Reaction]:
    """The opportunity learns that the last place is taken, and that one is free again."""
    event = recorded.event
    if isinstance(event, AgreementOffered) and event.places_left == 0:
        yield Reaction(event.opportunity_id, MarkFilled())
    elif isinstance(event, FREEING):
        yield Reaction(event.opportunity_id, MarkVacant())


def log_shift(recorded: RecordedEvent) -> Iterator[Reaction]:
    """What a phone checked in and out of is logged."""
    event = recorded.event
    if isinstance(event, ShiftCheckedOut):
        shift = LogShift(
            person_id=event.person_id,
            opportunity_id=event.opportunity_id,
            checked_out=event.ended_by,
            started_at=event.started_at,
            ended_at=event.ended_at,
            task=event.task,
        )
        yield Reaction(ledger_id(event.agreement_id), shift)


def claim_time(recorded: RecordedEvent) -> Iterator[Reaction]:
    """Each entry asks for its time."""
    event = recorded.event
    if isinstance(event, HoursLogged):
        command = ClaimTime(
            entry_id=event.entry_id,
            tenant_id=recorded.tenant_id,
            ledger_id=recorded.stream_id,
            started_at=event.started_at,
            ended_at=event.ended_at,
            days=event.days,
            protection=event.protection,
        )
        yield Reaction(time_id(event.person_id), command, NATIONAL_TENANT)


def release_time(recorded: RecordedEvent) -> Iterator[Reaction]:
    """What does not count gives its time back; it was claimed before, as a log is read in order."""
    event = recorded.event
    if isinstance(event, HoursRejected | HoursCorrected):
        yield Reaction(time_id(event.person_id), ReleaseTime(entry_id=event.entry_id), NATIONAL_TENANT)


def answer(recorded: RecordedEvent) -> Iterator[Reaction]:
    """The ledger learns what the national log said."""
    match recorded.event:
        case TimeClaimed() as event:
            yield Reaction(event.ledger_id, NoteTimeClaimed(entry_id=event.entry_id), event.tenant_id)
        case TimeRefused() as event:
            note = NoteTimeRefused(entry_id=event.entry_id, refusal=event.refusal)
            yield Reaction(event.ledger_id, note, event.tenant_id)
        case _:
            return


POLICIES: Mapping[type[Event], Policy] = {
    AgreementOffered: fill,
    **dict.fromkeys(FREEING, fill),
    AgreementSigned: open_hours,
    ShiftCheckedOut: log_shift,
    HoursLogged: claim_time,
    HoursRejected: release_time,
    HoursCorrected: release_time,
    TimeClaimed: answer,
    TimeRefused: answer,
}
