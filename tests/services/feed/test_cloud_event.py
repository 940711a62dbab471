"""What a reader outside is given: valid CloudEvents by the standard's own schema, with the payload as it is stored."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import msgspec
import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.event import Metadata
from domain.kernel.ids import derived_id, event_id
from infra.eventstore.codec import encode_metadata
from infra.eventstore.interface import StoredEvent
from infra.eventstore.leaf import entry_of
from services.feed.cloud_event import address_of, cloud_event, source_of
from services.open_data.json_schema import FORMATS

VECTORS = Path("tests/support/cloudevents")
SCHEMA = jsonschema.Draft7Validator(
    json.loads((VECTORS / "cloudevents.schema.json").read_text()), format_checker=FORMATS
)
CASES = json.loads((VECTORS / "events.json").read_text())["cases"]
BASE = "https://pakt.example"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
times = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
metadata = st.builds(
    lambda parent, cause: encode_metadata(
        Metadata(actor=derived_id("someone"), role="registrar", basis="Vendimi 3", cause=cause, traceparent=parent)
    ),
    st.sampled_from(["", PARENT]),
    st.text(max_size=20),
)
payloads = st.dictionaries(st.text(max_size=8), st.text(max_size=20) | st.integers(0, 2**53) | st.none(), max_size=4)
events = st.builds(
    StoredEvent,
    tenant_id=st.integers(1, 2**31 - 1),
    position=st.integers(1, 2**53),
    epoch=st.integers(1, 2**31 - 1),
    stream_id=st.uuids(),
    version=st.integers(1, 2**31 - 1),
    type_name=st.sampled_from(["consultations.ConsultationOpened.v1", "transparency.EpochBegun.v1"]),
    occurred_at=times,
    recorded_at=times,
    command_id=st.none() | st.uuids(),
    subject_id=st.none() | st.uuids(),
    metadata=metadata,
    data=payloads.map(msgspec.json.encode),
    pii=st.none() | st.binary(max_size=40),
)


@given(events, st.none() | st.integers(0, 2**53))
def test_every_event_is_a_cloud_event(stored: StoredEvent, previous: int | None) -> None:
    written = cloud_event(stored, "mkrs", BASE, previous=previous)

    SCHEMA.validate(json.loads(written))
    read = JSONFormat().read(CloudEvent, written)
    assert read.get_id() == str(event_id(stored.command_id, stored.stream_id, stored.version))
    assert (read.get_source(), read.get_type()) == (f"{BASE}/v1/tenants/mkrs", f"xk.pakt.{stored.type_name}")
    assert (read.get_subject(), read.get_time()) == (str(stored.stream_id), stored.occurred_at)
    assert read.get_extension("tenant") == "mkrs"
    assert (int(read.get_extension("sequence")), read.get_extension("epoch")) == (stored.position, stored.epoch)
    assert read.get_data() == json.loads(stored.data)
    assert (read.get_extension("previous") is None) is (previous is None)


@given(events)
def test_the_payload_is_spliced_and_nothing_sealed_or_about_the_actor_leaves(stored: StoredEvent) -> None:
    stored = msgspec.structs.replace(stored, pii=b"sealed-by-a-key", data=b'{"b" : 1, "a":2}')

    written = cloud_event(stored, "mkrs", BASE)

    assert written.endswith(b'"data":' + stored.data + b"}")
    assert b"sealed-by" not in written
    assert str(derived_id("someone")).encode() not in written
    assert b"registrar" not in written


@given(events)
def test_its_leaf_is_that_of_the_log(stored: StoredEvent) -> None:
    told = json.loads(cloud_event(stored, "mkrs", BASE))

    assert base64.b64decode(told["leafhash"]) == hashlib.sha256(b"\0" + entry_of(stored)).digest()


def test_positions_sort_as_texts_and_a_trace_goes_on() -> None:
    at = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    stored = [
        StoredEvent(
            2, position, 1, derived_id("stream"), 1, "consultations.ConsultationOpened.v1", at, at + timedelta(days=1),
            None, None, encode_metadata(Metadata(derived_id("a"), "clock", "", traceparent=PARENT)), b"{}", None,
        )
        for position in (9, 10)
    ]  # fmt: skip
    nine, ten = (json.loads(cloud_event(one, "mkrs", BASE, previous=8)) for one in stored)

    assert nine["sequence"] < ten["sequence"]
    assert nine["previous"] == "0000000000000008"
    assert nine["traceparent"] == PARENT
    assert (nine["time"], nine["recordedtime"]) == ("2026-11-27T09:00:00Z", "2026-11-28T09:00:00Z")


def test_what_is_too_long_to_send_is_told_by_its_address() -> None:
    at = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    stored = StoredEvent(2, 7, 3, derived_id("s"), 1, "x.Y.v1", at, at, None, None, b"{}", b'{"long":1}', None)
    told = json.loads(cloud_event(stored, "mkrs", BASE, dataref=address_of(BASE, "mkrs", stored)))

    SCHEMA.validate(told)
    assert "data" not in told
    assert told["dataref"] == f"{BASE}/v1/feed/events/mkrs/3/7"
    assert told["source"] == source_of(BASE, "mkrs")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_schema_judges_the_cases_as_stated(case: dict[str, object]) -> None:
    """What we write is judged by this schema: that it can say no, the cases show."""
    assert SCHEMA.is_valid(case["event"]) is case["passes_schema"]
