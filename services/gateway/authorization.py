"""The authorization server: API clients show their secret and get access tokens (RFC 6749, section 4.4; RFC 9068).

A client is authenticated by `client_secret_basic` or `client_secret_post`. Whoever sends too many wrong secrets for a
client is told to wait; a right one is taken all the same, so nobody stops a client whose id they know.
"""

import base64
import binascii
import hmac
import re
from datetime import UTC, datetime
from typing import ClassVar
from urllib.parse import parse_qsl, unquote_plus
from uuid import UUID

import msgspec

from domain.clients.client import ApiClient
from domain.kernel.manifest import Scope
from infra.identity.tokens import CLIENT_SECONDS, ClientClaims, TokenRefused
from services.gateway.client_secret import digest, is_well_formed
from services.gateway.quota import count
from services.gateway.rate_limit import State
from services.gateway.system import Writing

FORM = "application/x-www-form-urlencoded"
GRANT = "client_credentials"
LARGEST_FORM = 8_192
WRONG_PER_MINUTE = 10
"""Wrong secrets a client may have sent for it in a minute before whoever sends the next is told to wait."""
_NO_DIGEST = "0" * 64
_VISIBLE = re.compile(r"[\x20-\x7e]*")


class Refused(Exception):
    """A request that the authorization server refuses (RFC 6749, section 5.2); `error` is its code."""

    STATUS: ClassVar[dict[str, int]] = {"invalid_client": 401, "slow_down": 429}

    def __init__(self, error: str, description: str, *, retry_after: int = 0) -> None:
        super().__init__(error)
        self.error, self.description, self.retry_after = error, description, retry_after

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.STATUS.get(self.error, 400)


class TokenAnswer(msgspec.Struct, frozen=True):
    """An access token (RFC 6749, section 5.1): for how many seconds, and with which scopes, spaces between."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


def form_of(headers: dict[bytes, bytes], sent: bytes) -> dict[str, str]:
    """The parameters of a request. Raises: Refused for another type, and for a parameter that is sent twice."""
    declared = headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
    if declared != FORM:
        raise Refused("invalid_request", f"Send the parameters as {FORM}.")
    try:
        pairs = parse_qsl(sent.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20)
    except (UnicodeDecodeError, ValueError) as error:
        raise Refused("invalid_request", "The parameters cannot be read.") from error
    if len(dict(pairs)) < len(pairs):
        raise Refused("invalid_request", "A parameter is sent twice.")
    return {name: value for name, value in pairs if value}  # one without a value counts as left out (section 3.2)


class AuthorizationServer:
    """Over the national fold, read anew for each request: a secret counts, and stops counting, at once."""

    def __init__(self, system: Writing) -> None:
        self._system = system

    async def token(self, headers: dict[bytes, bytes], form: dict[str, str], state: State) -> TokenAnswer:
        """An access token for the client that shows its secret, with the scopes it asks for or all that it has.

        Raises: Refused; QuotaExceeded.
        """
        client = await self._client(headers, form, state)
        if form.get("grant_type") is None:
            raise Refused("invalid_request", "The parameter grant_type is missing.")
        if form["grant_type"] != GRANT:
            raise Refused("unsupported_grant_type", f"Only {GRANT} is known here.")
        scopes = _scopes(form.get("scope"), client)
        token = self._system.tokens.issue_to_client(client.id, scopes)
        return TokenAnswer(token, "Bearer", CLIENT_SECONDS, " ".join(sorted(scopes)))

    async def revoke(self, headers: dict[bytes, bytes], form: dict[str, str], state: State) -> None:
        """End a token of the client before its time (RFC 7009); one that is none, or is over, is ended already.

        Raises: Refused, also for a token of somebody else; QuotaExceeded.
        """
        client = await self._client(headers, form, state)
        if "token" not in form:
            raise Refused("invalid_request", "The parameter token is missing.")
        try:
            claims = self._system.tokens.read(form["token"])
        except TokenRefused:
            return
        if not isinstance(claims, ClientClaims):
            raise Refused("unsupported_token_type", "Only the access tokens of clients are revoked here.")
        if claims.client_id != client.id:
            raise Refused("invalid_grant", "The token is another client's.")
        await self._system.uses.end(claims.token_id, datetime.fromtimestamp(claims.expires_at, UTC))

    async def _client(self, headers: dict[bytes, bytes], form: dict[str, str], state: State) -> ApiClient:
        client_id, secret = _credentials(headers, form)
        system = self._system
        client = (await system.handler.authority.national(fresh=True)).clients.get(client_id)
        counting = () if client is None else client.secrets_at(system.handler.clock.now())
        shown = digest(secret)
        same = [hmac.compare_digest(known, shown) for known in [one.digest for one in counting] or [_NO_DIGEST]]
        if client is None or True not in same:
            await self._wrong(client, secret)
            raise Refused("invalid_client", "Client and secret do not fit, or count no more.")
        await count(client, system, state)
        return client

    async def _wrong(self, client: ApiClient | None, secret: str) -> None:
        """Count it, where it could have been meant for a client. Raises: Refused when there were too many."""
        if client is None or not is_well_formed(secret):
            return
        wrong = await self._system.uses.fail(client.id)
        if wrong.used > WRONG_PER_MINUTE:
            raise Refused("slow_down", "Too many wrong secrets were sent.", retry_after=wrong.resets_in)


def _credentials(headers: dict[bytes, bytes], form: dict[str, str]) -> tuple[UUID, str]:
    """The client's id and what it shows. Raises: Refused when there is neither, or both ways at once."""
    sent = headers.get(b"authorization")
    if sent is not None and ("client_secret" in form):
        raise Refused("invalid_request", "The client is to be authenticated in one way.")
    if sent is None:
        named, secret = form.get("client_id", ""), form.get("client_secret", "")
    else:
        named, secret = _basic(sent)
        if form.get("client_id", named) != named:
            raise Refused("invalid_request", "Two clients are named.")
    try:
        return UUID(named), secret
    except ValueError as error:
        raise Refused("invalid_client", "The client is not authenticated.") from error


def _basic(sent: bytes) -> tuple[str, str]:
    """Id and secret of HTTP Basic, each form-encoded before (RFC 6749, section 2.3.1)."""
    scheme, _, encoded = sent.decode("latin-1").partition(" ")
    if scheme.lower() != "basic":
        raise Refused("invalid_client", "The client is authenticated by Basic, or in the form.")
    try:
        named, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode("ascii").partition(":")
    except (binascii.Error, ValueError) as error:
        raise Refused("invalid_client", "The client is not authenticated.") from error
    if not colon or not _VISIBLE.fullmatch(named + secret):
        raise Refused("invalid_client", "The client is not authenticated.")
    return unquote_plus(named), unquote_plus(secret)


def _scopes(asked: str | None, client: ApiClient) -> frozenset[Scope]:
    if asked is None:
        return client.scopes
    wanted = frozenset(asked.split(" ")) - {""}
    if not wanted or not wanted <= client.scopes:
        raise Refused("invalid_scope", f"The client may have: {' '.join(sorted(client.scopes))}.")
    return frozenset(Scope(one) for one in wanted)
