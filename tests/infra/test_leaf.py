"""The leaf encoding: one to one, every field in it, and what the published vectors say."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.eventstore import leaf, replay
from infra.eventstore.interface import StoredEvent
from infra.eventstore.postgres import PostgresEventStore
from infra.tlog.merkle import leaf_hash
from tests.support.appends import command, event
from tests.support.postgres import TestDatabase

VECTORS = Path(leaf.__file__).with_name("LEAF.vectors.json")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
times = st.integers(-(10**15), 2 * 10**17).map(lambda n: EPOCH + timedelta(microseconds=n))
events = st.builds(
    StoredEvent,
    tenant_id=st.integers(1, 2**31 - 1),
    position=st.integers(1, 2**63 - 1),
    epoch=st.integers(1, 2**31 - 1),
    stream_id=st.uuids(),
    version=st.integers(1, 2**31 - 1),
    type_name=st.text(min_size=1, max_size=60),
    occurred_at=times,
    recorded_at=times,
    command_id=st.none() | st.uuids(),
    subject_id=st.none() | st.uuids(),
    metadata=st.binary(max_size=40),
    data=st.binary(max_size=40),
    pii=st.none() | st.binary(max_size=40),
)


@given(events)
def test_an_entry_gives_its_event_back(stored: StoredEvent) -> None:
    assert leaf.parse_entry(leaf.entry_of(stored)) == stored


@given(events, events)
def test_two_events_never_share_an_entry(one: StoredEvent, two: StoredEvent) -> None:
    assert (leaf.entry_of(one) == leaf.entry_of(two)) is (one == two)


@given(events, st.data())
def test_every_flipped_bit_is_another_event_or_none(event: StoredEvent, data: st.DataObject) -> None:
    entry = bytearray(leaf.entry_of(event))
    entry[data.draw(st.integers(0, len(entry) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        assert leaf.parse_entry(bytes(entry)) != event
    except leaf.EntryRefused:
        return


def test_nothing_and_empty_are_not_the_same() -> None:
    event = vectors()[0][0]
    changed = msgspec.structs.replace(event, pii=b"")

    assert event.pii is None
    assert leaf.entry_of(event) != leaf.entry_of(changed)
    assert leaf.differing_fields(leaf.entry_of(event), leaf.entry_of(changed)) == ("pii",)


def vectors() -> list[tuple[StoredEvent, bytes, str]]:
    found = []
    for case in json.loads(VECTORS.read_text())["vectors"]:
        fields = dict(case["event"])
        for name in ("metadata", "data", "pii"):
            fields[name] = None if fields[name] is None else base64.b64decode(fields[name])
        for name in ("stream_id", "command_id", "subject_id"):
            fields[name] = None if fields[name] is None else UUID(fields[name])
        for name in ("occurred_at", "recorded_at"):
            fields[name] = EPOCH + timedelta(microseconds=fields[name])
        found.append((StoredEvent(**fields), bytes.fromhex(case["entry"]), case["leaf_hash"]))
    return found


@pytest.mark.parametrize(("event", "entry", "digest"), vectors())
def test_the_published_vectors(event: StoredEvent, entry: bytes, digest: str) -> None:
    assert leaf.entry_of(event) == entry
    assert leaf.parse_entry(entry) == event
    assert leaf_hash(entry).hex() == digest


async def test_every_way_of_reading_gives_the_same_entry(
    database: TestDatabase, event_store: PostgresEventStore
) -> None:
    sealed = event(UUID(int=1), 2, b'{"b":2}', subject_id=UUID(int=7), pii=b"\x00sealed")
    await event_store.append(command(event(UUID(int=1), 1), sealed))
    await event_store.append(command(event(UUID(int=2), 1), anonymous=True))

    read = [leaf.entry_of(one) for one in await event_store.read_log(1, 0, 10)]
    raw = [leaf.entry_of_envelope(one) async for page in replay.envelopes(database, 1) for one in page]

    assert len(raw) == 3
    assert raw == read
