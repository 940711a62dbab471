"""Questions to the consultation register. What depends on now (open, overdue) is said here and never stored."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from projections.consultation_rows import ConsultationFacts
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, fetch_count, fetch_one, fetch_page
from projections.searching import folded


class Consultation(ConsultationFacts, frozen=True):
    """A consultation as its institution sees it at the moment of the question."""

    lint_errors: int | None = None
    lint_warnings: int | None = None
    is_open: bool = False
    report_overdue: bool = False


class PublicConsultation(ConsultationFacts, frozen=True):
    """A consultation as everybody sees it; `tenant` is the institution's slug."""

    is_open: bool = False
    report_overdue: bool = False
    tenant: str = ""


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing. `open_at`: the window holds that instant. `text` in any language and script.

    `overdue`: the report is late and not there at `now`.
    """

    state: str | None = None
    year: Annotated[int, msgspec.Meta(ge=1900, le=2199)] | None = None
    act_kind: str | None = None
    text: Annotated[str, msgspec.Meta(description="Words that must occur")] | None = None
    open_at: Annotated[datetime, msgspec.Meta(description="The window holds this time")] | None = None
    overdue: bool | None = None
    source: str | None = None
    source_id: str | None = None

    def conditions(self, now: datetime) -> Conditions:
        """As a WHERE clause."""
        where = Conditions().add_equal(
            state=self.state, year=self.year, act_kind=self.act_kind, source=self.source, source_id=self.source_id
        )
        if self.text:
            where.add("strpos(searched, ?) > 0", folded(self.text))
        if self.open_at is not None:
            where.add(OPEN_AT.replace("$now", "?"), self.open_at, self.open_at)
        if self.overdue is not None:
            where.add(f"{'' if self.overdue else 'NOT '}{OVERDUE_AT.replace('$now', '?')}", now)
        return where


NO_FILTER = Filter()
OPEN_AT = "(opens_at IS NOT NULL AND opens_at <= $now AND closes_at > $now AND state NOT IN ('withdrawn', 'annulled'))"
OVERDUE_AT = "(report_due_at IS NOT NULL AND report_due_at <= $now AND state IN ('closed', 'analysed'))"


def _shown(where: Conditions, now: datetime, more: str = "") -> str:
    at = where.parameter(now)
    flags = f"{OPEN_AT.replace('$now', at)} AS is_open, {OVERDUE_AT.replace('$now', at)} AS report_overdue"
    return f"(SELECT *, {flags}{more} FROM consultation_register) shown"  # noqa: S608 - our own text


async def consultations(
    connection: ReadConnection,
    now: datetime,
    chosen: Filter = NO_FILTER,
    *,
    after: After | None = None,
    limit: int = 50,
) -> Page[Consultation]:
    """The tenant's consultations, the newest plan first; the key is `(planned_at, consultation_id)`."""
    where = chosen.conditions(now)
    return await fetch_page(
        connection,
        Consultation,
        _shown(where, now),
        where,
        ("planned_at", "consultation_id"),
        after,
        limit,
        descending=True,
    )


async def count_consultations(connection: ReadConnection, now: datetime, chosen: Filter = NO_FILTER) -> int:
    """How many consultations the filter finds."""
    return await fetch_count(connection, "consultation_register", chosen.conditions(now))


async def consultation(connection: ReadConnection, now: datetime, consultation_id: UUID) -> Consultation | None:
    """One consultation, None when the tenant has none of that id."""
    where = Conditions().add_equal(consultation_id=consultation_id)
    return await fetch_one(connection, Consultation, _shown(where, now), where)
