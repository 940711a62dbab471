"""The platform as a process: its server, its reading of the feed, its members' comments, its cosignatures."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec

from services.civikos.client.cloud_event import CloudEvent
from services.civikos.client.durable import FilePlace
from services.civikos.client.errors import Refused, Unreachable
from services.civikos.client.feed import Follower
from services.civikos.client.model import DirectoryLine
from services.civikos.client.pakt import Pakt
from services.civikos.client.retrying import PASSING
from services.civikos.client.webhook import Receiver
from services.civikos.client.witness import Witness
from services.civikos.simulation.endpoint import secrets_of
from services.civikos.simulation.inbox import FEED, Inbox, Standing
from services.civikos.simulation.members import Member
from services.civikos.simulation.platform import Platform
from services.civikos.simulation.receiving import WEBHOOKS, Door, create_app
from services.civikos.simulation.witnessing import Witnessing, cosigner_of, prove_told
from services.serving import HttpServer

log = logging.getLogger("pakt.civikos")
IDLE = 0.3
"""Seconds after which somebody who had nothing to do looks again."""
TROUBLE = 2.0
"""Seconds after which somebody whom Pakt did not answer asks again, after the client's own tries."""
FOLLOWED = "consultations.*"
"""What the feed is followed for: everything that becomes of consultations."""
CALLED_FOR = tuple(
    f"consultations.{name}.v1"
    for name in (
        "ConsultationOpened",
        "ConsultationExtended",
        "ConsultationRestarted",
        "ConsultationClosed",
        "ConsultationWithdrawn",
        "ConsultationAnnulled",
        "PositionRecorded",
        "ReportPublished",
    )
)
"""What members are told of at once: these come by webhook, too."""


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """`url` is Pakt's address, `public_url` this platform's as Pakt reaches it ('': as it listens).

    `tenants` are slugs of the institutions that are followed, all but sandboxes where there are none. `state` is the
    platform's folder, `members` the lines of its directory, `witness` the name under which it cosigns ('': not at all).
    """

    url: str
    client_id: str
    secret: str
    state: Path
    members: tuple[DirectoryLine, ...]
    tenants: tuple[str, ...] = ()
    host: str = "127.0.0.1"
    port: int = 0
    public_url: str = ""
    witness: str = ""


async def run(setting: Setting, tell: Callable[[str], None]) -> None:
    """Work until SIGTERM or SIGINT; `tell` gets `ready http://host:port` once webhooks can come in.

    Raises: ClientError when something happened that no other try makes good, such as events that were left out.
    """
    async with AsyncExitStack() as stack:
        pakt = await stack.enter_async_context(Pakt(setting.url, setting.client_id, setting.secret))
        inbox = Inbox(setting.state / "inbox.sqlite")
        stack.callback(inbox.close)
        await _Platform(setting, pakt, inbox, tell).run()


class _Platform:
    """Everything that goes on at once in the process."""

    def __init__(self, setting: Setting, pakt: Pakt, inbox: Inbox, tell: Callable[[str], None]) -> None:
        self._setting, self._pakt, self._inbox, self._tell = setting, pakt, inbox, tell
        self._door = Door()
        self._keys: list[bytes] = []
        self._slugs = frozenset(setting.tenants) or None
        self._witnessing: Witnessing | None = None

    async def run(self) -> None:
        self._keys = await self._pakt.logs.keys()
        members = await self._synced()
        self._witnessing = self._witness()
        app = create_app(self._door, self._inbox, self._standing, self._prove)
        server = HttpServer(app, self._setting.host, self._setting.port)

        async def ready() -> None:
            address = self._setting.public_url or f"http://{server.host}:{server.port}"
            keys = await secrets_of(self._pakt, address + WEBHOOKS, CALLED_FOR, self._setting.tenants or ("all",))
            self._door.receiver = Receiver(keys)
            self._tell(f"ready http://{server.host}:{server.port}")

        platform = Platform(self._pakt, self._inbox, members)
        work = [server.serve(ready), self._follow(), _enduring("platform", platform.step)]
        if self._witnessing:
            work.append(_enduring("witness", self._witnessing.step))
        await _until_stopped(work)

    async def _synced(self) -> Sequence[Member]:
        """The members as the register knows them, once the directory is up to date."""
        lines = self._setting.members
        key = f"directory:{hash_of(lines)}"
        done = await self._pakt.sync_members(lines, key=key, complete=True)
        for line in done.lines:
            if line.outcome == "refused":
                log.warning("member %s is refused: %s", line.number, line.detail)
        while True:
            listed = {one.number: one for one in await self._pakt.members()}
            if {line.number for line in done.lines if line.outcome != "refused"} <= set(listed):
                break
            await asyncio.sleep(IDLE)
        return [
            Member(number, one.title, one.organisation_id, one.mandates[0])
            for number, one in sorted(listed.items())
            if one.mandates
        ]

    def _witness(self) -> Witnessing | None:
        if not self._setting.witness:
            return None
        cosigner = cosigner_of(self._setting.state, self._setting.witness)
        self._tell(f"cosigner {cosigner.vkey}")
        place = FilePlace(self._setting.state / "witnessed")
        return Witnessing(self._pakt, Witness(self._pakt.logs, cosigner, place, self._keys), self._slugs)

    async def _follow(self) -> None:
        chosen = {"type": FOLLOWED} | ({"tenant": ",".join(sorted(self._slugs))} if self._slugs else {})
        follower = Follower(self._pakt.feed(**chosen), FilePlace(self._setting.state / "feed"))

        async def take(events: Sequence[CloudEvent]) -> None:
            self._inbox.take(events, FEED)

        async def step() -> bool:
            return await follower.step(take, wait=25) >= 0

        await _enduring("feed", step)

    def _standing(self) -> Standing:
        standing = self._inbox.standing()
        cosigned = self._witnessing.cosigned if self._witnessing else 0
        return msgspec.structs.replace(standing, cosigned=cosigned)

    async def _prove(self) -> int:
        logs = [one for one in await self._pakt.logs.logs() if self._slugs is None or one.slug in self._slugs]
        return await prove_told(self._pakt, self._keys, self._inbox, logs)


def hash_of(lines: Sequence[DirectoryLine]) -> str:
    """Names what lines say: the same file sent again is known for the same."""
    import hashlib  # noqa: PLC0415

    return hashlib.sha256(msgspec.json.encode(lines)).hexdigest()


async def _enduring(name: str, step: Callable[[], Awaitable[bool]]) -> None:
    """Step after step. An answer that does not come is waited for; what will not get better ends the process."""
    while True:
        try:
            pause = 0.0 if await step() else IDLE
        except Unreachable as error:
            log.warning("%s: %s", name, error)
            pause = TROUBLE
        except Refused as refusal:
            if refusal.problem.status not in PASSING:
                raise
            log.warning("%s: %s", name, refusal)
            pause = TROUBLE
        await asyncio.sleep(pause)


async def _until_stopped(work: Sequence[Awaitable[None]]) -> None:
    """All of the work at once, until a signal or the first failure. Raises: that failure."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    tasks = [asyncio.ensure_future(one) for one in work]
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait((*tasks, stopping), return_when=asyncio.FIRST_COMPLETED)
    failed = [one for one in tasks if one.done()]
    for one in (*tasks, stopping):
        one.cancel()
    await asyncio.gather(*tasks, stopping, return_exceptions=True)
    for one in failed:
        one.result()
