"""By when progress in a half-year is to be reported."""

from domain.action_measures.events.measure import Awaited
from domain.action_measures.half_year import last_day_of
from domain.kernel.context import Context
from domain.kernel.deadline import deadline, start_of

DUE = "measure.progress.due"


def awaited(period: str, ctx: Context) -> Awaited:
    """The half-year with its deadline, counted from its last day.

    Raises: RuleViolated where no published calendar holds the days.
    """
    return Awaited(
        period=period, due=deadline(ctx.rules[DUE], start_of(last_day_of(period)), "HalfYearEnded", ctx.calendar)
    )
