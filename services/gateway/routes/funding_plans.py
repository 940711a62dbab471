"""Funding plans: the commands on them, and what a tenant's readers and everybody see of them."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath

from domain.grants.commands import funding_plan as c
from projections import funding_plan_queries
from projections.catalogue import FUNDING_PLANS
from projections.funding_plan_queries import PublicFundingPlan
from projections.funding_plan_register import FundingPlanRow
from projections.reading import Page
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.parameters import AsOfTime, KnownAt, moment
from services.gateway.public_scope import AtScope
from services.gateway.query_route import open_query
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routes.files import DOWNLOAD, Sha, give_public
from services.gateway.routing import Routes
from services.gateway.views import view_of

_PLAN = "/funding-plans/{id}"
FundingPlanView = view_of(FundingPlanRow, "FundingPlan", without=("lines_in_force",))
PublicFundingPlanView = view_of(PublicFundingPlan, "PublicFundingPlan")

COMMANDS = (
    CommandRoute("/funding-plans", c.DraftFundingPlan, reads=_PLAN),
    CommandRoute(f"{_PLAN}/lines", c.AddPlanLine),
    CommandRoute(f"{_PLAN}/change-line", c.ChangePlanLine),
    CommandRoute(f"{_PLAN}/drop-line", c.DropPlanLine),
    CommandRoute(f"{_PLAN}/publish", c.PublishFundingPlan),
    CommandRoute(f"{_PLAN}/report", c.ReportFundingPlan),
)


@listed("/funding-plans", "funding_plans", FundingPlanView, of=(FUNDING_PLANS,), by=funding_plan_queries.Filter)
async def funding_plans(asked: AtDeskAsked[funding_plan_queries.Filter]) -> Page[FundingPlanRow]:
    """Funding plans with their lines and what published calls take of each, the latest year first."""
    return await funding_plan_queries.funding_plans(
        asked.connection, asked.chosen, after=asked.after, limit=asked.limit
    )


@shown("/funding-plans/{id:uuid}", "funding_plan", FundingPlanView, of=(FUNDING_PLANS,))
async def funding_plan(asked: AtDeskAsked[NoFilter]) -> FundingPlanRow | None:
    """One funding plan with every line that ever stood on it."""
    return await funding_plan_queries.funding_plan(asked.connection, asked.id)


@open_listed(
    "/funding-plans",
    PublicFundingPlanView,
    of=(FUNDING_PLANS,),
    by=funding_plan_queries.Filter,
    operation_id="PublicFundingPlans",
)
async def public_funding_plans(asked: AtWindowAsked[funding_plan_queries.Filter]) -> Page[PublicFundingPlan]:
    """Funding plans in force, the latest year first."""
    return await funding_plan_queries.public_funding_plans(
        asked.connection, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


@open_shown("/funding-plans/{id:uuid}", PublicFundingPlanView, of=(FUNDING_PLANS,), operation_id="PublicFundingPlan")
async def public_funding_plan(asked: AtWindowAsked[NoFilter]) -> PublicFundingPlan | None:
    """One funding plan in force with what published calls take of each line."""
    return await funding_plan_queries.public_funding_plan(asked.connection, asked.now, asked.id)


@open_query("/funding-plans/{id:uuid}/files/{sha256:str}", responses=DOWNLOAD, operation_id="PublicFundingPlanFile")
async def public_file(
    request: Request[Any, Any, Any],
    seen: AtScope,
    id: FromPath[UUID],  # noqa: A002 - the path's word
    sha256: Sha,
    *,
    as_of: AsOfTime = None,
    known_at: KnownAt = None,
) -> Response[bytes]:
    """A file of the report on what became of the plan's money."""
    look = partial(funding_plan_queries.public_funding_plan, plan_id=id)
    found = await seen.one((FUNDING_PLANS,), look, moment(as_of, known_at))
    return await give_public(request, seen, found.tenant, found.report.files if found.report else (), sha256)


ROUTES = Routes(
    commands=COMMANDS,
    queries=(funding_plans, funding_plan),
    open=(public_funding_plans, public_funding_plan, public_file),
)
