"""Follows all logs and brings the read models to their end.

Any number of projectors may follow the same tenants; the checkpoint lets one of them store each batch.
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping

from domain.kernel.errors import PaktError
from projections.engine import Engine
from projections.keeping import Keeper, NotKept
from projections.observer import Silent
from services.following import Commits, Following, Lag
from services.projector.telling import PROJECTION, Telling, tell_lags

POLL = 0.1
"""Seconds between two looks at all logs."""
QUIET = 1.0
"""Seconds without a commit after which the past is kept."""
MUCH = 50
"""Spans that wait when the past is kept even though commits come."""

_log = logging.getLogger("pakt.projector")


class Projector:
    """Runs an engine for every tenant. `width` tenants are projected at once; a keeper works while nothing comes in."""

    def __init__(
        self,
        engine: Engine,
        commits: Commits,
        *,
        poll: float = POLL,
        width: int = 2,
        keeper: Keeper | None = None,
        told_as: str = PROJECTION,
    ) -> None:
        self.engine, self._keeper, self._told_as = engine, keeper, told_as
        if isinstance(engine.observer, Silent):
            engine.observer = Telling()
        self._task: asyncio.Task[None] | None = None
        self._following = Following(self, commits, "projector", "the read models stand still", poll=poll, width=width)

    @property
    def stopped(self) -> Mapping[int, str]:
        """Tenants whose log could not be read, with the error: an alarm for people."""
        return self._following.stopped

    async def start(self) -> None:
        """Begin to follow in the background."""
        self._task = asyncio.create_task(self.run(), name="projector")

    async def stop(self) -> None:
        """Stop once the batches under way are done."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def run(self) -> None:
        """Follow until cancelled; batches under way are done then."""
        await self._following.run(*([] if self._keeper is None else [self._keep(self._keeper)]))

    def lags(self) -> Mapping[int, Lag]:
        """How far each tenant's read models are behind, as far as known."""
        return self._following.lags()

    async def heads(self) -> Mapping[int, int]:
        """As `Follower` says."""
        return await self.engine.heads()

    def reached(self, tenant_id: int) -> int:
        """As `Follower` says."""
        return self.engine.position(tenant_id)

    def patience(self, tenant_id: int) -> float:  # noqa: ARG002 - none with anybody
        """Who has written waits to read it."""
        return 0.0

    async def attend(self, tenant_id: int) -> None:
        """Project until nothing is left, or until the batch is done during which we are asked to stop."""
        while await self.engine.step(tenant_id) and not self._following.ending:
            pass

    def failed(self, tenant_id: int, error: Exception) -> str:  # noqa: ARG002 - the engine has let go of it
        """Our own errors name positions and types; what others say may hold what an event says."""
        return str(error) if isinstance(error, PaktError) else type(error).__name__

    def looked(self) -> None:
        """Tell the lags."""
        lags = {tenant_id: (lag.events, lag.seconds) for tenant_id, lag in self.lags().items()}
        tell_lags(lags, self._told_as)

    async def _keep(self, keeper: Keeper) -> None:
        """Keep the past while it is quiet, and when much of it waits."""
        while True:
            await asyncio.sleep(QUIET)
            for tenant_id, head in list(self._following.heads.items()):
                while due := keeper.due(tenant_id, head):
                    busy = asyncio.get_running_loop().time() - self._following.grown_at < QUIET
                    if (busy and due < MUCH) or not await self._kept(keeper, tenant_id):
                        break

    async def _kept(self, keeper: Keeper, tenant_id: int) -> bool:
        try:
            return await keeper.step(tenant_id)
        except (PaktError, NotKept) as error:
            _log.warning("tenant %d: the past is not kept for now: %s", tenant_id, type(error).__name__)
            return False
