"""Whether an entry of hours can be meant, and may stand: real, in time, within the agreement and what protects."""

from datetime import datetime, timedelta
from typing import NamedTuple

from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.volunteering import citations
from domain.volunteering.agreement_state import AgreementState
from domain.volunteering.commands.hours import CorrectHours, LogHours
from domain.volunteering.hours_caps import exceeded
from domain.volunteering.hours_days import minutes_of, touches_night
from domain.volunteering.hours_parts import DayMinutes, minutes_in
from domain.volunteering.time_book import Stretch, TimeBook
from domain.volunteering.vocabulary import Protection

LOCK, LATEST = "volunteer.hours.lock", "volunteer.hours.latest"
NIGHT, NIGHT_ENDS = "volunteer.minor.night.from", "volunteer.minor.night.until"
_LONGEST = timedelta(hours=24)
_MINUTE = timedelta(minutes=1)


class Work(NamedTuple):
    """What was done: its time, and whether it is told after the rule's lock."""

    stretch: Stretch
    late: bool


def checked(command: LogHours | CorrectHours, agreement: AgreementState, book: TimeBook, ctx: Context) -> Work:
    """The work that the command tells of; `book` is what counts beside it.

    Raises: InvalidValue for a time that cannot be meant; RuleViolated for one that may not stand.
    """
    started_at, ended_at = _real(command, ctx)
    if command.task not in agreement.tasks:
        raise InvalidValue("/task", N_("The agreement has no task '{task}'."), task=command.task)
    late = _told_late(started_at, command, ctx)
    days = minutes_of(started_at, ended_at, command.break_minutes)
    _require_agreed(days, agreement, book)
    if agreement.protection is Protection.MINOR:
        _require_by_day(started_at, ended_at, ctx)
    other = book.overlapping(started_at, ended_at)
    if other is not None:
        held = book.stretches[other]
        raise RuleViolated(
            "volunteer.hours.overlap",
            N_("These hours overlap with an entry from {started_at} to {ended_at}."),
            citation=citations.VOLUNTARY_WORK,
            started_at=held.started_at.isoformat(),
            ended_at=held.ended_at.isoformat(),
        )
    _require_capped(days, book, agreement.protection, ctx)
    return Work(Stretch(started_at, ended_at, days), late)


def _real(command: LogHours | CorrectHours, ctx: Context) -> tuple[datetime, datetime]:
    """Begin and end. Refuse what no clock shows: parts of minutes, nothing or less, more than a day, the future."""
    started_at, ended_at = command.started_at, command.ended_at
    for pointer, at in (("/started_at", started_at), ("/ended_at", ended_at)):
        if at.second or at.microsecond:
            raise InvalidValue(pointer, N_("Hours are logged from whole minute to whole minute."))
    if ended_at <= started_at:
        raise InvalidValue("/ended_at", N_("The end lies after the beginning."))
    if ended_at - started_at > _LONGEST:
        raise InvalidValue("/ended_at", N_("An entry is of 24 hours at most."))
    if ended_at > ctx.now:
        raise InvalidValue("/ended_at", N_("{at} is still to come."), at=ended_at.isoformat())
    if command.break_minutes * _MINUTE >= ended_at - started_at:
        raise InvalidValue("/break_minutes", N_("The break is as long as the work."))
    return started_at, ended_at


def _told_late(started_at: datetime, command: LogHours | CorrectHours, ctx: Context) -> bool:
    """Whether it is told after the lock. Refuse it there without a reason, and after the latest day altogether."""
    if ctx.imported:
        return False
    day, today = local_day(started_at), local_day(ctx.now)
    latest, lock, passed = ctx.rules[LATEST], ctx.rules[LOCK], (today - day).days
    if passed > latest.number:
        raise RuleViolated(
            LATEST,
            N_("Hours of {day} can be logged no more: {days} days have passed, the rule allows {allowed}."),
            citation=latest.citation,
            day=day.isoformat(),
            days=passed,
            allowed=latest.number,
        )
    if passed > lock.number and command.reason is None:
        raise RuleViolated(
            LOCK,
            N_("Hours of {day} are logged {days} days later: after {allowed} that needs a reason."),
            citation=lock.citation,
            day=day.isoformat(),
            days=passed,
            allowed=lock.number,
        )
    return passed > lock.number


def _require_agreed(days: tuple[DayMinutes, ...], agreement: AgreementState, book: TimeBook) -> None:
    """Refuse days without an agreement, and more minutes than were agreed on."""
    for one in days:
        if not agreement.reaches(one.day):
            raise RuleViolated(
                "volunteer.agreement.days",
                N_("There is no agreement for {day}: it is from {first} to {last}."),
                citation=citations.VOLUNTARY_WORK,
                day=one.day.isoformat(),
                first=agreement.first_day.isoformat(),
                last=agreement.last_day.isoformat(),
            )
    minutes = book.total + minutes_in(days)
    if minutes > agreement.max_minutes:
        raise RuleViolated(
            "volunteer.agreement.minutes",
            N_("With these hours there would be {minutes} minutes; the agreement is on {allowed}."),
            citation=citations.VOLUNTARY_WORK,
            minutes=minutes,
            allowed=agreement.max_minutes,
        )


def _require_by_day(started_at: datetime, ended_at: datetime, ctx: Context) -> None:
    begins, until = ctx.rules[NIGHT], ctx.rules[NIGHT_ENDS]
    day = touches_night(started_at, ended_at, until.number, begins.number)
    if day is not None:
        raise RuleViolated(
            NIGHT,
            N_("Minors do not work at night: on {day} before {until} or after {begins}."),
            citation=begins.citation,
            day=day.isoformat(),
            until=_clock(until.number),
            begins=_clock(begins.number),
        )


def _require_capped(days: tuple[DayMinutes, ...], book: TimeBook, protection: Protection, ctx: Context) -> None:
    """Refuse what alone with this ledger breaks a cap; over all institutions the national log looks."""
    broken = exceeded(days, book, protection, ctx.rules, ctx.calendar)
    if broken is not None:
        raise RuleViolated(
            broken.rule.key,
            N_("From {day} on {taken} minutes count already; with these it would be more than {allowed}."),
            citation=broken.rule.citation,
            day=broken.day.isoformat(),
            taken=broken.taken,
            allowed=broken.rule.number,
        )


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
