"""A base backup is unpacked into its folder, and nowhere else; on Pythons whose tarfile does not look, too."""

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from services.backup import recovery
from services.backup.recovery import extract
from services.backup.repository import BackupDamaged

LOOKS: tuple[dict[str, Any], ...] = ({}, recovery._FILTER)
older_too = pytest.mark.parametrize("looks", LOOKS, ids=("3.11.2", "this Python"))


def packed(archive: Path, *members: tarfile.TarInfo) -> Path:
    with tarfile.open(archive, "w:gz") as written:
        for one in members:
            written.addfile(one, io.BytesIO(b"x" * one.size))
    return archive


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    one = tarfile.TarInfo(name)
    one.type, one.linkname, one.size = kind, link, 3 if kind == tarfile.REGTYPE else 0
    return one


@older_too
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_files_and_folders_come_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looks: dict[str, Any]) -> None:
    monkeypatch.setattr(recovery, "_FILTER", looks)
    extract(packed(tmp_path / "base.tar.gz", member("base", tarfile.DIRTYPE), member("base/1")), tmp_path / "cluster")

    assert (tmp_path / "cluster" / "base" / "1").read_bytes() == b"xxx"


@older_too
@pytest.mark.parametrize(
    "strange",
    [
        member("../outside"),
        member("base/../../outside"),
        member("/outside"),
        member("link", tarfile.SYMTYPE, "/etc"),
        member("link", tarfile.LNKTYPE, "../outside"),
        member("pipe", tarfile.FIFOTYPE),
    ],
    ids=lambda one: one.name + one.type.decode(),
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_would_leave_the_folder_is_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looks: dict[str, Any], strange: tarfile.TarInfo
) -> None:
    monkeypatch.setattr(recovery, "_FILTER", looks)
    with pytest.raises(BackupDamaged, match="no file or folder of a database"):
        extract(packed(tmp_path / "base.tar.gz", strange), tmp_path / "cluster")

    assert not (tmp_path / "outside").exists()


def test_an_archive_that_was_cut_is_damage(tmp_path: Path) -> None:
    archive = packed(tmp_path / "base.tar.gz", member("1"))
    archive.write_bytes(archive.read_bytes()[:-20])
    with pytest.raises(BackupDamaged, match="cannot be unpacked"):
        extract(archive, tmp_path / "cluster")
