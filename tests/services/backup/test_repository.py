"""What a backup store holds: whole, damaged, of another system, and no longer needed."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.database.interface import DatabaseError
from infra.objectstore.archive import local_archive
from services.backup.repository import BackupDamaged, Label, Repository, described, usable
from services.backup.restore import before, chosen
from services.backup.take import prune

SYSTEM = "7712817510368683992"
SIZE = 16 << 20
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


async def stored(repository: Repository, folder: Path, days_ago: int, segment: int) -> Label:
    """A base backup of some bytes, which begins on a segment."""
    base = folder / f"base-{days_ago}"
    base.mkdir()
    (base / "base.tar.gz").write_bytes(b"cluster " * 1_000 + bytes([days_ago]))
    (base / "backup_manifest").write_text("{}")
    ended = NOW - timedelta(days=days_ago)
    label = Label(
        name=ended.strftime("%Y%m%dT%H%M%S.%fZ"),
        system=repository.system,
        major=18,
        log_name="pakt.localhost",
        begun_at=ended - timedelta(minutes=5),
        ended_at=ended,
        first_segment=f"0000000100000000{segment:08X}",
        segment_size=SIZE,
        migration=160,
        release="2026.11.0",
        files={file.name: described(file) for file in sorted(base.iterdir())},
    )
    await repository.put_base(label, base)
    return label


async def put_segments(repository: Repository, folder: Path, numbers: range) -> None:
    for n in numbers:
        file = folder / f"0000000100000000{n:08X}"
        file.write_bytes(random.Random(n).randbytes(300))
        await repository.put_segment(file, folder)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(local_archive(tmp_path / "store"), SYSTEM)


def flip(file: Path, at: int) -> None:
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)


@pytest.mark.parametrize("at", [0, 4_000, -1])
async def test_one_flipped_bit_of_a_base_backup_is_named(repository: Repository, tmp_path: Path, at: int) -> None:
    label = await stored(repository, tmp_path, 1, 2)
    flip(tmp_path / "store" / SYSTEM / "base" / label.name / "base.tar.gz", at)

    with pytest.raises(BackupDamaged, match=r"base\.tar\.gz was changed in the backup store"):
        await repository.fetch_base(label, tmp_path)


async def test_every_flipped_byte_of_a_packed_segment_is_noticed_or_changes_nothing(
    repository: Repository, tmp_path: Path
) -> None:
    await put_segments(repository, tmp_path, range(7, 8))
    name = f"0000000100000000{7:08X}"
    packed, written = tmp_path / "store" / SYSTEM / "wal" / f"{name}.gz", (tmp_path / name).read_bytes()
    whole = packed.read_bytes()
    noticed = 0
    for at in range(len(whole)):
        flip(packed, at)
        try:
            await repository.fetch_segment(name, tmp_path)
            assert (tmp_path / name).read_bytes() == written, at  # a header's byte that says nothing of the content
        except BackupDamaged:
            noticed += 1
        packed.write_bytes(whole)
    assert noticed > len(whole) // 2


async def test_files_without_a_label_are_no_backup(repository: Repository, tmp_path: Path) -> None:
    label = await stored(repository, tmp_path, 1, 2)
    there = tmp_path / "store" / SYSTEM / "base" / label.name
    (there / "label.json").write_text("{")
    with pytest.raises(BackupDamaged, match="no label"):
        await repository.labels()
    (there / "label.json").unlink()
    assert await repository.labels() == []


async def test_what_no_restore_needs_any_more_is_taken_away(repository: Repository, tmp_path: Path) -> None:
    labels = [await stored(repository, tmp_path, days, 30 - days) for days in (20, 10, 5, 1)]
    await put_segments(repository, tmp_path, range(8, 32))

    gone = await prune(repository, 7, NOW)

    assert gone == [labels[0].name]  # the one from ten days ago is where a restore to seven days ago begins
    assert await repository.labels() == labels[1:]
    assert await repository.segments() == [f"0000000100000000{n:08X}" for n in range(20, 32)]
    assert await prune(repository, 7, NOW) == []


async def test_the_backup_that_was_complete_at_the_moment_is_chosen(repository: Repository, tmp_path: Path) -> None:
    labels = [await stored(repository, tmp_path, days, 30 - days) for days in (10, 5)]

    assert before(labels, NOW) == labels[1]
    assert before(labels, NOW - timedelta(days=5)) == labels[1]
    assert before(labels, NOW - timedelta(days=6)) == labels[0]
    with pytest.raises(DatabaseError, match="the first moment that can be restored"):
        before(labels, NOW - timedelta(days=11))


async def test_systems_in_one_store_are_told_apart(tmp_path: Path) -> None:
    archive = local_archive(tmp_path / "store")
    with pytest.raises(DatabaseError, match="empty"):
        await chosen(archive, None)
    await stored(Repository(archive, SYSTEM), tmp_path, 1, 2)
    assert (await chosen(archive, None)).system == SYSTEM
    await stored(Repository(archive, "1234"), tmp_path, 2, 2)
    with pytest.raises(DatabaseError, match="--system"):
        await chosen(archive, None)
    with pytest.raises(DatabaseError, match="--system"):
        await chosen(archive, "99")
    assert (await chosen(archive, "1234")).system == "1234"


def test_a_whole_segment_counts_before_the_same_one_that_grew() -> None:
    one, two = "000000010000000000000001", "000000010000000000000002"
    assert usable([one, f"{one}.partial", f"{two}.partial", "00000002.history"]) == [
        one,
        f"{two}.partial",
        "00000002.history",
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here is always full")
async def test_a_full_disk_is_told_by_the_file_that_found_no_room(repository: Repository, tmp_path: Path) -> None:
    segment = tmp_path / f"0000000100000000{7:08X}"
    segment.write_bytes(random.Random(7).randbytes(SIZE))
    packed = tmp_path / f"{segment.name}.gz"
    packed.symlink_to("/dev/full")

    with pytest.raises(OSError, match=f"No space left on device: '{packed}'"):
        await repository.put_segment(segment, tmp_path)

    packed.unlink()
    await repository.put_segment(segment, tmp_path)
    assert await repository.segments() == [segment.name]
