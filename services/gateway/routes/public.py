"""What everybody may see of plans and consultations, over all institutions and without a token."""

from collections.abc import Iterable, Mapping
from functools import partial
from uuid import UUID

from domain.kernel.vocabulary import LanguageFile
from projections import consultation_queries, contribution_queries, plan_queries, public_register
from projections.catalogue import CONSULTATIONS, CONTRIBUTIONS, PLANS
from projections.consultation_queries import PublicConsultation
from projections.history import Moment
from projections.reading import Page
from services.gateway.filters import NoFilter
from services.gateway.public_scope import Scope
from services.gateway.register_route import AtWindowAsked, open_listed, open_shown
from services.gateway.routes.files import open_files
from services.gateway.routing import Routes
from services.gateway.views import view_of

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
    look = partial(public_register.public_consultation, consultation_id=path["id"])
    return (await scope.one((CONSULTATIONS,), look, at)).tenant


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


@open_files(
    "/consultations/{id:uuid}",
    CONSULTATIONS,
    public_register.public_consultation,
    operation_id="PublicConsultationFile",
)
def file(found: PublicConsultation) -> Iterable[LanguageFile]:
    """A file that the consultation shows or showed: a document, minutes, the report or the adopted act."""
    yield from found.report
    for document in found.documents:
        yield from document.files
    for meeting in found.meetings:
        yield from meeting.minutes
    if found.adoption is not None:
        yield from found.adoption.files


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
