"""Half-years, in which a plan is reported on: `2026-H1` is January to June."""

from datetime import date, timedelta
from typing import Annotated

import msgspec

from domain.action_measures.indicator_periods import Span
from domain.kernel.text import END

HalfYear = Annotated[
    str,
    msgspec.Meta(pattern=rf"^(19|20|21)[0-9]{{2}}-H[12]{END}", description="Half of a calendar year: 2026-H1"),
]
"""Written so that later ones sort behind earlier ones."""

_SECOND = 7
"""The month with which the second half begins."""


def half_year_of(day: date) -> str:
    """The half-year that the day lies in."""
    return f"{day.year}-H{1 if day.month < _SECOND else 2}"


def first_day_of(period: str) -> date:
    """The first day of a half-year."""
    return Span.of(period).first_day


def last_day_of(period: str) -> date:
    """The last day of a half-year."""
    return Span.of(period).last_day


def next_half_year(period: str) -> str:
    """The half-year that follows."""
    return half_year_of(last_day_of(period) + timedelta(days=1))
