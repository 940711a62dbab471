"""What every response carries: the request's id, and headers that keep browsers from doing more than they must."""

import itertools
import os
from collections.abc import Awaitable
from typing import cast
from uuid import UUID

from litestar.types import Message, Scope, Send
from litestar.types.asgi_types import HTTPResponseStartEvent

from services.gateway.deprecation import warnings_of

API_POLICY = b"default-src 'none'; frame-ancestors 'none'"
PAGE_POLICY = (
    b"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FORM_POLICY = PAGE_POLICY.replace(b"form-action 'none'", b"form-action 'self'")
DOCS_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Swagger UI sets styles on elements, so its page alone may; scripts stay those of this server."""

_ALWAYS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
]
RATE = "pakt_rate"
"""Where the request's state holds the headers that tell an API client what is left of its quota."""
_POLICY, _CACHE = b"content-security-policy", b"cache-control"
_DEFAULTS = [*_ALWAYS, (_POLICY, API_POLICY)]


def request_id(scope: Scope) -> str:
    """The request's id as a UUID text: the client's X-Request-Id when that is a UUID, a new one otherwise."""
    state = scope["state"]
    known = state.get("pakt_request_id")
    if known is None:
        known = state["pakt_request_id"] = _sent_id(scope) or _new_id()
    return str(known)


def _sent_id(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            try:
                return str(UUID(value.decode("ascii")))
            except ValueError:
                return None
    return None


_process = os.urandom(8).hex()
_count = itertools.count(int.from_bytes(os.urandom(5)))


def _new_id() -> str:
    """A UUID (version 8) of this process's random part and a counter: asking for randomness each time costs more."""
    return f"{_process[:8]}-{_process[8:12]}-8{_process[12:15]}-8000-{next(_count):012x}"


def sealing(scope: Scope, send: Send) -> Send:
    """`send`, completing the headers of the response on its way; what the response set itself stays."""

    def sealed(message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            _seal(message, scope)
        return send(message)

    return cast("Send", sealed)


def _seal(message: HTTPResponseStartEvent, scope: Scope) -> None:
    headers = list(message["headers"])
    names = {name for name, _ in headers}
    if _POLICY in names:
        headers += _ALWAYS
    else:
        headers += _DEFAULTS
    if _CACHE not in names:
        headers.append((_CACHE, b"no-store"))
    headers.append((b"x-request-id", request_id(scope).encode()))
    headers += warnings_of(scope)
    headers += scope["state"].get(RATE, ())
    message["headers"] = headers
