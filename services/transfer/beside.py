"""What of a tenant stands beside the database: files that its log names, published heads, keys of certificates."""

from collections.abc import Collection

from domain.kernel.errors import StreamNotFound
from infra.database.tenant_rows import TenantRows
from infra.keys.interface import KeyRefused
from infra.keys.travelling import TenantKeys
from infra.objectstore.interface import TooLarge
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.note import Note
from infra.trees.origins import copy_name
from services.backup.progress import Told
from services.bootstrap import System
from services.sealer.growing import says
from services.transfer.outgoing import OBJECTS
from services.transfer.parcel import Parcel, ParcelRefused

LINE = 64 + 1 + 16 + 1
"""Bytes of the line before a file: SHA-256 in hex, a space, 16 digits of its size, a newline."""
_HEADS = """
SELECT h.note FROM es.tree_head h JOIN es.tree t
    ON t.tenant_id = h.tenant_id AND t.kind = h.kind AND t.epoch = h.epoch AND h.size <= t.published
 WHERE h.tenant_id = $1 ORDER BY h.epoch, h.size
"""


class Beside:
    """What one import puts beside the database; it may be put there again, and alone it shows nobody anything."""

    def __init__(self, system: System, parcel: Parcel, rows: TenantRows, told: Told) -> None:
        self._system, self._parcel, self._rows, self._told = system, parcel, rows, told

    async def put(self, withheld: Collection[str]) -> int:
        """Store every file but those withheld, and every published head; answers how many files.

        Raises: ParcelRefused for a file that is none, or when another head of some size stands outside; Unavailable.
        """
        notes = [Note.parse(row[0]) for row in await self._rows.connection.fetch(_HEADS, self._rows.tenant_id)]
        await self._require_unforked(notes)
        files = await self._files(withheld)
        for done, note in enumerate(notes, 1):
            await self._system.copies.add(_name(note), str(note).encode())
            self._told("publishing heads", done, len(notes))
        return files

    def keep_issuers(self, keys: TenantKeys | None) -> tuple[str, ...]:
        """Keep the keys of the institution's certificates; answers what could not be kept, and why."""
        try:
            for seed in () if keys is None else keys.issuers:
                self._system.issuing.keep(self._parcel.manifest.slug, bytes.fromhex(seed))
        except (KeyRefused, ValueError) as error:
            return (f"keys of certificates: {error}; or make another by `pakt issuers rotate`",)
        return ()

    async def _files(self, withheld: Collection[str]) -> int:
        part = self._parcel.part(OBJECTS)
        of, at, done = 0 if part is None else part.size, 0, 0
        objects = self._system.objects.within(self._rows.tenant_id)
        while at < of:
            line = self._parcel.read(OBJECTS, at, LINE)
            sha256, size = line[:64].decode(errors="replace"), int(line[65:-1]) if line[65:-1].isdigit() else of
            data = self._parcel.read(OBJECTS, at + LINE, size)
            at += LINE + size
            if sha256 not in withheld:
                try:
                    stored = await objects.put(data)
                except TooLarge as error:
                    raise ParcelRefused(f"{error} Raise PAKT_MAX_UPLOAD_BYTES here to import it") from error
                if stored != sha256:
                    raise ParcelRefused(f"a file of the export is not {sha256}, as which it stands there")
                done += 1
            self._told("storing files", at, of)
        return done

    async def _require_unforked(self, notes: list[Note]) -> None:
        for note in notes:
            head = Checkpoint.parse(note.text)
            try:
                copy = await self._system.copies.read(_name(note))
            except StreamNotFound:
                continue
            if not says(copy, head.origin, head.size, head.root):
                raise ParcelRefused(
                    f"another head of {head.size} events of {head.origin} was published here: there are two histories"
                )


def _name(note: Note) -> str:
    head = Checkpoint.parse(note.text)
    return copy_name(head.origin, head.size)
