"""The form of an auditor's kit: which files it has, how an event is shown, and the zip that holds them.

A kit is a zip of stored (never compressed) files with fixed times, so that the same content is the same bytes, a reader
can look at any place without unpacking, and no file can be larger than it takes room. `standalone/verify.py` reads it.
"""

import hashlib
import os
import re
import zipfile
from binascii import b2a_base64
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import msgspec

from infra.eventstore.leaf import HAS_COMMAND, HAS_PII, HAS_SUBJECT, HEAD
from infra.tlog.note import Signer, sign_note

FORMAT = "pakt-kit/1"
MANIFEST = "MANIFEST"
SEGMENT = 1 << 16
"""Positions whose events stand in one file, and leaves whose hashes do: a whole tile of level 1."""
CHUNK = 1 << 20

_FIXED = (1980, 1, 1, 0, 0, 0)
_FILE = 0o100644 << 16
_UNIX = 3
_PLAIN = re.compile(rb"[A-Za-z0-9_.]+")
_SECOND = 1_000_000
_LAST_SECOND = 60_000_000_000
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Header(msgspec.Struct, frozen=True, rename={"first": "from", "last": "to"}):
    """What a kit is of: positions `first` to `last` of a tenant's log, under the checkpoint of `size` leaves.

    `read_models` says up to which position the rows of each read model tell; `differing` where the heads in the
    database and their copies outside it are not the same.
    """

    origin: str
    slug: str
    tenant: int
    first: int
    last: int
    size: int
    read_models: dict[str, int]
    differing: tuple[str, ...] = ()


def event_line(entry: bytes) -> bytes:
    """An event as a line of its file: the head of its entry as bytes, then everything to be read by people.

    Whoever joins head, type, meta, data and pii has the entry again. Where type, meta or data is not what it has to be
    (somebody wrote past the event store), the line holds the rest of the entry as bytes.
    """
    head = entry[: HEAD.size]
    _, flags, tenant, epoch, position, stream, version, occurred, recorded, command, subject, *lengths = HEAD.unpack(
        head
    )
    ends = [HEAD.size]
    for length in lengths:
        ends.append(ends[-1] + length)
    name, meta, data, pii = (entry[begin:end] for begin, end in pairwise(ends))
    if not _showable(name, meta, data):
        return b'{"head":"%b","rest":"%b","position":%d}\n' % (_encoded(head), _encoded(entry[HEAD.size :]), position)
    sealed = f'"{_encoded(pii).decode()}"' if flags & HAS_PII else "null"
    tail = (
        f'"pii":{sealed},"tenant":{tenant},"epoch":{epoch},"position":{position},"stream":{_id(stream)},'
        f'"version":{version},"occurred_at":"{_time(occurred)}","recorded_at":"{_time(recorded)}",'
        f'"command":{_id(command) if flags & HAS_COMMAND else "null"},'
        f'"subject":{_id(subject) if flags & HAS_SUBJECT else "null"}}}\n'
    )
    return b'{"head":"%b","type":"%b","meta":%b,"data":%b,%b' % (_encoded(head), name, meta, data, tail.encode())


def segments(first: int, last: int) -> range:
    """The numbers of the files that hold these positions."""
    return range((first - 1) // SEGMENT, (last - 1) // SEGMENT + 1)


def events_file(segment: int) -> str:
    """Events of a segment."""
    return f"events/{segment:06d}.ndjson"


def leaves_file(segment: int) -> str:
    """Leaf hashes of a segment: its tiles of level 0 one after the other."""
    return f"tiles/0/{segment:06d}"


def hashes_file(level: int) -> str:
    """All tiles of a level from 1 on, one after the other."""
    return f"tiles/{level}"


def write_zip(target: Path, folder: Path, names: Sequence[str], header: Header, signer: Signer) -> Iterator[int]:
    """Put the files of `folder` into a new zip, in this order, with the signed manifest last; on disk at the end.

    Yields the bytes of each chunk that went in. The manifest is a signed note: format, header, then a line a file of
    its SHA-256 (hex), its size and its name.
    """
    lines: list[str] = []
    with target.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as zipped:
            for name in names:
                path, digest = folder / name, hashlib.sha256()
                size = path.stat().st_size
                with path.open("rb") as source, zipped.open(_member(name, size), "w") as member:
                    while chunk := source.read(CHUNK):
                        digest.update(chunk)
                        member.write(chunk)
                        yield len(chunk)
                lines.append(f"{digest.hexdigest()} {size} {name}\n")
            text = f"{FORMAT}\n{msgspec.json.encode(header).decode()}\n{''.join(lines)}"
            note = str(sign_note(text, signer)).encode()
            with zipped.open(_member(MANIFEST, len(note)), "w") as member:
                member.write(note)
        file.flush()
        os.fsync(file.fileno())


def _member(name: str, size: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _FIXED)
    member.external_attr, member.create_system, member.file_size = _FILE, _UNIX, size
    return member


def _showable(name: bytes, meta: bytes, data: bytes) -> bool:
    if not _PLAIN.fullmatch(name) or b"\n" in meta or b"\n" in data:
        return False
    try:
        _object.decode(meta)
        _object.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return meta[:1] == data[:1] == b"{"


def _encoded(raw: bytes) -> bytes:
    return b2a_base64(raw, newline=False)


def _id(raw: bytes) -> str:
    text = raw.hex()
    return f'"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"'


def _time(at: int) -> str:
    return f"{_second(at // _SECOND)}.{at % _SECOND:06d}Z"


@lru_cache(1_024)
def _second(at: int) -> str:
    """Seconds since 1970 written out; as a number where no calendar reaches."""
    if abs(at) >= _LAST_SECOND:
        return str(at)
    return (datetime(1970, 1, 1) + timedelta(seconds=at)).isoformat()  # noqa: DTZ001 - the Z is written behind it
