"""Certificates of volunteering: programmes, what was issued, and the credential that its holder carries away."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.params import FromPath

from domain.kernel.errors import StreamNotFound
from domain.kernel.readers import STAFF, VOLUNTEERING
from domain.volunteering.commands import certificate as c
from domain.volunteering.commands import programme as p
from projections import volunteer_certificate_queries as q
from projections.catalogue import VOLUNTEER_CERTIFICATES, VOLUNTEER_PROGRAMMES
from projections.paging import Page
from projections.volunteer_certificate_register import CertificateRow
from projections.volunteer_programme_register import VolunteerProgrammeRow
from services.certificates.credentials import Opened
from services.certificates.document import CertificatePaper, render
from services.gateway.command_route import CommandRoute
from services.gateway.desk import Desk
from services.gateway.filters import NoFilter
from services.gateway.listing import PRIVATE, answer_bytes
from services.gateway.query_route import AtDesk, query
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routes.receipts import PDF, Lang
from services.gateway.routing import Routes
from services.gateway.views import view_of
from services.gateway.wording import negotiate
from services.settings import base_address

AnyRequest = Request[Any, Any, Any]
ProgrammeView = view_of(VolunteerProgrammeRow, "VolunteerProgramme")
PublicProgrammeView = view_of(q.PublicProgramme, "PublicVolunteerProgramme")
CertificateView = view_of(CertificateRow, "VolunteerCertificate")
PublicCertificateView = view_of(q.PublicCertificate, "PublicVolunteerCertificate")
_BADGE = "application/json"
CREDENTIAL = {
    "200": {
        "description": "The Open Badge 3.0 credential, with its proof",
        "content": {_BADGE: {"schema": {"type": "object"}}},
    },
    "304": {"description": "The reader has it already"},
}
_PROGRAMME, _CERTIFICATE = "/volunteer-programmes/{id}", "/volunteer-certificates/{id}"


@listed(
    "/volunteer-programmes",
    "volunteer_programmes",
    ProgrammeView,
    of=(VOLUNTEER_PROGRAMMES,),
    by=q.ProgrammeFilter,
)
async def volunteer_programmes(asked: AtDeskAsked[q.ProgrammeFilter]) -> Page[VolunteerProgrammeRow]:
    """What the institution certifies, the newest first."""
    return await q.programmes(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/volunteer-programmes/{id:uuid}", "volunteer_programme", ProgrammeView, of=(VOLUNTEER_PROGRAMMES,))
async def volunteer_programme(asked: AtDeskAsked[NoFilter]) -> VolunteerProgrammeRow | None:
    """One programme."""
    return await q.programme(asked.connection, asked.id)


@open_listed(
    "/volunteer-programmes",
    PublicProgrammeView,
    of=(VOLUNTEER_PROGRAMMES,),
    by=q.ProgrammeFilter,
    operation_id="PublicVolunteerProgrammes",
)
async def public_programmes(asked: AtWindowAsked[q.ProgrammeFilter]) -> Page[q.PublicProgramme]:
    """What institutions certify, of all or of one, the newest first."""
    slug = asked.place.slug
    return await q.public_programmes(asked.connection, asked.chosen, tenant=slug, after=asked.after, limit=asked.limit)


@listed(
    "/volunteer-certificates",
    "volunteer_certificates",
    CertificateView,
    of=(VOLUNTEER_CERTIFICATES,),
    by=q.Filter,
)
async def volunteer_certificates(asked: AtDeskAsked[q.Filter]) -> Page[CertificateRow]:
    """What the institution certified, the newest first."""
    return await q.certificates(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@listed(
    "/me/volunteer-certificates",
    "own_certificates",
    CertificateView,
    of=(VOLUNTEER_CERTIFICATES,),
    by=q.Filter,
    only=("state",),
)
async def own_certificates(asked: AtDeskAsked[q.Filter]) -> Page[CertificateRow]:
    """What the institution certified of the reader, the newest first."""
    own = msgspec.structs.replace(asked.chosen, person_id=asked.place.person_id)
    return await q.certificates(asked.connection, own, after=asked.after, limit=asked.limit)


@shown("/volunteer-certificates/{id:uuid}", "volunteer_certificate", CertificateView, of=(VOLUNTEER_CERTIFICATES,))
async def volunteer_certificate(asked: AtDeskAsked[NoFilter]) -> CertificateRow | None:
    """One certificate: for the institution, and for its holder."""
    row = await q.certificate(asked.connection, asked.id)
    staff = asked.place.mandate.role in STAFF | VOLUNTEERING
    return row if row is not None and (staff or row.person_id == asked.place.person_id) else None


@open_shown(
    "/volunteer-certificates/{id:uuid}",
    PublicCertificateView,
    of=(VOLUNTEER_CERTIFICATES,),
    operation_id="PublicVolunteerCertificate",
)
async def public_certificate(asked: AtWindowAsked[NoFilter]) -> q.PublicCertificate | None:
    """Whether a certificate counts, and what it certifies, for whoever holds its id; never whose it is."""
    return await q.public_certificate(asked.connection, asked.id)


@query(
    "/volunteer-certificates/{id:uuid}/credential",
    "certificate_credential",
    responses=CREDENTIAL,
    operation_id="CertificateCredential",
)
async def credential(
    request: AnyRequest,
    desk: AtDesk,
    id: FromPath[UUID],  # noqa: A002 - the path's word
) -> Response[Any]:
    """The certificate as a credential that verifies without Pakt; to its holder, and to who hands certificates out.

    Until the log is sealed, a second or two, the answer is 503 with Retry-After.
    """
    document = await desk.reads.credentials.credential(await _opened(desk, id))
    name = f'attachment; filename="certificate-{id}.json"'
    return _given(request, msgspec.json.encode(document), _BADGE, {"content-disposition": name})


@query(
    "/volunteer-certificates/{id:uuid}/certificate.pdf",
    "certificate_credential",
    responses=PDF,
    statuses=(501,),
    operation_id="CertificatePdf",
)
async def printed(
    request: AnyRequest,
    desk: AtDesk,
    id: FromPath[UUID],  # noqa: A002 - the path's word
    *,
    lang: Lang = None,
) -> Response[Any]:
    """The certificate as a page for paper, with a code to scan and the credential attached."""
    opened = await _opened(desk, id)
    document = await desk.reads.credentials.credential(opened)
    language = lang or negotiate(request.headers.get("accept-language", ""))
    paper = CertificatePaper(
        institution=opened.names,
        certificate_id=id,
        issued=opened.issued,
        issued_at=opened.stored.occurred_at,
        holder=opened.holder,
        credential=msgspec.json.encode(document).decode(),
        scan=f"{base_address(desk.system.settings)}/v1/public/volunteer-certificates/{id}",
        language=language,
    )
    name = f'inline; filename="certificate-{id}.pdf"'
    headers = {"content-disposition": name, "content-language": language}
    return _given(request, await desk.reads.press.print(paper, render), "application/pdf", headers)


async def _opened(desk: Desk, certificate_id: UUID) -> Opened:
    """The certificate, for its holder and for who hands certificates out. Raises: StreamNotFound for anybody else."""
    tenant, names = desk.tenant, (await desk.system.handler.authority.national()).institutions[desk.tenant.slug].names
    stream = await desk.log.read_stream(tenant.tenant_id, certificate_id)
    opened = await desk.reads.credentials.open(tenant.slug, names, stream)
    if desk.mandate.role not in VOLUNTEERING and opened.held.person_id != desk.person_id:
        raise StreamNotFound
    return opened


def _given(request: AnyRequest, data: bytes, kind: str, headers: dict[str, str]) -> Response[Any]:
    told = {"cache-control": PRIVATE, "vary": "Accept-Language, Authorization"} | headers
    return answer_bytes(request, data, kind, told)


ROUTES = Routes(
    commands=(
        CommandRoute("/volunteer-programmes", p.AdoptProgramme, reads=_PROGRAMME),
        CommandRoute(f"{_PROGRAMME}/retire", p.RetireProgramme),
        CommandRoute("/volunteer-certificates", c.IssueVolunteerCertificate, reads=_CERTIFICATE),
        CommandRoute(f"{_CERTIFICATE}/revoke", c.RevokeVolunteerCertificate),
    ),
    queries=(
        volunteer_programmes,
        volunteer_programme,
        volunteer_certificates,
        own_certificates,
        volunteer_certificate,
        credential,
        printed,
    ),
    open=(public_programmes, public_certificate),
)
