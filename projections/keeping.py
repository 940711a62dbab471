"""Keeping the past: reads each log a span at a time and stores how the read models' rows stood at its end.

It runs behind the projector and is never in anybody's way: where it has not come yet, the log itself is read. Several
keepers may work on one tenant; the boundary's key lets one of them store each span.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg

from infra.database.interface import Connection
from infra.database.scope import scope
from projections import stored_past
from projections.checkpoints import Fenced
from projections.connections import Connections
from projections.fold import Fold
from projections.history import History, prove_contiguous
from projections.read_model import ReadModel, Stored, Told
from projections.stored_past import Boundary

SPAN = 1_000
"""Events between two boundaries: a question about the past reads fewer than that beyond one."""


class NotKept(Exception):
    """The database refused a span; what was kept before stays as it is."""


class Keeper:
    """Keeps the models of `models` that are `kept`, for any tenant."""

    def __init__(
        self, connections: Connections, history: History, models: Sequence[ReadModel[Any]], span: int = SPAN
    ) -> None:
        self._connections, self._history, self.span = connections, history, span
        self._models = [model for model in models if model.kept]
        self._kept: dict[int, int] = {}

    def due(self, tenant_id: int, head: int) -> int:
        """How many whole spans of a log that reaches `head` are not kept yet, as far as this keeper knows."""
        return (head - self._kept.get(tenant_id, 0)) // self.span

    async def step(self, tenant_id: int) -> bool:
        """Keep the next span of the models that are furthest behind; False when none is complete.

        Raises: NotKept, HistoryCorrupt, Unavailable.
        """
        try:
            return await self._step(tenant_id)
        except asyncpg.PostgresError as error:
            raise NotKept(str(error)) from error

    async def _step(self, tenant_id: int) -> bool:
        models = [model for model in self._models if model.only_tenant in (None, tenant_id)]
        async with self._connections.borrow(tenant_id) as borrowed, scope(borrowed, tenant=tenant_id) as connection:
            known = await stored_past.last(connection, tenant_id, models)
            models = [model for model in models if known.get(model.name, (0,))[0] <= model.version]
            for model in models:  # without those that a newer version keeps
                if model.name in known and known[model.name][0] < model.version:
                    await stored_past.forget(connection, tenant_id, model)
        ends = {model.name: known[model.name][1] for model in models if known.get(model.name, (0,))[0] == model.version}
        after = min((ends[model.name].position if model.name in ends else 0 for model in models), default=0)
        group = [model for model in models if (ends[model.name].position if model.name in ends else 0) == after]
        before = ends[group[0].name] if after else None
        if not group:
            return False
        self._kept[tenant_id] = after
        page = await self._history.log.read_log(tenant_id, max(after - 1, 0), self.span + bool(after))
        if before is not None:
            if not page or page[0].recorded_at != before.recorded_at:
                await self._forget(tenant_id, models)  # the log was rewound: nothing of this is its past
                return True
            page = page[1:]
        if len(page) < self.span:
            return False
        prove_contiguous(tenant_id, page, after)
        await self._keep(tenant_id, group, page, before.latest if before else None)
        self._kept[tenant_id] = after + self.span
        return True

    async def _keep(
        self, tenant_id: int, group: Sequence[ReadModel[Any]], page: Sequence[Stored], latest: datetime | None
    ) -> None:
        times = [event.occurred_at for event in page]
        up_to_here = max(times) if latest is None else max(latest, *times)
        boundary = Boundary(page[-1].position, page[-1].recorded_at, min(times), up_to_here)
        events = list(self._history.decoded(group, page))
        try:
            await self._store(tenant_id, group, events, boundary, strict=False)
        except asyncpg.DataError:  # a row that no database holds: find its event and set the stream aside
            await self._store(tenant_id, group, events, boundary, strict=True)

    async def _store(
        self,
        tenant_id: int,
        group: Sequence[ReadModel[Any]],
        events: Sequence[Told],
        boundary: Boundary,
        *,
        strict: bool,
    ) -> None:
        try:
            async with (
                self._connections.borrow(tenant_id) as borrowed,
                scope(borrowed, tenant=tenant_id, relaxed=True) as connection,
            ):
                for model in group:
                    await stored_past.claim(connection, tenant_id, model, boundary)
                aside = await stored_past.parked(connection, group)
                for model in group:
                    fold: Fold[Any] = Fold(model, aside.get((tenant_id, model.name), ()), strict=strict, live=True)
                    await self._fold(connection, tenant_id, fold, events, boundary.position)
        except Fenced:
            pass  # somebody else keeps this span

    async def _fold(
        self, connection: Connection, tenant_id: int, fold: Fold[Any], events: Sequence[Told], end: int
    ) -> None:
        needed = fold.needs(events)
        fold.learn(needed, await stored_past.load_at(connection, fold.model, tenant_id, end, needed))
        for event, told in events:
            fold.take(event, told)
        await stored_past.keep(connection, tenant_id, fold, end)

    async def _forget(self, tenant_id: int, models: Sequence[ReadModel[Any]]) -> None:
        async with self._connections.borrow(tenant_id) as borrowed, scope(borrowed, tenant=tenant_id) as connection:
            for model in models:
                await stored_past.forget(connection, tenant_id, model)
