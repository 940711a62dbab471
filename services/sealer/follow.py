"""Follows all logs: a tenant is sealed a second after its first unsealed event, or as soon as 1,000 wait.

Any number of sealers may follow the same tenants: the tree's row lets one of them make each seal.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping

from domain.kernel.errors import PaktError, Unavailable
from infra.telemetry.instruments import count_head, tell_seal_lag, tell_seals_stopped
from infra.trees.interface import TreeId
from services.following import AFTER_ALARM, Commits, Following, Lag
from services.sealer.log import SealerLog
from services.sealer.national import NationalLog
from services.sealer.publisher import Publisher
from services.sealer.sealing import Sealing

EVERY = 1.0
"""Seconds from the first unsealed event of a tenant to its seal, at most."""
ENOUGH = 1_000
"""Unsealed events that are not waited with."""
POLL = 0.5
"""Seconds between two looks at all logs."""

_log = logging.getLogger("pakt.sealer")


class Sealer:
    """Seals every tenant, `width` at once, and enters their heads into the national log."""

    def __init__(
        self,
        sealing: Sealing,
        national: NationalLog,
        publisher: Publisher,
        log: SealerLog,
        commits: Commits,
        *,
        every: float = EVERY,
        width: int = 2,
    ) -> None:
        self.sealing, self.national, self.publisher, self.log = sealing, national, publisher, log
        self._every = every
        self._sealed: dict[TreeId, int] = {}
        self._unpublished: set[int] = set()
        self._following = Following(self, commits, "sealer", "its log is not signed", poll=POLL, width=width)

    @property
    def stopped(self) -> Mapping[int, str]:
        """Tenants whose log is not signed, with the reason: an alarm for people."""
        return self._following.stopped

    async def run(self) -> None:
        """Follow until cancelled. Seals under way are made and published then; the national log's comes again."""
        await self._following.run(self._enter())

    def lags(self) -> Mapping[int, Lag]:
        """How far the seal is behind each tenant's log, as far as known."""
        return self._following.lags()

    async def tenants(self) -> Collection[int]:
        """Whose logs there are. Raises: Unavailable."""
        return (await self.log.heads()).keys()

    async def heads(self) -> Mapping[int, int]:
        """As `Follower` says."""
        return await self.log.heads()

    def reached(self, tenant_id: int) -> int:
        """As `Follower` says."""
        return self.sealing.size(tenant_id)

    def patience(self, tenant_id: int) -> float:
        """A head costs the same over one event and over many."""
        sealed = self.sealing.size(tenant_id)
        many = sealed < 0 or self._following.heads[tenant_id] - sealed >= ENOUGH
        return 0.0 if many else self._every

    async def attend(self, tenant_id: int) -> None:
        """Seal up to what was known when the turn came, and publish the heads."""
        loop = asyncio.get_running_loop()
        began, found = loop.time(), self._following.heads.get(tenant_id, 0)
        while head := await self.sealing.seal(tenant_id):
            count_head(tenant_id, loop.time() - began)
            if head.size >= found or self._following.ending:
                break
            await asyncio.sleep(0)
        tree, size = self.sealing.tree(tenant_id), self.sealing.size(tenant_id)
        if tree is not None:
            self._unpublished.add(tenant_id)
            await self.publisher.publish(tree, size)
            self._unpublished.discard(tenant_id)
            self._sealed[tree] = size

    def failed(self, tenant_id: int, error: Exception) -> str:
        """The tree is taken up again, with all checks, before anything more of it is signed."""
        self.sealing.forget(tenant_id)
        return _told(error)

    def looked(self) -> None:
        """Tell the lags; what could not be published gets another turn."""
        for tenant_id in self._unpublished:
            self._following.turn(tenant_id)
        for tenant_id, lag in self.lags().items():
            tell_seal_lag(tenant_id, lag.events, lag.seconds)
        tell_seals_stopped(len(self.stopped))

    async def _enter(self) -> None:
        """The national log: what was sealed since the last time, once a second."""
        while True:
            await asyncio.sleep(self._every)
            sealed, self._sealed = self._sealed, {}
            try:
                while head := await self.national.enter(sealed):
                    await self.publisher.publish(head.tree, head.size)
            except Unavailable:
                self._sealed = sealed | self._sealed
            except Exception as error:  # noqa: BLE001 - the edge of the process, as for a tenant
                self._sealed = sealed | self._sealed
                _log.critical("the log of heads is not signed: %s", _told(error))
                await asyncio.sleep(AFTER_ALARM)


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, PaktError) else f"{type(error).__name__}: {error}"
