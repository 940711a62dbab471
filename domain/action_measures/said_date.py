"""Dates as a source says them: a year, a month or a day, and never more than it says."""

from datetime import date, timedelta
from typing import Annotated

import msgspec

from domain.kernel.errors import InvalidValue
from domain.kernel.message import N_
from domain.kernel.text import END

SaidDate = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^(19|20|21)[0-9]{{2}}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?{END}",
        description="A year, a month or a day, as exactly as it is known: 2017, 2017-02, 2017-02-13",
    ),
]


def first_possible(said: str) -> date:
    """The first day that it can mean.

    Raises: ValueError for a day that its month does not have.
    """
    year, month, day = (*(int(part) for part in said.split("-")), 1, 1)[:3]
    return date(year, month, day)


def last_possible(said: str) -> date:
    """The last day that it can mean.

    Raises: ValueError for a day that its month does not have.
    """
    first, parts = first_possible(said), said.count("-")
    if parts == 0:
        return date(first.year, 12, 31)
    return first if parts > 1 else (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def require_said(said: str, pointer: str, today: date) -> None:
    """Refuse a day that the calendar does not have, and what cannot have happened yet.

    Raises: InvalidValue.
    """
    try:
        first = first_possible(said)
    except ValueError as error:
        raise InvalidValue(pointer, N_("The calendar has no day {day}."), day=said) from error
    if first > today:
        raise InvalidValue(pointer, N_("{day} has not come yet."), day=said)
