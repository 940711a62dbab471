"""Files: taken in with a look at their bytes, kept under their hash, given out for saving and never for showing."""

import hashlib
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Annotated, Any, Protocol, TypeVar
from uuid import UUID

import msgspec
from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, PathParameter

from domain.kernel.errors import StreamNotFound
from domain.kernel.vocabulary import LanguageFile, MediaType
from projections.read_model import ReadModel
from projections.reading import ReadConnection
from services.gateway import body, media
from services.gateway.desk import Desk
from services.gateway.institution_quota import require_room
from services.gateway.parameters import AsOfTime, KnownAt, moment
from services.gateway.preconditions import is_known
from services.gateway.public_scope import AtScope
from services.gateway.query_route import AtDesk, open_query, query
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
    await _require_room(desk, data)
    sha256 = await desk.system.objects.within(desk.tenant.tenant_id).put(data)
    await desk.system.eraser.uploads.note(desk.tenant.tenant_id, sha256, desk.person_id, len(data))
    where = f"/v1/tenants/{desk.tenant.slug}/files/{sha256}"
    return Response(Uploaded(sha256, len(data), declared), status_code=201, headers={"location": where})


async def _require_room(desk: Desk, data: bytes) -> None:
    """The same bytes again take no room. Raises: InstitutionQuotaFull."""
    system, tenant = desk.system, desk.tenant
    stored = await system.eraser.uploads.stored(tenant.tenant_id, hashlib.sha256(data).hexdigest())
    require_room((await system.handler.authority.national()).institutions[tenant.slug], stored, len(data))


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


class Published(Protocol):
    """What everybody is shown of one thing."""

    @property
    def tenant(self) -> str:
        """The slug of the institution whose it is."""
        ...


T = TypeVar("T", bound=Published)


def open_files(
    path: str,
    of: ReadModel[Any],
    look: Callable[[ReadConnection, datetime, UUID], Awaitable[T | None]],
    *,
    operation_id: str,
) -> Callable[[Callable[[T], Iterable[LanguageFile]]], HTTPRouteHandler]:
    """Give everybody the files below `path` (which ends in an id) that the decorated function says a thing shows.

    The function's name and docstring are those of the address.
    """

    def made(shown: Callable[[T], Iterable[LanguageFile]]) -> HTTPRouteHandler:
        async def handle(
            request: AnyRequest,
            seen: AtScope,
            id: FromPath[UUID],  # noqa: A002 - the path's word
            sha256: Sha,
            *,
            as_of: AsOfTime = None,
            known_at: KnownAt = None,
        ) -> Response[bytes]:
            async def found(connection: ReadConnection, now: datetime) -> T | None:
                return await look(connection, now, id)

            thing = await seen.one((of,), found, moment(as_of, known_at))
            if sha256 not in {one.file.sha256 for one in shown(thing)}:
                raise StreamNotFound
            [tenant_id] = await seen.tenants(thing.tenant)
            return await give(request, seen.reads.system.objects.within(tenant_id), sha256, "public, max-age=86400")

        handle.__name__, handle.__doc__ = shown.__name__, shown.__doc__
        mark = open_query(f"{path}/files/{{sha256:str}}", responses=DOWNLOAD, operation_id=operation_id)
        return mark(handle)

    return made


ROUTES = Routes(queries=(upload, download))
