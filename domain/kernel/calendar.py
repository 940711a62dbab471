"""Working days: a frozen, versioned list of the days on which the state does not work.

Weekends are Saturday and Sunday (Law No. 03/L-064 on Official Holidays moves a holiday that falls on one of them).
"""

from collections.abc import Mapping
from datetime import date

import msgspec

from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_

WEEKEND = N_("weekend")
SATURDAY = 5


class NonWorkingDay(msgspec.Struct, frozen=True, omit_defaults=True):
    """One day on which nobody counts: `names` by language code (sq, sr, en), en also being the catalogue's key.

    `estimated` days rest on a forecast of the moon and may be moved. `decision_no` names the decision that declared the
    day; empty for holidays by law.
    """

    day: date
    names: dict[str, str]
    estimated: bool = False
    decision_no: str = ""

    @property
    def reason(self) -> str:
        """The English name, or the first there is, followed by the decision or by the word that it is an estimate."""
        name = self.names.get("en") or next(iter(self.names.values()), "")
        rests_on = "estimated" if self.estimated else self.decision_no
        return f"{name} ({rests_on})" if rests_on else name


class Calendar(msgspec.Struct, frozen=True):
    """The published calendar. `version` grows with every change; only the published `years` may be counted."""

    version: str
    years: frozenset[int]
    days: Mapping[date, NonWorkingDay]

    def reason(self, day: date) -> str | None:
        """Why nobody works on `day`: 'weekend' or the holiday's name; None on a working day.

        Raises: RuleViolated when the year of `day` is not published.
        """
        if day.year not in self.years:
            raise RuleViolated(
                "calendar.published", N_("The working calendar of {year} is not published."), year=day.year
            )
        if day.weekday() >= SATURDAY:
            return WEEKEND
        found = self.days.get(day)
        return found.reason if found else None

    def is_working(self, day: date) -> bool:
        """Whether `day` counts; raises as `reason` does."""
        return self.reason(day) is None
