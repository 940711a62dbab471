"""Query parameters that several queries share."""

import re
from datetime import UTC, datetime
from typing import Annotated, Literal

from litestar.params import QueryParameter

from domain.kernel.message import N_
from projections.history import Moment
from projections.reading import LARGEST
from services.gateway.bounds import FIRST_YEAR, LAST_YEAR
from services.gateway.refusals import InvalidParameter

_LARGEST_POSITION = (1 << 53) - 1
_TIME = re.compile(r"(?a)\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)")
MOMENT = "^([0-9]{1,16}|[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt].+)$"
"""A position or a time."""

Limit = Annotated[int, QueryParameter(ge=1, le=LARGEST, description="Items on a page")]
Cursor = Annotated[
    str | None, QueryParameter(max_length=2000, description="next_cursor of the page before, with the same filters")
]
AtLeast = Annotated[
    int | None,
    QueryParameter(
        ge=0, le=_LARGEST_POSITION, description="Wait until what is shown holds this Pakt-Position; 503 if not in time"
    ),
]
AsOf = Annotated[
    str | None,
    QueryParameter(
        max_length=40,
        description="The past: a time (what had happened by then, RFC 3339) or a position of the log",
        pattern=MOMENT,
    ),
]
AsOfTime = Annotated[
    str | None,
    QueryParameter(
        max_length=40,
        description="The past: what had happened by this time (RFC 3339)",
        pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt].+$",
    ),
]
"""For queries over several logs: a position belongs to one."""
KnownAt = Annotated[
    str | None,
    QueryParameter(
        max_length=40,
        description="What had been recorded by this time (RFC 3339)",
        pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt].+$",
    ),
]
Genealogy = Annotated[
    Literal["as_was", "as_is"],
    QueryParameter(
        description="Institutions as they were, or as they are: what ended ones did then counts for their successors"
    ),
]
Slug = Annotated[
    str | None, QueryParameter(max_length=64, pattern="^[a-z][a-z0-9-]*$", description="Slug of an institution")
]


def moment(as_of: str | None, known_at: str | None) -> Moment:
    """The moment that a query asks for. Raises: InvalidParameter for what is neither a time nor a position."""
    position = None
    at = None
    if as_of is not None:
        if as_of.isascii() and as_of.isdigit():
            position = int(as_of)
            if position > _LARGEST_POSITION:
                raise InvalidParameter("as_of", N_("There is no such position."))
        else:
            at = time("as_of", as_of)
    return Moment(position, at, None if known_at is None else time("known_at", known_at))


def time(name: str, text: str) -> datetime:
    """An RFC 3339 time with a zone. Raises: InvalidParameter."""
    if not _TIME.fullmatch(text):
        raise InvalidParameter(name, N_("This is not a time as RFC 3339 writes it."))
    try:
        at = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidParameter(name, N_("This is not a time as RFC 3339 writes it.")) from error
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise InvalidParameter(
            name, N_("The year must lie between {first} and {last}."), first=FIRST_YEAR, last=LAST_YEAR
        )
    return at
