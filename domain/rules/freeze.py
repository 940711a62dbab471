"""The shipped calendar, worked out once from the `holidays` package and kept: a library's update moves no deadline.

`python -m domain.rules.freeze > domain/rules/data/calendar.json` makes the file again; a test compares them.
"""

import re
import sys
from collections.abc import Iterable, Mapping
from datetime import date

import holidays
import msgspec

from domain.rules.shipped import CalendarFile, CalendarYear
from domain.rules.values import CalendarDay, Names

YEARS = range(2009, 2031)
"""Law No. 03/L-064 on Official Holidays is of 2008; packages know Kosovo's holidays from 2009."""

_LANGUAGES: Mapping[str, str] = {"sq": "sq", "sr": "sr", "en": "en_US", "tr": "tr"}
_ESTIMATED = re.compile(r" \((?:{0})\)|, (?:{0})(?=\))".format("estimated|e vlerësuar|procenjeno|tahmini"))
"""The package's word for an estimate: it is a mark of the day here, so that a confirmed day's name is right."""


def frozen(years: Iterable[int] = YEARS) -> CalendarFile:
    """The holidays of those years as the installed package works them out."""
    return CalendarFile(
        source="holidays (MIT), country XK",
        citation="Law No. 03/L-064 on Official Holidays in the Republic of Kosovo",
        years=tuple(CalendarYear(year, _days(year)) for year in years),
    )


def _days(year: int) -> tuple[CalendarDay, ...]:
    named = {code: holidays.country_holidays("XK", years=year, language=of) for code, of in _LANGUAGES.items()}
    return tuple(CalendarDay(day, _names(named, day), "estimated" in named["en"][day]) for day in sorted(named["en"]))


def _names(named: Mapping[str, Mapping[date, str]], day: date) -> Names:
    return msgspec.convert({code: _ESTIMATED.sub("", days[day]) for code, days in named.items()}, Names)


def written(file: CalendarFile) -> str:
    """The data file's text: JSON with a line per day, so that a difference names the day."""
    days = {
        year.year: ",\n".join(f"   {msgspec.json.encode(day).decode()}" for day in year.days) for year in file.years
    }
    years = ",\n".join(f'  {{"year": {year}, "days": [\n{text}\n  ]}}' for year, text in days.items())
    head = f' "source": "{file.source}",\n "citation": "{file.citation}",\n'
    return f'{{\n{head} "years": [\n{years}\n ]\n}}\n'


if __name__ == "__main__":
    sys.stdout.write(written(frozen()))
