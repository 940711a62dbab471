"""What a backup store holds of one database server, and under which names.

`SYSTEM/base/NAME/` a base backup: `base.tar.gz`, PostgreSQL's `backup_manifest`, and last `label.json`, without which
the others are no backup. `SYSTEM/wal/SEGMENT.gz` the write-ahead log, `SEGMENT.partial.gz` the segment that grows.
`SYSTEM/files/` what the installation keeps beside its database. SYSTEM is the server's own number, so that two
installations in one store never mix.
"""

import gzip
import hashlib
import shutil
import tempfile
import zlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from domain.kernel.errors import StreamNotFound
from infra.database.interface import DatabaseError
from infra.objectstore.interface import Archive
from services.backup.segments import is_history, is_segment

LABEL = "label.json"
GROWING = ".partial"
_PACKED = ".gz"
CHUNK = 1 << 20


class Copied(msgspec.Struct, frozen=True):
    """A file as it was put: its bytes and their SHA-256 in hexadecimal."""

    size: int
    sha256: str


class Label(msgspec.Struct, frozen=True):
    """A base backup: of which server, between which times by its clock, and on which log it is started.

    `first_segment` is the first of the log that a start on it needs, of `segment_size` bytes; `migration` the newest
    that was applied.
    """

    name: str
    system: str
    major: int
    log_name: str
    begun_at: datetime
    ended_at: datetime
    first_segment: str
    segment_size: int
    migration: int
    release: str
    files: dict[str, Copied]


class BackupDamaged(DatabaseError):
    """What the store holds is not what was put there."""


class Repository:
    """The part of a backup store that is one server's."""

    def __init__(self, archive: Archive, system: str) -> None:
        self._archive, self.system = archive, system

    async def labels(self) -> list[Label]:
        """Every base backup, the oldest first. Raises: BackupDamaged for a label that cannot be read."""
        names = [name for name in await self._archive.sizes(f"{self.system}/base") if name.endswith(f"/{LABEL}")]
        return [await self._label(name) for name in names]

    async def put_base(self, label: Label, folder: Path) -> None:
        """Store the files that the label names, read each back, and then the label."""
        there = self._base(label)
        for name in label.files:
            await self._archive.put(f"{there}/{name}", folder / name)
        with tempfile.TemporaryDirectory(prefix="pakt-backup-", dir=folder) as back:
            await self.fetch_base(label, Path(back))
        (folder / LABEL).write_bytes(msgspec.json.encode(label))
        await self._archive.put(f"{there}/{LABEL}", folder / LABEL)

    async def fetch_base(self, label: Label, folder: Path) -> None:
        """Write the backup's files into the folder. Raises: BackupDamaged, naming the file."""
        for name, copied in label.files.items():
            try:
                await self._archive.fetch(f"{self._base(label)}/{name}", folder / name)
            except StreamNotFound:
                raise BackupDamaged(f"{self._base(label)}/{name} is not in the backup store") from None
            found = described(folder / name)
            if found != copied:
                raise BackupDamaged(
                    f"{self._base(label)}/{name} was changed in the backup store: it has {found.size} bytes with "
                    f"SHA-256 {found.sha256}, and was put with {copied.size} and {copied.sha256}; choose another backup"
                )

    async def remove_base(self, label: Label) -> None:
        """Take a base backup away, its label first."""
        for name in (LABEL, *label.files):
            await self._archive.remove(f"{self._base(label)}/{name}")

    async def put_segment(self, file: Path, spool: Path) -> None:
        """Store a file of the write-ahead log under its name, packed; `spool` takes the packed one meanwhile.

        Raises: OSError, naming the packed file, when its disk is full.
        """
        packed = spool / f"{file.name}{_PACKED}"
        try:
            with file.open("rb") as read, gzip.open(packed, "wb", compresslevel=1) as written:
                shutil.copyfileobj(read, written, CHUNK)
        except OSError as error:
            if error.filename is None:  # a write knows nothing of the file's name
                raise OSError(error.errno, error.strerror, str(packed)) from error
            raise
        await self._archive.put(f"{self.system}/wal/{packed.name}", packed)
        packed.unlink()

    async def segments(self) -> list[str]:
        """Names of what is stored of the write-ahead log, ascending: segments, growing ones, histories."""
        names = await self._archive.sizes(f"{self.system}/wal")
        return [name.rpartition("/")[2].removesuffix(_PACKED) for name in names]

    async def fetch_segment(self, name: str, folder: Path) -> None:
        """Unpack one into the folder; a growing one under its segment's name. Raises: BackupDamaged."""
        packed = folder / f"{name}{_PACKED}"
        await self._archive.fetch(f"{self.system}/wal/{packed.name}", packed)
        try:
            with gzip.open(packed) as read, (folder / name.removesuffix(GROWING)).open("wb") as written:
                shutil.copyfileobj(read, written, CHUNK)
        except (EOFError, OSError, zlib.error) as error:
            raise BackupDamaged(f"{self.system}/wal/{packed.name} was changed in the backup store: {error}") from error
        packed.unlink()

    async def remove_segment(self, name: str) -> None:
        """Take one away."""
        await self._archive.remove(f"{self.system}/wal/{name}{_PACKED}")

    async def files(self) -> dict[str, int]:
        """What is kept beside the database: path below the data folder, and bytes."""
        folder = f"{self.system}/files/"
        return {name.removeprefix(folder): size for name, size in (await self._archive.sizes(folder)).items()}

    async def put_file(self, path: str, file: Path) -> None:
        """Store one of them."""
        await self._archive.put(f"{self.system}/files/{path}", file)

    async def fetch_file(self, path: str, to: Path) -> None:
        """Write one of them to where it belongs, if it is still there: others may be taking files away meanwhile."""
        to.parent.mkdir(parents=True, exist_ok=True)
        await self._archive.fetch(f"{self.system}/files/{path}", to)

    async def remove_file(self, path: str) -> None:
        """Take one of them away."""
        await self._archive.remove(f"{self.system}/files/{path}")

    def _base(self, label: Label) -> str:
        return f"{self.system}/base/{label.name}"

    async def _label(self, name: str) -> Label:
        with tempfile.TemporaryDirectory(prefix="pakt-backup-") as folder:
            file = Path(folder) / LABEL
            await self._archive.fetch(name, file)
            try:
                return msgspec.json.decode(file.read_bytes(), type=Label)
            except msgspec.DecodeError as error:
                raise BackupDamaged(f"{name} in the backup store is no label of a backup: {error}") from error


async def systems(archive: Archive) -> list[str]:
    """The servers of which the store holds anything."""
    return sorted({name.partition("/")[0] for name in await archive.sizes()})


def usable(names: Sequence[str]) -> list[str]:
    """Of each segment the whole one where there is one, else the growing one; and the histories."""
    whole = {name for name in names if is_segment(name) or is_history(name)}
    growing = {name for name in names if name.endswith(GROWING) and name.removesuffix(GROWING) not in whole}
    return sorted(whole | growing)


def described(file: Path) -> Copied:
    """Size and hash of a file."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
        return Copied(opened.tell(), digest)
