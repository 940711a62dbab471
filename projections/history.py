"""Reading a tenant's log from one position to another, decoded, complete and in order."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from domain.kernel.errors import HistoryCorrupt
from domain.kernel.event import Event, RecordedEvent
from domain.kernel.message import N_
from domain.kernel.registry import Registry
from infra.eventstore.codec import recorded
from infra.eventstore.interface import StoredEvent
from projections.fold import Fold
from projections.read_model import ReadModel

PAGE = 2_000


class Log(Protocol):
    """The part of the event store that readers of history need."""

    async def read_log(self, tenant_id: int, after: int, limit: int) -> list[StoredEvent]:
        """At most `limit` events with position > `after`: contiguous, ascending; fewer only at the log's end."""
        ...

    async def head(self, tenant_id: int) -> int:
        """Position of the tenant's last event, 0 for an empty log."""
        ...


class Moment(msgspec.Struct, frozen=True):
    """A point of a tenant's history; what is None sets no limit.

    `position`: the log up to there. `as_of` (valid time): what had happened by then, whenever it was recorded.
    `known_at` (recorded time): what the system held by then.
    """

    position: int | None = None
    as_of: datetime | None = None
    known_at: datetime | None = None

    def admits(self, event: StoredEvent) -> bool:
        """Whether the event had happened."""
        return self.as_of is None or event.occurred_at <= self.as_of

    def ends_before(self, event: StoredEvent) -> bool:
        """Whether this event and all after it lie beyond the cut."""
        beyond = self.position is not None and event.position > self.position
        return beyond or (self.known_at is not None and event.recorded_at > self.known_at)


NOW = Moment()


class History:
    """Decoded pages of logs. Only what one of the models wants is decoded; every type name is checked all the same."""

    def __init__(self, log: Log, registry: Registry, page: int = PAGE) -> None:
        self.log, self.registry, self.page = log, registry, page
        self._known = frozenset(registry.names)
        self._classes: dict[str, type[Event]] = {cls.TOPIC: cls for cls in registry.classes}
        self._unwanted: dict[tuple[ReadModel[Any], ...], frozenset[str]] = {}

    async def pages(
        self, tenant_id: int, models: Sequence[ReadModel[Any]], after: int, moment: Moment = NOW
    ) -> AsyncIterator[tuple[int, list[RecordedEvent]]]:
        """Pages of events after `after` that the models want, each with the position up to which it reaches.

        Raises: HistoryCorrupt for a gap, an unknown type or a payload that does not fit.
        """
        last = moment.position
        page = self.read_ahead(tenant_id, after, self.page if last is None else min(self.page, last - after))
        try:
            while stored := await page:
                end = after + len(stored)
                limit = self.page if last is None else min(self.page, last - end)
                page = self.read_ahead(tenant_id, end, limit)
                prove_contiguous(stored, after)
                cut = next((n for n, event in enumerate(stored) if moment.ends_before(event)), len(stored))
                after += cut
                if cut:
                    yield after, self.decoded(models, [event for event in stored[:cut] if moment.admits(event)])
                if after < end:
                    return
        finally:
            page.cancel()

    def read_ahead(self, tenant_id: int, after: int, limit: int) -> "asyncio.Future[list[StoredEvent]]":
        """Read in the background while the page before is worked on; nothing for a limit of 0 or less."""
        if limit > 0:
            reading = asyncio.ensure_future(self.log.read_log(tenant_id, after, limit))
            reading.add_done_callback(lambda done: done.cancelled() or done.exception())  # asked for by whoever awaits
            return reading
        nothing: asyncio.Future[list[StoredEvent]] = asyncio.get_running_loop().create_future()
        nothing.set_result([])
        return nothing

    def decoded(self, models: Sequence[ReadModel[Any]], stored: Sequence[StoredEvent]) -> list[RecordedEvent]:
        """Those of the events that one of the models wants. Raises: HistoryCorrupt, also for a type nobody wants."""
        self._prove_known(stored)
        skipped = self._skipped(tuple(models))
        return [recorded(self.registry, event) for event in stored if event.type_name not in skipped]

    def _skipped(self, models: tuple[ReadModel[Any], ...]) -> frozenset[str]:
        """Types that no model wants. Older versions of a type are always read: their class shows only then."""
        found = self._unwanted.get(models)
        if found is None:
            names = (name for name, cls in self._classes.items() if not any(model.wants(cls) for model in models))
            found = self._unwanted[models] = frozenset(names)
        return found

    async def fold_into(self, folds: Sequence[Fold[Any]], tenant_id: int, after: int, moment: Moment = NOW) -> int:
        """Take the log after `after` into the folds; returns the position they then stand at."""
        models = [fold.model for fold in folds]
        async for reached, events in self.pages(tenant_id, models, after, moment):
            for fold in folds:
                take = fold.take
                for event in events:
                    take(event)
            after = reached
        return after

    async def folded(
        self, models: Sequence[ReadModel[Any]], tenant_id: int, moment: Moment = NOW, *, strict: bool = False
    ) -> "Folded":
        """The rows of the models at a moment, in memory; `strict` as in `Fold`."""
        folds = [Fold(model, strict=strict) for model in models if model.only_tenant in (None, tenant_id)]
        position = await self.fold_into(folds, tenant_id, 0, moment)
        return Folded(tenant_id, position, {fold.model.name: fold for fold in folds})

    def _prove_known(self, stored: Sequence[StoredEvent]) -> None:
        unknown = {event.type_name for event in stored} - self._known
        if unknown:
            raise HistoryCorrupt(N_("The log holds an event of the unknown type {name}."), name=min(unknown))


class Folded(msgspec.Struct, frozen=True):
    """Rows of several read models of one tenant, folded up to `position`."""

    tenant_id: int
    position: int
    folds: dict[str, Fold[Any]]


def prove_contiguous(stored: Sequence[StoredEvent], after: int) -> None:
    """Raise HistoryCorrupt unless the events follow `after` one by one."""
    for position, event in enumerate(stored, start=after + 1):
        if event.position != position:
            raise HistoryCorrupt(
                N_("Tenant {tenant}: position {expected} is missing, {found} stands there."),
                tenant=event.tenant_id,
                expected=position,
                found=event.position,
            )
