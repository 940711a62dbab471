"""Needs for services: assessed and approved by an institution, known to everybody once they are to be bought."""

from domain.contracts.commands import need as c
from projections import service_need_queries as q
from projections.catalogue import SERVICE_NEEDS
from projections.reading import Page
from projections.service_need_register import ServiceNeedRow
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

_NEED = "/service-needs/{id}"
NeedView = view_of(ServiceNeedRow, "ServiceNeed", without=("searched", "public"))
PublicNeedView = view_of(q.PublicServiceNeed, "PublicServiceNeed")


@listed("/service-needs", "service_needs", NeedView, of=(SERVICE_NEEDS,), by=q.Filter)
async def needs(asked: AtDeskAsked[q.Filter]) -> Page[ServiceNeedRow]:
    """Needs for services, the newest first."""
    return await q.needs(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/service-needs/{id:uuid}", "service_need", NeedView, of=(SERVICE_NEEDS,))
async def need(asked: AtDeskAsked[NoFilter]) -> ServiceNeedRow | None:
    """One need with what was estimated and approved."""
    return await q.need(asked.connection, asked.id)


@open_listed("/service-needs", PublicNeedView, of=(SERVICE_NEEDS,), by=q.Filter, operation_id="PublicServiceNeeds")
async def public_needs(asked: AtWindowAsked[q.Filter]) -> Page[q.PublicServiceNeed]:
    """Approved needs of all institutions or of one, the newest first."""
    return await q.public_needs(
        asked.connection, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


@open_shown("/service-needs/{id:uuid}", PublicNeedView, of=(SERVICE_NEEDS,), operation_id="PublicServiceNeed")
async def public_need(asked: AtWindowAsked[NoFilter]) -> q.PublicServiceNeed | None:
    """One approved need."""
    return await q.public_need(asked.connection, asked.id)


ROUTES = Routes(
    commands=(
        CommandRoute("/service-needs", c.AssessNeed, reads=_NEED),
        CommandRoute(f"{_NEED}/approve", c.ApproveNeed),
        CommandRoute(f"{_NEED}/withdraw", c.WithdrawNeed),
    ),
    queries=(needs, need),
    open=(public_needs, public_need),
)
