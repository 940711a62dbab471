"""Reading a tenant's log from one position to another, decoded, complete and in order."""

import asyncio
import itertools
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Any, NoReturn, Protocol

import msgspec

from domain.kernel.errors import HistoryCorrupt
from domain.kernel.event import Event
from domain.kernel.message import N_
from domain.kernel.registry import Registry
from projections.fold import Fold
from projections.read_model import ReadModel, Stored, Told

PAGE = 2_000


class Log(Protocol):
    """The part of the event store that readers of history need."""

    async def read_log(self, tenant_id: int, after: int, limit: int) -> Sequence[Stored]:
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

    def admits(self, event: Stored) -> bool:
        """Whether the event had happened."""
        return self.as_of is None or event.occurred_at <= self.as_of

    def ends_before(self, event: Stored) -> bool:
        """Whether this event and all after it lie beyond the cut."""
        beyond = self.position is not None and event.position > self.position
        return beyond or (self.known_at is not None and event.recorded_at > self.known_at)

    def holds(self, event: Stored) -> bool:
        """Whether the event belongs to the history as it was."""
        return self.admits(event) and not self.ends_before(event)

    def held(self, page: Sequence[Stored]) -> Sequence[Stored]:
        """The events of a page, up to the cut."""
        if self.known_at is None and (self.position is None or page[-1].position <= self.position):
            return page
        return list(itertools.takewhile(lambda event: not self.ends_before(event), page))


NOW = Moment()


class History:
    """Decoded pages of logs. Only what one of the models wants is decoded; every type name is checked all the same."""

    def __init__(self, log: Log, registry: Registry, page: int = PAGE) -> None:
        self.log, self.registry, self.page = log, registry, page
        self._classes: dict[str, type[Event]] = {cls.TOPIC: cls for cls in registry.classes}
        self._wanted: dict[tuple[ReadModel[Any], ...], _Decoders] = {}

    async def pages(
        self, tenant_id: int, models: Sequence[ReadModel[Any]], after: int, moment: Moment = NOW
    ) -> AsyncGenerator[tuple[int, Iterator[Told]]]:
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
                await asyncio.sleep(0)  # let the request leave before this page is worked on
                prove_contiguous(tenant_id, stored, after)
                held = moment.held(stored)
                after += len(held)
                if held:
                    admitted = held if moment.as_of is None else list(filter(moment.admits, held))
                    yield after, self.decoded(models, admitted)
                if after < end:
                    return
        finally:
            page.cancel()
            await asyncio.wait((page,))  # until then it uses a connection

    def read_ahead(self, tenant_id: int, after: int, limit: int) -> "asyncio.Future[Sequence[Stored]]":
        """Read in the background while the page before is worked on; nothing for a limit of 0 or less."""
        if limit > 0:
            reading = asyncio.ensure_future(self.log.read_log(tenant_id, after, limit))
            reading.add_done_callback(lambda done: done.cancelled() or done.exception())  # asked for by whoever awaits
            return reading
        nothing: asyncio.Future[Sequence[Stored]] = asyncio.get_running_loop().create_future()
        nothing.set_result([])
        return nothing

    def decoded(self, models: Sequence[ReadModel[Any]], stored: Sequence[Stored]) -> Iterator[Told]:
        """Those of the events that one of the models wants, each decoded when it is its turn.

        Raises: HistoryCorrupt, also for a type nobody wants.
        """
        decoders, name = self._decoders(tuple(models)), ""
        try:
            for event in stored:
                name = event.type_name
                decode = decoders[name]
                if decode is not None:
                    yield event, decode(event.data)
        except msgspec.DecodeError as error:
            raise HistoryCorrupt(
                N_("An event of type {name} does not fit its type: {error}."), name=name, error=str(error)
            ) from error

    def _decoders(self, models: tuple[ReadModel[Any], ...]) -> "_Decoders":
        """What decodes each type; None where no model wants it. Older versions of a type are always read."""
        found = self._wanted.get(models)
        if found is None:
            found = self._wanted[models] = _Decoders()
            for name in self.registry.names:
                cls = self._classes.get(name)
                wanted = cls is None or any(model.handler(cls) for model in models)
                found[name] = self.registry.decoder(name) if wanted else None
        return found

    async def fold_into(self, folds: Sequence[Fold[Any]], tenant_id: int, after: int, moment: Moment = NOW) -> int:
        """Take the log after `after` into the folds; returns the position they then stand at."""
        models, takes = [fold.model for fold in folds], [fold.take for fold in folds]
        async with aclosing(self.pages(tenant_id, models, after, moment)) as pages:
            async for reached, events in pages:
                for event, told in events:
                    for take in takes:
                        take(event, told)
                after = reached
        return after

    async def folded(
        self, models: Sequence[ReadModel[Any]], tenant_id: int, moment: Moment = NOW, *, strict: bool = False
    ) -> "Folded":
        """The rows of the models at a moment, in memory; `strict` as in `Fold`."""
        folds = [Fold(model, strict=strict) for model in models if model.only_tenant in (None, tenant_id)]
        position = await self.fold_into(folds, tenant_id, 0, moment)
        return Folded(tenant_id, position, {fold.model.name: fold for fold in folds})


class _Decoders(dict[str, Callable[[bytes], Event] | None]):
    """By stored name."""

    def __missing__(self, name: str) -> NoReturn:
        raise HistoryCorrupt(N_("The log holds an event of the unknown type {name}."), name=name)


class Folded(msgspec.Struct, frozen=True):
    """Rows of several read models of one tenant, folded up to `position`."""

    tenant_id: int
    position: int
    folds: dict[str, Fold[Any]]


async def position_at(log: Log, tenant_id: int, at: datetime) -> int:
    """Position of the last event that was recorded by then, 0 for none: recorded times rise, so halving finds it."""
    low, high = 0, await log.head(tenant_id)
    while low < high:
        middle = (low + high + 1) // 2
        [event] = await log.read_log(tenant_id, middle - 1, 1)
        low, high = (middle, high) if event.recorded_at <= at else (low, middle - 1)
    return low


def prove_contiguous(tenant_id: int, stored: Sequence[Stored], after: int) -> None:
    """Raise HistoryCorrupt unless the events follow `after` one by one."""
    positions = range(after + 1, after + 1 + len(stored))
    if [event.position for event in stored] == list(positions):
        return
    for position, event in zip(positions, stored, strict=True):
        if event.position != position:
            raise HistoryCorrupt(
                N_("Tenant {tenant}: position {expected} is missing, {found} stands there."),
                tenant=tenant_id,
                expected=position,
                found=event.position,
            )
