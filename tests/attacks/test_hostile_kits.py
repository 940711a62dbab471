"""Kits made to deceive the verifier or to harm the machine that runs it: refused, the file named, never a traceback."""

import io
import json
import os
import random
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.audit.kits import VERIFIER, Answer, verify
from tests.services.audit.wrong_kits import ENTRIES, Kit, sealed

FLIPS = os.environ.get("PAKT_QUALIFY_FLIPS", "")
"""`all` flips each byte of a kit."""
MEMORY = 160 << 20
"""Bytes that a verifier of a hostile kit may use, the interpreter and its libraries included."""


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return Kit(ENTRIES[:30], heads=(3, 10)).pack(tmp_path_factory.mktemp("kit")).read_bytes()


def files_of(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def zipped(raw: bytes, change: Callable[[zipfile.ZipFile], object], how: int = zipfile.ZIP_STORED) -> bytes:
    """The kit's files in a new zip, and what is added or changed before its directory is written."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", how) as new:
        for name, content in files_of(raw).items():
            new.writestr(name, content)
        change(new)
    return target.getvalue()


def adding(name: str, content: bytes = b"harm") -> Callable[[bytes], bytes]:
    return lambda raw: zipped(raw, lambda new: new.writestr(name, content))


def altering(**fields: object) -> Callable[[bytes], bytes]:
    """Another entry for README.md in the zip's directory."""

    def change(new: zipfile.ZipFile) -> None:
        for field, value in fields.items():
            setattr(new.getinfo("README.md"), field, value)

    return lambda raw: zipped(raw, change)


def bomb(raw: bytes) -> bytes:
    """A gigabyte of zeros in a megabyte."""

    def change(new: zipfile.ZipFile) -> None:
        with new.open(zipfile.ZipInfo("events/000001.ndjson"), "w") as member:
            member._compress_type = zipfile.ZIP_DEFLATED
            for _ in range(1 << 10):
                member.write(bytes(1 << 20))

    return zipped(raw, change, zipfile.ZIP_DEFLATED)


def one_for_many(raw: bytes) -> bytes:
    """A hundred names for one large file: overlapping members."""

    def change(new: zipfile.ZipFile) -> None:
        new.writestr("read_models/m0.ndjson", bytes(1 << 20))
        for n in range(1, 100):
            info = zipfile.ZipInfo(f"read_models/m{n}.ndjson")
            shared = new.getinfo("read_models/m0.ndjson")
            info.header_offset, info.file_size, info.compress_size, info.CRC = (
                shared.header_offset, shared.file_size, shared.compress_size, shared.CRC,
            )  # fmt: skip
            new.filelist.append(info)
            new.NameToInfo[info.filename] = info

    return zipped(raw, change)


HOSTILE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a way up": (adding("../../etc/cron.d/harm"), "../../etc/cron.d/harm"),
    "an absolute path": (adding("/etc/harm"), "/etc/harm"),
    "a drive": (adding("C:harm"), "C:harm"),
    "backslashes": (adding("..\\harm"), "..\\harm"),
    "a hidden way up": (adding("rules/../../harm"), "rules/../../harm"),
    "a folder": (adding("rules/", b""), "rules/"),
    "a zip in the zip": (adding("rules/more.zip"), "rules/more.zip"),
    "a name with a zero": (adding("README.md.exe"), "README.md.exe"),
    "a link": (altering(external_attr=0o120777 << 16), "README.md"),
    "a device": (altering(external_attr=0o060666 << 16), "README.md"),
    "encrypted": (altering(flag_bits=1), "README.md"),
    "10 GB declared": (altering(file_size=10 << 30, compress_size=10 << 30), "README.md"),
    "compressed": (lambda raw: zipped(raw, lambda _: None, zipfile.ZIP_DEFLATED), "README.md"),
    "a bomb": (bomb, "README.md"),
    "one file under many names": (one_for_many, "read_models/m0.ndjson"),
    "a file that is not listed": (adding("rules/harm.json"), "rules/harm.json"),
}


def within(path: Path, *options: str) -> Answer:
    """Run the verifier where memory is short."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))

    command = [sys.executable, "-I", str(VERIFIER), str(path), "--json", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit, timeout=60)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_zip_is_refused_and_the_file_named(tmp_path: Path, packed: bytes, name: str) -> None:
    make, file = HOSTILE[name]
    path = tmp_path / "kit.zip"
    path.write_bytes(make(packed))

    code, said = within(path)

    assert (code, said["file"]) == (1, file), said
    assert sorted(one.name for one in tmp_path.iterdir()) == ["kit.zip"]


@pytest.mark.parametrize("raw", [b"", b"PK", b"PK\5\6" + bytes(18), b"not a zip at all", bytes(100_000)])
def test_what_is_no_kit_is_told_apart(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "kit.zip"
    path.write_bytes(raw)

    code, said = verify(path)

    assert (code, said["file"]) == (2, str(path)) or (code, said["file"]) == (1, "MANIFEST")


def test_what_is_not_there_or_no_file_is_told_apart(tmp_path: Path) -> None:
    assert verify(tmp_path / "nothing")[0] == 2
    assert verify(tmp_path)[0] == 2


def test_a_truncated_kit_is_never_verified(tmp_path: Path, packed: bytes) -> None:
    path = tmp_path / "kit.zip"
    for length in range(0, len(packed), 1 + len(packed) // 200):
        path.write_bytes(packed[:length])

        assert verify(path)[0] in {1, 2}, length


def without_end(unit: str, days: bytes) -> bytes:
    """A deadline after more days than there are."""
    at = '"2026-01-01T00:00:00Z"'
    said = f'"zone":"Europe/Belgrade","due_at":{at},"anchor":{at},"counting":"exclude_first","trace":[],"unit":"{unit}"'
    return f'{{"deadline":{{"anchor_event":"x","calendar":"xk.0",{said},"n":'.encode() + days + b"}}"


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"deadline":{"anchor_event":"x","calendar":"xk.0","zone":"../../etc/passwd","due_at":"x"}}',
        without_end("working_days", b"1e9"),
        without_end("calendar_days", b"1" + b"0" * 400),
        b'{"deadline":{"anchor_event":"x","calendar":[]}}',
        b'{"consultation_id":{}}',
        b'{"consultation_id":1e400}',
    ],
)
def test_payloads_that_would_break_a_careless_reader_are_named(tmp_path: Path, data: bytes) -> None:
    began = time.monotonic()

    code, said = verify(sealed(20, data=data).pack(tmp_path))

    assert (code, said.get("position", 20)) in {(1, 20), (0, 20)}, said
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("header", [{"size": 10**18}, {"last": 10**18, "size": 10**18}, {"first": -5}, {"origin": ""}])
def test_a_manifest_that_promises_the_impossible_is_refused(tmp_path: Path, header: dict[str, int]) -> None:
    assert verify(Kit(ENTRIES[:30]).pack(tmp_path, **header))[0] in {1, 2}


def unchanged_or_refused(path: Path, raw: bytes, at: int, mask: int) -> None:
    """A kit with one byte flipped is refused, or is read as the very same files."""
    flipped = bytearray(raw)
    flipped[at] ^= mask
    path.write_bytes(flipped)

    code, said = verify(path)

    if code == 0:
        with zipfile.ZipFile(path) as again:
            held = {one.filename: raw_member(bytes(flipped), one) for one in again.infolist()}
        assert held == files_of(raw), (at, mask, said)
    else:
        assert code in {1, 2} and said["wrong"]


def raw_member(raw: bytes, info: zipfile.ZipInfo) -> bytes:
    """The bytes that the directory names, wherever their own header says they are."""
    at = info.header_offset
    begin = (
        at + 30 + int.from_bytes(raw[at + 26 : at + 28], "little") + int.from_bytes(raw[at + 28 : at + 30], "little")
    )
    return raw[begin : begin + info.file_size]


@given(data=st.data())
def test_no_flipped_byte_passes_for_another_kit(
    tmp_path_factory: pytest.TempPathFactory, packed: bytes, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(packed) - 1))
    mask = data.draw(st.integers(1, 255))

    unchanged_or_refused(tmp_path_factory.getbasetemp() / "flipped.zip", packed, at, mask)


def test_each_byte_of_the_lines_that_sign_it_flipped(tmp_path: Path, packed: bytes) -> None:
    end = packed.rindex(b"PK\x01\x02", 0, packed.rindex(b"MANIFEST"))
    begin = packed.rindex(b"\n\n\xe2\x80\x94 ", 0, end)
    for at in range(begin, packed.index(b"PK\x01\x02", begin)):
        for bit in range(8):
            unchanged_or_refused(tmp_path / "kit.zip", packed, at, 1 << bit)


def test_each_byte_flipped(tmp_path: Path, packed: bytes) -> None:
    """All of them in a qualification, some hundreds else."""
    chosen = range(len(packed)) if FLIPS == "all" else random.Random(3).sample(range(len(packed)), 400)
    for at in chosen:
        unchanged_or_refused(tmp_path / "kit.zip", packed, at, 1 << at % 8)
    print(f"kits: {len(chosen)} of {len(packed)} bytes flipped, none passed for another kit")
