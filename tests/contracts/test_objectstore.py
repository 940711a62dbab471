"""One suite for every object store."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from domain.kernel.errors import StreamNotFound
from infra.objectstore.interface import ObjectDamaged, ObjectStore, TooLarge
from infra.objectstore.obstore import local_objects, memory_objects

LIMIT = 1_000


@pytest.fixture(params=["memory", "local"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    return (
        memory_objects(limit=LIMIT) if request.param == "memory" else local_objects(tmp_path / "objects", limit=LIMIT)
    )


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
