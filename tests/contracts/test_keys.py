"""One suite for every keeper of keys."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from infra.database.interface import Role
from infra.keys.access import is_open_to_others
from infra.keys.files import FileKeys, make_root
from infra.keys.interface import KEY_BYTES, KeyRefused, KeyStore, SubjectKeys
from infra.keys.issuers import FileIssuerKeys
from infra.keys.memory import MemoryKeys, MemorySubjectKeys
from infra.keys.postgres import PostgresSubjectKeys
from infra.keys.travelling import TenantKeys
from projections.connections import Connections
from tests.support.postgres import TestDatabase

DATA_KEY = bytes(range(KEY_BYTES))
ANA, BEN = UUID(int=1), UUID(int=2)


@pytest.fixture(params=["memory", "files", "root"])
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> KeyStore:
    if request.param == "root":
        make_root(tmp_path / "keys")
    return MemoryKeys() if request.param == "memory" else FileKeys(tmp_path / "keys")


async def test_a_wrapped_key_opens_again(keys: KeyStore) -> None:
    wrapped = await keys.wrap(7, DATA_KEY, b"ana")

    assert await keys.unwrap(7, wrapped, b"ana") == DATA_KEY
    assert DATA_KEY not in wrapped


async def test_another_tenant_cannot_open_it(keys: KeyStore) -> None:
    wrapped = await keys.wrap(7, DATA_KEY, b"ana")
    await keys.wrap(8, DATA_KEY, b"ana")

    with pytest.raises(KeyRefused):
        await keys.unwrap(8, wrapped, b"ana")


async def test_a_tenant_without_a_key_cannot_open_it(keys: KeyStore) -> None:
    wrapped = await keys.wrap(7, DATA_KEY, b"ana")

    with pytest.raises(KeyRefused):
        await keys.unwrap(9, wrapped, b"ana")


async def test_another_context_cannot_open_it(keys: KeyStore) -> None:
    wrapped = await keys.wrap(7, DATA_KEY, b"ana")

    with pytest.raises(KeyRefused):
        await keys.unwrap(7, wrapped, b"ben")


async def test_every_flipped_bit_is_refused(keys: KeyStore) -> None:
    wrapped = await keys.wrap(7, DATA_KEY, b"ana")

    for bit in range(len(wrapped) * 8):
        changed = bytearray(wrapped)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(KeyRefused):
            await keys.unwrap(7, bytes(changed), b"ana")


async def test_wrapping_twice_gives_different_bytes(keys: KeyStore) -> None:
    assert await keys.wrap(7, DATA_KEY, b"ana") != await keys.wrap(7, DATA_KEY, b"ana")


async def test_key_files_are_closed_to_others_and_outlive_the_process(tmp_path: Path) -> None:
    wrapped = await FileKeys(tmp_path / "keys").wrap(7, DATA_KEY, b"ana")
    (path,) = (tmp_path / "keys").iterdir()

    assert path.stat().st_mode & 0o777 == 0o600
    assert await FileKeys(tmp_path / "keys").unwrap(7, wrapped, b"ana") == DATA_KEY


async def test_a_key_file_open_to_others_is_refused(tmp_path: Path) -> None:
    wrapped = await FileKeys(tmp_path / "keys").wrap(7, DATA_KEY, b"ana")
    (path,) = (tmp_path / "keys").iterdir()
    path.chmod(0o644)

    with pytest.raises(KeyRefused, match="open to others"):
        await FileKeys(tmp_path / "keys").unwrap(7, wrapped, b"ana")


async def test_a_new_key_file_wraps_and_the_old_one_still_opens(tmp_path: Path) -> None:
    old = await FileKeys(tmp_path / "keys").wrap(7, DATA_KEY, b"ana")
    path = tmp_path / "keys" / "7.2.key"
    path.write_bytes(os.urandom(KEY_BYTES))
    path.chmod(0o600)
    keys = FileKeys(tmp_path / "keys")
    new = await keys.wrap(7, DATA_KEY, b"ana")

    assert (old[1:3], new[1:3]) == (b"\0\1", b"\0\2")
    assert await keys.unwrap(7, old, b"ana") == await keys.unwrap(7, new, b"ana") == DATA_KEY


def _rooted(folder: Path) -> None:
    make_root(folder)
    folder.chmod(0o500)


async def test_tenants_without_a_file_have_keys_that_follow_from_the_root(tmp_path: Path) -> None:
    _rooted(tmp_path / "keys")
    seven = await FileKeys(tmp_path / "keys").wrap(7, DATA_KEY, b"ana")

    assert await FileKeys(tmp_path / "keys").unwrap(7, seven, b"ana") == DATA_KEY
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["root.secret"]
    with pytest.raises(KeyRefused):
        await FileKeys(tmp_path / "keys").unwrap(8, seven, b"ana")


async def test_a_root_that_comes_later_leaves_the_keys_in_files(tmp_path: Path) -> None:
    before = await FileKeys(tmp_path / "keys").wrap(7, DATA_KEY, b"ana")
    _rooted(tmp_path / "keys")
    keys = FileKeys(tmp_path / "keys")

    assert (await keys.wrap(7, DATA_KEY, b"ana"))[:3] == before[:3]
    assert await keys.unwrap(7, before, b"ana") == DATA_KEY


async def test_another_root_opens_nothing(tmp_path: Path) -> None:
    make_root(tmp_path / "one")
    make_root(tmp_path / "two")
    wrapped = await FileKeys(tmp_path / "one").wrap(7, DATA_KEY, b"ana")

    with pytest.raises(KeyRefused):
        await FileKeys(tmp_path / "two").unwrap(7, wrapped, b"ana")


def test_certificates_are_signed_by_keys_that_follow_from_the_root(tmp_path: Path) -> None:
    _rooted(tmp_path / "keys")
    first, again = FileIssuerKeys(tmp_path / "keys" / "issuers"), FileIssuerKeys(tmp_path / "keys" / "issuers")
    public = first.newest("mj").public_key().public_bytes_raw()

    assert again.newest("mj").public_key().public_bytes_raw() == public
    assert again.find("mj", public.hex()) is not None
    assert first.newest("mf").public_key().public_bytes_raw() != public
    assert not (tmp_path / "keys" / "issuers").exists()


def test_an_issuers_key_in_a_file_signs_in_place_of_the_one_that_follows_from_the_root(tmp_path: Path) -> None:
    make_root(tmp_path / "keys")
    keys = FileIssuerKeys(tmp_path / "keys" / "issuers")
    before = keys.newest("mj").public_key().public_bytes_raw()
    after = keys.renew("mj").public_key().public_bytes_raw()

    assert after == keys.newest("mj").public_key().public_bytes_raw() != before
    assert keys.find("mj", before.hex()) is not None


def test_a_group_may_read_what_root_owns_and_nobody_else_may_read_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    def status(mode: int, owner: int) -> os.stat_result:
        return os.stat_result((0o100000 | mode, 0, 0, 1, owner, 0, 0, 0, 0, 0))

    monkeypatch.setattr(os, "geteuid", lambda: 10001)
    assert not is_open_to_others(status(0o440, 0))
    assert not is_open_to_others(status(0o600, 10001))
    assert all(is_open_to_others(status(mode, 0)) for mode in (0o460, 0o444, 0o644))
    assert is_open_to_others(status(0o440, 10001))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert is_open_to_others(status(0o440, 0))


@pytest.fixture(params=["memory", "postgres"])
async def subjects(request: pytest.FixtureRequest, database: TestDatabase) -> AsyncIterator[SubjectKeys]:
    if request.param == "memory":
        yield MemorySubjectKeys()
        return
    connections = Connections(database, Role.GATEWAY)
    yield PostgresSubjectKeys(connections)
    await connections.close()


async def test_the_first_key_of_a_person_stays(subjects: SubjectKeys) -> None:
    assert await subjects.add(1, {ANA: b"first"}) == {ANA: b"first"}
    assert await subjects.add(1, {ANA: b"second", BEN: b"his"}) == {ANA: b"first", BEN: b"his"}
    assert await subjects.find(1, [ANA, BEN, UUID(int=3)]) == {ANA: b"first", BEN: b"his"}
    assert await subjects.find(2, [ANA]) == {}


async def test_many_at_once_agree_on_one_key(subjects: SubjectKeys) -> None:
    people = [UUID(int=n) for n in range(20)]
    answers = await asyncio.gather(
        *(subjects.add(1, {person: bytes([n]) for person in reversed(people)}) for n in range(8))
    )

    assert all(answer == answers[0] for answer in answers)


async def test_an_erased_key_is_never_filled_again(subjects: SubjectKeys) -> None:
    await subjects.add(1, {ANA: b"first"})
    assert await subjects.erase(1, [ANA]) == 1

    assert await subjects.add(1, {ANA: b"second"}) == {ANA: None}
    assert await subjects.find(1, [ANA]) == {ANA: None}
    assert await subjects.erase(1, [ANA, ANA]) == 0


async def test_who_has_no_key_yet_never_gets_one_after_erasure(subjects: SubjectKeys) -> None:
    await subjects.add(2, {ANA: b"hers"})

    assert await subjects.erase(1, [ANA, BEN]) == 2
    assert await subjects.add(1, {ANA: b"first", BEN: b"his"}) == {ANA: None, BEN: None}
    assert await subjects.find(2, [ANA]) == {ANA: b"hers"}


def test_each_institution_has_keys_of_its_own_and_older_ones_stay(tmp_path: Path) -> None:
    keys = FileIssuerKeys(tmp_path)
    first = keys.newest("mflt")
    public = first.public_key().public_bytes_raw().hex()
    assert keys.newest("mj").private_bytes_raw() != first.private_bytes_raw()
    second = keys.renew("mflt")
    again = FileIssuerKeys(tmp_path)
    assert again.newest("mflt").private_bytes_raw() == second.private_bytes_raw() != first.private_bytes_raw()
    held = again.find("mflt", public)
    assert held is not None
    assert held.private_bytes_raw() == first.private_bytes_raw()
    assert again.find("mj", public) is None
    with pytest.raises(KeyRefused):
        keys.newest("../mflt")
    (tmp_path / "mj" / "signing.1.pem").chmod(0o644)
    with pytest.raises(KeyRefused):
        FileIssuerKeys(tmp_path).newest("mj")


async def test_a_tenants_keys_may_be_taken_along(tmp_path: Path) -> None:
    keys, path = FileKeys(tmp_path / "keys"), tmp_path / "tenant.keys"
    assert await keys.held(7) == {}
    wrapped = await keys.wrap(7, DATA_KEY, b"ana")
    held = await keys.held(7)
    TenantKeys(tenant_id=7, slug="mj", keys={number: key.hex() for number, key in held.items()}).write(path)

    came = TenantKeys.read(path)
    assert came.unwrap(wrapped, b"ana") == DATA_KEY
    assert held[1].hex() not in repr(came)
    with pytest.raises(KeyRefused, match="there already"):
        came.write(path)
    path.chmod(0o644)
    with pytest.raises(KeyRefused, match="others"):
        TenantKeys.read(path)
    path.chmod(0o600)
    for content in (
        b"",
        b"{}",
        b'{"tenant_id":7,"slug":"mj","keys":{}}',
        b'{"tenant_id":7,"slug":"mj","keys":{"1":"x"}}',
    ):
        path.write_bytes(content)
        with pytest.raises(KeyRefused, match="no file of a tenant's keys"):
            TenantKeys.read(path)


async def test_a_derived_key_may_be_taken_along_too(tmp_path: Path) -> None:
    make_root(tmp_path)
    keys = FileKeys(tmp_path)
    wrapped = await keys.wrap(7, DATA_KEY, b"ana")
    [(number, key)] = (await keys.held(7)).items()

    assert TenantKeys(tenant_id=7, slug="mj", keys={number: key.hex()}).unwrap(wrapped, b"ana") == DATA_KEY
    with pytest.raises(KeyRefused, match="not in the file"):
        TenantKeys(tenant_id=7, slug="mj", keys={1: key.hex()}).unwrap(wrapped, b"ana")


def test_a_key_for_certificates_that_was_made_elsewhere_is_kept_once(tmp_path: Path) -> None:
    elsewhere, here = FileIssuerKeys(tmp_path / "elsewhere"), FileIssuerKeys(tmp_path / "here" / "issuers")
    key = elsewhere.newest("mj")
    for _ in range(2):
        here.keep("mj", key.private_bytes_raw())
    with pytest.raises(KeyRefused, match="3 bytes"):
        here.keep("mj", b"key")

    assert here.newest("mj").private_bytes_raw() == key.private_bytes_raw()
    assert len(list((tmp_path / "here" / "issuers" / "mj").iterdir())) == 1
