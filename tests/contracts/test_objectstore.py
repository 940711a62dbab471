"""One suite for every object store."""

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.kernel.errors import StreamNotFound, Unavailable
from infra.objectstore.interface import ObjectDamaged, ObjectStore, TooLarge
from infra.objectstore.obstore import local_objects, memory_objects, s3_objects
from tests.support.s3 import s3_server

LIMIT = 1_000


@pytest.fixture(params=["memory", "local", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    if request.param == "memory":
        yield memory_objects(limit=LIMIT)
    elif request.param == "local":
        yield local_objects(tmp_path / "objects", limit=LIMIT)
    else:
        with s3_server() as address:
            monkeypatch.setenv("AWS_ENDPOINT_URL", address)
            monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
            monkeypatch.setenv("AWS_REGION", "eu-central-1")
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
            monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
            yield s3_objects("s3://bucket/pakt", limit=LIMIT)


async def test_a_store_that_is_not_there_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ENDPOINT_URL": "http://127.0.0.1:1", "ALLOW_HTTP": "true", "SKIP_SIGNATURE": "true"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    objects = s3_objects("s3://bucket", retries=0)
    for call in (objects.put(b"x"), objects.get("0" * 64), objects.size("0" * 64)):
        with pytest.raises(Unavailable):
            await call


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
