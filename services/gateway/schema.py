"""The API's description (OpenAPI 3.1): the framework's, corrected in this one place by what it cannot know.

Types come from msgspec, which knows that commands forbid unknown members and what bounds their values have; errors are
problem documents; public addresses need no token; commands answer with the headers that a caller builds on.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec
from litestar import Litestar
from litestar._openapi.plugin import OpenAPIPlugin
from litestar.config.app import AppConfig
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.routes import HTTPRoute

from services.gateway.command_route import COMMAND
from services.gateway.deprecation import DEPRECATED
from services.gateway.formats import CSV, NDJSON
from services.gateway.permissions import HEADINGS
from services.gateway.problems import MEDIA_TYPE

_REF = "#/components/schemas/{name}"
_TEXT = {"type": "string"}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "A problem document (RFC 9457); members beside these depend on its type.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": _TEXT | {"format": "uri-reference"},
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _TEXT,
        "instance": _TEXT | {"format": "uri"},
        "rule": _TEXT,
        "citation": _TEXT,
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {"pointer": _TEXT, "parameter": _TEXT, "detail": _TEXT}},
        },
        "findings": {"type": "array", "items": {"type": "object"}},
    },
}
_REASONS = {
    400: "The request cannot be read",
    401: "No valid token",
    403: "The mandates held do not allow it",
    404: "Nothing here, or nothing for this reader",
    405: "Not this method",
    409: "Not possible in this state, changed by somebody else, or the first request with this key still runs",
    410: "It was there and is gone for good",
    412: "The version of If-Match is no longer the newest",
    413: "Too large",
    415: "Not a type that is accepted here",
    416: "There are no such bytes",
    422: "A rule or a value forbids it, or the key was used for another request",
    429: "An API client asks too often, or an institution is asked too often",
    500: "A fault of the server",
    501: "This installation cannot do it",
    503: "Try again with the same key",
}
_OPEN = (400, 404, 405, 500, 503)
_CLOSED = (400, 401, 403, 404, 405, 429, 500, 503)
_COMMAND = (400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 500, 503)
_HEADERS: dict[str, Any] = {
    "ETag": {"description": "The stream's version", "schema": _TEXT},
    "Pakt-Position": {"description": "Ask a query for at_least this", "schema": _TEXT},
    "Idempotent-Replayed": {"description": "true on the repeat of an earlier answer", "schema": _TEXT},
    "Location": {"description": "Where what was made can be read", "schema": _TEXT},
}
_GOING: dict[str, Any] = {
    "Deprecation": {"description": "Not for new programs since then (RFC 9745)", "schema": _TEXT},
    "Sunset": {"description": "When this address is gone, where that is known (RFC 8594)", "schema": _TEXT},
    "Link": {"description": "The changelog, and the successor-version where there is one", "schema": _TEXT},
}
_POSITIONS: dict[str, Any] = {
    "Pakt-Positions": {
        "description": "Of the past: up to which position of each log this goes, such as mj=17, prizren=4 (RFC 9651)",
        "schema": _TEXT,
    },
    "Pakt-Incomplete": {
        "description": "Institutions left out of an answer over all about the past, such as mj=history-corrupt",
        "schema": _TEXT,
    },
}
_LEFT_OUT: dict[str, Any] = {
    "description": "Of the past of all institutions: whose log could not be read, and the code of the problem",
    "type": "array",
    "items": {
        "type": "object",
        "required": ["tenant", "reason"],
        "properties": {"tenant": _TEXT, "reason": _TEXT},
        "additionalProperties": False,
    },
}
_DESCRIPTION = """Cooperation between public institutions and civil society, event-sourced.

Commands are `POST`s with an `Idempotency-Key`; repeating one is always safe. Answers carry an `ETag` (the version) and
a `Pakt-Position`; a query given `at_least` with that position shows what the command did. Errors are problem documents
(RFC 9457) in Albanian, Serbian or English by `Accept-Language`; each type is described under `/problems`."""


def described(app: Litestar) -> dict[str, Any]:
    """The description of the application's addresses."""
    drawn: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(_drawn(app)))
    kinds = {(path_of(route), method.lower()): found for route, method, found in _handlers(app)}
    for path, item in drawn["paths"].items():
        for method, operation in item.items():
            if found := kinds.get((path, method)):
                _correct(operation, found)
    schemas = drawn.setdefault("components", {}).setdefault("schemas", {})
    schemas |= _types(found for _, _, found in _handlers(app))
    schemas["Problem"] = PROBLEM
    drawn["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    return drawn


def _drawn(app: Litestar) -> dict[str, Any]:
    """As the framework describes them; addresses at which it would serve that go to a configuration of nobody."""
    plugin = OpenAPIPlugin(app)
    plugin.on_app_init(
        AppConfig(
            openapi_config=OpenAPIConfig(
                title="Pakt", version="1", description=_DESCRIPTION, use_handler_docstrings=True
            )
        )
    )
    for route in app.routes:
        plugin.receive_route(route)
    return plugin.provide_openapi_schema()


def path_of(route: HTTPRoute) -> str:
    """The route's path as the description writes it."""
    return route.path_format


def _handlers(app: Litestar) -> list[tuple[HTTPRoute, str, HTTPRouteHandler]]:
    return [
        (route, method, found)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method, (found, _) in route.route_handler_map.items()
        if method != "OPTIONS" and found.resolve_include_in_schema()
    ]


def _types(handlers: Iterable[HTTPRouteHandler]) -> dict[str, Any]:
    structs: list[Any] = []
    for found in handlers:
        signature = found.parsed_fn_signature
        structs += [struct for kind in ("shows", "lists", "takes") if (struct := found.opt.get(kind))]
        for field in (signature.return_type, signature.parameters.get("data")):
            structs += [] if field is None else _structs(field.annotation)
    known = [struct for number, struct in enumerate(structs) if struct not in structs[:number]]
    _, components = msgspec.json.schema_components(known, ref_template=_REF)
    return components


def _structs(annotation: Any) -> list[Any]:
    inner = getattr(annotation, "__args__", ())
    own = [annotation] if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct) else []
    return own + [struct for part in inner for struct in _structs(part)]


def _correct(operation: dict[str, Any], found: HTTPRouteHandler) -> None:
    command, opened = COMMAND in found.opt, bool(found.opt.get("open"))
    operation["security"] = _security(found)
    if not operation.get("tags") and found.opt.get("query") in HEADINGS:
        operation["tags"] = [HEADINGS[found.opt["query"]]]
    responses = {code: one for code, one in operation["responses"].items() if code.startswith("2")}
    if shows := found.opt.get("shows"):
        responses = {code: one | {"content": _json(_reference(shows))} for code, one in responses.items()}
    if lists := found.opt.get("lists"):
        page = {"content": _page(_reference(lists)), "headers": _POSITIONS}
        responses = {code: one | page for code, one in responses.items()}
    if command:
        responses = {code: one | {"headers": _HEADERS} for code, one in responses.items()}
    elif "get" in {method.lower() for method in found.http_methods} and (shows or lists):
        responses["304"] = {"description": "The reader has it already"}
    for status in (*(_OPEN if opened else _COMMAND if command else _CLOSED), *found.opt.get("statuses", ())):
        responses[str(status)] = _problem(status)
    operation["responses"] = responses | found.opt.get("responses", {})
    if found.opt.get(DEPRECATED):
        _warn(operation)
    if body := found.opt.get("body"):
        operation["requestBody"] = body


def _warn(operation: dict[str, Any]) -> None:
    operation["deprecated"] = True
    for code, answer in operation["responses"].items():
        operation["responses"][code] = answer | {"headers": answer.get("headers", {}) | _GOING}


def _security(found: HTTPRouteHandler) -> list[dict[str, list[str]]]:
    """What a caller has to show: nothing, a token, or (an empty requirement beside it) a token if it likes."""
    bearer: dict[str, list[str]] = {"bearer": []}
    if not found.opt.get("open"):
        return [bearer]
    return [{}, bearer] if found.opt.get("tokens") else []


def _reference(struct: Any) -> dict[str, Any]:
    return {"$ref": _REF.format(name=struct.__name__)}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _page(schema: dict[str, Any]) -> dict[str, Any]:
    cursor = {"anyOf": [_TEXT, {"type": "null"}]}
    page = {
        "type": "object",
        "required": ["items", "next_cursor"],
        "properties": {"items": {"type": "array", "items": schema}, "next_cursor": cursor, "incomplete": _LEFT_OUT},
        "additionalProperties": False,
    }
    return _json(page) | {NDJSON: {"schema": _TEXT}, CSV: {"schema": _TEXT}}


@cache
def _problem(status: int) -> dict[str, Any]:
    return {
        "description": _REASONS[status],
        "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}},
    }
