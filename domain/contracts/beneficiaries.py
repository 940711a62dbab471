"""Who was served, as counts that no single person can be read out of (domain.md 1.4: k-anonymous, k of five or more).

One table a period, over place, age band and gender at once, and of it only the cells of `k` persons and more. What is
smaller, and what is empty, is not listed, so that neither can be told from the other. Every total is the sum of listed
cells: no sum holds an unlisted one, so no difference of sums gives one away. The exact counts are kept nowhere.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated

import msgspec

from domain.kernel.errors import InvalidValue
from domain.kernel.message import N_
from domain.kernel.text import Slug


class AgeBand(StrEnum):
    """Ages in whole years, both ends within."""

    UNDER_6 = "0-5"
    FROM_6 = "6-14"
    FROM_15 = "15-17"
    FROM_18 = "18-29"
    FROM_30 = "30-64"
    FROM_65 = "65+"


class Gender(StrEnum):
    """As the person gave it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other_gender"


class BeneficiaryCell(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """So many persons of one place, age band and gender."""

    place: Slug
    age_band: AgeBand
    gender: Gender
    persons: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


Table = Annotated[tuple[BeneficiaryCell, ...], msgspec.Meta(max_length=720)]


def published(cells: Sequence[BeneficiaryCell], k: int, places: Iterable[str]) -> tuple[BeneficiaryCell, ...]:
    """The cells that may be known, in one order whatever order they came in.

    Raises: InvalidValue for a cell that is told twice, and for a place that the service is not for.
    """
    known, seen = frozenset(places), set()
    for n, cell in enumerate(cells):
        if cell.place not in known:
            raise InvalidValue(f"/beneficiaries/{n}/place", N_("The contract is not for this place."))
        key = (cell.place, cell.age_band, cell.gender)
        if key in seen:
            raise InvalidValue(f"/beneficiaries/{n}", N_("The same place, age band and gender is told twice."))
        seen.add(key)
    listed = [cell for cell in cells if cell.persons >= k]
    return tuple(sorted(listed, key=lambda cell: (cell.place, cell.age_band, cell.gender)))
