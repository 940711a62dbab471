"""A dump that was built is found again: the same bytes, of the logs as far as they were read for it."""

import asyncio
import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from infra.database.interface import Role
from projections.as_of import Past
from projections.history import Moment
from services.bootstrap import System
from services.dumps.building import reading_at
from services.dumps.catalogue import dataset_of
from services.dumps.dump import Dump
from services.dumps.writing import Written, write


class FoundAgain(msgspec.Struct, frozen=True):
    """A file of a dump with the hash that it has when it is built again, '' where that form cannot be made here."""

    dataset: str
    form: str
    sha256: str
    again: str

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return self.again in {"", self.sha256}


class Finder:
    """Builds dumps again out of the logs, without storing anything."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._past = Past(system.database, Role.PUBLIC, system.engine.history, waiting=256, stored=True)

    async def close(self) -> None:
        """Close the connections."""
        await self._past.close()

    async def again(self, dump: Dump) -> list[FoundAgain]:
        """Each file of the dump, built again of the logs up to where they were cut.

        Raises: HistoryCorrupt where a log cannot be read; Overloaded, Unavailable.
        """
        dataset = dataset_of(dump.dataset)
        known = (await self._system.handler.authority.national(fresh=True)).institutions
        upto = {known[slug].tenant_id: cut.position for slug, cut in dump.logs.items()}
        with TemporaryDirectory(prefix="pakt-dump-") as folder:
            models = () if dataset.apart else dataset.of
            async with self._past.at(Moment(), models, upto, shared=True, upto=upto) as connection:
                reading = await reading_at(self._system, connection, dataset, dump.day, dump.as_of, dump.logs)
                written = await write(dataset, reading, Path(folder))
            hashes = await asyncio.to_thread(_hashes, written)
        return [FoundAgain(dump.dataset, one.form, one.sha256, hashes.get(one.form, "")) for one in dump.files]


def _hashes(written: Written) -> dict[str, str]:
    """The SHA-256 of each form's file."""
    found = {}
    for form, file in written.files.items():
        with file.open("rb") as opened:
            found[form] = hashlib.file_digest(opened, "sha256").hexdigest()
    return found
