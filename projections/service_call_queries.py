"""Questions to the register of calls for services. What depends on now (open) is said here and never stored."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.vocabulary import Year
from projections.lookup import Lookup, published
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection
from projections.searching import Words, folded
from projections.service_call_register import ServiceCallFacts, ServiceOverlap

_TABLE = "service_call_register"


class ServiceCall(ServiceCallFacts, frozen=True):
    """A call as its institution sees it at the moment of the question."""

    overlapping: tuple[ServiceOverlap, ...] = ()
    lint_errors: int | None = None
    lint_warnings: int | None = None
    is_open: bool = False


class PublicServiceCall(ServiceCallFacts, frozen=True):
    """A call as everybody sees it; `tenant` is the institution's slug."""

    is_open: bool = False
    tenant: str = ""


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing. `place` is a municipality's slug, `text` in any language and script."""

    state: str | None = None
    year: Year | None = None
    mode: str | None = None
    service: str | None = None
    place: str | None = None
    need_id: UUID | None = None
    text: Words | None = None
    open_at: Annotated[datetime, msgspec.Meta(description="Bids are taken at this time")] | None = None
    source: str | None = None
    source_id: str | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        where = Conditions().add_equal(
            state=self.state,
            year=self.year,
            mode=self.mode,
            service=self.service,
            need_id=self.need_id,
            source=self.source,
            source_id=self.source_id,
        )
        if self.place is not None:
            where.add("jsonb_exists(facts->'places', ?)", self.place)
        if self.text:
            where.add("strpos(searched, ?) > 0", folded(self.text))
        if self.open_at is not None:
            where.add(_OPEN_AT.replace("$now", "?"), self.open_at, self.open_at)
        return where


NO_FILTER = Filter()
_OPEN_AT = (
    "(published_at IS NOT NULL AND published_at <= $now AND closes_at > $now"
    " AND state NOT IN ('cancelled', 'unsuccessful'))"
)


class _Held(ServiceCallFacts, frozen=True):
    """The columns that the public role may read."""

    searched: str = ""


def _shown(where: Conditions, now: datetime) -> str:
    at = where.parameter(now)
    return f"(SELECT *, {_OPEN_AT.replace('$now', at)} AS is_open FROM {_TABLE}) shown"  # noqa: S608 - our own text


def _public(where: Conditions, now: datetime) -> str:
    return published(_Held, _TABLE, is_open=_OPEN_AT.replace("$now", where.parameter(now)))


_CALLS = Lookup(ServiceCall, _shown, "planned_at", "call_id", descending=True)
_PUBLIC_CALLS = Lookup(PublicServiceCall, _public, "published_at", "call_id", descending=True)


async def calls(
    connection: ReadConnection,
    now: datetime,
    chosen: Filter = NO_FILTER,
    *,
    after: After | None = None,
    limit: int = 50,
) -> Page[ServiceCall]:
    """The tenant's calls, the newest first; the key is `(planned_at, call_id)`."""
    return await _CALLS.page(connection, chosen.conditions(), after, limit, now=now)


async def call(connection: ReadConnection, now: datetime, call_id: UUID) -> ServiceCall | None:
    """One call of the tenant."""
    return await _CALLS.one(connection, call_id, now=now)


async def public_calls(
    connection: ReadConnection,
    now: datetime,
    chosen: Filter = NO_FILTER,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicServiceCall]:
    """Published calls of the tenants in scope, the newest publication first; key `(published_at, call_id)`."""
    return await _PUBLIC_CALLS.page(connection, chosen.conditions().add_equal(tenant=tenant), after, limit, now=now)


async def public_call(connection: ReadConnection, now: datetime, call_id: UUID) -> PublicServiceCall | None:
    """One published call of the tenants in scope."""
    return await _PUBLIC_CALLS.one(connection, call_id, now=now)
