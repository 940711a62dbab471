"""What everybody may see of plans and consultations, over all institutions and without a token."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath

from projections import consultation_queries, contribution_queries, plan_queries, public_register
from projections.catalogue import CONSULTATIONS, CONTRIBUTIONS, PLANS
from projections.consultation_queries import PublicConsultation
from projections.history import Moment
from projections.reading import Page
from services.gateway.filters import NoFilter
from services.gateway.parameters import AsOfTime, KnownAt, moment
from services.gateway.public_scope import AtScope, Scope
from services.gateway.query_route import open_query
from services.gateway.register_route import AtWindowAsked, open_listed, open_shown
from services.gateway.routes.files import DOWNLOAD, Sha, give_public, published_files
from services.gateway.routing import Routes
from services.gateway.views import view_of

AnyRequest = Request[Any, Any, Any]
ConsultationView = view_of(PublicConsultation, "PublicConsultation")
ContributionView = view_of(public_register.PublicContribution, "PublicContribution")
PlanView = view_of(public_register.PublicPlan, "PublicPlan")


@open_listed(
    "/consultations",
    ConsultationView,
    of=(CONSULTATIONS,),
    by=consultation_queries.Filter,
    only=("state", "year", "act_kind", "text", "open_at"),
    operation_id="PublicConsultations",
)
async def consultations(asked: AtWindowAsked[consultation_queries.Filter]) -> Page[PublicConsultation]:
    """Opened consultations, the newest opening first."""
    return await public_register.public_consultations(
        asked.connection, asked.now, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


@open_shown("/consultations/{id:uuid}", ConsultationView, of=(CONSULTATIONS,), operation_id="PublicConsultation")
async def consultation(asked: AtWindowAsked[NoFilter]) -> PublicConsultation | None:
    """One opened consultation."""
    return await public_register.public_consultation(asked.connection, asked.now, asked.id)


async def _of_consultation(scope: Scope, path: Mapping[str, UUID], at: Moment) -> str:
    return (await _one(scope, path["id"], at)).tenant


async def _one(scope: Scope, consultation_id: UUID, at: Moment) -> PublicConsultation:
    look = partial(public_register.public_consultation, consultation_id=consultation_id)
    return await scope.one((CONSULTATIONS,), look, at)


@open_listed(
    "/consultations/{id:uuid}/contributions",
    ContributionView,
    of=(CONTRIBUTIONS,),
    by=contribution_queries.Filter,
    only=("outcome",),
    within=_of_consultation,
    operation_id="PublicContributions",
)
async def contributions(
    asked: AtWindowAsked[contribution_queries.Filter],
) -> Page[public_register.PublicContribution]:
    """Published contributions to one consultation with the positions on them, the earliest first.

    Of the past it shows only what may still be shown: a contribution that was withheld or withdrawn since is left out.
    """
    return await public_register.public_contributions(
        asked.connection, asked.id, outcome=asked.chosen.outcome, after=asked.after, limit=asked.limit
    )


@open_query("/consultations/{id:uuid}/files/{sha256:str}", responses=DOWNLOAD, operation_id="PublicConsultationFile")
async def file(
    request: AnyRequest,
    seen: AtScope,
    id: FromPath[UUID],  # noqa: A002 - the path's word
    sha256: Sha,
    *,
    as_of: AsOfTime = None,
    known_at: KnownAt = None,
) -> Response[bytes]:
    """A file that the consultation shows or showed: a document, minutes, the report or the adopted act."""
    found = await _one(seen, id, moment(as_of, known_at))
    return await give_public(request, seen, found.tenant, published_files(found), sha256)


@open_listed("/plans", PlanView, of=(PLANS,), by=plan_queries.Filter, only=("year",), operation_id="PublicPlans")
async def plans(asked: AtWindowAsked[plan_queries.Filter]) -> Page[public_register.PublicPlan]:
    """Consultation plans in force, the latest year first."""
    return await public_register.public_plans(
        asked.connection, tenant=asked.place.slug, year=asked.chosen.year, after=asked.after, limit=asked.limit
    )


@open_listed("/overdue", ConsultationView, of=(CONSULTATIONS,), operation_id="PublicOverdueReports")
async def overdue(asked: AtWindowAsked[NoFilter]) -> Page[PublicConsultation]:
    """Reports that should be there and are not, the longest overdue first."""
    return await public_register.overdue_reports(asked.connection, asked.now, after=asked.after, limit=asked.limit)


ROUTES = Routes(open=(consultations, consultation, contributions, file, plans, overdue))
