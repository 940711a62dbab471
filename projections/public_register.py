"""What everybody may see, over all institutions: plans in force, opened consultations, what was said, overdue reports.

Row-level security and column grants of the role `pakt_public` stand below these queries: drafts, withheld texts, and
who wrote them cannot be read on its connections, whatever a query says.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from domain.consultations.vocabulary import ArticleComment
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import File
from projections.connections import Connections
from projections.consultation_queries import NO_FILTER, OPEN_AT, OVERDUE_AT, Filter, PublicConsultation
from projections.consultation_rows import ConsultationFacts
from projections.lookup import Lookup, published
from projections.paging import After, Page
from projections.plan_register import ConsultedDraft, PlanAdoption, PlannedAct
from projections.reading import Conditions, ReadConnection


class PublicContribution(msgspec.Struct, frozen=True):
    """A published contribution and the position on it. Persons are not named; organisations are."""

    tenant_id: int
    contribution_id: UUID
    consultation_id: UUID
    state: str
    kind: str
    language: str
    title: str
    body: str
    comments: tuple[ArticleComment, ...]
    attachments: tuple[File, ...]
    organisation_name: str
    channel: str
    submitted_at: datetime
    published_at: datetime
    outcome: str
    reason: Text | None
    article: str
    answered_at: datetime | None
    group_id: UUID | None
    disputed_at: datetime | None
    dispute_reply: Text | None


class PublicPlan(msgspec.Struct, frozen=True):
    """A plan in force; `state` is adopted or amended, `tenant` the institution's slug.

    `items` are those that the adoption found on it or that came later, with what happened to them since.
    """

    tenant_id: int
    plan_id: UUID
    tenant: str
    state: str
    version: int
    year: int
    title: Title
    changed_at: datetime
    items: tuple[PlannedAct, ...]
    consulted: ConsultedDraft | None
    adoption: PlanAdoption
    amended: bool
    source: str
    source_id: str


class _Held(ConsultationFacts, frozen=True):
    """The columns that the public role may read."""

    searched: str = ""


def _shown(where: Conditions, now: datetime) -> str:
    at = where.parameter(now)
    open_, overdue = OPEN_AT.replace("$now", at), OVERDUE_AT.replace("$now", at)
    return published(_Held, "consultation_register", is_open=open_, report_overdue=overdue)


_PLANS = (
    "(SELECT p.tenant_id, p.plan_id, t.slug AS tenant, p.state, p.version, p.year, p.title, p.changed_at,"
    " p.items_in_force AS items, p.consulted, p.adoption, p.amended, p.source, p.source_id"
    " FROM plan_register p JOIN (SELECT tenant_id, slug FROM es.tenant) t USING (tenant_id) WHERE p.public) shown"
)


_PUBLIC_PLANS = Lookup(PublicPlan, _PLANS, "year", "plan_id", descending=True)
_PUBLIC_CONSULTATIONS = Lookup(PublicConsultation, _shown, "opens_at", "consultation_id", descending=True)
_OVERDUE_REPORTS = Lookup(PublicConsultation, _shown, "report_due_at", "consultation_id")
_PUBLIC_CONTRIBUTIONS = Lookup(PublicContribution, "contribution_register", "submitted_at", "contribution_id")


async def public_plans(
    connection: ReadConnection,
    *,
    tenant: str | None = None,
    year: int | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicPlan]:
    """Plans in force of the tenants in scope, the latest year first; key `(year, plan_id)`."""
    return await _PUBLIC_PLANS.page(connection, Conditions().add_equal(tenant=tenant, year=year), after, limit)


async def public_consultations(
    connection: ReadConnection,
    now: datetime,
    chosen: Filter = NO_FILTER,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicConsultation]:
    """Opened consultations of the tenants in scope, the newest opening first; key `(opens_at, consultation_id)`."""
    return await _PUBLIC_CONSULTATIONS.page(
        connection, chosen.conditions(now).add_equal(tenant=tenant), after, limit, now=now
    )


async def overdue_reports(
    connection: ReadConnection, now: datetime, *, after: After | None = None, limit: int = 50
) -> Page[PublicConsultation]:
    """Reports that should be there and are not, the longest overdue first; key `(report_due_at, consultation_id)`."""
    return await _OVERDUE_REPORTS.page(connection, Filter(overdue=True).conditions(now), after, limit, now=now)


async def public_consultation(
    connection: ReadConnection, now: datetime, consultation_id: UUID
) -> PublicConsultation | None:
    """One opened consultation of the tenants in scope."""
    return await _PUBLIC_CONSULTATIONS.one(connection, consultation_id, now=now)


async def receipt_place(public: Connections, tag: str) -> tuple[int, int] | None:
    """Tenant and position of the event behind a receipt, by the tag that its code leads to. Raises: Unavailable."""
    found = await public.everywhere("SELECT tenant_id, position FROM es.find_receipt($1)", tag)
    return (found[0][0], found[0][1]) if found else None


async def public_contributions(
    connection: ReadConnection,
    consultation_id: UUID | None = None,
    *,
    outcome: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicContribution]:
    """Published contributions of one consultation or all, the earliest first; key `(submitted_at, contribution_id)`."""
    return await _PUBLIC_CONTRIBUTIONS.page(
        connection, Conditions().add("public").add_equal(consultation_id=consultation_id, outcome=outcome), after, limit
    )
