"""What a tenant's readers see of its consultations, contributions and deadlines, now and at any past moment."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, FromQuery, QueryParameter

from domain.kernel.deadline import Deadline
from domain.kernel.errors import StreamNotFound
from domain.kernel.manifest import Role
from projections import consultation_queries, contribution_queries, deadline_queries
from projections.catalogue import CONSULTATIONS, CONTRIBUTIONS, DEADLINES
from projections.contribution_register import ContributionRow
from projections.history import NOW
from projections.reading import After, Page, ReadConnection
from services.gateway.listing import Listing, answer, answer_list
from services.gateway.parameters import AsOf, AtLeast, Cursor, InState, KnownAt, Limit, Search, Word, moment, time
from services.gateway.query_route import AtDesk, query
from services.gateway.views import view_of, viewer

AnyRequest = Request[Any, Any, Any]
ConsultationView = view_of(consultation_queries.Consultation, "Consultation")
ContributionView = view_of(ContributionRow, "Contribution")
DeadlineView = view_of(deadline_queries.DueDate, "DueDate", without=("rank",))
_consultation, _contribution, _deadline = viewer(ConsultationView), viewer(ContributionView), viewer(DeadlineView)
MaybeId = FromQuery[UUID | None]
Flag = FromQuery[bool | None]


@query("/consultations", "consultations", lists=ConsultationView)
async def consultations(  # noqa: PLR0913
    request: AnyRequest,
    desk: AtDesk,
    *,
    in_state: InState = None,
    year: Annotated[int | None, QueryParameter(ge=1900, le=2199)] = None,
    act_kind: Word = None,
    text: Search = None,
    open_at: Annotated[str | None, QueryParameter(max_length=40, description="The window holds this time")] = None,
    overdue: Flag = None,
    source: Word = None,
    source_id: Word = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    at_least: AtLeast = None,
) -> Response[Any]:
    """Consultations, the newest plan first."""
    then = await desk.then(moment(as_of, known_at))
    chosen = consultation_queries.Filter(
        state=in_state,
        year=year,
        act_kind=act_kind,
        text=text,
        open_at=None if open_at is None else time("open_at", open_at),
        overdue=overdue,
        source=source,
        source_id=source_id,
    )
    listing = Listing(
        open=partial(desk.reading, (CONSULTATIONS,), then.moment, at_least),
        fetch=lambda c, n, after: consultation_queries.consultations(c, then.now, chosen, after=after, limit=n),
        show=_consultation,
        view=ConsultationView,
        cursors=desk.reads.cursors,
        past=then.moment != NOW,
    )
    found: Response[Any] = await answer_list(request, listing, limit, cursor)
    return found


@query("/consultations/{id:uuid}", "consultation", shows=ConsultationView)
async def consultation(
    request: AnyRequest,
    desk: AtDesk,
    id: FromPath[UUID],  # noqa: A002 - the path's word
    *,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    at_least: AtLeast = None,
) -> Response[Any]:
    """One consultation with its documents, meetings and counts."""
    then = await desk.then(moment(as_of, known_at))
    async with desk.reading((CONSULTATIONS,), then.moment, at_least) as connection:
        row = await consultation_queries.consultation(connection, then.now, id)
    if row is None:
        raise StreamNotFound
    return answer(request, _consultation(row), version=row.version)


@query("/consultations/{id:uuid}/contributions", "contributions", lists=ContributionView)
async def contributions(  # noqa: PLR0913
    request: AnyRequest,
    desk: AtDesk,
    id: FromPath[UUID],  # noqa: A002
    *,
    in_state: InState = None,
    outcome: Word = None,
    group_id: MaybeId = None,
    organisation_id: MaybeId = None,
    answered: Flag = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    at_least: AtLeast = None,
) -> Response[Any]:
    """What was submitted to one consultation, each with the position on it, the earliest first."""
    then = await desk.then(moment(as_of, known_at))
    chosen = contribution_queries.Filter(
        consultation_id=id,
        state=in_state,
        outcome=outcome,
        group_id=group_id,
        organisation_id=organisation_id,
        answered=answered,
    )

    async def fetch(connection: ReadConnection, limit: int, after: After | None) -> Page[ContributionRow]:
        if await consultation_queries.consultation(connection, then.now, id) is None:
            raise StreamNotFound
        return await contribution_queries.contributions(connection, chosen, after=after, limit=limit)

    listing = Listing(
        open=partial(desk.reading, (CONTRIBUTIONS, CONSULTATIONS), then.moment, at_least),
        fetch=fetch,
        show=_contribution,
        view=ContributionView,
        cursors=desk.reads.cursors,
        past=then.moment != NOW,
    )
    found: Response[Any] = await answer_list(request, listing, limit, cursor)
    return found


@query("/contributions/{id:uuid}", "contribution", shows=ContributionView)
async def contribution(
    request: AnyRequest,
    desk: AtDesk,
    id: FromPath[UUID],  # noqa: A002
    *,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    at_least: AtLeast = None,
) -> Response[Any]:
    """One contribution: for those who work on it, and for whoever wrote it."""
    async with desk.reading((CONTRIBUTIONS,), moment(as_of, known_at), at_least) as connection:
        row = await contribution_queries.contribution(connection, id, seen_by=desk.person_id)
    if row is None or (desk.mandate.role == Role.SIGNED_IN and row.contributor_id != desk.person_id):
        raise StreamNotFound
    return answer(request, _contribution(row), version=row.version)


@query("/me/contributions", "own_contributions", lists=ContributionView)
async def own_contributions(
    request: AnyRequest,
    desk: AtDesk,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    at_least: AtLeast = None,
) -> Response[Any]:
    """The reader's own contributions with drafts, the newest first."""
    at = moment(as_of, known_at)
    listing = Listing(
        open=partial(desk.reading, (CONTRIBUTIONS,), at, at_least),
        fetch=lambda c, n, after: contribution_queries.own_contributions(c, desk.person_id, after=after, limit=n),
        show=_contribution,
        view=ContributionView,
        cursors=desk.reads.cursors,
        past=at != NOW,
    )
    found: Response[Any] = await answer_list(request, listing, limit, cursor)
    return found


@query("/deadlines", "deadlines", lists=DeadlineView)
async def deadlines(  # noqa: PLR0913
    request: AnyRequest,
    desk: AtDesk,
    *,
    in_state: InState = None,
    kind: Word = None,
    overdue: Flag = None,
    stream_id: MaybeId = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    at_least: AtLeast = None,
) -> Response[Any]:
    """Deadlines, overdue ones first, settled ones last."""
    then = await desk.then(moment(as_of, known_at))
    listing = Listing(
        open=partial(desk.reading, (DEADLINES, CONSULTATIONS), then.moment, at_least),
        fetch=lambda c, n, after: deadline_queries.deadlines(
            c, then.now, state=in_state, kind=kind, overdue=overdue, stream_id=stream_id, after=after, limit=n
        ),
        show=_deadline,
        view=DeadlineView,
        cursors=desk.reads.cursors,
        past=then.moment != NOW,
    )
    found: Response[Any] = await answer_list(request, listing, limit, cursor)
    return found


@query("/deadlines/{id:uuid}", "deadline_proof", shows=DeadlineView)
async def deadline(
    request: AnyRequest,
    desk: AtDesk,
    id: FromPath[UUID],  # noqa: A002
    *,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    at_least: AtLeast = None,
) -> Response[Any]:
    """One deadline with its earlier dates."""
    then = await desk.then(moment(as_of, known_at))
    async with desk.reading((DEADLINES, CONSULTATIONS), then.moment, at_least) as connection:
        row = await deadline_queries.deadline(connection, then.now, id)
    if row is None:
        raise StreamNotFound
    return answer(request, _deadline(row))


@query("/deadlines/{id:uuid}/proof", "deadline_proof", shows=Deadline)
async def proof(
    request: AnyRequest,
    desk: AtDesk,
    id: FromPath[UUID],  # noqa: A002
    *,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    at_least: AtLeast = None,
) -> Response[Any]:
    """How the deadline was counted: rule, anchor, calendar and every day passed over, to be verified by anybody.

    404 also for windows of imported history, which were counted elsewhere.
    """
    then = await desk.then(moment(as_of, known_at))
    async with desk.reading((DEADLINES, CONSULTATIONS), then.moment, at_least) as connection:
        row = await deadline_queries.deadline(connection, then.now, id)
    if row is None or row.proof is None:
        raise StreamNotFound
    return answer(request, row.proof)


QUERIES = [
    consultations,
    consultation,
    contributions,
    contribution,
    own_contributions,
    deadlines,
    deadline,
    proof,
]
