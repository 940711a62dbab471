"""The projection engine: reads each log once, in order and without a gap, and keeps the read models' rows.

Rows and checkpoint change in one transaction of one tenant. The checkpoint is moved first, by compare-and-set: of two
engines on a tenant the second waits there, finds it moved and lets go before it has written anything. Rows of an older
version of their model are rebuilt before anything is added; those of a newer one are left to its engine.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import asyncpg
import msgspec

from domain.kernel.errors import HistoryCorrupt
from domain.kernel.message import N_
from domain.kernel.registry import Registry
from infra.database.interface import Connection, Database, Role
from infra.database.scope import scope
from projections import checkpoints, rows
from projections.checkpoints import Checkpoint, Fenced
from projections.connections import Connections
from projections.fold import Fold, Parked
from projections.held import Held
from projections.history import History, Log, prove_contiguous
from projections.observer import Observer, Silent
from projections.progress import Progress
from projections.read_model import ReadModel, Stored, Told
from projections.rebuild import SEARCH_PATH, Rebuilt, rebuild

_log = logging.getLogger("pakt.projections")


class Engine:
    """Projects every model of `models` for any tenant.

    `batch` is the number of events per transaction, `keep` the number of rows held in memory per tenant and model.
    """

    def __init__(
        self,
        log: Log,
        registry: Registry,
        database: Database,
        models: Sequence[ReadModel[Any]],
        *,
        batch: int = 500,
        keep: int = 20_000,
        observer: Observer | None = None,
        connections: Connections | None = None,
    ) -> None:
        self.models, self.batch = tuple(models), batch
        self.connections = connections or Connections(database, Role.PROJECTOR)
        self.progress = Progress(self.connections)
        self.history = History(log, registry)
        self.observer: Observer = observer or Silent()
        self._keep = keep
        self._held: dict[int, Held] = {}
        self._turns: dict[int, asyncio.Lock] = {}

    def models_of(self, tenant_id: int) -> list[ReadModel[Any]]:
        """The read models that a tenant has."""
        return [model for model in self.models if model.only_tenant in (None, tenant_id)]

    async def catch_up(self, tenant_id: int) -> int:
        """Project until nothing is left; returns the position at which all read models stand.

        Raises: HistoryCorrupt (a gap, an unknown type: nothing after it is projected), Unavailable.
        """
        while await self.step(tenant_id):
            pass
        return self.position(tenant_id)

    async def step(self, tenant_id: int) -> int:
        """Project one batch; returns the number of events read, 0 at the end of the log."""
        async with self._turns.setdefault(tenant_id, asyncio.Lock()):
            held = self._held.get(tenant_id) or await self._take_up(tenant_id)
            if not held.points:
                return 0  # a newer version's projector keeps all of them
            names, bound = held.next_group()
            after = held.points[names[0]].position
            limit = self.batch if bound is None else min(self.batch, bound - after)
            stored = await held.read(self.history, tenant_id, after, limit)
            if stored:
                await self._keep_epoch(tenant_id, held.points[names[0]], stored[0])
                prove_contiguous(tenant_id, stored, after)
                if len(stored) == limit:
                    held.read_on(self.history, tenant_id, after + limit, self.batch)
                events = list(self.history.decoded([held.folds[name].model for name in names], stored))
                await self._store(tenant_id, names, stored, events)
            return len(stored)

    def position(self, tenant_id: int) -> int:
        """Where this engine last left all of the tenant's read models; -1 before it looked."""
        held = self._held.get(tenant_id)
        return -1 if held is None else min((point.position for point in held.points.values()), default=-1)

    async def heads(self) -> dict[int, int]:
        """The position of the last event of every tenant's log."""
        return {record[0]: record[1] for record in await self.connections.everywhere("SELECT * FROM es.heads()")}

    async def rebuild(self, tenant_id: int, name: str) -> Rebuilt:
        """Fold one read model of the tenant anew and switch to it.

        Raises: KeyError, HistoryCorrupt, Unavailable, RowsNewer.
        """
        model = {model.name: model for model in self.models_of(tenant_id)}[name]
        async with self._turns.setdefault(tenant_id, asyncio.Lock()):
            self.forget(tenant_id)
            return await rebuild(self.connections, self.history, model, tenant_id)

    async def retry_parked(self, tenant_id: int) -> dict[str, Rebuilt]:
        """Try set-aside streams again, by name of their read model.

        Rows are functions of the log in its order, so a late event cannot simply be added: the model is rebuilt.
        """
        models = self.models_of(tenant_id)
        points, parked = await self._read_points(tenant_id, models)
        ours = [model.name for model in models if not points[model.name].is_newer_than(model)]
        return {name: await self.rebuild(tenant_id, name) for name in ours if parked[name]}

    async def wait_for(self, tenant_id: int, read_models: Collection[str], position: int, timeout: float) -> bool:  # noqa: ASYNC109
        """Whether these read models held `position` within `timeout` seconds."""
        return await self.progress.wait_for(tenant_id, read_models, position, timeout)

    def forget(self, tenant_id: int) -> None:
        """Let go of what is held in memory of a tenant; the next batch reads it again."""
        held = self._held.pop(tenant_id, None)
        if held is not None:
            held.let_go()

    async def close(self) -> None:
        """Close the connections; call it when no batch is under way."""
        for tenant_id in list(self._held):
            self.forget(tenant_id)
        await self.connections.close()

    async def _take_up(self, tenant_id: int) -> Held:
        models = self.models_of(tenant_id)
        points, parked = await self._read_points(tenant_id, models)
        old = [model for model in models if points[model.name].version < model.version]
        for model in old:
            await rebuild(self.connections, self.history, model, tenant_id)
        if old:
            points, parked = await self._read_points(tenant_id, models)
        ours = [model for model in models if not points[model.name].is_newer_than(model)]
        if len(ours) < len(models):
            _log.warning(
                "tenant %d: %d read models are a newer version's and left to it", tenant_id, len(models) - len(ours)
            )
        held = Held(
            {model.name: points[model.name] for model in ours},
            {model.name: Fold(model, parked[model.name], live=True) for model in ours},
        )
        self._held[tenant_id] = held
        for name, point in held.points.items():
            self.progress.advance(tenant_id, (name,), point.position)
        return held

    async def _read_points(
        self, tenant_id: int, models: Sequence[ReadModel[Any]]
    ) -> tuple[dict[str, Checkpoint], Mapping[str, list[Parked]]]:
        async with self.connections.borrow(tenant_id) as borrowed, scope(borrowed, tenant=tenant_id) as connection:
            points = await checkpoints.read(connection, tenant_id, models)
            return points, await checkpoints.parked(connection, tenant_id, [model.name for model in models])

    async def _store(
        self, tenant_id: int, names: Sequence[str], stored: Sequence[Stored], events: Sequence[Told]
    ) -> None:
        try:
            await self._transact(tenant_id, names, stored, events, strict=False)
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError):
            # A row the database refuses: find the event that made it by checking each, and park that one's stream.
            self.forget(tenant_id)
            await self._take_up(tenant_id)
            await self._transact(tenant_id, names, stored, events, strict=True)
        except (Fenced, asyncpg.DeadlockDetectedError):
            pass  # somebody else projects this tenant; `_transact` has let go, the next step reads where it stands

    async def _transact(
        self,
        tenant_id: int,
        names: Sequence[str],
        stored: Sequence[Stored],
        events: Sequence[Told],
        *,
        strict: bool,
    ) -> None:
        last = stored[-1]
        held = self._held.get(tenant_id)
        if held is None:
            raise Fenced  # let go meanwhile: what was read belongs to nobody
        try:
            await self._write(tenant_id, held, names, last, events, strict=strict)
        except BaseException:
            self.forget(tenant_id)  # its rows in memory are those of a transaction that is not
            raise
        self.progress.advance(tenant_id, names, last.position)

    async def _write(
        self,
        tenant_id: int,
        held: Held,
        names: Sequence[str],
        last: Stored,
        events: Sequence[Told],
        *,
        strict: bool,
    ) -> None:
        points = [held.points[name] for name in names]
        began = asyncio.get_running_loop().time()
        async with (
            self.connections.borrow(tenant_id) as borrowed,
            scope(borrowed, tenant=tenant_id, search_path=SEARCH_PATH, relaxed=True) as connection,
        ):
            await checkpoints.move(connection, tenant_id, points, last.position, last.epoch, last.recorded_at)
            for name in names:
                held.folds[name].strict = strict
                await self._project(connection, tenant_id, held.folds[name], events)
        for point in points:
            held.points[point.name] = msgspec.structs.replace(
                point, position=last.position, epoch=last.epoch, recorded_at=last.recorded_at
            )
            self._settle(tenant_id, held.folds[point.name], points[0].position)
        seconds = asyncio.get_running_loop().time() - began
        self.observer.projected(tenant_id, names, [event for event, _ in events], seconds)

    async def _project(
        self,
        connection: Connection,
        tenant_id: int,
        fold: Fold[Any],
        events: Sequence[Told],
    ) -> None:
        model = fold.model
        needed = fold.needs(events)
        fold.learn(needed, await rows.load(connection, model, tenant_id, needed))
        for event, told in events:
            fold.take(event, told)
        written, deleted = fold.changes()
        await rows.delete(connection, model, tenant_id, deleted)
        if written:
            await rows.write(connection, model, tenant_id, written)
            await model.after_write(connection, written)
        await checkpoints.park(connection, tenant_id, model.name, [fold.parked[s] for s in fold.newly_parked])

    def _settle(self, tenant_id: int, fold: Fold[Any], after: int) -> None:
        for stream_id in fold.newly_parked:
            parked = fold.parked[stream_id]
            if parked.first_position > after:
                _log.error(
                    "tenant %d: %s sets stream %s aside at position %d: %s",
                    tenant_id,
                    fold.model.name,
                    stream_id,
                    parked.first_position,
                    parked.error.partition(":")[0],
                )
                self.observer.parked(tenant_id, fold.model.name, parked.first_position, parked.error)
        fold.settle(self._keep)

    async def _keep_epoch(self, tenant_id: int, point: Checkpoint, first: Stored) -> None:
        """A new epoch means a restore: go on only if what was projected is still in the log as it was."""
        if first.epoch == point.epoch or point.position == 0:
            return
        before = await self.history.log.read_log(tenant_id, point.position - 1, 1)
        if not before or before[0].recorded_at != point.recorded_at:
            raise HistoryCorrupt(
                N_("The log of tenant {tenant} was rewound below position {position}: rebuild {name}."),
                tenant=tenant_id,
                position=point.position,
                name=point.name,
            )
