"""Sealed personal data opens in its own place of the log and nowhere else."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.errors import HistoryCorrupt, RuleViolated
from domain.kernel.event import Personal
from infra.eventstore.interface import StoredEvent
from infra.keys.memory import MemoryKeys, MemorySubjectKeys
from services.vault import Sealed, Vault

ANA, BEN, STREAM = UUID(int=1), UUID(int=2), UUID(int=99)
TYPE = "consultations.ContributionSubmitted.v1"
VALUES = (
    Personal(ANA, "name", "Ana Krasniqi"),
    Personal(BEN, "name", "Beni"),
    Personal(ANA, "email", "ana@example.org"),
)


def stored(pii: bytes | None, **place: object) -> StoredEvent:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    event = StoredEvent(3, 12, 1, STREAM, 2, TYPE, now, now, None, ANA, b"{}", b"{}", pii)
    return msgspec.structs.replace(event, **place)


@pytest.fixture
def subjects() -> MemorySubjectKeys:
    return MemorySubjectKeys()


@pytest.fixture
def vault(subjects: MemorySubjectKeys) -> Vault:
    return Vault(MemoryKeys(), subjects)


async def test_several_persons_of_one_event_come_back(vault: Vault) -> None:
    pii = await vault.seal(3, STREAM, 2, TYPE, VALUES)

    assert await vault.open(stored(pii)) == {
        ANA: {"name": "Ana Krasniqi", "email": "ana@example.org"},
        BEN: {"name": "Beni"},
    }


async def test_nothing_personal_is_no_bytes(vault: Vault) -> None:
    assert await vault.seal(3, STREAM, 2, TYPE, ()) is None
    assert await vault.open(stored(None)) == {}


async def test_the_sealed_bytes_hold_no_value(vault: Vault) -> None:
    pii = await vault.seal(3, STREAM, 2, TYPE, VALUES) or b""

    assert not any(value.value.encode() in pii for value in VALUES)
    assert {"v", "values"} == set(msgspec.json.decode(pii))


async def test_the_same_value_is_sealed_differently_each_time(vault: Vault) -> None:
    assert await vault.seal(3, STREAM, 2, TYPE, VALUES) != await vault.seal(3, STREAM, 2, TYPE, VALUES)


@pytest.mark.parametrize(
    "place", [{"tenant_id": 4}, {"stream_id": UUID(int=98)}, {"version": 3}, {"type_name": TYPE[:-1] + "2"}]
)
async def test_moved_to_another_place_it_does_not_open(vault: Vault, place: dict[str, object]) -> None:
    pii = await vault.seal(3, STREAM, 2, TYPE, VALUES)
    await vault.seal(4, STREAM, 2, TYPE, VALUES)

    with pytest.raises(HistoryCorrupt):
        await vault.open(stored(pii, **place))


async def test_a_value_under_another_field_or_person_does_not_open(vault: Vault) -> None:
    pii = await vault.seal(3, STREAM, 2, TYPE, VALUES) or b""
    sealed = msgspec.json.decode(pii, type=Sealed)
    first, second, third = sealed.values
    for changed in (
        msgspec.structs.replace(first, field="email"),
        msgspec.structs.replace(first, subject=BEN),
        msgspec.structs.replace(first, sealed=third.sealed, nonce=third.nonce),
    ):
        with pytest.raises(HistoryCorrupt):
            await vault.open(stored(msgspec.json.encode(Sealed(1, (changed, second)))))


@given(st.data())
async def test_a_flipped_bit_is_refused(data: st.DataObject) -> None:
    vault = Vault(MemoryKeys(), MemorySubjectKeys())
    pii = await vault.seal(3, STREAM, 2, TYPE, [Personal(ANA, "name", data.draw(st.text(max_size=40)))]) or b""
    sealed = msgspec.json.decode(pii, type=Sealed)
    value = sealed.values[0]
    part = data.draw(st.sampled_from(["nonce", "sealed"]))
    changed = bytearray(getattr(value, part))
    bit = data.draw(st.integers(0, len(changed) * 8 - 1))
    changed[bit // 8] ^= 1 << bit % 8

    with pytest.raises(HistoryCorrupt):
        await vault.open(
            stored(msgspec.json.encode(Sealed(1, (msgspec.structs.replace(value, **{part: bytes(changed)}),))))
        )


@given(st.binary(max_size=60))
async def test_any_other_bytes_are_refused(pii: bytes) -> None:
    with pytest.raises(HistoryCorrupt):
        await Vault(MemoryKeys(), MemorySubjectKeys()).open(stored(pii))


@given(st.lists(st.tuples(st.uuids(), st.sampled_from(["name", "email", "a|b"]), st.text()), unique_by=lambda v: v[:2]))
async def test_whatever_is_sealed_opens(values: list[tuple[UUID, str, str]]) -> None:
    vault = Vault(MemoryKeys(), MemorySubjectKeys())
    personal = [Personal(subject, field, value) for subject, field, value in values if value.isprintable()]
    opened = await vault.open(stored(await vault.seal(3, STREAM, 2, TYPE, personal)))

    assert {(s, f, v) for s, fields in opened.items() for f, v in fields.items()} == {
        (p.subject_id, p.field, p.value) for p in personal
    }


async def test_an_unknown_format_is_refused(vault: Vault) -> None:
    with pytest.raises(HistoryCorrupt):
        await vault.open(stored(b'{"v": 2, "values": []}'))


async def test_an_erased_person_has_no_values_and_others_keep_theirs(vault: Vault) -> None:
    pii = await vault.seal(3, STREAM, 2, TYPE, VALUES)
    assert await vault.destroy(3, [ANA]) == 1

    assert await vault.open(stored(pii)) == {ANA: {}, BEN: {"name": "Beni"}}
    with pytest.raises(RuleViolated):
        await vault.seal(3, STREAM, 3, TYPE, VALUES)


async def test_one_field_of_one_person_stands_once(vault: Vault) -> None:
    with pytest.raises(ValueError, match="twice"):
        await vault.seal(3, STREAM, 2, TYPE, [VALUES[0], VALUES[0]])


async def test_another_process_opens_what_this_one_sealed(subjects: MemorySubjectKeys) -> None:
    keys = MemoryKeys()
    pii = await Vault(keys, subjects).seal(3, STREAM, 2, TYPE, VALUES)

    assert (await Vault(keys, subjects).open(stored(pii)))[BEN] == {"name": "Beni"}
