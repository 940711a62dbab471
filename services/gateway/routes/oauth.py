"""OAuth 2.0 for API clients: tokens, keys, revocation, and where all of it is (RFC 6749, 7009, 7517, 8414)."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler

from domain.kernel.manifest import Scope
from services.gateway import body
from services.gateway.authorization import FORM, GRANT, LARGEST_FORM, AuthorizationServer, Refused, TokenAnswer, form_of
from services.gateway.desk import Reads
from services.gateway.rate_limit import State
from services.gateway.security import single

AnyRequest = Request[Any, Any, Any]
_TOKEN, _REVOKE, _KEYS = "/oauth/token", "/oauth/revoke", "/oauth/jwks"
_NEVER_KEPT = {"cache-control": "no-store", "pragma": "no-cache"}
_MINUTES = {"cache-control": "public, max-age=60"}
_TEXT = {"type": "string"}
_METHODS = ["client_secret_basic", "client_secret_post"]


class AuthorizationServerMetadata(msgspec.Struct, frozen=True):
    """What a client has to know of the authorization server (RFC 8414, section 2)."""

    issuer: str
    token_endpoint: str
    revocation_endpoint: str
    jwks_uri: str
    service_documentation: str
    scopes_supported: list[Scope]
    grant_types_supported: list[str]
    response_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    revocation_endpoint_auth_methods_supported: list[str]


class KeySet(msgspec.Struct, frozen=True):
    """Public keys that verify tokens (RFC 7517, section 5)."""

    keys: list[dict[str, str]]


class OAuthError(msgspec.Struct, frozen=True):
    """Why there is no token (RFC 6749, section 5.2)."""

    error: str
    error_description: str


def oauth_routes(reads: Reads) -> list[HTTPRouteHandler]:
    """The addresses over a system."""
    return [_issuing(reads), _revoking(reads), _keys(reads), _metadata(reads)]


def _form(required: list[str], **more: Any) -> dict[str, Any]:
    properties = {"client_id": _TEXT, "client_secret": _TEXT} | more
    return {
        "required": True,
        "content": {FORM: {"schema": {"type": "object", "required": required, "properties": properties}}},
    }


def _refusals() -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["error", "error_description"],
        "properties": {"error": _TEXT, "error_description": _TEXT},
    }
    said = {"content": {"application/json": {"schema": schema}}}
    return {
        "400": said | {"description": "The request is refused; the code says why"},
        "401": said | {"description": "The client is not authenticated"},
        "429": said | {"description": "Too many requests, or too many wrong secrets"},
    }


def _issuing(reads: Reads) -> HTTPRouteHandler:
    grant = {"type": "string", "enum": [GRANT]}
    wanted = _TEXT | {"description": "Scopes, spaces between; all of the client's when left out"}
    form = _form(["grant_type"], grant_type=grant, scope=wanted)

    @post(
        _TOKEN,
        status_code=200,
        operation_id="Token",
        tags=["clients"],
        opt={"open": True, "shows": TokenAnswer, "body": form, "responses": _refusals(), "statuses": ()},
    )
    async def token(request: AnyRequest) -> Response[Any]:
        """An access token for an API client, which authenticates by Basic or in the form."""
        return await _answered(request, AuthorizationServer(reads.system).token)

    return token


def _revoking(reads: Reads) -> HTTPRouteHandler:
    form = _form(["token"], token=_TEXT, token_type_hint=_TEXT)

    @post(
        _REVOKE,
        status_code=200,
        operation_id="RevokeToken",
        tags=["clients"],
        opt={"open": True, "body": form, "responses": _refusals(), "statuses": ()},
    )
    async def revoke(request: AnyRequest) -> Response[Any]:
        """End an access token of the client before its time; it authenticates as for a token."""
        return await _answered(request, AuthorizationServer(reads.system).revoke)

    return revoke


async def _answered(
    request: AnyRequest, answer: Callable[[dict[bytes, bytes], dict[str, str], State], Awaitable[Any]]
) -> Response[Any]:
    headers = single(request.scope["headers"])
    try:
        sent = form_of(headers, await body.read(headers, request.receive, LARGEST_FORM))
        return Response(await answer(headers, sent, request.scope["state"]) or b"", headers=_NEVER_KEPT)
    except Refused as error:
        more = dict(_NEVER_KEPT)
        if error.status == Refused.STATUS["invalid_client"]:
            more["www-authenticate"] = 'Basic realm="pakt"'
        if error.retry_after:
            more["retry-after"] = str(error.retry_after)
        return Response(OAuthError(error.error, error.description), status_code=error.status, headers=more)


def _keys(reads: Reads) -> HTTPRouteHandler:
    @get(_KEYS, operation_id="TokenKeys", tags=["clients"], opt={"open": True, "shows": KeySet, "responses": {}})
    async def token_keys() -> Response[Any]:
        """Public keys by which access tokens are verified: the one that signs, and those before it."""
        keys = reads.system.tokens.keys
        keys.refresh()
        return Response(keys.published(), headers=_MINUTES, media_type="application/json")

    return token_keys


def _metadata(reads: Reads) -> HTTPRouteHandler:
    shows = {"open": True, "shows": AuthorizationServerMetadata, "responses": {}}

    @get("/.well-known/oauth-authorization-server", operation_id="AuthorizationServer", tags=["clients"], opt=shows)
    async def authorization_server() -> Response[Any]:
        """Where tokens are had and how, as RFC 8414 describes it."""
        issuer = reads.system.tokens.address
        described = AuthorizationServerMetadata(
            issuer=issuer,
            token_endpoint=issuer + _TOKEN,
            revocation_endpoint=issuer + _REVOKE,
            jwks_uri=issuer + _KEYS,
            service_documentation=f"{issuer}/docs",
            scopes_supported=sorted(Scope),
            grant_types_supported=[GRANT],
            response_types_supported=[],
            token_endpoint_auth_methods_supported=_METHODS,
            revocation_endpoint_auth_methods_supported=_METHODS,
        )
        return Response(described, headers=_MINUTES)

    return authorization_server
