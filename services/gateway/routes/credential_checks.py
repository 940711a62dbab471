"""What whoever is shown a certificate may ask, without a token: whose keys are whose, what to think of it.

Nothing that a credential names is ever fetched, and checks take turns: a few at once, a few waiting.
"""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.params import FromPath, PathParameter, QueryParameter

from domain.kernel.errors import StreamNotFound
from domain.tenants.register import Institution
from infra.credentials.issuers import IssuerKey, KeyState
from infra.credentials.multikey import from_did_key
from infra.credentials.reading import MOST_BYTES, Document, read
from infra.credentials.refusal import CredentialRefused
from infra.credentials.status_list import SIZE
from infra.credentials.verdict import Finding, Standing
from projections import volunteer_certificate_queries as q
from projections.catalogue import ISSUER_KEYS, VOLUNTEER_CERTIFICATES
from services.certificates.checking import Known, Verification, certificate_of, signed_by, verify
from services.certificates.credentials import joined_names
from services.certificates.lists import issuers_list, status_list
from services.gateway import body
from services.gateway.listing import PUBLIC, answer, answer_body
from services.gateway.parameters import Slug
from services.gateway.public_scope import AtScope, Scope
from services.gateway.query_route import open_query
from services.gateway.routing import Routes
from services.gateway.security import single
from services.settings import base_address

AnyRequest = Request[Any, Any, Any]
ListSlug = Annotated[str, PathParameter(description="Slug of the institution that issued")]
Number = Annotated[int, PathParameter(ge=0, le=2**31, description="Number of the list, from 0")]
OfTenant = Annotated[Slug | None, QueryParameter(description="Only the keys of this institution")]
ISSUERS = {
    "200": {
        "description": "A signed note (C2SP signed-note, form pakt-issuers/v1)",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    },
    "304": {"description": "The reader has it already"},
}
STATUS = {
    "200": {
        "description": "A BitstringStatusListCredential with its proof",
        "content": {"application/json": {"schema": {"type": "object"}}},
    },
    "304": {"description": "The reader has it already"},
}


@open_query("/issuers", responses=ISSUERS, operation_id="Issuers")
async def issuers(request: AnyRequest, seen: AtScope, *, tenant: OfTenant = None) -> Response[bytes]:
    """Which keys sign, or signed, the certificates of which institution; of a sandbox only where it is named."""
    system, institutions = seen.reads.system, await seen.tenants(tenant)
    async with seen.reads.over(list(institutions), (ISSUER_KEYS,)) as connection:
        rows = await q.issuer_keys(connection)
    keys = [
        IssuerKey(
            row.tenant, row.public_key, KeyState(row.state), row.since, joined_names(institutions[row.tenant_id].names)
        )
        for row in rows
    ]
    text = issuers_list(system.signing, system.settings.log_name, q.shown_at(system.clock.now()), keys)
    return answer_text(request, text.encode())


def answer_text(request: AnyRequest, data: bytes) -> Response[bytes]:
    """A text for everybody."""
    found = answer_body(request, data, PUBLIC, {})
    found.media_type = "text/plain"
    return found


@open_query("/status-lists/{slug:str}/{epoch:int}/{number:int}", responses=STATUS, operation_id="StatusList")
async def status(
    request: AnyRequest, seen: AtScope, slug: ListSlug, epoch: FromPath[int], number: Number
) -> Response[bytes]:
    """Which of the institution's certificates count no more, of those at 131,072 places of that epoch."""
    [institution] = (await seen.tenants(slug)).values()
    system, first = seen.reads.system, number * SIZE + 1
    async with seen.reads.over([institution.tenant_id], (VOLUNTEER_CERTIFICATES,)) as connection:
        gone = await q.ended(connection, institution.tenant_id, epoch, first, first + SIZE - 1)
    if gone is None:
        raise StreamNotFound
    tenant = await system.handler.authority.tenant(slug)
    now = q.shown_at(await system.handler.now(tenant))
    address = f"{base_address(system.settings)}/v1/public/status-lists/{slug}/{epoch}/{number}"
    made = await status_list(seen.reads.rings, tenant, institution.names, address, now, gone)
    return answer(request, made, cache=PUBLIC)


@post(
    "/credentials/verify",
    status_code=200,
    operation_id="VerifyCredential",
    opt={
        "open": True,
        "shows": Verification,
        "lists": None,
        "body": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
        "responses": {},
        "statuses": (413, 415, 503),
    },
)
async def verify_credential(request: AnyRequest, seen: AtScope) -> Response[Verification]:
    """What to think of a credential: its form, its days, its proof, whose key that is, and whether it still counts.

    Nothing is stored of it, and nothing that it names is fetched.
    """
    headers = single(request.scope["headers"])
    body.require_json(headers)
    raw = await body.read(headers, request.receive, MOST_BYTES)
    async with seen.reads.checking.turn():
        try:
            found = await _verified(seen, read(raw))
        except CredentialRefused as refused:
            found = Verification(Standing.REFUSED, (Finding(refused.code, str(refused)),))
    return Response(found, headers={"cache-control": "no-store"})


async def _verified(seen: Scope, document: Document) -> Verification:
    institution = await _issuer(seen, document)
    known, now = None, seen.reads.system.clock.now()
    if institution is not None:
        tenant = await seen.reads.system.handler.authority.tenant(institution.slug)
        now = await seen.reads.system.handler.now(tenant)
        known = await _known(seen, institution, certificate_of(document))
    slug = "" if institution is None else institution.slug
    return await asyncio.to_thread(verify, document, now, slug, known)


async def _issuer(seen: Scope, document: Document) -> Institution | None:
    """The institution whose key the issuer is, sandboxes too."""
    public = from_did_key(signed_by(document))
    if public is None:
        return None
    institutions = await seen.tenants(None, sandboxes=True)
    async with seen.reads.over(list(institutions), (ISSUER_KEYS,)) as connection:
        rows = await q.issuer_keys(connection, public_key=public.hex())
    return institutions[rows[0].tenant_id] if rows else None


async def _known(seen: Scope, institution: Institution, certificate_id: UUID | None) -> Known | None:
    if certificate_id is None:
        return None
    tenant_id = institution.tenant_id
    async with seen.reads.over([tenant_id], (VOLUNTEER_CERTIFICATES,)) as connection:
        row = await q.public_certificate(connection, certificate_id)
    stream = await seen.reads.system.store.read_stream(tenant_id, certificate_id) if row else []
    if row is None or not stream:
        return None
    return Known(seen.reads.credentials.claimed(institution.slug, stream[0]), row.state)


ROUTES = Routes(open=(issuers, status, verify_credential))
