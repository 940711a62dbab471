"""The national working calendar: years published, days declared, estimated holidays fixed."""

from datetime import date
from typing import Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.calendar import Calendar, NonWorkingDay
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.rules.commands import DeclareNonWorkingDay, FoundCalendar, MoveEstimatedHoliday, PublishCalendarYear
from domain.rules.events import CalendarFounded, CalendarYearPublished, EstimatedHolidayMoved, NonWorkingDayDeclared
from domain.rules.pack import national_only
from domain.rules.values import check_names


class WorkingCalendar(Aggregate):
    """The one calendar of the national tenant; its version numbers the calendar's versions (`xk.<version>`)."""

    initial = CalendarFounded
    SINGLETON = "working_calendar"

    @property
    def calendar(self) -> Calendar:
        """The calendar as it stands."""
        return Calendar(f"xk.{self.version}", self.years, dict(self.days))

    @classmethod
    @creates(FoundCalendar)
    def found(cls, command: FoundCalendar, ctx: Context, stream_id: UUID) -> Self:
        """Once, in the national log."""
        national_only(ctx)
        return cls.begin(ctx, stream_id, CalendarFounded(command.citation))

    @decides(PublishCalendarYear)
    def publish_year(self, command: PublishCalendarYear, ctx: Context) -> None:
        """A year is published once: what changes afterwards is declared day by day, with a decision."""
        if command.year in self.years:
            raise RuleViolated(
                "calendar.year.once", N_("The working calendar of {year} is published already."), year=command.year
            )
        seen: set[date] = set()
        for n, day in enumerate(command.days):
            if day.day.year != command.year:
                raise InvalidValue(f"/days/{n}/day", N_("{day} is not in {year}."), day=str(day.day), year=command.year)
            if day.day in seen:
                raise InvalidValue(f"/days/{n}/day", N_("{day} is named twice."), day=str(day.day))
            check_names(day.names, f"/days/{n}/names")
            seen.add(day.day)
        ordered = tuple(sorted(command.days, key=lambda day: day.day))
        self.trigger(ctx, CalendarYearPublished(command.year, ordered))

    @decides(DeclareNonWorkingDay)
    def declare(self, command: DeclareNonWorkingDay, ctx: Context) -> None:
        """Only days to come, and only working days: anything else changes nothing or the past."""
        check_names(command.names, "/names")
        self._not_past(command.day, ctx)
        self._must_work(command.day)
        self.trigger(ctx, NonWorkingDayDeclared(command.day, command.names, command.decision_no))

    @decides(MoveEstimatedHoliday)
    def move(self, command: MoveEstimatedHoliday, ctx: Context) -> None:
        """Only an estimated day moves, to a working day of a published year; the same day confirms it."""
        found = self.days.get(command.day)
        if found is None or not found.estimated:
            raise RuleViolated(
                "calendar.estimated", N_("{day} is not an estimated holiday."), day=command.day.isoformat()
            )
        if command.to != command.day:
            self._not_past(min(command.day, command.to), ctx)
            self._must_work(command.to)
        self.trigger(ctx, EstimatedHolidayMoved(command.day, command.to, command.decision_no))

    @applies(CalendarFounded)
    def _founded(self, _event: CalendarFounded) -> None:
        self.years: frozenset[int] = frozenset()
        self.days: dict[date, NonWorkingDay] = {}

    @applies(CalendarYearPublished)
    def _year_published(self, event: CalendarYearPublished) -> None:
        self.years |= {event.year}
        self.days |= {day.day: day.non_working() for day in event.days}

    @applies(NonWorkingDayDeclared)
    def _declared(self, event: NonWorkingDayDeclared) -> None:
        names = {str(code): name for code, name in event.names.items()}
        self.days[event.day] = NonWorkingDay(event.day, names, decision_no=event.decision_no)

    @applies(EstimatedHolidayMoved)
    def _moved(self, event: EstimatedHolidayMoved) -> None:
        found = self.days.pop(event.day)
        self.days[event.to] = NonWorkingDay(event.to, found.names, decision_no=event.decision_no)

    def _not_past(self, day: date, ctx: Context) -> None:
        if day < local_day(ctx.now) and not ctx.imported:
            raise RuleViolated(
                "calendar.past", N_("{day} lies back; deadlines over it were met or missed."), day=day.isoformat()
            )

    def _must_work(self, day: date) -> None:
        reason = self.calendar.reason(day)
        if reason is not None:
            raise RuleViolated(
                "calendar.working", N_("{day} is no working day already: {reason}."), day=str(day), reason=reason
            )
