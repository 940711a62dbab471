"""Receipts: of any event for those who may read the log and for who acted, of what was submitted by the code on it.

One address answers the promise first and, once the log is sealed, the proof; its ETag changes with that. The code of
a contribution opens what its contributor may know, and nothing that would tell others who that is; that of an
application for a grant proves that it came in and opens what became of it, and tells nothing of what it says. That of a
ballot in an election of the Council proves how an organisation voted: votes are open.
"""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response
from litestar.params import FromPath, PathParameter, QueryParameter

from domain.catalogue import REGISTRY
from domain.consultations import events as e
from domain.council.events.election import BallotCast
from domain.grants.events.application import ApplicationSubmitted
from domain.kernel.context import Tenant
from domain.kernel.errors import NotPermitted, StreamNotFound
from domain.kernel.event import Event
from domain.kernel.receipt import read_code, receipt_tag
from infra.eventstore.codec import decode_metadata, restore
from infra.eventstore.interface import LogReader, StoredEvent
from projections.public_register import receipt_place
from services.gateway.desk import Desk, Reads
from services.gateway.listing import PRIVATE, answer, answer_bytes
from services.gateway.permissions import QUERIES as PERMISSIONS
from services.gateway.public_scope import AtScope
from services.gateway.query_route import AtDesk, open_query, query
from services.gateway.routing import Routes
from services.gateway.wording import negotiate
from services.receipts import application_journey, contribution_journey
from services.receipts.document import Paper, render
from services.receipts.journey import Journey, Step
from services.receipts.receipt import PROMISED, Receipt
from services.settings import base_address

AnyRequest = Request[Any, Any, Any]
Code = Annotated[
    str, PathParameter(max_length=80, description="The code on the receipt; case and dashes do not matter")
]
Lang = Annotated[
    Literal["sq", "sr", "sr-Cyrl", "en"] | None, QueryParameter(description="Language, instead of Accept-Language")
]
PAGE = "/my-contribution"
"""Where people see what became of what they submitted."""
SOON = "2"
"""Seconds after which to ask again for the proof."""
_LARGEST_POSITION = (1 << 53) - 1
_PLAIN, _PDF = "text/plain", "application/pdf"
_BINARY = {"type": "string", "format": "binary"}
_TEXT = {"schema": {"type": "string"}}
_DRAFTS = REGISTRY.stored_names(*(event for event in REGISTRY.classes if event.DRAFT))
"""Nobody but who worked on it reads a draft, nor what it said before it was submitted."""
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


PDF = {
    "200": {"description": "PDF/A-3a and PDF/UA-1, by Accept-Language", "content": {_PDF: {"schema": _BINARY}}},
    "304": {"description": "The reader has it already"},
}


class Printed(msgspec.Struct, frozen=True):
    """Where a receipt is found, what a camera finds instead, the language chosen by hand, the code on it."""

    path: str
    scan: str
    language: str | None
    code: str = ""


class StepView(Step, frozen=True, omit_defaults=True, kw_only=True):
    """A step of the way, with the address of its receipt."""

    receipt: str = ""


class SubmissionJourney(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a contribution to a consultation, or of an application in a call: the ids say which.

    `shown`: everybody can read it; `digest` is that of what was submitted.
    """

    tenant: str
    state: str
    shown: bool
    digest: str
    steps: list[StepView]
    contribution_id: str = ""
    consultation_id: str = ""
    application_id: str = ""
    call_id: str = ""


class Submitted(msgspec.Struct, frozen=True):
    """What is behind a code: the institution that has it, and the event that made it count, as stored and as told."""

    code: str
    tenant: Tenant
    event: StoredEvent
    told: Event

    @property
    def opened(self) -> bool:
        """Whether the code opens what was submitted; else it proves that it came in, and shows what became of it."""
        return isinstance(self.told, e.ContributionSubmitted | BallotCast)


class Followed(msgspec.Struct, frozen=True):
    """The contribution or application behind a code, with its journey."""

    code: str
    tenant: Tenant
    journey: Journey
    contribution: bool


@query("/events/{position:int}/receipt", "receipt", shows=Receipt, responses=RECEIPT)
async def receipt(request: AnyRequest, desk: AtDesk, position: FromPath[int]) -> Response[Any]:
    """The receipt of an event, for those who may read the log, and for whoever acted."""
    return show(request, await _of_event(desk, position))


@open_query("/receipts/{code:str}", shows=Receipt, responses=RECEIPT, operation_id="PublicReceipt")
async def public_receipt(request: AnyRequest, seen: AtScope, code: Code) -> Response[Any]:
    """The receipt of the contribution or application whose code this is; of an application it proves the hash alone."""
    found = await submitted(seen.reads, code)
    receipts = seen.reads.system.receipts
    return show(request, await receipts.of(found.tenant.slug, found.event, entry=found.opened))


@open_query("/receipts/{code:str}/journey", shows=SubmissionJourney, operation_id="SubmissionJourney")
async def journey(request: AnyRequest, seen: AtScope, code: Code) -> Response[Any]:
    """What became of the contribution or application: every step with its time, its event and its receipt."""
    found = await find(seen.reads, code)
    way = found.journey
    subject, within = ("contribution", "consultation") if found.contribution else ("application", "call")
    shown = SubmissionJourney(
        **{f"{subject}_id": str(way.subject_id), f"{within}_id": str(way.within_id)},
        tenant=found.tenant.slug,
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
    operation_id="SubmissionStepReceipt",
)
async def step_receipt(request: AnyRequest, seen: AtScope, code: Code, position: FromPath[int]) -> Response[Any]:
    """The receipt of one step. What the event says is in it as far as whoever has the code may read it."""
    found = await find(seen.reads, code)
    step = found.journey.at(position)
    if step is None:
        raise StreamNotFound
    event = await _event(seen.reads.system.store, found.tenant.tenant_id, position)
    entry = step.step in found.journey.told
    return show(request, await seen.reads.system.receipts.of(found.tenant.slug, event, entry=entry))


@query("/events/{position:int}/receipt.pdf", "receipt", responses=PDF, statuses=(501,))
async def printed_receipt(
    request: AnyRequest, desk: AtDesk, position: FromPath[int], *, lang: Lang = None
) -> Response[Any]:
    """The receipt of an event as a page for paper, with the receipt attached."""
    found = await _of_event(desk, position)
    path = f"/v1/tenants/{desk.tenant.slug}/events/{position}/receipt"
    return await _print(request, desk.reads, desk.tenant, found, Printed(path, path, lang))


@open_query("/receipts/{code:str}/receipt.pdf", responses=PDF, statuses=(501,), operation_id="PublicReceiptPdf")
async def public_printed_receipt(request: AnyRequest, seen: AtScope, code: Code, *, lang: Lang = None) -> Response[Any]:
    """The receipt as a page for paper, with its code to scan and the receipt attached."""
    found = await submitted(seen.reads, code)
    receipt = await seen.reads.system.receipts.of(found.tenant.slug, found.event, entry=found.opened)
    path = f"/v1/public/receipts/{found.code}"
    printed = Printed(path, f"{PAGE}?code={found.code}", lang, found.code)
    return await _print(request, seen.reads, found.tenant, receipt, printed)


async def submitted(reads: Reads, code: str) -> Submitted:
    """What was submitted under that code. Raises: StreamNotFound for what is no code, or nobody's."""
    known = read_code(code)
    if known is None:
        raise StreamNotFound
    place = await receipt_place(reads.system.public, receipt_tag(known))
    if place is None:
        raise StreamNotFound
    tenant_id, position = place
    event = await _event(reads.system.store, tenant_id, position)
    told = restore(reads.system.registry, event)
    if told.receipt_code != known:
        raise StreamNotFound
    return Submitted(known, await _tenant(reads, tenant_id), event, told)


async def find(reads: Reads, code: str) -> Followed:
    """What was submitted under that code, and its way. Raises: StreamNotFound for what is no code, or nobody's."""
    found = await submitted(reads, code)
    store, tenant_id, registry = reads.system.store, found.tenant.tenant_id, reads.system.registry
    match found.told:
        case e.ContributionSubmitted() as told:
            of_contribution = await store.read_stream(tenant_id, found.event.stream_id)
            of_consultation = await store.read_stream(tenant_id, told.consultation_id)
            way = contribution_journey.follow(registry, of_contribution, of_consultation)
        case ApplicationSubmitted() as told:
            passed = application_journey.streams(found.event.stream_id, told.call_id)
            stored = await store.read_streams(tenant_id, passed, await store.head(tenant_id))
            way = application_journey.follow(registry, found.event, stored)
        case _:
            raise StreamNotFound
    return Followed(found.code, found.tenant, way, contribution=found.opened)


def show(request: AnyRequest, found: Receipt) -> Response[Any]:
    """The receipt as text or, where that is asked for, as JSON; with when to come again while it is a promise."""
    as_json = "application/json" in request.headers.get("accept", "")
    body = msgspec.json.encode(found) if as_json else found.text.encode()
    headers = {"cache-control": PRIVATE, "vary": "Accept, Authorization", "pakt-receipt": found.state}
    if found.state == PROMISED:
        headers["retry-after"] = SOON
    kind = "application/json" if as_json else _PLAIN
    return answer_bytes(request, body, kind, headers)


async def _of_event(desk: Desk, position: int) -> Receipt:
    event = await _event(desk.log, desk.tenant.tenant_id, position)
    acted = decode_metadata(event.metadata).actor == desk.person_id
    if not acted and not await _reads_history(desk):
        raise StreamNotFound
    return await desk.system.receipts.of(desk.tenant.slug, event, entry=acted or event.type_name not in _DRAFTS)


async def _print(
    request: AnyRequest, reads: Reads, tenant: Tenant, receipt: Receipt, printed: Printed
) -> Response[Any]:
    language = printed.language or negotiate(request.headers.get("accept-language", ""))
    base = base_address(reads.system.settings)
    institution = (await reads.system.handler.authority.national()).institutions[tenant.slug]
    paper = Paper(
        receipt=receipt,
        institution=institution.names,
        address=base + printed.path,
        scan=base + printed.scan,
        language=language,
        code=printed.code,
    )
    data = await reads.press.print(paper, render)
    headers = {
        "cache-control": PRIVATE,
        "vary": "Accept-Language, Authorization",
        "content-language": language,
        "content-disposition": f'inline; filename="receipt-{tenant.slug}-{receipt.position}.pdf"',
    }
    return answer_bytes(request, data, _PDF, headers)


async def _reads_history(desk: Desk) -> bool:
    handler = desk.system.handler
    try:
        await handler.authority.permit(desk.tenant, desk.reader, "events", PERMISSIONS["events"], desk.now)
    except NotPermitted:
        return False
    return True


async def _event(log: LogReader, tenant_id: int, position: int) -> StoredEvent:
    """The event at a position of a tenant's log. Raises: StreamNotFound."""
    found = await log.read_log(tenant_id, position - 1, 1) if 0 < position < _LARGEST_POSITION else []
    if not found or found[0].position != position:  # in a log with a gap another one comes next
        raise StreamNotFound
    return found[0]


async def _tenant(reads: Reads, tenant_id: int) -> Tenant:
    authority = reads.system.handler.authority
    institutions = (await authority.national()).institutions.values()
    return await authority.tenant(next(one.slug for one in institutions if one.tenant_id == tenant_id))


def _step_view(step: Step, code: str) -> StepView:
    said = {field: getattr(step, field) for field in Step.__struct_fields__}
    return StepView(**said, receipt=f"/v1/public/receipts/{code}/steps/{step.position}")


ROUTES = Routes(
    queries=(receipt, printed_receipt),
    open=(public_receipt, public_printed_receipt, journey, step_receipt),
)
