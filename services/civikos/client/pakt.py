"""Where to begin: one API client at one installation of Pakt.

    async with Pakt("https://pakt.example", client_id, secret) as pakt:
        said = SubmitContribution(consultation_id=..., organisation_id=member, language="sq", body="...")
        answer = await pakt.contribute("mj", said, mandate_id=mandate, key="comment-17")

Whatever changes something takes a `key`. It is the caller's: kept with the work that it is for, it makes a repeat,
after a crash or weeks later, answer what the first request did, and do nothing. Ids are texts, as they are sent.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import msgspec

from services.civikos.client import operations as of
from services.civikos.client.feed import Feed
from services.civikos.client.log_reader import NATION, LogReader
from services.civikos.client.model import (
    Answer,
    BatchAnswer,
    BatchResult,
    CosignatureTaken,
    DirectoryLine,
    DirectoryMember,
    LogView,
    NominatePersonItem,
    PublicConsultation,
    RegisterEndpoint,
    ScoreMeasureItem,
    SubmitContribution,
    SubmitContributionItem,
    SyncedDirectory,
    WebhookEndpoint,
    WebhookSecrets,
)
from services.civikos.client.notes import Checkpoint
from services.civikos.client.operations import Operation
from services.civikos.client.retrying import Patience
from services.civikos.client.sending import Sender, Sent
from services.civikos.client.tokens import AccessTokens

SECONDS = 60.0
"""How long one try of a request may take: longer than the feed holds one."""
MANDATE = "pakt-mandate"
"""Header that names the mandate on which a client acts for a member."""
MOST_ITEMS = 100
"""Of one batch."""
_Read = TypeVar("_Read")
_Item = SubmitContributionItem | NominatePersonItem | ScoreMeasureItem


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

    def feed(self, **chosen: str) -> Feed:
        """The feed, of some `tenant`, `type` or `subject` only where these are named: several with commas between."""
        return Feed(self.sender, chosen)

    async def consultation(self, consultation_id: str) -> PublicConsultation:
        """A consultation as everybody sees it."""
        return await self._read(of.CONSULTATION, PublicConsultation, id=consultation_id)

    async def contribute(self, tenant: str, said: SubmitContribution, *, mandate_id: str, key: str) -> Answer:
        """Contribute for the member whose mandate is named."""
        return await self._command(of.CONTRIBUTE, said, key, mandate_id=mandate_id, tenant=tenant)

    async def contribute_many(self, tenant: str, items: Sequence[SubmitContributionItem]) -> list[BatchResult]:
        """Contribute for several members, each on its own mandate: at most `MOST_ITEMS`, each answered for itself."""
        return await self._batch(of.CONTRIBUTE_MANY, tenant, items)

    async def nominate_many(self, tenant: str, items: Sequence[NominatePersonItem]) -> list[BatchResult]:
        """Name people who agreed to it where an institution asked for nominations."""
        return await self._batch(of.NOMINATE_MANY, tenant, items)

    async def score_many(self, tenant: str, items: Sequence[ScoreMeasureItem]) -> list[BatchResult]:
        """Score measures beside those who lead them; `stream_id` of an item is the measure."""
        return await self._batch(of.SCORE_MANY, tenant, items)

    async def sync_members(
        self, lines: Sequence[DirectoryLine], *, key: str, complete: bool = False, dry_run: bool = False
    ) -> SyncedDirectory:
        """Bring the directory of members up to date; every line is answered for, none spoils another.

        `complete`: whoever is in no line is no member any more. `dry_run` tells what the file would do.
        """
        query = {"complete": str(complete).lower(), "dry_run": str(dry_run).lower()}
        content = msgspec.json.encode({"items": lines})
        sent = Sent(
            operation=of.SYNC_MEMBERS, path={"tenant": NATION}, query=query, content=content, key="" if dry_run else key
        )
        return msgspec.json.decode((await self.sender.send(sent)).content, type=SyncedDirectory)

    async def members(self, *, at_least: int = 0) -> list[DirectoryMember]:
        """The directory as it is kept, with the mandates that the members gave this client."""
        query = {"state": "listed", "limit": "200"} | ({"at_least": str(at_least)} if at_least else {})
        return await self._every(of.MEMBERS, DirectoryMember, query, tenant=NATION)

    async def endpoints(self) -> list[WebhookEndpoint]:
        """Where this client is told of events by webhook."""
        return await self._every(of.ENDPOINTS, WebhookEndpoint, {"limit": "200"}, tenant=NATION)

    async def register_endpoint(self, wanted: RegisterEndpoint, *, key: str) -> Answer:
        """Be told of events by webhook from now on."""
        return await self._command(of.REGISTER_ENDPOINT, wanted, key, tenant=NATION)

    async def enable_endpoint(self, endpoint_id: str, *, key: str) -> Answer:
        """Be told again after the endpoint was disabled."""
        return await self._command(of.ENABLE_ENDPOINT, {}, key, tenant=NATION, id=endpoint_id)

    async def endpoint_secrets(self, endpoint_id: str) -> WebhookSecrets:
        """What messages to an endpoint are checked by: give all of it to `webhook.Receiver`."""
        return await self._read(of.ENDPOINT_SECRETS, WebhookSecrets, tenant=NATION, id=endpoint_id)

    async def hand_in(self, log: LogView, checkpoint: Checkpoint, line: str) -> CosignatureTaken:
        """Hand in the cosignature of a checkpoint."""
        path, query = self.logs.place(log)
        sent = Sent(
            operation=of.COSIGN,
            path=path,
            query=query,
            headers={"content-type": "text/plain"},
            content=f"{checkpoint.text}\n{line}".encode(),
        )
        return msgspec.json.decode((await self.sender.send(sent)).content, type=CosignatureTaken)

    async def _batch(self, operation: Operation, tenant: str, items: Sequence[_Item]) -> list[BatchResult]:
        content = msgspec.json.encode({"items": items})
        answer = await self.sender.send(Sent(operation=operation, path={"tenant": tenant}, content=content))
        return msgspec.json.decode(answer.content, type=BatchAnswer).items

    async def _read(self, operation: Operation, kind: type[_Read], **path: object) -> _Read:
        answer = await self.sender.send(Sent(operation=operation, path=path))
        return msgspec.json.decode(answer.content, type=kind)

    async def _every(
        self, operation: Operation, kind: type[_Read], query: Mapping[str, str], **path: object
    ) -> list[_Read]:
        """The items of all pages."""
        return [
            msgspec.json.decode(one, type=kind)
            for one in await self.sender.pages(Sent(operation=operation, path=path, query=query))
        ]

    async def _command(
        self, operation: Operation, body: Any, key: str, *, mandate_id: str = "", **path: object
    ) -> Answer:
        headers = {MANDATE: mandate_id} if mandate_id else {}
        sent = Sent(operation=operation, path=path, headers=headers, content=msgspec.json.encode(body), key=key)
        return msgspec.json.decode((await self.sender.send(sent)).content, type=Answer)
