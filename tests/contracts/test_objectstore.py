"""One suite for every object store."""

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.kernel.errors import StreamNotFound, Unavailable
from infra.objectstore.archive import local_archive, memory_archive, s3_archive
from infra.objectstore.interface import Archive, NamedObjects, ObjectDamaged, ObjectStore, TooLarge
from infra.objectstore.obstore import (
    local_named,
    local_objects,
    memory_named,
    memory_objects,
    s3_named,
    s3_objects,
)
from tests.support.network import Relay
from tests.support.s3 import s3_server

LIMIT = 1_000


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with s3_server() as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
        monkeypatch.setenv("AWS_REGION", "eu-central-1")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        yield


@pytest.fixture(params=["memory", "local", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path, s3: None) -> ObjectStore:
    if request.param == "memory":
        return memory_objects(limit=LIMIT)
    if request.param == "local":
        return local_objects(tmp_path / "objects", limit=LIMIT)
    return s3_objects("s3://bucket/pakt", limit=LIMIT)


@pytest.fixture(params=["memory", "local", "s3"])
def records(request: pytest.FixtureRequest, tmp_path: Path, s3: None) -> NamedObjects:
    if request.param == "memory":
        return memory_named()
    return local_named(tmp_path / "records") if request.param == "local" else s3_named("s3://bucket/pakt/erasures")


@pytest.fixture(params=["memory", "local", "s3"])
def archive(request: pytest.FixtureRequest, tmp_path: Path, s3: None) -> Archive:
    if request.param == "memory":
        return memory_archive()
    return local_archive(tmp_path / "archive") if request.param == "local" else s3_archive("s3://bucket/pakt/backup")


async def test_the_file_that_was_put_last_comes_back(archive: Archive, tmp_path: Path) -> None:
    file, back = tmp_path / "file", tmp_path / "back"
    for data in (b"", b"first", bytes(3 << 20)):
        file.write_bytes(data)
        await archive.put("one/wal/0001", file)
        await archive.fetch("one/wal/0001", back)
        assert back.read_bytes() == data
    await archive.put("two/base", file)

    assert await archive.sizes() == {"one/wal/0001": 3 << 20, "two/base": 3 << 20}
    assert await archive.sizes("one") == {"one/wal/0001": 3 << 20}
    await archive.remove("one/wal/0001")
    await archive.remove("one/wal/0001")
    assert await archive.sizes("one") == {}
    with pytest.raises(StreamNotFound):
        await archive.fetch("one/wal/0001", back)


async def test_a_store_that_is_not_there_is_unavailable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {"ENDPOINT_URL": "http://127.0.0.1:1", "ALLOW_HTTP": "true", "SKIP_SIGNATURE": "true"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    objects = s3_objects("s3://bucket", retries=0)
    records = s3_named("s3://bucket/records", retries=0)
    objecting = (objects.put(b"x"), objects.get("0" * 64), objects.size("0" * 64), objects.remove("0" * 64))
    objecting += (objects.part("0" * 64, 0, 1), objects.put_file(Path(__file__)))
    archive = s3_archive("s3://bucket/backup", retries=0)
    archiving = (
        archive.put("a", Path(__file__)),
        archive.fetch("a", tmp_path / "a"),
        archive.sizes(),
        archive.remove("a"),
    )
    for call in (
        *objecting,
        *archiving,
        records.add("a", b""),
        records.read("a"),
        records.names(),
        records.last_name("a"),
    ):
        with pytest.raises(Unavailable):
            await call


async def test_a_store_that_says_nothing_is_unavailable_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Relay(("127.0.0.1", 1)).running() as relay:
        address = f"http://127.0.0.1:{relay.port}"
        asked = {"ENDPOINT_URL": address, "ALLOW_HTTP": "true", "SKIP_SIGNATURE": "true", "TIMEOUT": "1s"}
        for name, value in asked.items():
            monkeypatch.setenv(f"AWS_{name}", value)
        with relay.silent(), pytest.raises(Unavailable):
            await asyncio.wait_for(s3_objects("s3://bucket", retries=0).put(b"x"), 20)


@pytest.mark.parametrize("data", [b"", b"minutes of the meeting", bytes(LIMIT)])
async def test_what_is_put_comes_back_under_its_hash(objects: ObjectStore, data: bytes) -> None:
    name = await objects.put(data)

    assert name == hashlib.sha256(data).hexdigest()
    assert await objects.get(name) == data
    assert await objects.size(name) == len(data)


async def test_the_same_bytes_may_be_put_again(objects: ObjectStore) -> None:
    names = await asyncio.gather(*(objects.put(b"annex") for _ in range(8)))

    assert len(set(names)) == 1
    assert await objects.get(names[0]) == b"annex"


async def test_one_byte_too_many_is_refused(objects: ObjectStore) -> None:
    data = bytes(LIMIT + 1)
    with pytest.raises(TooLarge):
        await objects.put(data)

    assert await objects.size(hashlib.sha256(data).hexdigest()) is None


@pytest.mark.parametrize("name", ["0" * 64, "", "../keys/1.1.key", "A" * 64, "0" * 63, "0" * 64 + "\n"])
async def test_an_unknown_name_is_not_found(objects: ObjectStore, name: str) -> None:
    with pytest.raises(StreamNotFound):
        await objects.get(name)
    assert await objects.size(name) is None


async def test_a_file_of_any_size_is_put_and_read_in_parts(objects: ObjectStore, tmp_path: Path) -> None:
    file, data = tmp_path / "dump", bytes(range(256)) * 8
    file.write_bytes(data)
    name = await objects.put_file(file)

    assert len(data) > LIMIT
    assert name == await objects.put_file(file) == hashlib.sha256(data).hexdigest()
    assert await objects.get(name) == data
    for begin, end in ((0, 1), (255, 700), (2_000, len(data)), (2_000, 9_999), (len(data), 9_999), (7, 7)):
        assert await objects.part(name, begin, end) == data[begin:end]
    with pytest.raises(StreamNotFound):
        await objects.part("0" * 64, 0, 1)


async def test_a_tenants_part_shows_nothing_of_anothers(objects: ObjectStore) -> None:
    name = await objects.within(3).put(b"unpublished draft")

    assert await objects.within(3).get(name) == b"unpublished draft"
    for other in (objects, objects.within(4)):
        assert await other.size(name) is None


async def test_changed_bytes_are_noticed(tmp_path: Path) -> None:
    objects = local_objects(tmp_path / "objects")
    name = await objects.put(b"annex")
    (stored,) = [path for path in (tmp_path / "objects").rglob("*") if path.is_file()]
    stored.write_bytes(b"other")

    with pytest.raises(ObjectDamaged):
        await objects.get(name)


async def test_what_is_removed_is_gone_and_may_come_again(objects: ObjectStore) -> None:
    mine, theirs = objects.within(1), objects.within(2)
    name = await mine.put(b"annex")
    await theirs.put(b"annex")

    for _ in range(2):
        await mine.remove(name)
    await mine.remove("../../etc/passwd")

    assert (await mine.size(name), await theirs.size(name)) == (None, 5)
    with pytest.raises(StreamNotFound):
        await mine.get(name)
    assert await mine.put(b"annex") == name
    assert await mine.get(name) == b"annex"


async def test_a_record_is_written_once(records: NamedObjects) -> None:
    assert await records.names() == []
    assert [await records.add("3/b.json", data) for data in (b"first", b"second")] == [True, False]
    await records.add("12/a.json", b"other")

    assert await records.read("3/b.json") == b"first"
    assert await records.names() == ["12/a.json", "3/b.json"]
    assert await records.names("12") == ["12/a.json"]
    assert await records.names("1") == []
    with pytest.raises(StreamNotFound):
        await records.read("3/c.json")


async def test_the_last_name_of_a_folder_is_found(records: NamedObjects) -> None:
    for number in ("000/001", "000/017", "001/000", "000/999"):
        await records.add(f"pakt.example/mj/1/{number}", b"x")
    await records.add("pakt.example/mj/10/900/000", b"x")

    assert await records.last_name("pakt.example/mj/1") == "pakt.example/mj/1/001/000"
    assert await records.last_name("pakt.example/mj/2") is None


async def test_of_many_writers_of_a_record_one_wins(records: NamedObjects) -> None:
    stored = await asyncio.gather(*(records.add("1/a.json", b"%d" % n) for n in range(8)))

    assert sorted(stored) == [False] * 7 + [True]
    assert await records.read("1/a.json") == b"%d" % stored.index(True)
