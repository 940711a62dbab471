"""Sends requests: signs them in, repeats them while that can help, and keeps within the client's quota."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote

import httpx
import msgspec

from services.civikos.client.errors import Refused, Unreachable
from services.civikos.client.operations import Operation
from services.civikos.client.problem import problem_of
from services.civikos.client.retrying import Allowance, Patience, pause_after
from services.civikos.client.tokens import AccessTokens

_UNAUTHORIZED, _ERRORS = 401, 400


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A request. `key` is the Idempotency-Key of a command: whoever repeats it gets the first outcome."""

    operation: Operation
    path: Mapping[str, object] = {}
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    content: bytes | None = None
    key: str = ""

    @property
    def address(self) -> str:
        """The operation's path with its parameters, each one segment of it."""
        filled = {name: quote(str(value), safe="/" if name == "path" else "") for name, value in self.path.items()}
        return self.operation.path.format_map(filled)


class _Page(msgspec.Struct, frozen=True):
    items: list[msgspec.Raw]
    next_cursor: str | None


_page = msgspec.json.Decoder(_Page).decode


class Sender:
    """One API client at one installation, or nobody where `tokens` is None."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        tokens: AccessTokens | None = None,
        *,
        patience: Patience | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._http, self._tokens = http, tokens
        self._patience = patience or Patience()
        self._allowance, self._sleep = Allowance(), sleep

    async def send(self, sent: Sent) -> httpx.Response:
        """The answer, of a status below 400.

        Raises:
            Refused: the request was answered with a problem.
            NoToken: this client gets no token.
            Unreachable: all tries failed; a command may have been carried out, and may be sent again with its key.
        """
        tries, answer, failed = 0, None, ""
        while True:
            tries += 1
            try:
                answer = await self._try(sent)
            except httpx.TransportError as error:
                answer, failed = None, repr(error)
            except Unreachable as error:
                answer, failed = None, str(error)
            if answer is not None and answer.status_code < _ERRORS:
                return answer
            status, headers = (answer.status_code, answer.headers) if answer is not None else (None, {})
            pause = pause_after(self._patience, tries, status, headers, now=time.time())
            if pause is None:
                break
            await self._sleep(pause)
        if answer is None:
            raise Unreachable(f"{sent.operation.method} {sent.address} failed {tries} times: {failed}")
        raise Refused(problem_of(answer.status_code, answer.content))

    async def pages(self, sent: Sent) -> list[msgspec.Raw]:
        """The items of a list, page after page. Raises: as `send`."""
        found: list[msgspec.Raw] = []
        query = dict(sent.query)
        while True:
            page = _page((await self.send(msgspec.structs.replace(sent, query=query))).content)
            found += page.items
            if page.next_cursor is None:
                return found
            query["cursor"] = page.next_cursor

    async def _try(self, sent: Sent) -> httpx.Response:
        """One try; two when the token was no longer good, which its life alone does not tell."""
        if wait := self._allowance.wait(now=time.monotonic()):
            await self._sleep(wait)
        token = await self._tokens.current() if self._tokens else ""
        answer = await self._once(sent, token)
        if answer.status_code == _UNAUTHORIZED and self._tokens:
            self._tokens.forget(token)
            answer = await self._once(sent, await self._tokens.current())
        self._allowance.note(answer.headers, now=time.monotonic())
        return answer

    async def _once(self, sent: Sent, token: str) -> httpx.Response:
        headers = dict(sent.headers)
        if token:
            headers["authorization"] = f"Bearer {token}"
        if sent.key:
            headers["idempotency-key"] = sent.key
        if sent.content is not None:
            headers.setdefault("content-type", "application/json")
        method, address = sent.operation.method, sent.address
        return await self._http.request(
            method, address, params=dict(sent.query), headers=headers, content=sent.content, follow_redirects=False
        )
