"""Open data to take away whole: the catalogue by DCAT-AP 3, and each dataset as files, a day after the other."""

import re
from datetime import date, datetime
from hashlib import sha256 as hash_of
from typing import Annotated, Any

import msgspec
from litestar import Request, Response
from litestar.params import PathParameter
from litestar.response import Stream

from domain.kernel.errors import StreamNotFound
from domain.kernel.message import N_, Message
from infra.objectstore.interface import ObjectDamaged
from projections.reading import Page
from services.dumps.building import ADDRESS
from services.dumps.catalogue import DATASETS, dataset_of
from services.dumps.dataset import MEDIA_TYPES, Dataset
from services.dumps.dump import EXPIRED, TAKEN, Dump, DumpFile
from services.dumps.listing import listed
from services.dumps.shelf import CHUNK, Shelf
from services.gateway.filters import NoFilter
from services.gateway.listing import PUBLIC, answer, answer_bytes
from services.gateway.public_scope import AtScope, Scope
from services.gateway.query_route import open_query
from services.gateway.ranges import Whole, digest
from services.gateway.refusals import DumpGone, FormNotOffered
from services.gateway.register_route import AtWindowAsked, everywhere, open_listed
from services.gateway.routing import Routes
from services.gateway.wording import negotiate
from services.language.translation import translate
from services.open_data.dcat import MEDIA_TYPE
from services.settings import base_address

AnyRequest = Request[Any, Any, Any]
DatasetName = Annotated[str, PathParameter(max_length=60, description="Name of a dataset, as the list of them says it")]
DumpName = Annotated[
    str,
    PathParameter(
        max_length=40, description="A day such as 2026-11-27, or `newest`: what was cut where; with a form: its file"
    ),
]
_NAME = re.compile(r"(?a)(newest|\d{4}-\d\d-\d\d)(?:\.([a-z]{1,10}))?")
_NEWEST = "newest"
_GONE = {
    EXPIRED: N_("The dump of {day} is kept no longer."),
    TAKEN: N_("The dump of {day} was taken away: something in it is public no more."),
}
_BINARY = {"type": "string", "format": "binary"}
_FILE = {kind: {"schema": _BINARY} for kind in MEDIA_TYPES.values()}
_HEADERS: dict[str, Any] = {
    name: {"description": said, "schema": {"type": "string"}}
    for name, said in {
        "ETag": "The file's SHA-256",
        "Repr-Digest": "That of the whole file (RFC 9530)",
        "Content-Digest": "That of the bytes of this answer, unless they are many and only a part",
        "Accept-Ranges": "bytes",
    }.items()
}
_CATALOGUE = {
    "200": {"description": "A catalogue by DCAT-AP 3", "content": {MEDIA_TYPE: {"schema": {"type": "object"}}}},
    "304": {"description": "The reader has it already"},
}
_DUMP = {
    "200": {"description": "The file; of a day alone, the record of its dump", "content": _FILE, "headers": _HEADERS},
    "206": {"description": "The part that Range asks for", "content": _FILE, "headers": _HEADERS},
    "304": {"description": "The reader has it already"},
}


class DatasetView(msgspec.Struct, frozen=True, kw_only=True):
    """A dataset: its files lie below `address`, as `DAY.FORM`; `newest` is the last day that has some.

    Page by page it is asked for at `listed`, where that is not ''.
    """

    name: str
    title: str
    description: str
    address: str
    listed: str
    forms: tuple[str, ...]
    newest: date | None


class DumpView(msgspec.Struct, frozen=True, kw_only=True):
    """A day's dump. `gone` says why it was taken away, `not_offered` of a form why it could not be made."""

    day: date
    edition: int
    built_at: datetime
    rows: int | None
    files: tuple[DumpFile, ...]
    not_offered: dict[str, str]
    gone: str


class DumpsView(msgspec.Struct, frozen=True, kw_only=True):
    """The dumps of a dataset, the latest day first, and the address of the licence that they are under."""

    name: str
    title: str
    description: str
    licence: str
    days: tuple[DumpView, ...]


@open_query("/catalog", responses=_CATALOGUE, operation_id="Catalogue")
async def catalog(request: AnyRequest, seen: AtScope) -> Response[bytes]:
    """Every dataset with the files of its newest dump, as JSON-LD that is expanded without a network."""
    institutions = {one.slug: one for one in (await seen.tenants(None)).values()}
    found = await listed(_shelf(seen), institutions, seen.reads.system.settings)
    return answer_bytes(request, msgspec.json.encode(found), MEDIA_TYPE, {"cache-control": PUBLIC})


@open_listed("/dumps", DatasetView, past=False, within=everywhere, operation_id="Datasets")
async def datasets(asked: AtWindowAsked[NoFilter]) -> Page[DatasetView]:
    """The datasets by name."""
    names = sorted(one.name for one in DATASETS if asked.after is None or one.name > asked.after[0])
    shelf = _shelf(asked.place.scope)
    found = [await _shown(shelf, dataset_of(name)) for name in names[: asked.limit]]
    return Page(found, (found[-1].name,) if len(names) > asked.limit else None)


@open_query("/dumps/{dataset:str}", shows=DumpsView, operation_id="Dumps")
async def dumps(request: AnyRequest, seen: AtScope, dataset: DatasetName) -> Response[bytes]:
    """The dumps that a dataset has, and those that were taken away."""
    found, language = dataset_of(dataset), negotiate(request.headers.get("accept-language", ""))
    days = [
        DumpView(
            day=one.day,
            edition=one.edition,
            built_at=one.built_at,
            rows=one.rows,
            files=one.files,
            not_offered=dict(one.not_offered),
            gone=one.gone,
        )
        for one in await _shelf(seen).days(dataset)
    ]
    shown = DumpsView(
        name=dataset,
        title=translate(Message(found.title), language),
        description=translate(Message(found.description), language),
        licence=seen.reads.system.settings.open_data_licence,
        days=tuple(days),
    )
    return answer(request, shown, cache=PUBLIC)


@open_query(
    "/dumps/{dataset:str}/{file:str}", shows=Dump, responses=_DUMP, statuses=(410, 416, 501), operation_id="DumpFile"
)
async def dump_file(request: AnyRequest, seen: AtScope, dataset: DatasetName, file: DumpName) -> Response[Any]:
    """A file of a dump, whole or in parts; of a day alone, how far each log was read for it, with signed heads."""
    shelf, (day, form) = _shelf(seen), _named(file)
    dump = await (shelf.newest(dataset_of(dataset).name) if day is None else shelf.of_day(dataset, day))
    if dump is None:
        raise StreamNotFound
    if not form:
        return answer(request, dump, cache=PUBLIC)
    if dump.gone:
        raise DumpGone(_GONE[dump.gone], day=dump.day.isoformat())
    if form in dump.not_offered:
        raise FormNotOffered(form, dump.not_offered[form])
    found = dump.file(form)
    if found is None:
        raise StreamNotFound
    return await _give(request, shelf, dump, found, seen.reads.system.settings)


async def _give(request: AnyRequest, shelf: Shelf, dump: Dump, file: DumpFile, settings: Any) -> Response[Any]:
    sent, kind = dict(request.scope["headers"]), MEDIA_TYPES[file.form]
    whole = Whole(file.size, f'"{file.sha256}"', dump.built_at)
    headers = {
        "etag": whole.etag,
        "last-modified": whole.last_modified,
        "cache-control": PUBLIC,
        "accept-ranges": "bytes",
        "repr-digest": digest(bytes.fromhex(file.sha256)),
        "content-disposition": f'attachment; filename="{dump.dataset}-{dump.day.isoformat()}.{file.form}"',
        "content-location": f"{ADDRESS}/{dump.dataset}/{dump.day.isoformat()}.{file.form}",
        "link": f'<{settings.open_data_licence}>; rel="license", <{base_address(settings)}{ADDRESS}/{dump.dataset}/'
        f'{dump.day.isoformat()}>; rel="describedby"',
    }
    if whole.is_known_to(sent):
        return Response(b"", status_code=304, headers=headers, media_type=kind)
    if await shelf.objects.size(file.sha256) != file.size:
        raise ObjectDamaged(file.sha256)
    part = whole.part(sent)
    begin, end = part or (0, file.size)
    headers["content-length"] = str(end - begin)
    if part is None:
        headers["content-digest"] = headers["repr-digest"]
        return Stream(shelf.chunks(file.sha256, begin, end), media_type=kind, headers=headers)
    headers["content-range"] = f"bytes {begin}-{end - 1}/{file.size}"
    if end - begin > CHUNK:
        return Stream(shelf.chunks(file.sha256, begin, end), status_code=206, media_type=kind, headers=headers)
    content = await shelf.objects.part(file.sha256, begin, end)
    headers["content-digest"] = digest(hash_of(content).digest())
    return Response(content, status_code=206, media_type=kind, headers=headers)


async def _shown(shelf: Shelf, dataset: Dataset) -> DatasetView:
    newest = await shelf.newest(dataset.name)
    return DatasetView(
        name=dataset.name,
        title=dataset.title,
        description=dataset.description,
        address=f"{ADDRESS}/{dataset.name}",
        listed=f"/v1/public/{dataset.listed}" if dataset.listed else "",
        forms=dataset.forms,
        newest=newest.day if newest is not None and newest.files else None,
    )


def _named(file: str) -> tuple[date | None, str]:
    """The day, None for the newest, and the form of a file's name. Raises: StreamNotFound."""
    named = _NAME.fullmatch(file)
    if named is None:
        raise StreamNotFound
    try:
        day = None if named[1] == _NEWEST else date.fromisoformat(named[1])
    except ValueError as error:
        raise StreamNotFound from error
    return day, named[2] or ""


def _shelf(seen: Scope) -> Shelf:
    return Shelf(seen.reads.system.dumps, seen.reads.system.objects)


ROUTES = Routes(open=(catalog, datasets, dumps, dump_file))
