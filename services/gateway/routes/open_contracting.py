"""Contracting processes in the form of OCDS 1.1.5, for everybody: packages page by page, and a feed to follow.

An offset says how far the logs of the institutions in scope were read; whoever goes on from it misses nothing. The feed
and the packages of releases give and take the same; those of records count the first release of each process.
"""

from collections.abc import AsyncGenerator, Iterable
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.params import PathParameter, QueryParameter

from domain.kernel.errors import StreamNotFound
from projections.catalogue import RELEASES
from projections.history import NOW
from projections.release_queries import Offset, processes, release, releases
from services.gateway.desk import Then
from services.gateway.listing import PUBLIC, answer_body, cut_of
from services.gateway.parameters import AsOfTime, KnownAt, Limit, Slug, moment
from services.gateway.public_scope import AtScope, Window
from services.gateway.query_route import open_query
from services.gateway.routing import Routes
from services.gateway.wording import negotiate
from services.open_data.json_schema import Members
from services.open_data.ocds_package import FORMS, Institutions, Made, heading_of, package, record_of, whole
from services.open_data.ocds_release import Source, encode, event_of, instant, release_id, release_of

AnyRequest = Request[Any, Any, Any]
OffsetText = Annotated[
    str | None,
    QueryParameter(name="offset", max_length=2000, description="Where to go on: an offset that was given here"),
]
RecordLimit = Annotated[int, QueryParameter(name="limit", ge=1, le=50, description="Records on a page")]
Ocid = Annotated[str, PathParameter(max_length=60, description="Identifier of a process")]
ReleaseId = Annotated[str, PathParameter(max_length=100, description="Identifier of a release")]
_ADDRESS = "/v1/public/ocds"
_MODELS = (RELEASES,)
_VARY = {"vary": "Accept-Language"}


def _answers(said: str) -> dict[str, Any]:
    return {
        "200": {"description": said, "content": {"application/json": {"schema": {"type": "object"}}}},
        "304": {"description": "The reader has it already"},
    }


@open_query("/ocds/releases", responses=_answers("A release package of OCDS 1.1.5"), operation_id="OcdsReleases")
async def release_package(
    request: AnyRequest,
    seen: AtScope,
    *,
    tenant: Slug = None,
    offset: OffsetText = None,
    limit: Limit = 100,
    as_of: AsOfTime = None,
    known_at: KnownAt = None,
) -> Response[Any]:
    """What contracting processes said of themselves at each stage, in the order in which it was recorded."""
    window = seen.within(tenant)
    return await _page(request, window, await window.then(moment(as_of, known_at)), "releases", offset, limit)


@open_query("/ocds/records", responses=_answers("A record package of OCDS 1.1.5"), operation_id="OcdsRecords")
async def record_package(
    request: AnyRequest,
    seen: AtScope,
    *,
    tenant: Slug = None,
    offset: OffsetText = None,
    limit: RecordLimit = 20,
    as_of: AsOfTime = None,
    known_at: KnownAt = None,
) -> Response[Any]:
    """Contracting processes whole: every release, what they come to, and how each field came to its value."""
    window = seen.within(tenant)
    return await _page(request, window, await window.then(moment(as_of, known_at)), "records", offset, limit)


@open_query(
    "/ocds/feed", responses=_answers("Releases by their identifiers, and where to go on"), operation_id="OcdsFeed"
)
async def feed(
    request: AnyRequest, seen: AtScope, *, tenant: Slug = None, offset: OffsetText = None, limit: Limit = 100
) -> Response[Any]:
    """Which releases came since an offset. `next_page` is always there: ask it again when there was nothing."""
    window = seen.within(tenant)
    after = _read(window, "releases", offset)
    async with window.reading(_MODELS) as connection:
        stretch = await releases(connection, after, limit)
    source = await _source(window, await window.then(NOW))
    entries = [
        {
            "id": release_id(row.tenant, row.epoch, row.position),
            "ocid": source.ocid(row.process_id),
            "date": instant(row.released_at),
            "tag": row.tags,
        }
        for row in stretch.items
    ]
    pages = {"next_page": stretch.next, "prev_page": stretch.previous}
    told = {name: _feed_page(request, window, at) for name, at in pages.items() if at is not None}
    return answer_body(request, encode({"data": entries} | told), PUBLIC, {})


@open_query(
    "/ocds/releases/{id:str}", responses=_answers("A release package of one release"), operation_id="OcdsRelease"
)
async def one_release(
    request: AnyRequest,
    seen: AtScope,
    id: ReleaseId,  # noqa: A002 - the path's word
    *,
    as_of: AsOfTime = None,
    known_at: KnownAt = None,
) -> Response[Any]:
    """One release."""
    event = event_of(id)
    if event is None:
        raise StreamNotFound
    at = moment(as_of, known_at)
    found = await seen.one(_MODELS, lambda connection, _: release(connection, *event), at)
    window = seen.within(found.tenant)
    then = await window.then(at)
    made = Made(release_of(found, await _source(window, then)), found.recorded_at)
    return await _package(request, window, then, "releases", [made])


@open_query(
    "/ocds/records/{ocid:str}", responses=_answers("A record package of one process"), operation_id="OcdsRecord"
)
async def one_record(
    request: AnyRequest,
    seen: AtScope,
    ocid: Ocid,
    *,
    as_of: AsOfTime = None,
    known_at: KnownAt = None,
) -> Response[Any]:
    """One contracting process whole."""
    process_id = (await _source(seen.within(None), await seen.within(None).then(NOW))).process(ocid)
    if process_id is None:
        raise StreamNotFound
    at = moment(as_of, known_at)

    async def look(connection: Any, _: Any) -> Any:
        return next(iter(await processes(connection, [process_id])), None)

    found = await seen.one(_MODELS, look, at)
    window = seen.within(found.tenant)
    then = await window.then(at)
    return await _package(request, window, then, "records", [await record_of(found, await _source(window, then))])


async def _page(
    request: AnyRequest, window: Window, then: Then, kind: str, offset: str | None, limit: int
) -> Response[Any]:
    form, after, headers = FORMS[kind], _read(window, kind, offset), dict[str, str]()
    source = await _source(window, then)
    async with window.reading(_MODELS, then.moment) as connection:
        stretch = await releases(connection, after, limit, first=form.first)
        made = await form.of(connection, stretch, source)
        if then.moment != NOW:
            headers = (await cut_of(connection))[0]
    beside = {"next": stretch.next if stretch.more else None, "prev": stretch.previous}
    links = {name: _address(request, window, kind, at) for name, at in beside.items() if at is not None}
    return await _package(request, window, then, kind, made, links or None, headers)


async def _package(
    request: AnyRequest,
    window: Window,
    then: Then,
    kind: str,
    made: list[Made],
    links: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Response[Any]:
    language = negotiate(request.headers.get("accept-language", ""))
    path = _path(request, request.query_params.multi_items())
    heading = heading_of(window.reads.system.settings, await _institutions(window, then), window.slug, language, path)
    told = package(
        heading,
        max((one.recorded_at for one in made), default=then.now),
        links=links,
        **{FORMS[kind].member: [one.members for one in made]},
    )
    more = _VARY | {"content-language": language} | (headers or {})
    return answer_body(request, encode(told), PUBLIC, more)


async def written_whole(window: Window, then: Then, kind: str, language: str) -> AsyncGenerator[bytes, None]:
    """The bytes of one package ("releases" or "records") of everything at a moment."""
    path, institutions = f"{_ADDRESS}/{kind}", await _institutions(window, then)
    heading = heading_of(window.reads.system.settings, institutions, window.slug, language, path)
    source = await _source(window, then)
    async with window.reading(_MODELS, then.moment) as connection:
        async for chunk in whole(connection, FORMS[kind], heading, source, then.now):
            yield chunk


async def _source(window: Window, then: Then) -> Source:
    settings = window.reads.system.settings
    return Source(settings.ocid_prefix, await _institutions(window, then), settings.public_url)


async def _institutions(window: Window, then: Then) -> Institutions:
    return (await window.reads.national(then, valid=True)).institutions


def _feed_page(request: AnyRequest, window: Window, at: Offset) -> Members:
    path = _onward(request, window, "releases", at)
    return {"offset": _text(window, "releases", at), "path": path, "uri": _public(window, path)}


def _address(request: AnyRequest, window: Window, kind: str, at: Offset) -> str:
    return _public(window, _onward(request, window, kind, at))


def _public(window: Window, path: str) -> str:
    return f"{window.reads.system.settings.public_url.rstrip('/')}{path}"


def _onward(request: AnyRequest, window: Window, kind: str, at: Offset) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "offset"]
    return _path(request, [*kept, ("offset", _text(window, kind, at))])


def _path(request: AnyRequest, query: Iterable[tuple[str, str]]) -> str:
    path, asked = str(request.scope["path"]), urlencode(list(query))
    return f"{path}?{asked}" if asked else path


def _text(window: Window, kind: str, at: Offset) -> str:
    read = [number for tenant_id, position in sorted(at.items()) for number in (tenant_id, position)]
    return window.reads.cursors.write(_bound_to(window, kind), tuple(read))


def _read(window: Window, kind: str, offset: str | None) -> Offset:
    """How far each log was read. Raises: InvalidParameter."""
    if offset is None:
        return {}
    read = window.reads.cursors.read(_bound_to(window, kind), offset, "offset")
    return dict(zip(read[::2], read[1::2], strict=True))


def _bound_to(window: Window, kind: str) -> str:
    """An offset counts the logs of one institution, or of all, and what of them it counts."""
    return f"ocds {kind} {window.slug or ''}"


ROUTES = Routes(open=(release_package, record_package, feed, one_release, one_record))
