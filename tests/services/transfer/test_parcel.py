"""The file that a tenant travels in: any change of it is seen before anything of it is believed."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import leaf_hash
from infra.tlog.note import Verifier, sign_note
from services.transfer.parcel import FORMAT, Manifest, Parcel, ParcelRefused, packing
from tests.support.trees import signer

ORIGIN = "there.example/prizren/1"
PARTS = {"es.event": b"rows of events", "es.command": b"", "objects": bytes(range(200))}


def packed(path: Path, *, key: str = "") -> Path:
    note = sign_note(Checkpoint(ORIGIN, 3, leaf_hash(b"x")).text, signer(ORIGIN))
    with packing(path) as pack:
        for name, content in PARTS.items():
            with pack.part(name) as part:
                part.write(content)
        manifest = Manifest(
            tenant_id=36,
            slug="prizren",
            kind="municipality",
            sandbox=False,
            epoch=1,
            position=3,
            checkpoint=str(note),
            migration=1,
            release="1",
            types={1: "test.Happened.v1"},
            parts=tuple(pack.parts),
        )
        pack.close(manifest, signer(key or f"{ORIGIN}/tenant"))
    return path


def known(origin: str) -> tuple[Verifier, ...]:
    return (signer(origin).verifier,)


def read(path: Path, keys: Callable[[str], tuple[Verifier, ...]] = known) -> dict[str, bytes]:
    with Parcel.opened(path) as parcel:
        parcel.verify(keys, lambda _done, _of: None)
        return {part.name: b"".join(parcel.chunks(part.name)) for part in parcel.manifest.parts}


def test_what_was_packed_comes_out(tmp_path: Path) -> None:
    path = packed(tmp_path / "one.pakt")

    assert read(path) == PARTS
    assert path.read_bytes().startswith(f"{FORMAT}\n".encode())
    assert path.stat().st_mode & 0o077 == 0


def test_any_flipped_bit_is_refused(tmp_path: Path) -> None:
    whole, changed = bytearray(packed(tmp_path / "one.pakt").read_bytes()), tmp_path / "changed.pakt"
    for at in range(len(whole)):
        whole[at] ^= 1 << at % 8
        changed.write_bytes(whole)
        with pytest.raises(ParcelRefused, match=r"changed\.pakt"):
            read(changed)
        whole[at] ^= 1 << at % 8


def test_a_file_that_was_cut_or_lengthened_is_refused(tmp_path: Path) -> None:
    whole, changed = packed(tmp_path / "one.pakt").read_bytes(), tmp_path / "changed.pakt"
    for content in (*(whole[:at] for at in range(0, len(whole), 7)), whole[1:], whole + b"\n", whole + whole, b""):
        changed.write_bytes(content)
        with pytest.raises(ParcelRefused):
            read(changed)


def test_another_key_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "one.pakt")

    with pytest.raises(ParcelRefused, match="no key that is known here"):
        read(path, lambda _: ())
    with pytest.raises(ParcelRefused, match="no key that is known here"):
        read(packed(tmp_path / "two.pakt", key=f"{ORIGIN}/kit"))


def test_nothing_is_left_of_a_file_that_was_not_finished(tmp_path: Path) -> None:
    def broken() -> None:
        with packing(tmp_path / "one.pakt"):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    path = packed(tmp_path / "one.pakt")
    before = path.read_bytes()

    with pytest.raises(ParcelRefused, match="is there already"):
        packed(path)
    with pytest.raises(ParcelRefused, match="there is no folder"):
        packed(tmp_path / "nowhere" / "one.pakt")
    assert path.read_bytes() == before


LIMITED = """
import resource, sys
from pathlib import Path
from services.transfer.parcel import ParcelRefused, packing
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))
try:
    with packing(Path(sys.argv[1])) as pack, pack.part("objects") as part:
        for _ in range(64):
            part.write(bytes(1 << 14))
except ParcelRefused as error:
    print(error)
"""


def test_no_room_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "one.pakt")], capture_output=True, text=True, check=False
    )

    assert "cannot be written" in done.stdout, done.stderr
    assert os.listdir(tmp_path) == []


def test_a_manifest_of_another_form_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "one.pakt")
    with Parcel.opened(path) as parcel:
        manifest, note = parcel.manifest, parcel.note
    other = msgspec.structs.replace(manifest, slug="mj")
    text = note.text.replace(msgspec.json.encode(manifest).decode(), msgspec.json.encode(other).decode())
    assert text != note.text
    raw = path.read_bytes().replace(note.text.encode(), text.encode())
    path.write_bytes(raw[:-17] + b"%016d\n" % (len(str(note).encode()) + len(text.encode()) - len(note.text.encode())))

    with pytest.raises(ParcelRefused, match="changed"):
        read(path)
