"""Questions to the register of calls. What depends on now (open) is said here and never stored."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from domain.grants.form import Form, Schema, schema_of
from projections.grant_call_register import GrantCallFacts
from projections.lookup import Lookup, published
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, fetch_one
from projections.searching import Words, folded


class GrantCall(GrantCallFacts, frozen=True):
    """A call as its institution sees it at the moment of the question."""

    lint_errors: int | None = None
    lint_warnings: int | None = None
    is_open: bool = False


class PublicGrantCall(GrantCallFacts, frozen=True):
    """A call as everybody sees it; `tenant` is the institution's slug."""

    is_open: bool = False
    tenant: str = ""


class CallForm(msgspec.Struct, frozen=True):
    """The form of a call; `tenant` is the institution's slug, '' where it is not looked for."""

    form: Form
    form_version: int
    version: int
    tenant: str = ""

    @property
    def json_schema(self) -> Schema:
        """The form as one JSON Schema 2020-12 document over the answers."""
        return schema_of(self.form)


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing. `text` in any language and script."""

    state: str | None = None
    year: Annotated[int, msgspec.Meta(ge=1900, le=2199)] | None = None
    purpose: str | None = None
    plan_id: UUID | None = None
    text: Words | None = None
    open_at: Annotated[datetime, msgspec.Meta(description="Applications are taken at this time")] | None = None
    source: str | None = None
    source_id: str | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        where = Conditions().add_equal(
            state=self.state,
            year=self.year,
            purpose=self.purpose,
            plan_id=self.plan_id,
            source=self.source,
            source_id=self.source_id,
        )
        if self.text:
            where.add("strpos(searched, ?) > 0", folded(self.text))
        if self.open_at is not None:
            where.add(OPEN_AT.replace("$now", "?"), self.open_at, self.open_at)
        return where


NO_FILTER = Filter()
OPEN_AT = (
    "(published_at IS NOT NULL AND published_at <= $now AND closes_at > $now AND state NOT IN ('cancelled', 'void'))"
)


def _shown(where: Conditions, now: datetime) -> str:
    at = where.parameter(now)
    return f"(SELECT *, {OPEN_AT.replace('$now', at)} AS is_open FROM grant_call_register) shown"  # noqa: S608


def public_source(where: Conditions, now: datetime) -> str:
    """What queries over published calls select from; takes a parameter of `where` for the time."""
    return published(_Held, "grant_call_register", is_open=OPEN_AT.replace("$now", where.parameter(now)))


class _Held(GrantCallFacts, frozen=True):
    """The columns that the public role may read."""

    form: Form | None = None
    searched: str = ""


_CALLS = Lookup(GrantCall, _shown, "drafted_at", "call_id", descending=True)
_PUBLIC_CALLS = Lookup(PublicGrantCall, public_source, "published_at", "call_id", descending=True)


async def calls(
    connection: ReadConnection,
    now: datetime,
    chosen: Filter = NO_FILTER,
    *,
    after: After | None = None,
    limit: int = 50,
) -> Page[GrantCall]:
    """The tenant's calls, the newest draft first; the key is `(drafted_at, call_id)`."""
    return await _CALLS.page(connection, chosen.conditions(), after, limit, now=now)


async def call(connection: ReadConnection, now: datetime, call_id: UUID) -> GrantCall | None:
    """One call, None when the tenant has none of that id."""
    return await _CALLS.one(connection, call_id, now=now)


async def call_form(connection: ReadConnection, call_id: UUID) -> CallForm | None:
    """The form of one of the tenant's calls, None when there is no such call or it has none."""
    where = Conditions().add_equal(call_id=call_id).add("form IS NOT NULL")
    return await fetch_one(connection, CallForm, "(SELECT *, '' AS tenant FROM grant_call_register) shown", where)


async def public_calls(
    connection: ReadConnection,
    now: datetime,
    chosen: Filter = NO_FILTER,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicGrantCall]:
    """Published calls of the tenants in scope, the newest publication first; key `(published_at, call_id)`."""
    return await _PUBLIC_CALLS.page(connection, chosen.conditions().add_equal(tenant=tenant), after, limit, now=now)


async def public_call(connection: ReadConnection, now: datetime, call_id: UUID) -> PublicGrantCall | None:
    """One published call of the tenants in scope."""
    return await _PUBLIC_CALLS.one(connection, call_id, now=now)


async def public_form(connection: ReadConnection, now: datetime, call_id: UUID) -> CallForm | None:
    """The form of one published call of the tenants in scope."""
    where = Conditions().add_equal(call_id=call_id).add("form IS NOT NULL")
    return await fetch_one(connection, CallForm, public_source(where, now), where)
