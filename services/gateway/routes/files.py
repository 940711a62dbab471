"""Files: taken in with a look at their bytes, kept under their hash, given out for saving and never for showing."""

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, post
from litestar.params import PathParameter

from domain.kernel.errors import StreamNotFound
from domain.kernel.vocabulary import LanguageFile, MediaType
from projections.consultation_queries import PublicConsultation
from services.gateway import body, media
from services.gateway.preconditions import is_known
from services.gateway.public_scope import Scope
from services.gateway.query_route import AtDesk, query
from services.gateway.refusals import NotWhatItSays, UnsupportedType
from services.gateway.routing import Routes

AnyRequest = Request[Any, Any, Any]
Sha = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="SHA-256 of the bytes, hexadecimal")]
_SUFFIX = {
    MediaType.PDF: "pdf",
    MediaType.DOCX: "docx",
    MediaType.ODT: "odt",
    MediaType.XLSX: "xlsx",
    MediaType.ODS: "ods",
    MediaType.HTML: "html",
    MediaType.PNG: "png",
    MediaType.JPEG: "jpg",
}
_YEAR = "max-age=31536000, immutable"
_BINARY = {"type": "string", "format": "binary"}
DOWNLOAD = {
    "200": {"description": "The bytes, as an attachment", "content": {"application/octet-stream": {"schema": _BINARY}}},
    "304": {"description": "The reader has it already"},
}


class Uploaded(msgspec.Struct, frozen=True):
    """A file as commands may name it from now on."""

    sha256: str
    size: int
    media_type: str


@post(
    "/files",
    status_code=201,
    request_max_body_size=None,
    opt={
        "query": "file_upload",
        "shows": Uploaded,
        "statuses": (413, 415, 422),
        "body": {"required": True, "content": {kind.value: {"schema": _BINARY} for kind in MediaType}},
        "responses": {},
    },
)
async def upload(request: AnyRequest, desk: AtDesk) -> Response[Uploaded]:
    """Store a file; the body is its bytes and Content-Type its type. Storing the same bytes again changes nothing."""
    headers = dict(request.scope["headers"])
    declared = headers.get(b"content-type", b"").decode("latin-1").split(";")[0].strip().lower()
    if declared not in set(MediaType) or headers.get(b"content-encoding", b"identity") != b"identity":
        raise UnsupportedType(", ".join(MediaType))
    data = await body.read(headers, request.receive, desk.system.settings.max_upload_bytes)
    if not media.fits(declared, data):
        raise NotWhatItSays(declared)
    sha256 = await desk.system.objects.within(desk.tenant.tenant_id).put(data)
    await desk.system.eraser.uploads.note(desk.tenant.tenant_id, sha256, desk.person_id)
    where = f"/v1/tenants/{desk.tenant.slug}/files/{sha256}"
    return Response(Uploaded(sha256, len(data), declared), status_code=201, headers={"location": where})


@query("/files/{sha256:str}", "file", responses=DOWNLOAD)
async def download(request: AnyRequest, desk: AtDesk, sha256: Sha) -> Response[bytes]:
    """The bytes of a file of this tenant."""
    return await give(request, desk.system.objects.within(desk.tenant.tenant_id), sha256, f"private, {_YEAR}")


async def give(request: AnyRequest, objects: Any, sha256: str, cache: str) -> Response[bytes]:
    """The file as an attachment; its name follows from its hash, so nothing of an uploader's reaches a header."""
    headers = {"etag": f'"{sha256}"', "cache-control": cache}
    data: bytes = await objects.get(sha256)
    if is_known(dict(request.scope["headers"]), headers["etag"]):
        return Response(b"", status_code=304, headers=headers, media_type="application/octet-stream")
    suffix = _SUFFIX.get(media.told(data), "txt")
    headers["content-disposition"] = f'attachment; filename="{sha256[:16]}.{suffix}"'
    headers["content-security-policy"] = "default-src 'none'; sandbox"
    return Response(data, headers=headers, media_type="application/octet-stream")


async def give_public(
    request: AnyRequest, seen: Scope, tenant: str, shown: Iterable[LanguageFile], sha256: str
) -> Response[bytes]:
    """A file that everybody is shown. Raises: StreamNotFound for any other."""
    if sha256 not in {one.file.sha256 for one in shown}:
        raise StreamNotFound
    [tenant_id] = await seen.tenants(tenant)
    return await give(request, seen.reads.system.objects.within(tenant_id), sha256, "public, max-age=86400")


def published_files(shown: PublicConsultation) -> list[LanguageFile]:
    """The files that a public consultation shows."""
    parts = [shown.report, *(document.files for document in shown.documents), *(m.minutes for m in shown.meetings)]
    if shown.adoption is not None:
        parts.append(shown.adoption.files)
    return [one for files in parts for one in files]


ROUTES = Routes(queries=(upload, download))
