"""The file in which a tenant travels: parts one after the other, then a signed manifest that accounts for every byte.

    pakt-tenant/1 NEWLINE, the bytes of each part, the manifest (a C2SP signed note), its length in 16 digits, NEWLINE

The manifest's text is the format's name and one line of JSON. It is signed under `<origin>/tenant`, so that it is never
taken for a checkpoint. There is no byte that neither the signature nor the hash of a part covers, none is compressed,
and nothing in the file says where to write anything.
"""

import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Self

import msgspec

from infra.tlog.checkpoint import Checkpoint
from infra.tlog.note import MOST_BYTES, Note, NoteRefused, Signer, Verifier, sign_note
from services.backup.progress import Told

FORMAT = "pakt-tenant/1"
CHUNK = 1 << 20
_BEGIN = f"{FORMAT}\n".encode()
_DIGITS = 16
_END = _DIGITS + 1
_ENCODER = msgspec.json.Encoder()


class ParcelRefused(Exception):
    """The file is not what somebody exported, or cannot be written; the message names what is wrong first."""


class Part(msgspec.Struct, frozen=True):
    """Bytes of the file: their SHA-256 in hex and how many there are; of a table's rows also how many, and columns."""

    name: str
    sha256: str
    size: int
    rows: int = 0
    columns: dict[str, str] = {}


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file is of: `position` events of a tenant under `checkpoint`, the signed head over exactly these.

    `migration` is the last that the database had, `types` the numbers of event types in it.
    """

    tenant_id: int
    slug: str
    kind: str
    sandbox: bool
    epoch: int
    position: int
    checkpoint: str
    migration: int
    release: str
    types: dict[int, str]
    parts: tuple[Part, ...]

    @property
    def head(self) -> Checkpoint:
        """The closing checkpoint. Raises: NoteRefused."""
        return Checkpoint.parse(Note.parse(self.checkpoint).text)


class Packing:
    """A file being written, part by part."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.parts = file, list[Part]()
        self.written = file.write(_BEGIN)

    @contextmanager
    def part(self, name: str) -> Iterator["OpenPart"]:
        """The next part, which is what is written into it."""
        opened = OpenPart(self._file)
        yield opened
        digest = opened.digest.hexdigest()
        self.parts.append(Part(name, digest, opened.size, opened.rows, dict(opened.columns)))
        self.written += opened.size

    def close(self, manifest: Manifest, signer: Signer) -> None:
        """Write the manifest behind the parts. Raises: ParcelRefused for one that is too long to be read."""
        text = f"{FORMAT}\n{_ENCODER.encode(manifest).decode()}\n"
        note = str(sign_note(text, signer)).encode()
        if len(note) > MOST_BYTES:
            raise ParcelRefused(f"the manifest would have {len(note)} bytes, and {MOST_BYTES} are read")
        self.written += self._file.write(note + b"%0*d\n" % (_DIGITS, len(note)))
        self._file.flush()
        os.fsync(self._file.fileno())


class OpenPart:
    """Where the bytes of one part go; `rows` and `columns` are told by who writes rows."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest, self.size, self.rows = hashlib.sha256(), 0, 0
        self.columns: Mapping[str, str] = {}

    def write(self, data: bytes) -> None:
        """Append."""
        self._file.write(data)
        self.digest.update(data)
        self.size += len(data)

    async def sink(self, data: bytes) -> None:
        """The same, for whoever awaits it."""
        self.write(data)


@contextmanager
def packing(path: Path) -> Iterator[Packing]:
    """A file that is at `path` once the block ends well, on disk, and nowhere otherwise.

    Raises: ParcelRefused where there is something at the path already, no folder, or no room.
    """
    if path.exists():
        raise ParcelRefused(f"{path} is there already: name another file, or remove it")
    if not path.parent.is_dir():
        raise ParcelRefused(f"there is no folder {path.parent}")
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=True) as file:
            yield Packing(file)
            try:
                os.link(file.name, path)
            except FileExistsError:
                raise ParcelRefused(f"{path} is there already: another export was faster") from None
            _settle(path.parent)
    except OSError as error:
        raise ParcelRefused(f"{path} cannot be written: {error.strerror}; nothing is left of it") from error


class Parcel:
    """A file that somebody exported, opened; nothing of it is believed before `verify`."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file, self._name = file, name
        size = file.seek(0, os.SEEK_END)
        note = self._note(size)
        self.note = note
        self.manifest = self._manifest(note)
        self._begin: dict[str, int] = {}
        at = len(_BEGIN)
        for part in self.manifest.parts:
            self._begin[part.name] = at
            at += part.size
        if at != size - _END - len(str(note).encode()):
            raise self._wrong("has more or fewer bytes than its manifest accounts for")

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[Self]:
        """The file at the path. Raises: ParcelRefused for what is no export of a tenant, or one that was cut."""
        try:
            file = path.open("rb")
        except OSError as error:
            raise ParcelRefused(f"{path} cannot be read: {error.strerror}") from error
        with file:
            yield cls(file, str(path))

    def verify(self, keys: Callable[[str], tuple[Verifier, ...]], told: Callable[[int, int], None]) -> None:
        """Check the manifest's signature by one of the keys of its log's installation, then each part's hash.

        `told` hears how many bytes are done and of how many. Raises: ParcelRefused, naming the first thing wrong.
        """
        origin = self.manifest.head.origin
        known = tuple(msgspec.structs.replace(key, name=f"{origin}/tenant") for key in keys(origin))
        try:
            signed = self.note.signed_by(known)
        except NoteRefused as error:
            raise self._wrong(f"was changed: {error}") from error
        if not signed:
            names = ", ".join(f"{one.name} {one.key_id.hex()}" for one in self.note.signatures)
            raise self._wrong(
                f"is signed by no key that is known here ({names}): if it is another installation's, name its key by "
                "--vkey, as `pakt keys list` prints it there"
            )
        done, of = 0, sum(part.size for part in self.manifest.parts)
        for part in self.manifest.parts:
            digest = hashlib.sha256()
            for chunk in self.chunks(part.name):
                digest.update(chunk)
                done += len(chunk)
                told(done, of)
            if digest.hexdigest() != part.sha256:
                raise self._wrong(f"was changed: part {part.name} is not the one that was exported")

    def part(self, name: str) -> Part | None:
        """The part of that name."""
        return next((part for part in self.manifest.parts if part.name == name), None)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, piece by piece."""
        part = self.part(name)
        left = 0 if part is None else part.size
        at = self._begin.get(name, 0)
        while left:
            self._file.seek(at)
            chunk = self._file.read(min(left, CHUNK))
            if not chunk:
                raise self._wrong("has become shorter")
            at, left = at + len(chunk), left - len(chunk)
            yield chunk

    def read(self, name: str, begin: int, size: int) -> bytes:
        """So many bytes of a part. Raises: ParcelRefused where it has no so many."""
        part = self.part(name)
        if part is None or not 0 <= begin <= begin + size <= part.size:
            raise self._wrong(f"is not as its parts say: {name} ends too early")
        self._file.seek(self._begin[name] + begin)
        return self._file.read(size)

    async def stream(self, name: str, told: Told) -> AsyncIterator[bytes]:
        """As `chunks`, for whoever awaits it; `told` hears how many bytes are done, and of how many."""
        done, part = 0, self.part(name)
        for chunk in self.chunks(name):
            yield chunk
            done += len(chunk)
            told(f"copying {name}", done, 0 if part is None else part.size)

    def _note(self, size: int) -> Note:
        self._file.seek(0)
        if self._file.read(len(_BEGIN)) != _BEGIN:
            raise self._wrong(f"is no export of a tenant: such a file begins with {FORMAT}")
        self._file.seek(max(len(_BEGIN), size - _END))
        end = self._file.read()
        if len(end) != _END or not end[:_DIGITS].isdigit() or end[_DIGITS:] != b"\n":
            raise self._wrong("was cut, or is not finished")
        length = int(end[:_DIGITS])
        if length > min(MOST_BYTES, size - _END - len(_BEGIN)):
            raise self._wrong("was cut, or is not finished")
        self._file.seek(size - _END - length)
        raw = self._file.read(length)
        try:
            note = Note.parse(raw)
        except NoteRefused as error:
            raise self._wrong(f"was changed: {error}") from error
        if str(note).encode() != raw or len(note.signatures) != 1:
            raise self._wrong("was changed: its manifest is not written as one")
        return note

    def _manifest(self, note: Note) -> Manifest:
        name, _, line = note.text.partition("\n")
        if name != FORMAT:
            raise self._wrong(f"is of the format {name!r}, not {FORMAT}")
        try:
            manifest = msgspec.json.decode(line, type=Manifest)
            manifest.head  # noqa: B018 - who reads it later need not expect another error
        except (msgspec.DecodeError, NoteRefused) as error:
            raise self._wrong(f"has a manifest that cannot be read: {error}") from error
        return manifest

    def _wrong(self, what: str) -> ParcelRefused:
        return ParcelRefused(f"{self._name} {what}")


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
