"""What indicators are made of: units, directions, how values become one, where they come from, where they stand."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec

from domain.action_measures.indicator_periods import PeriodName
from domain.kernel.text import END

Exact = Annotated[
    str,
    msgspec.Meta(
        max_length=24,
        pattern=rf"^-?(0|[1-9][0-9]{{0,14}})(\.[0-9]{{1,6}})?{END}",
        description="Decimal number as text, so that no reader rounds it; at most six digits after the point",
    ),
]
Whole = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1, description="Whole number of cases, or of cents")]


class Unit(StrEnum):
    """What a value counts. Percentages are in points: 12.5 is an eighth; euro have two decimals."""

    NUMBER = "number"
    PERCENTAGE = "percentage"
    EURO = "euro"
    DAYS = "days"
    MINUTES = "minutes"
    YES_NO = "yes_no"
    """1 or 0."""


class Direction(StrEnum):
    """Which way is better."""

    ASCENDING = "ascending"
    DESCENDING = "descending"


class Aggregation(StrEnum):
    """How the values of several periods or institutions become one."""

    SUM = "sum"
    LAST = "last"
    WEIGHTED = "weighted"
    """All numerators by all denominators, never the mean of shares."""
    MAX = "max"


class ValueSource(StrEnum):
    """Where values come from."""

    COMPUTED = "computed"
    """A query of the library, over what the logs hold."""
    MANUAL = "manual"
    EXTERNAL = "external"
    """A statistic that somebody else publishes."""


class Reach(StrEnum):
    """Whose logs a computed value is about."""

    OWN = "own"
    ALL = "all"
    """Every institution but sandboxes."""


class Disaggregation(StrEnum):
    """By what a value is told in parts."""

    GENDER = "gender"
    AGE = "age"
    MUNICIPALITY = "municipality"
    COMMUNITY = "community"


class ValueStage(StrEnum):
    """Where the value of a period stands; an accepted one is locked until a resolution reopens it."""

    AWAITED = "awaited"
    REPORTED = "reported"
    EVIDENCED = "evidence_attached"
    VERIFIED = "verified"
    CONTESTED = "contested"
    ACCEPTED = "accepted"


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A value, or the two whole numbers that it is the quotient of; of a share the points follow from them."""

    value: Exact | None = None
    numerator: Whole | None = None
    denominator: Whole | None = None


PartCode = Annotated[
    str,
    msgspec.Meta(pattern=rf"^[a-z0-9][a-z0-9_+-]{{0,40}}{END}", description="Short name of a group or a municipality"),
]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The part of a value that is about one group."""

    by: Disaggregation
    code: PartCode
    figure: Figure


class QueryName(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A query of the library, in one version."""

    name: Annotated[str, msgspec.Meta(pattern=rf"^[a-z][a-z0-9_]{{0,59}}{END}", description="Name of a query")]
    version: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1


class PeriodTarget(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A period for which a value is awaited, and what it is to be; None where nothing was promised."""

    period: PeriodName
    target: Exact | None = None


class Baseline(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was measured before, and on which day."""

    figure: Figure
    day: date
