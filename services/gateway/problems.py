"""Errors as problem documents (RFC 9457): the one place where an error class meets an HTTP status.

`type` is `/problems/<code>` and is served as a page; `title` never varies for a type; `detail` tells of this case;
`instance` names the request. Facts of the error (rule, citation, findings, errors with JSON Pointers) are members.
"""

import logging
import traceback
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap, Scope, Send

from domain.kernel.errors import (
    CommandRefused,
    ConcurrencyConflict,
    HistoryCorrupt,
    IllegalTransition,
    NotPermitted,
    PaktError,
    RequestKeyReused,
    RequestStillRuns,
    ScopeNeeded,
    StreamNotFound,
    Unavailable,
)
from domain.kernel.message import N_
from infra.objectstore.interface import TooLarge
from services.gateway import refusals
from services.gateway.envelope import request_id
from services.gateway.wording import negotiate, said, worded
from services.receipts.press import NotPrintable

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger("pakt.gateway")

STATUSES: dict[type[PaktError], int] = {
    PaktError: 500,
    CommandRefused: 422,
    IllegalTransition: 409,
    NotPermitted: 403,
    StreamNotFound: 404,
    ConcurrencyConflict: 409,  # 412 when the request carried If-Match
    RequestKeyReused: 422,
    RequestStillRuns: 409,
    HistoryCorrupt: 500,
    Unavailable: 503,
    refusals.RequestRefused: 400,
    refusals.Unauthenticated: 401,
    refusals.PersonNeeded: 403,
    refusals.QuotaExceeded: 429,
    refusals.InstitutionQuotaExceeded: 429,
    refusals.InstitutionQuotaFull: 403,
    refusals.EntriesNotPublic: 404,
    refusals.MethodNotAllowed: 405,
    refusals.BodyTooLarge: 413,
    TooLarge: 413,
    refusals.UnsupportedType: 415,
    refusals.NotWhatItSays: 422,
    refusals.RangeNotSatisfiable: 416,
    refusals.DumpGone: 410,
    refusals.FormNotOffered: 501,
    refusals.CosignatureRefused: 422,
    refusals.InternalError: 500,
    NotPrintable: 501,
}
"""A class that is not named has its nearest base's status."""


class Rendered(NamedTuple):
    """A response ready to be sent."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    async def sent(self, send: Send) -> None:
        """Send it, whole."""
        start: Any = {"type": "http.response.start", "status": self.status, "headers": self.headers}
        await send(start)
        end: Any = {"type": "http.response.body", "body": self.body, "more_body": False}
        await send(end)


def status_of(error: type[PaktError], *, conditional: bool = False) -> int:
    """HTTP status of an error class; `conditional` when the request carried If-Match."""
    if conditional and issubclass(error, ConcurrencyConflict):
        return 412
    return next(STATUSES[base] for base in error.__mro__ if base in STATUSES)


def documented() -> dict[str, type[PaktError]]:
    """Every error class by its code, sorted: the problem types that may be met. The most general class has the code."""
    found: dict[str, type[PaktError]] = {}
    for error in _subclasses(PaktError):
        found.setdefault(error.code, error)
    return dict(sorted(found.items()))


def _subclasses(error: type[PaktError]) -> Iterator[type[PaktError]]:
    yield error
    for sub in error.__subclasses__():
        yield from _subclasses(sub)


def render(error: PaktError, scope: Scope, *, command: bool = False) -> Rendered:
    """The problem document of `error` for the request in `scope`, in a language its Accept-Language asks for.

    Only a `command` is told to repeat with the same key.
    """
    headers = dict(scope["headers"])
    language = negotiate(headers.get(b"accept-language", b"").decode("latin-1"))
    status = status_of(type(error), conditional=b"if-match" in headers)
    message = error.message
    if isinstance(error, Unavailable | refusals.InternalError) and not command:
        message = error.to_readers
    members = {
        "type": f"/problems/{error.code}",
        "title": said(error.title, language),
        "status": status,
        "detail": worded({"message": message}, language)["message"],
        "instance": f"urn:uuid:{request_id(scope)}",
    } | worded(error.facts(), language)
    return Rendered(
        status,
        [
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-language", language.encode()),
            (b"vary", b"Accept-Language"),
            *_headers_of(error),
        ],
        msgspec.json.encode(members),
    )


def _headers_of(error: PaktError) -> list[tuple[bytes, bytes]]:
    if isinstance(error, ScopeNeeded):
        wanted = " ".join(error.scopes).encode()
        return [(b"www-authenticate", b'Bearer realm="pakt", error="insufficient_scope", scope="%b"' % wanted)]
    if isinstance(error, refusals.Unauthenticated):
        told = b"" if error.reason in {"missing", "scheme"} else b', error="invalid_token"'
        return [(b"www-authenticate", b'Bearer realm="pakt"' + told)]
    if isinstance(error, refusals.MethodNotAllowed):
        return [(b"allow", error.allowed.encode())]
    if isinstance(error, refusals.RangeNotSatisfiable):
        return [(b"content-range", f"bytes */{error.size}".encode())]
    if isinstance(error, Unavailable | RequestStillRuns | refusals.QuotaExceeded | refusals.InstitutionQuotaExceeded):
        return [(b"retry-after", str(error.retry_after).encode())]
    return []


def _respond(request: Request[Any, Any, Any], error: PaktError) -> Response[bytes]:
    status, headers, body = render(error, request.scope)
    given = {name.decode(): value.decode() for name, value in headers if name != b"content-type"}
    return Response(body, status_code=status, media_type=MEDIA_TYPE, headers=given)


def _refused(request: Request[Any, Any, Any], error: PaktError) -> Response[bytes]:
    return _respond(request, error)


def _http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    return _respond(request, from_http(error))


def _undecodable(request: Request[Any, Any, Any], _: Exception) -> Response[bytes]:
    return _respond(request, refusals.MalformedBody(N_("The body cannot be decoded.")))


def _crashed(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    report(error, request_id(request.scope))
    return _respond(request, refusals.InternalError())


def report(error: Exception, request: str) -> None:
    """Log what failed and where. Values stay out: a message or a local may hold somebody's personal data."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    where = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}:{frame.name}" for frame in reversed(frames))
    _log.error("request %s failed: %s at %s", request, type(error).__qualname__, where)


def from_http(error: HTTPException) -> PaktError:
    """The framework's own errors as ours."""
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            ours: PaktError = StreamNotFound()
        case HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = (error.headers or {}).get("allow", "")
            ours = refusals.MethodNotAllowed(", ".join(sorted(allowed.split(", "))))
        case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            ours = refusals.InternalError()
        case _:
            ours = _from_client_error(error)
    return ours


def _from_client_error(error: HTTPException) -> PaktError:
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        for item in error.extra:
            if isinstance(item, dict) and "key" in item:
                template = N_("The value is not valid: {reason}.")
                return refusals.InvalidParameter(str(item["key"]), template, reason=str(item.get("message", "")))
    return refusals.RequestRefused(N_("The request cannot be read."))


HANDLERS: ExceptionHandlersMap = {
    PaktError: _refused,
    HTTPException: _http,
    RecursionError: _undecodable,
    UnicodeDecodeError: _undecodable,
    Exception: _crashed,
}
"""Every way out of the application that is not an answer; nothing leaves as plain JSON."""
