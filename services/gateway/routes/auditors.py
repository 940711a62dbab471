"""Who may look at an institution: auditors' mandates as its own log holds them."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response

from domain.tenants.auditing import AuditPeriod
from projections.reading import After, Page
from services.gateway.listing import PRIVATE, Listing, answer_list
from services.gateway.parameters import AsOf, Cursor, KnownAt, Limit, moment
from services.gateway.query_route import AtDesk, query

AnyRequest = Request[Any, Any, Any]


class AuditorView(msgspec.Struct, frozen=True):
    """An auditor's mandate over the tenant; `tenants` are all that it names, none for the tenant's own auditor.

    `state` is in_force, not_yet, expired or revoked by the tenant's time.
    """

    mandate_id: UUID
    person_id: UUID
    legal_basis: str
    valid_from: date
    valid_to: date | None
    tenants: tuple[str, ...]
    state: str


@query("/auditors", "auditors", lists=AuditorView)
async def auditors(
    request: AnyRequest,
    desk: AtDesk,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Response[Any]:
    """Who may look at this institution, might or will, on which basis and until which day."""
    then = await desk.then(moment(as_of, known_at))

    @asynccontextmanager
    async def nothing() -> AsyncIterator[Any]:
        yield None

    async def fetch(_: Any, limit: int, after: After | None) -> Page[AuditorView]:
        found = (await desk.governance(then.moment)).every_audit()
        withdrawn = (await desk.reads.national(then, valid=True)).withdrawn
        every = sorted(
            (_auditor(person_id, one, then.now, withdrawn) for person_id, one in found),
            key=lambda one: (one.valid_from.isoformat(), str(one.mandate_id)),
        )
        rest = [one for one in every if after is None or (one.valid_from.isoformat(), str(one.mandate_id)) > after]
        last = rest[limit - 1] if len(rest) > limit else None
        return Page(rest[:limit], None if last is None else (last.valid_from.isoformat(), str(last.mandate_id)))

    listing = Listing(nothing, fetch, lambda one: one, AuditorView, desk.reads.cursors, PRIVATE)
    answered: Response[Any] = await answer_list(request, listing, limit, cursor)
    return answered


def _auditor(person_id: UUID, of: AuditPeriod, now: datetime, withdrawn: Collection[UUID]) -> AuditorView:
    state = "revoked" if of.mandate_id in withdrawn else of.state_at(now)
    return AuditorView(of.mandate_id, person_id, of.legal_basis, of.valid_from, of.valid_to, of.tenants, state)


QUERIES = [auditors]
