"""Who volunteers, as counts that no single person can be read out of (domain.md 1.5: k-anonymous, k of five or more).

One table a half-year, over municipality, age band and gender at once, and of it only the cells of `k` persons and more.
What is smaller, and what is empty, is not listed, so that neither can be told from the other. The total is the sum of
listed cells: no sum holds an unlisted one, so no difference of sums gives one away.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated

import msgspec

from domain.kernel.deadline import start_of
from domain.kernel.text import Slug
from domain.volunteering.vocabulary import AgeBand, Gender

K = "volunteer.statistics.k"
Half = Annotated[int, msgspec.Meta(ge=1, le=2, description="1 ends with June, 2 with December")]


class VolunteerCell(msgspec.Struct, frozen=True, kw_only=True):
    """So many volunteers of one municipality, age band and gender; null where they did not say it."""

    municipality: Slug
    age_band: AgeBand
    gender: Gender | None
    volunteers: int


def period_end(year: int, half: int) -> datetime:
    """The instant at which a half-year is over, by the clocks of Kosovo."""
    return start_of(date(year, 7, 1) if half == 1 else date(year + 1, 1, 1))


def published(cells: Iterable[VolunteerCell], k: int) -> tuple[VolunteerCell, ...]:
    """The cells that may be known, in one order whatever order they came in."""
    listed = [cell for cell in cells if cell.volunteers >= k]
    return tuple(sorted(listed, key=lambda cell: (cell.municipality, cell.age_band.least, cell.gender or "")))
