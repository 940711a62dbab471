"""How much of the installation the institution may use and uses: for who administers it."""

from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec
from litestar import Request, Response

from domain.kernel.ids import NATIONAL_TENANT
from domain.tenants.quotas import WINDOWS, Resource
from infra.database.scope import scope
from projections.catalogue import WEBHOOK_ENDPOINTS
from projections.webhook_queries import naming
from services.gateway.desk import Desk
from services.gateway.institution_quota import MEGABYTE
from services.gateway.listing import answer
from services.gateway.query_route import AtDesk, query
from services.gateway.routing import Routes

AnyRequest = Request[Any, Any, Any]
_WORKING = "SELECT count(*)::int FROM es.work WHERE tenant_id = $1 AND state = 'pending'"


class QuotaView(msgspec.Struct, frozen=True):
    """One resource: what may be used of it and what is, in its measure; whether that was set, or is usual.

    What is counted by time begins anew at `resets_at`; a gateway counts several uses at once, so `used` may be ahead.
    """

    resource: Resource
    limit: int
    used: int
    is_set: bool
    per: Literal["minute", "hour"] | None
    resets_at: datetime | None


class QuotasView(msgspec.Struct, frozen=True):
    """Every quota of an institution."""

    tenant: str
    quotas: tuple[QuotaView, ...]


@query("/quotas", "quotas", shows=QuotasView)
async def quotas(request: AnyRequest, desk: AtDesk) -> Response[Any]:
    """What this institution may use, and what it uses: requests, exports, storage, jobs, webhooks."""
    institution = (await desk.system.handler.authority.national(fresh=True)).institutions[desk.tenant.slug]
    uses = await desk.system.budgets.uses.used(desk.tenant.tenant_id, WINDOWS)
    held = await _held(desk)
    now, shown = desk.system.clock.now(), []
    for resource in Resource:
        window, use = WINDOWS.get(resource), uses.get(resource)
        shown.append(
            QuotaView(
                resource=resource,
                limit=institution.quota(resource),
                used=held.get(resource, 0) if use is None else use.used,
                is_set=resource in institution.quotas,
                per=_PER.get(window),
                resets_at=None if use is None else now + timedelta(seconds=use.resets_in),
            )
        )
    return answer(request, QuotasView(desk.tenant.slug, tuple(shown)))


_PER: dict[int | None, Literal["minute", "hour"]] = {60: "minute", 3_600: "hour"}


async def _held(desk: Desk) -> dict[Resource, int]:
    tenant_id = desk.tenant.tenant_id
    async with desk.system.reading.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id) as connection:
        jobs: int = await connection.fetchval(_WORKING, tenant_id)
    async with desk.reads.one(NATIONAL_TENANT, (WEBHOOK_ENDPOINTS,)) as reading:
        webhooks = await naming(reading, desk.tenant.slug)
    stored = await desk.system.eraser.uploads.stored(tenant_id)
    return {Resource.JOBS: jobs, Resource.WEBHOOKS: webhooks, Resource.STORAGE: -(-stored // MEGABYTE)}


ROUTES = Routes(queries=(quotas,))
