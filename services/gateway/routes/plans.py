"""A tenant's consultation plans, now and at any past moment."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath

from domain.kernel.errors import StreamNotFound
from projections import plan_queries
from projections.catalogue import PLANS
from projections.history import NOW
from projections.plan_register import PlanRow
from services.gateway.listing import Listing, answer, answer_list
from services.gateway.parameters import AsOf, AtLeast, Cursor, InState, KnownAt, Limit, PlanYear, moment
from services.gateway.query_route import AtDesk, query
from services.gateway.views import view_of, viewer

AnyRequest = Request[Any, Any, Any]
PlanView = view_of(PlanRow, "Plan", without=("items_in_force",))
_plan = viewer(PlanView)


@query("/plans", "plans", lists=PlanView)
async def plans(  # noqa: PLR0913
    request: AnyRequest,
    desk: AtDesk,
    *,
    in_state: InState = None,
    year: PlanYear = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    at_least: AtLeast = None,
) -> Response[Any]:
    """Consultation plans with their items, the latest year first."""
    chosen = plan_queries.Filter(state=in_state, year=year)
    at = moment(as_of, known_at)
    listing = Listing(
        open=partial(desk.reading, (PLANS,), at, at_least),
        fetch=lambda c, n, after: plan_queries.plans(c, chosen, after=after, limit=n),
        show=_plan,
        view=PlanView,
        cursors=desk.reads.cursors,
        past=at != NOW,
    )
    found: Response[Any] = await answer_list(request, listing, limit, cursor)
    return found


@query("/plans/{id:uuid}", "plan", shows=PlanView)
async def plan(
    request: AnyRequest,
    desk: AtDesk,
    id: FromPath[UUID],  # noqa: A002 - the path's word
    *,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    at_least: AtLeast = None,
) -> Response[Any]:
    """One consultation plan with every item that ever stood on it."""
    async with desk.reading((PLANS,), moment(as_of, known_at), at_least) as connection:
        row = await plan_queries.plan(connection, id)
    if row is None:
        raise StreamNotFound
    return answer(request, _plan(row), version=row.version)


QUERIES = [plans, plan]
