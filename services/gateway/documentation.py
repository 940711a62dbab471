"""The API's documentation: its description whole, a page that lists every operation, and a page for each heading.

A browser takes as long as twenty seconds to draw hundreds of operations at once, so each heading has its own part.
"""

import asyncio
import re
from collections.abc import Iterator
from html import escape
from typing import Any, Self

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from domain.kernel.errors import StreamNotFound
from domain.kernel.message import N_
from services.gateway.envelope import DOCS_POLICY
from services.gateway.pages import MINUTES, html, kept, language_of, page, said_html, top
from services.gateway.schema import described
from services.gateway.wording import said

_NAME = N_("Documentation of the API")
_CACHED = {"cache-control": MINUTES}
_HEAD = (
    '<link rel="stylesheet" href="/static/vendor/swagger-ui/swagger-ui.css">'
    '<script src="/static/vendor/swagger-ui/swagger-ui-bundle.js" defer></script>'
    '<script src="/static/docs.js" defer></script>'
)
_SCHEMA = re.compile(r'"#/components/schemas/([^"]+)"')


class Operation(msgspec.Struct, frozen=True):
    """One line of the list."""

    id: str
    method: str
    path: str
    summary: str


class Documentation(msgspec.Struct, frozen=True):
    """The description as JSON, whole and by heading, and the operations under each heading."""

    whole: bytes
    parts: dict[str, bytes]
    operations: dict[str, list[Operation]]

    @classmethod
    def of(cls, whole: dict[str, Any]) -> Self:
        """Everything that is shown of a description."""
        operations: dict[str, list[Operation]] = {}
        for heading, path, method, one in _operations(whole):
            line = Operation(one["operationId"], method.upper(), path, one.get("summary", ""))
            operations.setdefault(heading, []).append(line)
        parts = {heading: msgspec.json.encode(part_of(whole, heading)) for heading in operations}
        return cls(msgspec.json.encode(whole), parts, dict(sorted(operations.items())))


def part_of(whole: dict[str, Any], heading: str) -> dict[str, Any]:
    """A description of what stands under one heading, with the schemas that it needs and no others."""
    paths: dict[str, Any] = {}
    for under, path, method, one in _operations(whole):
        if under == heading:
            paths.setdefault(path, {})[method] = one
    schemas = whole["components"]["schemas"]
    needed: set[str] = set()
    waiting = _named(paths)
    while waiting:
        needed |= waiting
        waiting = {name for one in waiting for name in _named(schemas[one])} - needed
    components = whole["components"] | {"schemas": {name: schemas[name] for name in sorted(needed)}}
    return whole | {"paths": paths, "components": components}


def _operations(whole: dict[str, Any]) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Each operation with its heading, path and method."""
    for path, item in whole["paths"].items():
        for method, operation in item.items():
            yield (operation.get("tags") or ["platform"])[0], path, method, operation


def _named(part: Any) -> set[str]:
    return set(_SCHEMA.findall(msgspec.json.encode(part).decode()))


async def _documentation(request: Request[Any, Any, Any], state: State) -> Documentation:
    if state.get("documentation") is None:
        # Drawn once, however many ask for it, and on a thread: it takes as long as a thousand other answers.
        drawing = asyncio.to_thread(lambda: Documentation.of(described(request.app)))
        state.documentation = asyncio.ensure_future(drawing)
    found: Documentation = await asyncio.shield(state.documentation)
    return found


@get("/openapi.json", name="openapi", opt={"open": True}, include_in_schema=False)
async def document(request: Request[Any, Any, Any], state: State) -> Response[bytes]:
    """The description of every address of this application."""
    found = await _documentation(request, state)
    return Response(found.whole, media_type="application/json", headers=_CACHED)


@get("/docs/{heading:str}/openapi.json", name="docs_part", opt={"open": True}, include_in_schema=False)
async def part(request: Request[Any, Any, Any], state: State, heading: FromPath[str]) -> Response[bytes]:
    """The description of what stands under one heading."""
    parts = (await _documentation(request, state)).parts
    if heading not in parts:
        raise StreamNotFound
    return Response(parts[heading], media_type="application/json", headers=_CACHED)


@get("/docs", include_in_schema=False, name="docs", opt={"open": True})
async def operation_list(request: Request[Any, Any, Any], state: State) -> Response[str]:
    """Every operation under its heading, each with a way to where it can be tried."""
    language = language_of(request)
    found = await _documentation(request, state)
    sections = "".join(_section(request, heading, lines) for heading, lines in found.operations.items())
    whole = '<a href="/openapi.json">OpenAPI 3.1</a>, <a href="/asyncapi.json">AsyncAPI 3.0</a>'
    content = (
        f"{top(request, language)}<main><h1>{said_html(_NAME, language)}</h1>"
        f"<p>{said_html(N_('Open a heading to see its operations and to try them.'), language)} {whole}</p>"
        f'<div lang="en">{sections}</div></main>'
    )
    return html(page(f"{said(_NAME, language)} · Pakt", content, language), language)


def _section(request: Request[Any, Any, Any], heading: str, lines: list[Operation]) -> str:
    where = kept(request, f"/docs/{heading}")
    rows = "".join(
        f'<tr><td>{one.method}</td><td><a href="{where}#/{heading}/{one.id}"><code>{escape(one.path)}</code></a><br>'
        f"{escape(one.summary)}</td></tr>"
        for one in lines
    )
    return (
        f'<section><h2><a href="{where}">{_title(heading)}</a></h2>'
        f"<details><summary>{len(lines)} operations</summary><table>{rows}</table></details></section>"
    )


def _title(heading: str) -> str:
    return heading.replace("_", " ").capitalize()


@get("/docs/{heading:str}", include_in_schema=False, name="docs_heading", opt={"open": True})
async def heading_page(request: Request[Any, Any, Any], state: State, heading: FromPath[str]) -> Response[str]:
    """Swagger UI, from files of this server, over what stands under one heading."""
    language = language_of(request)
    if heading not in (await _documentation(request, state)).parts:
        raise StreamNotFound
    trail = f' / <a href="{kept(request, "/docs")}">{said_html(_NAME, language)}</a>'
    content = (
        f"{top(request, language, trail)}"
        f'<main id="docs" lang="en" data-description="/docs/{heading}/openapi.json"></main>'
    )
    title = f"{_title(heading)} · Pakt API"
    return html(page(title, content, language, head=_HEAD), language, DOCS_POLICY)


DOCUMENTATION: list[HTTPRouteHandler] = [document, part, operation_list, heading_page]
