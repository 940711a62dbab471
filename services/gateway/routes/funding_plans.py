"""Funding plans: the commands on them, and what a tenant's readers and everybody see of them."""

from collections.abc import Iterable

from domain.grants.commands import funding_plan as c
from domain.kernel.vocabulary import LanguageFile
from projections import funding_plan_queries
from projections.catalogue import FUNDING_PLANS, GRANT_AGREEMENTS, GRANT_CALLS
from projections.funding_execution import FundingExecution, funding_execution, public_funding_execution
from projections.funding_plan_queries import PublicFundingPlan
from projections.funding_plan_register import FundingPlanRow
from projections.reading import Page
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routes.files import open_files
from services.gateway.routing import Routes
from services.gateway.views import view_of

_PLAN = "/funding-plans/{id}"
FundingPlanView = view_of(FundingPlanRow, "FundingPlan", without=("lines_in_force",))
ExecutionView = view_of(FundingExecution, "FundingExecution")
EXECUTION = (FUNDING_PLANS, GRANT_CALLS, GRANT_AGREEMENTS)
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


@shown("/funding-plans/{id:uuid}/execution", "funding_plan", ExecutionView, of=EXECUTION)
async def execution(asked: AtDeskAsked[NoFilter]) -> FundingExecution | None:
    """What became of the plan's money: of each line what is planned, committed to calls, awarded, paid, and free."""
    return await funding_execution(asked.connection, asked.place.tenant.slug, asked.id)


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


@open_shown(
    "/funding-plans/{id:uuid}/execution", ExecutionView, of=EXECUTION, operation_id="PublicFundingPlanExecution"
)
async def public_execution(asked: AtWindowAsked[NoFilter]) -> FundingExecution | None:
    """What became of the money of a plan in force, line by line."""
    return await public_funding_execution(asked.connection, asked.now, asked.id)


@open_files(
    "/funding-plans/{id:uuid}",
    FUNDING_PLANS,
    funding_plan_queries.public_funding_plan,
    operation_id="PublicFundingPlanFile",
)
def public_file(found: PublicFundingPlan) -> Iterable[LanguageFile]:
    """A file of the report on what became of the plan's money."""
    return found.report.files if found.report else ()


ROUTES = Routes(
    commands=COMMANDS,
    queries=(funding_plans, funding_plan, execution),
    open=(public_funding_plans, public_funding_plan, public_execution, public_file),
)
