"""Where to begin: one API client at one installation of Pakt.

    async with Pakt("https://pakt.example", client_id, secret) as pakt:
        answer = await pakt.contribute("mj", SubmitContribution(...), mandate_id=mandate, key="comment-17")

Whatever changes something takes a `key`. It is the caller's: kept with the work that it is for, it makes a repeat,
after a crash or weeks later, answer what the first request did, and do nothing.
"""

from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import msgspec

from services.civikos.client.log_reader import LogReader
from services.civikos.client.model import Answer, PublicConsultation, SubmitContribution
from services.civikos.client.operations import CONSULTATION, CONTRIBUTE, Operation
from services.civikos.client.retrying import Patience
from services.civikos.client.sending import Sender, Sent
from services.civikos.client.tokens import AccessTokens

SECONDS = 30.0
"""How long one try of a request may take."""
MANDATE = "pakt-mandate"
"""Header that names the mandate on which a client acts for a member."""
_Read = TypeVar("_Read")


class Pakt:
    """The operations that a platform of civil society needs. Without a client id only what is open to everybody."""

    def __init__(
        self,
        url: str,
        client_id: str = "",
        secret: str = "",
        *,
        scopes: Iterable[str] = (),
        patience: Patience | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=SECONDS, transport=transport)
        tokens = AccessTokens(self._http, client_id, secret, scopes=scopes) if client_id else None
        self.sender = Sender(self._http, tokens, patience=patience)
        self.logs = LogReader(self.sender)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close its connections."""
        await self._http.aclose()

    async def consultation(self, consultation_id: str) -> PublicConsultation:
        """A consultation as everybody sees it."""
        return await self._read(CONSULTATION, PublicConsultation, id=consultation_id)

    async def contribute(self, tenant: str, said: SubmitContribution, *, mandate_id: str, key: str) -> Answer:
        """Contribute for the member whose mandate is named."""
        return await self._command(CONTRIBUTE, said, key, mandate_id=mandate_id, tenant=tenant)

    async def _read(self, operation: Operation, kind: type[_Read], **path: object) -> _Read:
        answer = await self.sender.send(Sent(operation=operation, path=path))
        return msgspec.json.decode(answer.content, type=kind)

    async def _command(
        self, operation: Operation, body: Any, key: str, *, mandate_id: str = "", **path: object
    ) -> Answer:
        headers = {MANDATE: mandate_id} if mandate_id else {}
        sent = Sent(operation=operation, path=path, headers=headers, content=msgspec.json.encode(body), key=key)
        answer = await self.sender.send(sent)
        return msgspec.json.decode(answer.content, type=Answer)
