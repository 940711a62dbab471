"""What everybody may see, over all institutions and without a token."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router
from litestar.di import NamedDependency, Provide
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter, SkipValidation

from domain.kernel.errors import StreamNotFound
from domain.tenants.register import Institution
from projections import public_register
from projections.catalogue import CONSULTATIONS, CONTRIBUTIONS, PLANS
from projections.consultation_queries import Filter, PublicConsultation
from projections.history import NOW, Moment
from projections.read_model import ReadModel
from projections.reading import After, Page, ReadConnection
from services.gateway.desk import Reads, Then
from services.gateway.listing import PUBLIC, Listing, answer, answer_list
from services.gateway.parameters import (
    AsOfTime,
    Cursor,
    InState,
    KnownAt,
    Limit,
    PlanYear,
    Search,
    Word,
    moment,
    time,
)
from services.gateway.query_route import open_query, parameters_only
from services.gateway.routes.files import DOWNLOAD, Sha, give, published_files
from services.gateway.views import view_of, viewer

AnyRequest = Request[Any, Any, Any]
Tenant = Annotated[
    str | None, QueryParameter(max_length=64, pattern="^[a-z][a-z0-9-]*$", description="Slug of an institution")
]
ConsultationView = view_of(PublicConsultation, "PublicConsultation")
ContributionView = view_of(public_register.PublicContribution, "PublicContribution")
PlanView = view_of(public_register.PublicPlan, "PublicPlan")
_consultation, _contribution, _plan = viewer(ConsultationView), viewer(ContributionView), viewer(PlanView)


class InstitutionView(msgspec.Struct, frozen=True):
    """An institution by its slug, with its names by language."""

    slug: str
    code: str
    kind: str
    names: dict[str, str]
    languages: tuple[str, ...]
    sandbox: bool
    state: str
    successors: tuple[str, ...]


_institution = viewer(InstitutionView)


class Scope:
    """Whom an open query is about: all institutions by the real time, or one by its own. A sandbox is seen by name."""

    def __init__(self, reads: Reads) -> None:
        self.reads = reads

    async def tenants(self, slug: str | None, *, sandboxes: bool = False) -> dict[int, Institution]:
        """Institutions by tenant id. Raises: StreamNotFound for a slug that nobody has."""
        institutions = (await self.reads.system.handler.authority.national()).institutions
        if slug is None:
            return {one.tenant_id: one for one in institutions.values() if sandboxes or not one.sandbox}
        if slug not in institutions:
            raise StreamNotFound
        return {institutions[slug].tenant_id: institutions[slug]}

    async def then(self, slug: str | None, moment: Moment = NOW) -> Then:
        """The time by which something is open or overdue, at a moment."""
        handler = self.reads.system.handler
        if slug is None:
            now = handler.clock.now()
            return Then(moment, moment.as_of or min(moment.known_at or now, now), moment.known_at)
        tenant = await handler.authority.tenant(slug)
        return await self.reads.then(tenant, moment, await handler.now(tenant))

    @asynccontextmanager
    async def connection(
        self, slug: str | None, models: Sequence[ReadModel[Any]], moment: Moment = NOW
    ) -> AsyncIterator[ReadConnection]:
        """A connection on which these models show what is public of them at a moment."""
        async with self.reads.over(list(await self.tenants(slug)), models, moment) as connection:
            yield connection

    async def one(self, consultation_id: UUID, moment: Moment = NOW) -> PublicConsultation:
        """A public consultation by its institution's time. Raises: StreamNotFound."""
        found = await self._found(
            list(await self.tenants(None, sandboxes=True)), consultation_id, await self.then(None)
        )
        [institution] = (await self.tenants(found.tenant)).values()
        if moment == NOW and not institution.sandbox:
            return found
        then = await self.then(found.tenant, moment)
        return await self._found([institution.tenant_id], consultation_id, then)

    async def _found(self, tenants: list[int], consultation_id: UUID, then: Then) -> PublicConsultation:
        async with self.reads.over(tenants, (CONSULTATIONS,), then.moment) as connection:
            found = await public_register.public_consultation(connection, then.now, consultation_id)
        if found is None:
            raise StreamNotFound
        return found

    def listing(
        self,
        slug: str | None,
        model: ReadModel[Any],
        moment: Moment,
        fetch: Any,
        show: Any,
        view: type[msgspec.Struct],
    ) -> Listing:
        """A list over the institutions of this scope."""
        opened = partial(self.connection, slug, (model,), moment)
        return Listing(opened, fetch, show, view, self.reads.cursors, PUBLIC, moment != NOW)


AtScope = NamedDependency[SkipValidation[Scope]]


@open_query("/consultations", lists=ConsultationView, operation_id="PublicConsultations")
async def consultations(  # noqa: PLR0913
    request: AnyRequest,
    seen: AtScope,
    *,
    tenant: Tenant = None,
    in_state: InState = None,
    year: Annotated[int | None, QueryParameter(ge=1900, le=2199)] = None,
    act_kind: Word = None,
    text: Search = None,
    open_at: Annotated[str | None, QueryParameter(max_length=40, description="The window holds this time")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOfTime = None,
    known_at: KnownAt = None,
) -> Response[Any]:
    """Opened consultations, the newest opening first."""
    at = None if open_at is None else time("open_at", open_at)
    chosen = Filter(state=in_state, year=year, act_kind=act_kind, text=text, open_at=at)
    then = await seen.then(tenant, moment(as_of, known_at))

    async def fetch(connection: ReadConnection, limit: int, after: After | None) -> Page[PublicConsultation]:
        return await public_register.public_consultations(
            connection, then.now, chosen, tenant=tenant, after=after, limit=limit
        )

    listing = seen.listing(tenant, CONSULTATIONS, then.moment, fetch, _consultation, ConsultationView)
    found: Response[Any] = await answer_list(request, listing, limit, cursor)
    return found


@open_query("/consultations/{id:uuid}", shows=ConsultationView, operation_id="PublicConsultation")
async def consultation(
    request: AnyRequest,
    seen: AtScope,
    id: FromPath[UUID],  # noqa: A002 - the path's word
    *,
    as_of: AsOfTime = None,
    known_at: KnownAt = None,
) -> Response[Any]:
    """One opened consultation."""
    return answer(request, _consultation(await seen.one(id, moment(as_of, known_at))), cache=PUBLIC)


@open_query("/consultations/{id:uuid}/contributions", lists=ContributionView, operation_id="PublicContributions")
async def contributions(
    request: AnyRequest,
    seen: AtScope,
    id: FromPath[UUID],  # noqa: A002
    *,
    outcome: Word = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOfTime = None,
    known_at: KnownAt = None,
) -> Response[Any]:
    """Published contributions to one consultation with the positions on them, the earliest first.

    Of the past it shows only what may still be shown: a contribution that was withheld or withdrawn since is left out.
    """
    at = moment(as_of, known_at)
    tenant = (await seen.one(id, at)).tenant

    async def fetch(
        connection: ReadConnection, limit: int, after: After | None
    ) -> Page[public_register.PublicContribution]:
        return await public_register.public_contributions(connection, id, outcome=outcome, after=after, limit=limit)

    listing = seen.listing(tenant, CONTRIBUTIONS, at, fetch, _contribution, ContributionView)
    found: Response[Any] = await answer_list(request, listing, limit, cursor)
    return found


@open_query("/consultations/{id:uuid}/files/{sha256:str}", responses=DOWNLOAD, operation_id="PublicConsultationFile")
async def file(
    request: AnyRequest,
    seen: AtScope,
    id: FromPath[UUID],  # noqa: A002
    sha256: Sha,
    *,
    as_of: AsOfTime = None,
    known_at: KnownAt = None,
) -> Response[bytes]:
    """A file that the consultation shows or showed: a document, minutes, the report or the adopted act."""
    found = await seen.one(id, moment(as_of, known_at))
    if sha256 not in published_files(found):
        raise StreamNotFound
    [tenant_id] = await seen.tenants(found.tenant)
    return await give(request, seen.reads.system.objects.within(tenant_id), sha256, "public, max-age=86400")


@open_query("/plans", lists=PlanView, operation_id="PublicPlans")
async def plans(
    request: AnyRequest,
    seen: AtScope,
    *,
    tenant: Tenant = None,
    year: PlanYear = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOfTime = None,
    known_at: KnownAt = None,
) -> Response[Any]:
    """Consultation plans in force, the latest year first."""
    at = moment(as_of, known_at)

    async def fetch(connection: ReadConnection, limit: int, after: After | None) -> Page[public_register.PublicPlan]:
        return await public_register.public_plans(connection, tenant=tenant, year=year, after=after, limit=limit)

    listing = seen.listing(tenant, PLANS, at, fetch, _plan, PlanView)
    found: Response[Any] = await answer_list(request, listing, limit, cursor)
    return found


@open_query("/overdue", lists=ConsultationView, operation_id="PublicOverdueReports")
async def overdue(
    request: AnyRequest,
    seen: AtScope,
    *,
    tenant: Tenant = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOfTime = None,
    known_at: KnownAt = None,
) -> Response[Any]:
    """Reports that should be there and are not, the longest overdue first."""
    then = await seen.then(tenant, moment(as_of, known_at))

    async def fetch(connection: ReadConnection, limit: int, after: After | None) -> Page[PublicConsultation]:
        return await public_register.overdue_reports(connection, then.now, after=after, limit=limit)

    listing = seen.listing(tenant, CONSULTATIONS, then.moment, fetch, _consultation, ConsultationView)
    found: Response[Any] = await answer_list(request, listing, limit, cursor)
    return found


@open_query("/institutions", lists=InstitutionView, operation_id="PublicInstitutions")
async def institutions(
    request: AnyRequest,
    seen: AtScope,
    *,
    kind: Word = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOfTime = None,
    known_at: KnownAt = None,
) -> Response[Any]:
    """The institutions, by slug."""
    listing = institution_listing(seen.reads, kind, PUBLIC, await seen.then(None, moment(as_of, known_at)))
    found: Response[Any] = await answer_list(request, listing, limit, cursor)
    return found


def public_router(reads: Reads, others: Sequence[HTTPRouteHandler]) -> Router:
    """The open queries of a system: these and `others`."""
    scope = Scope(reads)
    return Router(
        "/v1/public",
        route_handlers=[consultations, consultation, contributions, file, plans, overdue, institutions, *others],
        guards=[parameters_only],
        dependencies={"seen": Provide(lambda: scope, sync_to_thread=False)},
        tags=["public"],
    )


@asynccontextmanager
async def nothing() -> AsyncIterator[Any]:
    """For a list that needs no connection."""
    yield None


def institution_listing(reads: Reads, kind: str | None, cache: str, then: Then) -> Listing:
    """The institutions of one kind or all; they are in memory, so no connection is opened."""

    async def fetch(_: Any, limit: int, after: After | None) -> Page[Institution]:
        known = (await reads.national(then, valid=True)).institutions
        start = "" if after is None else str(after[0])
        rest = sorted(
            (one for slug, one in known.items() if slug > start and kind in (None, one.kind)), key=lambda one: one.slug
        )
        return Page(rest[:limit], (rest[limit - 1].slug,) if len(rest) > limit else None)

    return Listing(nothing, fetch, _institution, InstitutionView, reads.cursors, cache)
