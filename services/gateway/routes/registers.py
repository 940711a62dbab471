"""What a tenant's readers see of its consultations, contributions and deadlines, now and at any past moment."""

from msgspec.structs import replace

from domain.kernel.deadline import Deadline
from domain.kernel.errors import StreamNotFound
from domain.kernel.manifest import Role
from projections import consultation_queries, contribution_queries, deadline_queries
from projections.catalogue import (
    CONSULTATIONS,
    CONTRIBUTIONS,
    COUNCIL_MEETINGS,
    DEADLINES,
    FUNDING_PLANS,
    GRANT_CALLS,
    MEASURES,
    SERVICE_CALLS,
)
from projections.contribution_register import ContributionRow
from projections.reading import Page
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, listed, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

ConsultationView = view_of(consultation_queries.Consultation, "Consultation")
ContributionView = view_of(ContributionRow, "Contribution")
DeadlineView = view_of(deadline_queries.DueDate, "DueDate", without=("rank",))
_AUTHORS = frozenset({Role.SIGNED_IN, Role.API_CLIENT})
"""Whoever has these roles alone reads what they wrote."""
_DUE = (DEADLINES, CONSULTATIONS, FUNDING_PLANS, GRANT_CALLS, SERVICE_CALLS, COUNCIL_MEETINGS, MEASURES)


@listed("/consultations", "consultations", ConsultationView, of=(CONSULTATIONS,), by=consultation_queries.Filter)
async def consultations(asked: AtDeskAsked[consultation_queries.Filter]) -> Page[consultation_queries.Consultation]:
    """Consultations, the newest plan first."""
    return await consultation_queries.consultations(
        asked.connection, asked.now, asked.chosen, after=asked.after, limit=asked.limit
    )


@shown("/consultations/{id:uuid}", "consultation", ConsultationView, of=(CONSULTATIONS,))
async def consultation(asked: AtDeskAsked[NoFilter]) -> consultation_queries.Consultation | None:
    """One consultation with its documents, meetings and counts."""
    return await consultation_queries.consultation(asked.connection, asked.now, asked.id)


@listed(
    "/consultations/{id:uuid}/contributions",
    "contributions",
    ContributionView,
    of=(CONTRIBUTIONS, CONSULTATIONS),
    by=contribution_queries.Filter,
    only=("state", "outcome", "group_id", "organisation_id", "answered"),
)
async def contributions(asked: AtDeskAsked[contribution_queries.Filter]) -> Page[ContributionRow]:
    """What was submitted to one consultation, each with the position on it, the earliest first."""
    if await consultation_queries.consultation(asked.connection, asked.now, asked.id) is None:
        raise StreamNotFound
    chosen = replace(asked.chosen, consultation_id=asked.id)
    return await contribution_queries.contributions(asked.connection, chosen, after=asked.after, limit=asked.limit)


@shown("/contributions/{id:uuid}", "contribution", ContributionView, of=(CONTRIBUTIONS,))
async def contribution(asked: AtDeskAsked[NoFilter]) -> ContributionRow | None:
    """One contribution: for those who work on it, and for whoever wrote it."""
    desk = asked.place
    row = await contribution_queries.contribution(asked.connection, asked.id, seen_by=desk.person_id)
    if row is not None and desk.mandate.role in _AUTHORS and row.contributor_id != desk.person_id:
        raise StreamNotFound
    return row


@listed("/me/contributions", "own_contributions", ContributionView, of=(CONTRIBUTIONS,))
async def own_contributions(asked: AtDeskAsked[NoFilter]) -> Page[ContributionRow]:
    """The reader's own contributions with drafts, the newest first."""
    return await contribution_queries.own_contributions(
        asked.connection, asked.place.person_id, after=asked.after, limit=asked.limit
    )


@listed("/deadlines", "deadlines", DeadlineView, of=_DUE, by=deadline_queries.Filter, genealogy=True)
async def deadlines(asked: AtDeskAsked[deadline_queries.Filter]) -> Page[deadline_queries.DueDate]:
    """Deadlines, overdue ones first, settled ones last."""
    return await deadline_queries.deadlines(
        asked.connection, asked.now, asked.chosen, after=asked.after, limit=asked.limit
    )


@shown("/deadlines/{id:uuid}", "deadline_proof", DeadlineView, of=_DUE)
async def deadline(asked: AtDeskAsked[NoFilter]) -> deadline_queries.DueDate | None:
    """One deadline with its earlier dates."""
    return await deadline_queries.deadline(asked.connection, asked.now, asked.id)


@shown("/deadlines/{id:uuid}/proof", "deadline_proof", Deadline, of=_DUE)
async def proof(asked: AtDeskAsked[NoFilter]) -> Deadline | None:
    """How the deadline was counted: rule, anchor, calendar and every day passed over, to be verified by anybody.

    404 also for windows of imported history, which were counted elsewhere.
    """
    row = await deadline_queries.deadline(asked.connection, asked.now, asked.id)
    return None if row is None else row.proof


ROUTES = Routes(
    queries=(
        consultations,
        consultation,
        contributions,
        contribution,
        own_contributions,
        deadlines,
        deadline,
        proof,
    )
)
