"""What is openly known of somebody's age: the band, computed from a birth date that is sealed."""

from datetime import date

from domain.kernel.errors import InvalidValue
from domain.kernel.message import N_
from domain.volunteering.vocabulary import AgeBand

OLDEST = 120
"""Years; nobody was ever so old that a birth date before this is no slip."""


def years_on(day: date, birth_date: date) -> int:
    """Whole years; who was born on 29 February grows older on 1 March in years without that day."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def band_on(day: date, birth_date: date) -> AgeBand:
    """The band on that day.

    Raises: InvalidValue for a birth date that cannot be meant.
    """
    years = years_on(day, birth_date)
    if birth_date > day or years > OLDEST:
        raise InvalidValue("/birth_date", N_("Nobody who lives today was born on that day."))
    return max((band for band in AgeBand if band.least <= years), key=lambda band: band.least)
