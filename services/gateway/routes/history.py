"""What happened: the audit trail, the feed of events, aggregates as they were, and the linter's view of a draft."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.params import FromPath, QueryParameter

from domain.consultations.consultation import Consultation
from domain.kernel.aggregate import Aggregate
from domain.kernel.errors import Finding, InvalidValue, StreamNotFound
from domain.kernel.message import N_
from infra.eventstore.interface import StoredEvent
from projections.audit_queries import audit_trail
from projections.audit_trail import AuditRow
from projections.catalogue import TRAIL
from projections.changes import AggregateChange, changes, state_of
from projections.history import Moment, position_at
from projections.reading import Page
from services.gateway.desk import Desk, Then
from services.gateway.lint_route import linted
from services.gateway.linting import FindingView, context_then
from services.gateway.listing import answer
from services.gateway.parameters import MOMENT, AsOf, KnownAt, moment, time
from services.gateway.query_route import AtDesk, query
from services.gateway.refusals import InvalidParameter
from services.gateway.register_route import AtDeskAsked, listed
from services.gateway.routing import Routes
from services.gateway.views import view_of

AnyRequest = Request[Any, Any, Any]
AuditEntry = view_of(AuditRow, "AuditEntry")


class Lint(msgspec.Struct, frozen=True):
    """`lawful` when nothing stands in the way of opening now."""

    consultation_id: UUID
    version: int
    lawful: bool
    findings: list[FindingView]


class AggregateView(msgspec.Struct, frozen=True):
    """A stream folded up to `version`; `state` is what its decisions rest on, without personal data."""

    stream_id: UUID
    kind: str
    version: int
    created_at: datetime
    changed_at: datetime
    state: dict[str, Any]


class DifferenceView(msgspec.Struct, frozen=True):
    """What the events after position `after` up to position `upto` changed."""

    after: int
    upto: int
    aggregates: list[AggregateChange]


MOST_EVENTS = 5_000
_END = "A position of the log, or a time (RFC 3339): what had been recorded by then"


class TrailFilter(msgspec.Struct, frozen=True):
    """Which entries, and from which end."""

    q: Annotated[
        str,
        msgspec.Meta(
            max_length=2000,
            description="Terms that must all hold: action:consultations.* actor:ID created:>2026-01-01",
        ),
    ] = ""
    order: Literal["newest", "oldest"] = "newest"


@listed("/audit", "audit_trail", AuditEntry, of=(TRAIL,), by=TrailFilter)
async def audit(asked: AtDeskAsked[TrailFilter]) -> Page[AuditRow]:
    """Who did what, when, on what mandate and because of what."""
    q, newest = asked.chosen.q, asked.chosen.order == "newest"
    try:
        return await audit_trail(asked.connection, q, after=asked.after, limit=asked.limit, newest_first=newest)
    except InvalidValue as error:
        raise InvalidParameter("q", error.message.template, **error.message.values) from error


@linted("/consultations/{id:uuid}/lint", "consultation_lint", Lint)
async def lint(desk: Desk, consultation_id: UUID, then: Then) -> tuple[int, Sequence[Finding]]:
    """What the linter says of the consultation as it stands or stood, by the rules of that day; nothing is recorded."""
    found = await desk.replayed(Consultation, consultation_id, then.moment.holds)
    return found.version, found.lint(await context_then(desk, consultation_id, then))


@query("/aggregates/{id:uuid}", "aggregate", shows=AggregateView)
async def aggregate(
    request: AnyRequest,
    desk: AtDesk,
    id: FromPath[UUID],  # noqa: A002
    *,
    version: Annotated[
        int | None, QueryParameter(ge=1, le=2_000_000_000, description="The stream up to this version")
    ] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Response[Any]:
    """A stream's state at a version, a position or a time."""
    at = moment(as_of, known_at)
    found: Aggregate = await desk.replayed(Aggregate, id, partial(_until, at, version))
    if found.withheld_from(desk.person_id):
        raise StreamNotFound
    shown = AggregateView(id, type(found).__name__, found.version, found.created_on, found.modified_on, state_of(found))
    return answer(request, shown, version=found.version)


def _until(at: Moment, version: int | None, event: StoredEvent) -> bool:
    return at.holds(event) and (version is None or event.version <= version)


@query("/diff", "changes", shows=DifferenceView)
async def diff(
    request: AnyRequest,
    desk: AtDesk,
    *,
    begin: Annotated[str, QueryParameter(name="from", max_length=40, pattern=MOMENT, description=_END)],
    end: Annotated[str | None, QueryParameter(name="to", max_length=40, pattern=MOMENT, description=_END)] = None,
) -> Response[Any]:
    """What changed between two moments, the first one left out: by aggregate and field, by whom and on what mandate."""
    after, upto = await _position(desk, "from", begin), await _position(desk, "to", end)
    if upto - after > MOST_EVENTS:
        raise InvalidParameter(
            "to", N_("Between the two lie more than {limit} events; ask for a shorter span."), limit=MOST_EVENTS
        )
    registry, tenant_id = desk.system.handler.registry, desk.tenant.tenant_id
    async with desk.reads.comparing.turn():
        found = await changes(desk.log, registry, tenant_id, after, max(after, upto), desk.person_id)
    return answer(request, DifferenceView(after, upto, found))


async def _position(desk: Desk, name: str, text: str | None) -> int:
    """The position that a parameter means; the end of the log where nothing is said, or what lies beyond it."""
    log, tenant_id = desk.log, desk.tenant.tenant_id
    if text is None:
        return await log.head(tenant_id)
    if text.isascii() and text.isdigit():
        return min(int(text), await log.head(tenant_id))
    return await position_at(log, tenant_id, time(name, text))


ROUTES = Routes(queries=(audit, lint, aggregate, diff))
