"""Where dumps are found again: a record for each edition of a day, written once; and their files under their hashes."""

from collections.abc import AsyncIterator, Iterable
from datetime import date

import msgspec
from msgspec.structs import replace

from infra.objectstore.interface import NamedObjects, ObjectStore
from services.dumps.dataset import PARQUET
from services.dumps.dump import Dump

CHUNK = 1 << 20
"""Bytes of a file that are read at once."""
_encode, _decode = msgspec.json.Encoder().encode, msgspec.json.Decoder(Dump).decode


class Shelf:
    """`records` are the dumps by dataset, day and edition; `objects` hold their files."""

    def __init__(self, records: NamedObjects, objects: ObjectStore) -> None:
        self.objects, self._records = objects, records
        self._read: dict[str, Dump] = {}

    async def newest(self, dataset: str) -> Dump | None:
        """The newest edition of the last day that has one."""
        name = await self._records.last_name(dataset)
        return None if name is None else await self._of(name)

    async def of_day(self, dataset: str, day: date) -> Dump | None:
        """The newest edition of a day."""
        return await self.newest(f"{dataset}/{day.isoformat()}")

    async def days(self, dataset: str) -> list[Dump]:
        """The newest edition of each day, the latest day first."""
        newest = {name.rpartition("/")[0]: name for name in await self._records.names(dataset)}
        return [await self._of(name) for name in sorted(newest.values(), reverse=True)]

    async def editions(self, dataset: str, day: date) -> list[Dump]:
        """Every edition of a day, the first first."""
        return [await self._of(name) for name in await self._records.names(f"{dataset}/{day.isoformat()}")]

    async def put(self, dump: Dump) -> Dump:
        """Add the next edition of its day, unless the newest has the same files; answers the one that counts then."""
        while True:
            newest = await self.of_day(dump.dataset, dump.day)
            if newest is not None and (newest.files, newest.gone) == (dump.files, dump.gone):
                return newest
            made = replace(dump, edition=1 if newest is None else newest.edition + 1)
            if await self._records.add(_name(made), _encode(made)):
                return made

    async def chunks(self, sha256: str, begin: int, end: int) -> AsyncIterator[bytes]:
        """The bytes of a file from `begin` on and before `end`, a chunk at a time."""
        while begin < end:
            chunk = await self.objects.part(sha256, begin, min(begin + CHUNK, end))
            if not chunk:
                return
            yield chunk
            begin += len(chunk)

    async def holds(self, dump: Dump, text: bytes) -> bool:
        """Whether a text, as an id is one, stands in the files of an edition; False where they are gone."""
        plain = next((file for file in dump.files if file.form != PARQUET), None)  # which is packed
        if plain is None or await self.objects.size(plain.sha256) is None:
            return False
        before = b""
        async for chunk in self.chunks(plain.sha256, 0, plain.size):
            if text in before + chunk:
                return True
            before = chunk[-len(text) :]
        return False

    async def remove(self, gone: Iterable[Dump], dataset: str) -> None:
        """Take away the files of these editions that no edition which counts has, too."""
        kept = {file.sha256 for dump in await self.days(dataset) for file in dump.files}
        for file in (file for dump in gone for file in dump.files):
            if file.size and file.sha256 not in kept:  # that of no bytes is everybody's
                await self.objects.remove(file.sha256)

    async def _of(self, name: str) -> Dump:
        """The record of a name; what was read stays so."""
        if name not in self._read:
            self._read[name] = _decode(await self._records.read(name))
        return self._read[name]


def _name(dump: Dump) -> str:
    return f"{dump.dataset}/{dump.day.isoformat()}/{dump.edition:04}.json"
