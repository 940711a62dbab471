"""Access tokens by the client credentials grant (RFC 6749 section 4.4): asked for when needed, kept while they live."""

import asyncio
import time
from collections.abc import Callable, Iterable
from urllib.parse import quote_plus

import httpx
import msgspec

from services.civikos.client.errors import NoToken, Unreachable
from services.civikos.client.operations import TOKEN

EARLY = 0.1
"""Share of a token's life before whose end a new one is asked for."""
_OK = 200


class _Issued(msgspec.Struct, frozen=True):
    access_token: str
    token_type: str
    expires_in: float = 0.0
    scope: str = ""


class _Denied(msgspec.Struct, frozen=True):
    error: str
    error_description: str = ""


class AccessTokens:
    """The tokens of one API client. However many requests wait for one, it is asked for once."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        client_id: str,
        secret: str,
        *,
        scopes: Iterable[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http, self._clock = http, clock
        # RFC 6749 section 2.3.1: both are form-encoded before they go into Basic.
        self._auth = httpx.BasicAuth(quote_plus(client_id), quote_plus(secret))
        self._form = {"grant_type": "client_credentials"} | ({"scope": " ".join(scopes)} if scopes else {})
        self._asking = asyncio.Lock()
        self._token, self._until = "", 0.0

    async def current(self) -> str:
        """A token with some life left. Raises: NoToken, Unreachable."""
        async with self._asking:
            if not self._token or self._clock() >= self._until:
                await self._ask()
            return self._token

    def forget(self, token: str) -> None:
        """The token was refused: the next request asks for another one."""
        if token == self._token:
            self._token = ""

    async def _ask(self) -> None:
        began = self._clock()
        try:
            answer = await self._http.request(TOKEN.method, TOKEN.path, data=self._form, auth=self._auth)
        except httpx.HTTPError as error:
            raise Unreachable(f"no token from {self._http.base_url}: {error!r}") from error
        if answer.status_code != _OK:
            raise _refusal(answer)
        issued = msgspec.json.decode(answer.content, type=_Issued)
        if issued.token_type.lower() != "bearer":
            raise NoToken("unsupported_token_type", issued.token_type)
        self._token, self._until = issued.access_token, began + issued.expires_in * (1 - EARLY)


def _refusal(answer: httpx.Response) -> NoToken | Unreachable:
    try:
        denied = msgspec.json.decode(answer.content, type=_Denied)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Unreachable(f"the authorization server answers {answer.status_code}")
    return NoToken(denied.error, denied.error_description)
