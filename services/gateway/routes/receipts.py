"""Receipts: of any event for those who may read the log and for who acted, of contributions by the code on them.

One address answers the promise first and, once the log is sealed, the proof; its ETag changes with that. The code on a
receipt opens what its contributor may know, and nothing that would tell others who that is.
"""

import hashlib
from typing import Annotated, Any

import msgspec
from litestar import Request, Response
from litestar.params import FromPath, PathParameter

from domain.consultations import events as e
from domain.consultations.receipt import read_code, receipt_tag
from domain.kernel.context import Tenant
from domain.kernel.errors import NotPermitted, StreamNotFound
from domain.kernel.ids import NATIONAL_TENANT
from infra.eventstore.codec import decode_metadata, restore
from infra.eventstore.interface import StoredEvent
from projections.public_register import receipt_place
from services.command_handling.request import Principal
from services.gateway.desk import Desk, Reads
from services.gateway.listing import PRIVATE, answer
from services.gateway.permissions import QUERIES as PERMISSIONS
from services.gateway.preconditions import is_known
from services.gateway.query_route import AtDesk, open_query, query
from services.gateway.routes.public import AtScope
from services.receipts.journey import OWN, Journey, Step, follow, for_everybody
from services.receipts.receipt import PROMISED, Receipt

AnyRequest = Request[Any, Any, Any]
Code = Annotated[
    str, PathParameter(max_length=80, description="The code on the receipt; case and dashes do not matter")
]
SOON = "2"
"""Seconds after which to ask again for the proof."""
_LARGEST_POSITION = (1 << 53) - 1
_PLAIN = "text/plain"
_TEXT = {"schema": {"type": "string"}}
_DRAFTS = frozenset({e.ContributionDrafted.TOPIC, e.ContributionRevised.TOPIC})
"""Nobody but the author reads a draft, nor what it said before it was submitted."""
RECEIPT = {
    "200": {
        "description": "The promise (a signed note) until the log is sealed, then the proof (C2SP tlog-proof)",
        "content": {
            _PLAIN: _TEXT,
            "application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}},
        },
    },
    "304": {"description": "The reader has it already"},
}


class StepView(Step, frozen=True, omit_defaults=True, kw_only=True):
    """A step of a contribution's way, with the address of its receipt."""

    receipt: str = ""


class ContributionJourney(msgspec.Struct, frozen=True):
    """What became of a contribution. `shown`: everybody can read it; `digest` is that of what was submitted."""

    tenant: str
    contribution_id: str
    consultation_id: str
    state: str
    shown: bool
    digest: str
    steps: list[StepView]


class Submitted(msgspec.Struct, frozen=True):
    """The contribution behind a code: its institution, the event that made it count, and its journey."""

    code: str
    tenant: Tenant
    event: StoredEvent
    journey: Journey


@query("/events/{position:int}/receipt", "receipt", shows=Receipt, responses=RECEIPT)
async def receipt(request: AnyRequest, desk: AtDesk, position: FromPath[int]) -> Response[Any]:
    """The receipt of an event, for those who may read the log, and for whoever acted."""
    event = await _event(desk.reads, desk.tenant.tenant_id, position)
    acted = decode_metadata(event.metadata).actor == desk.person_id
    if not acted and not await _reads_history(desk):
        raise StreamNotFound
    entry = acted or event.type_name not in _DRAFTS
    return show(request, await desk.system.receipts.of(desk.tenant.slug, event, entry=entry))


@open_query("/receipts/{code:str}", shows=Receipt, responses=RECEIPT, operation_id="PublicReceipt")
async def public_receipt(request: AnyRequest, seen: AtScope, code: Code) -> Response[Any]:
    """The receipt of the contribution whose code this is."""
    found = await find(seen.reads, code)
    return show(request, await seen.reads.system.receipts.of(found.tenant.slug, found.event))


@open_query("/receipts/{code:str}/journey", shows=ContributionJourney, operation_id="ContributionJourney")
async def journey(request: AnyRequest, seen: AtScope, code: Code) -> Response[Any]:
    """What became of the contribution: every step with its time, its event and the way to its receipt."""
    found = await find(seen.reads, code)
    way = found.journey
    shown = ContributionJourney(
        tenant=found.tenant.slug,
        contribution_id=str(way.contribution_id),
        consultation_id=str(way.consultation_id),
        state=way.state,
        shown=way.shown,
        digest=way.digest,
        steps=[_step_view(step, found.code) for step in way.steps],
    )
    return answer(request, shown, cache=PRIVATE)


@open_query(
    "/receipts/{code:str}/steps/{position:int}",
    shows=Receipt,
    responses=RECEIPT,
    operation_id="ContributionStepReceipt",
)
async def step_receipt(request: AnyRequest, seen: AtScope, code: Code, position: FromPath[int]) -> Response[Any]:
    """The receipt of one step. What the event says is in it as far as everybody may read it."""
    found = await find(seen.reads, code)
    step = found.journey.at(position)
    if step is None:
        raise StreamNotFound
    event = await _event(seen.reads, found.tenant.tenant_id, position)
    entry = step.step in OWN or for_everybody(step)
    return show(request, await seen.reads.system.receipts.of(found.tenant.slug, event, entry=entry))


async def find(reads: Reads, code: str) -> Submitted:
    """The contribution whose code that is. Raises: StreamNotFound for what is no code, or nobody's."""
    known = read_code(code)
    if known is None:
        raise StreamNotFound
    async with reads.system.public.borrow(NATIONAL_TENANT) as connection:
        place = await receipt_place(connection, receipt_tag(known))
    if place is None:
        raise StreamNotFound
    tenant_id, position = place
    store = reads.system.store
    event = await _event(reads, tenant_id, position)
    submitted = restore(reads.system.registry, event)
    if not isinstance(submitted, e.ContributionSubmitted) or submitted.receipt != known:
        raise StreamNotFound
    of_contribution = await store.read_stream(tenant_id, event.stream_id)
    of_consultation = await store.read_stream(tenant_id, submitted.consultation_id)
    way = follow(reads.system.registry, of_contribution, of_consultation)
    return Submitted(known, await _tenant(reads, tenant_id), event, way)


def show(request: AnyRequest, found: Receipt) -> Response[Any]:
    """The receipt as text or, where that is asked for, as JSON; with when to come again while it is a promise."""
    as_json = "application/json" in request.headers.get("accept", "")
    body = msgspec.json.encode(found) if as_json else found.text.encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": PRIVATE, "vary": "Accept, Authorization", "pakt-receipt": found.state}
    if found.state == PROMISED:
        headers["retry-after"] = SOON
    kind = "application/json" if as_json else _PLAIN
    if is_known(dict(request.scope["headers"]), tag):
        return Response(b"", status_code=304, headers=headers, media_type=kind)
    return Response(body, headers=headers, media_type=kind)


async def _reads_history(desk: Desk) -> bool:
    handler = desk.system.handler
    try:
        await handler.authority.permit(
            desk.tenant, Principal(desk.person_id), "events", PERMISSIONS["events"], desk.now
        )
    except NotPermitted:
        return False
    return True


async def _event(reads: Reads, tenant_id: int, position: int) -> StoredEvent:
    """The event at a position of a tenant's log. Raises: StreamNotFound."""
    found = await reads.system.store.read_log(tenant_id, position - 1, 1) if 0 < position < _LARGEST_POSITION else []
    if not found:
        raise StreamNotFound
    return found[0]


async def _tenant(reads: Reads, tenant_id: int) -> Tenant:
    authority = reads.system.handler.authority
    institutions = (await authority.national()).institutions.values()
    return await authority.tenant(next(one.slug for one in institutions if one.tenant_id == tenant_id))


def _step_view(step: Step, code: str) -> StepView:
    said = {field: getattr(step, field) for field in Step.__struct_fields__}
    return StepView(**said, receipt=f"/v1/public/receipts/{code}/steps/{step.position}")


QUERIES = [receipt]
OPEN_QUERIES = [public_receipt, journey, step_receipt]
