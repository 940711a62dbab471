"""A dump is built: one moment of all logs, read once, written in every form, kept under its hashes.

Nothing in its files depends on anything but the day and how far each log was read.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from msgspec.structs import replace

from domain.governance import NationalGovernance
from domain.kernel.deadline import start_of
from domain.kernel.ids import NATIONAL_SLUG, NATIONAL_TENANT
from domain.tenants.register import Institution
from infra.database.interface import Connection
from infra.database.scope import scope
from infra.trees.interface import TreeId, Trees
from projections.cut import points
from projections.history import Moment
from projections.whole import Whole
from services.bootstrap import System
from services.dumps.dataset import Dataset, Reading
from services.dumps.dump import Dump, DumpFile, LogCut
from services.dumps.keeping import Keeper
from services.dumps.shelf import Shelf
from services.dumps.volunteers import counts
from services.dumps.writing import Written, write

ADDRESS = "/v1/public/dumps"
MEANWHILE = 1_000
"""Events of a log that may come while a dump is being built."""
SEALED_WITHIN = 3.0
"""Seconds for which the logs may be sealed up to where they were cut; after that the newest heads are taken."""


class Behind(Exception):
    """Read models of a dataset end at different positions of a log, or are being made anew: soon they will not."""


class Snapshot(msgspec.Struct, frozen=True):
    """All logs at one moment, by slug, with a connection that shows it."""

    reading: Reading
    logs: Mapping[str, LogCut]

    def tenant_of(self, slug: str) -> int:
        """Whose log it is."""
        return self.reading.institutions[slug].tenant_id


class Builder:
    """Builds dumps of a running system and puts them on its shelf."""

    def __init__(self, system: System) -> None:
        self.system, self.shelf = system, shelf_of(system)
        self._in_vain: set[tuple[str, LogCut]] = set()
        """Logs that nobody sealed up to there while somebody waited for it."""

    async def build(self, dataset: Dataset, day: date, at_least: Mapping[str, int] | None = None) -> Dump:
        """The dump of today's day as the registers show it now; the same as before where nothing has changed.

        `at_least` are positions, by slug, that the registers must have reached.
        Raises: Behind, Unavailable.
        """
        with TemporaryDirectory(prefix="pakt-dump-") as folder:
            async with self._snapshot(dataset, day) as snapshot:
                reached = {slug: cut.position for slug, cut in snapshot.logs.items()}
                if any(reached.get(slug, 0) < position for slug, position in (at_least or {}).items()):
                    raise Behind
                written = await write(dataset, snapshot.reading, Path(folder))
            files = [await self._kept(form, file) for form, file in written.files.items()]
        logs = await self._sealed(snapshot)
        made = await self.shelf.put(_dump(dataset, day, snapshot, written, files, logs, self.system.clock.now()))
        return await self._still_public(dataset, made, snapshot)

    async def _still_public(self, dataset: Dataset, made: Dump, snapshot: Snapshot) -> Dump:
        """Take the dump away again where something in it was taken from view while it was being built."""
        taken = self.system.registry.stored_names(*dataset.taken_by)
        keeper = Keeper(self.shelf, self.system.clock.now)
        for slug, cut in snapshot.logs.items() if taken else ():
            for event in await self.system.store.read_log(snapshot.tenant_of(slug), cut.position, MEANWHILE):
                if event.type_name in taken:
                    await keeper.take(dataset.name, event.stream_id)
        return await self.shelf.of_day(dataset.name, made.day) or made

    async def _kept(self, form: str, file: Path) -> DumpFile:
        sha256 = await self.shelf.objects.put_file(file)
        return DumpFile(form, sha256, await asyncio.to_thread(lambda: file.stat().st_size))

    async def _sealed(self, snapshot: Snapshot) -> dict[str, LogCut]:
        """The logs with their signed heads, once these reach as far as each was read."""
        clock = asyncio.get_running_loop().time
        until, found = clock() + SEALED_WITHIN, dict(snapshot.logs)
        waiting = {slug for slug, cut in found.items() if cut.position}
        while waiting:
            for slug in sorted(waiting):
                cut = found[slug]
                last = clock() >= until or (slug, cut) in self._in_vain
                head = await _head(self.system.trees, snapshot.tenant_of(slug), cut, newest=last)
                if head or last:
                    found[slug] = replace(cut, head=head)
                    waiting.remove(slug)
                if last:
                    self._in_vain.add((slug, cut))
            if waiting:
                await asyncio.sleep(0.2)
        return dict(sorted(found.items()))

    @asynccontextmanager
    async def _snapshot(self, dataset: Dataset, day: date) -> AsyncIterator[Snapshot]:
        known = (await self.system.handler.authority.national(fresh=True)).institutions
        tenants = {one.tenant_id: slug for slug, one in known.items() if not one.sandbox}
        async with (
            self.system.public.borrow(NATIONAL_TENANT) as lent,
            scope(lent, tenants=list(tenants), search_path="rm, es", snapshot=True) as connection,
        ):
            ends = await points(connection, dataset.of)
            if not all(one.even for one in ends.values()):
                raise Behind
            logs = {tenants[tenant_id]: LogCut(one.epoch, one.position) for tenant_id, one in ends.items()}
            as_of = max([start_of(day), *(one.recorded_at for one in ends.values() if one.recorded_at)])
            reading = await reading_at(self.system, connection, dataset, day, as_of, logs)
            if not reading.institutions.keys() >= logs.keys():
                raise Behind
            yield Snapshot(reading, logs)


def shelf_of(system: System) -> Shelf:
    """Where the dumps of an installation are."""
    return Shelf(system.dumps, system.objects)


async def reading_at(
    system: System, connection: Connection, dataset: Dataset, day: date, as_of: datetime, logs: Mapping[str, LogCut]
) -> Reading:
    """What a dataset is written of, with the institutions as the national log named them where it was cut."""
    institutions = await _institutions(system, logs.get(NATIONAL_SLUG))
    address = f"{ADDRESS}/{dataset.name}/{day.isoformat()}"
    statistics = partial(counts, system, NATIONAL_SLUG, as_of)
    return Reading(Whole(connection), as_of, institutions, system.settings, address, statistics)


async def _institutions(system: System, national: LogCut | None) -> Mapping[str, Institution]:
    if national is None:
        return (await system.handler.authority.national()).institutions
    fold = await system.handler.authority.past(NATIONAL_TENANT, Moment(position=national.position).holds)
    return fold.institutions if isinstance(fold, NationalGovernance) else {}


async def _head(trees: Trees, tenant_id: int, cut: LogCut, *, newest: bool) -> str:
    """A signed head over the position, or the `newest` where there is none; '' for nothing."""
    tree = TreeId(tenant_id, cut.epoch)
    head = await trees.at_least(tree, cut.position)
    if head is None and newest:
        head = await trees.newest(tree)
    return "" if head is None else str(head.cosigned)


def _dump(
    dataset: Dataset,
    day: date,
    snapshot: Snapshot,
    written: Written,
    files: list[DumpFile],
    logs: Mapping[str, LogCut],
    now: datetime,
) -> Dump:
    return Dump(
        dataset=dataset.name,
        day=day,
        edition=1,
        as_of=snapshot.reading.as_of,
        built_at=now,
        files=tuple(files),
        logs=logs,
        rows=written.rows,
        first=written.first,
        last=written.last,
        not_offered=written.not_offered,
    )
