"""A tenant's consultation plans, now and at any past moment."""

from projections import plan_queries
from projections.catalogue import PLANS
from projections.plan_register import PlanRow
from projections.reading import Page
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, listed, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

PlanView = view_of(PlanRow, "Plan", without=("items_in_force",))


@listed("/plans", "plans", PlanView, of=(PLANS,), by=plan_queries.Filter)
async def plans(asked: AtDeskAsked[plan_queries.Filter]) -> Page[PlanRow]:
    """Consultation plans with their items, the latest year first."""
    return await plan_queries.plans(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/plans/{id:uuid}", "plan", PlanView, of=(PLANS,))
async def plan(asked: AtDeskAsked[NoFilter]) -> PlanRow | None:
    """One consultation plan with every item that ever stood on it."""
    return await plan_queries.plan(asked.connection, asked.id)


ROUTES = Routes(queries=(plans, plan))
