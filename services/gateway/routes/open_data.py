"""Grants in the forms of open standards, streamed to everybody, now and at any past moment."""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.response import Stream

from projections.catalogue import GRANT_AGREEMENTS, RECORDED_GRANTS
from projections.cut import positions
from projections.history import NOW
from projections.read_model import ReadModel
from projections.reading import ReadConnection
from services.gateway.desk import Then
from services.gateway.formats import CSV
from services.gateway.listing import PUBLIC, cut_of
from services.gateway.parameters import AsOfTime, KnownAt, Slug, moment
from services.gateway.preconditions import is_known
from services.gateway.public_scope import AtScope, Window
from services.gateway.query_route import open_query
from services.gateway.routing import Routes
from services.gateway.wording import negotiate
from services.open_data import threesixty_package
from services.open_data.publisher import Publisher, publisher_of
from services.open_data.threesixty_heading import Heading, heading_of

AnyRequest = Request[Any, Any, Any]
JSON = "application/json"
AWARDS = (RECORDED_GRANTS, GRANT_AGREEMENTS)
"""The registers that hold awards."""
Writes = Callable[[ReadConnection, Heading, Publisher], AsyncIterator[bytes]]
FORMS: dict[str, tuple[str, Writes]] = {
    "json": (JSON, threesixty_package.as_json),
    "csv": (CSV, threesixty_package.as_csv),
}
"""Media type and writer of each form."""


def _answers(kind: str, said: str) -> dict[str, Any]:
    return {
        "200": {"description": said, "content": {kind: {"schema": {"type": "object" if kind == JSON else "string"}}}},
        "304": {"description": "The reader has it already"},
    }


@open_query(
    "/grants/360giving.json",
    responses=_answers(JSON, "A package of the 360Giving Data Standard 1.4"),
    operation_id="Grants360GivingJson",
)
async def as_json(
    request: AnyRequest, seen: AtScope, *, tenant: Slug = None, as_of: AsOfTime = None, known_at: KnownAt = None
) -> Response[Any]:
    """Every grant that an institution, or all of them, awarded or has on record, as 360Giving tells it."""
    window = seen.within(tenant)
    return await _give(request, window, await window.then(moment(as_of, known_at)), "json")


@open_query(
    "/grants/360giving.csv",
    responses=_answers(CSV, "A table headed by the titles of the 360Giving Data Standard 1.4"),
    operation_id="Grants360GivingCsv",
)
async def as_csv(
    request: AnyRequest, seen: AtScope, *, tenant: Slug = None, as_of: AsOfTime = None, known_at: KnownAt = None
) -> Response[Any]:
    """The same grants as a table."""
    window = seen.within(tenant)
    return await _give(request, window, await window.then(moment(as_of, known_at)), "csv")


async def _give(request: AnyRequest, window: Window, then: Then, form: str) -> Response[Any]:
    language = negotiate(request.headers.get("accept-language", ""))
    headers = {"cache-control": PUBLIC, "vary": "Accept-Language", "content-language": language}
    kind, _ = FORMS[form]
    return await given_as(request, written_as(window, then, form, language, headers), kind, headers)


async def given_as(
    request: AnyRequest, streamed: AsyncGenerator[bytes, None], kind: str, headers: dict[str, str]
) -> Response[Any]:
    """A stream whose first chunk comes once `headers` hold its entity tag; nothing more is read for who has it."""
    first = await anext(streamed)
    if is_known(dict(request.scope["headers"]), headers["etag"]):
        await streamed.aclose()
        return Response(b"", status_code=304, headers=headers, media_type=kind)

    async def whole() -> AsyncIterator[bytes]:
        yield first
        async for chunk in streamed:
            yield chunk

    return Stream(whole(), media_type=kind, headers=headers)


async def written_as(
    window: Window, then: Then, form: str, language: str, headers: dict[str, str] | None = None
) -> AsyncGenerator[bytes, None]:
    """The bytes of a form ("json" or "csv") at a moment; `headers` get their entity tag before the first of them.

    Of the past they also get up to where each log goes, and whose log could not be read.
    """
    names = {slug: one.names for slug, one in (await window.reads.national(then, valid=True)).institutions.items()}
    settings, (kind, write) = window.reads.system.settings, FORMS[form]
    publisher = publisher_of(settings.threesixty_prefix, names, language)
    heading = heading_of(settings, publisher, window.slug, language, f"/v1/public/grants/360giving.{form}")
    async with window.reading(AWARDS, then.moment) as connection:
        if headers is not None:
            headers["etag"] = await tag_of(connection, AWARDS, (kind, heading, publisher))
            if then.moment != NOW:
                headers |= (await cut_of(connection))[0]
        yield b""
        async for chunk in write(connection, heading, publisher):
            yield chunk


async def tag_of(connection: ReadConnection, models: Sequence[ReadModel[Any]], beside: object) -> str:
    """What the bytes follow from: how far the registers go, by which code, and what is told beside them."""
    cut = [(model.name, model.version, await positions(connection, [model.name])) for model in models]
    told = msgspec.json.encode((beside, cut))
    return f'"{hashlib.sha256(told).hexdigest()[:32]}"'


ROUTES = Routes(open=(as_json, as_csv))
