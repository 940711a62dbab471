"""The reader of CloudEvents: the cases of the text, what its library writes, and bytes of any kind."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent as Reference
from hypothesis import given
from hypothesis import strategies as st

from services.civikos.client.cloud_event import CloudEvent, read_batch, read_event
from services.civikos.client.errors import NotAnEvent
from tests.support.running import ROOT

CASES: list[dict[str, Any]] = json.loads((ROOT / "tests" / "support" / "cloudevents" / "events.json").read_text())[
    "cases"
]
SMALLEST = {"specversion": "1.0", "id": "1", "source": "/tenants/mj", "type": "xk.pakt.trial.BoxOpened.v1"}


def test_there_are_nine_cases() -> None:
    assert len(CASES) == 9


@pytest.mark.parametrize("case", CASES, ids=lambda one: one["name"])
def test_a_case_is_judged_as_stated(case: dict[str, Any]) -> None:
    body = msgspec.json.encode(case["event"])

    if case["valid"]:
        assert read_event(body).id == case["event"]["id"]
        assert read_batch(b"[" + body + b"]") == [read_event(body)]
    else:
        with pytest.raises(NotAnEvent):
            read_event(body)
        with pytest.raises(NotAnEvent):
            read_batch(b"[" + body + b"]")


@pytest.mark.parametrize(
    "changes",
    [
        {"data": 1, "data_base64": "AA=="},
        {"data_base64": "%"},
        {"data_base64": 7},
        {"Tenant": "mj"},
        {"tenant_id": "mj"},
        {"tenant": {"slug": "mj"}},
        {"tenant": 1.5},
        {"epoch": 2**31},
        {"source": "with space"},
        {"source": ""},
        {"dataschema": "relative/one"},
        {"datacontenttype": "json"},
        {"time": "2026-13-01T00:00:00Z"},
        {"time": "2026-01-01 00:00:00Z"},
        {"time": 5},
        {"id": 5},
        {"subject": ""},
        {"specversion": None},
    ],
    ids=str,
)
def test_what_the_text_forbids_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(NotAnEvent):
        read_event(msgspec.json.encode(SMALLEST | changes))


@pytest.mark.parametrize("body", [b"", b"[", b"1", b"null", b"[1]", b"\xff", b"[" * 5_000, b'{"id":"\xed\xa0\x80"}'])
def test_bytes_that_are_no_event_are_refused(body: bytes) -> None:
    with pytest.raises(NotAnEvent):
        read_event(body)
    with pytest.raises(NotAnEvent):
        read_batch(body)


def test_attributes_are_read_as_they_are() -> None:
    told = {"time": "2026-11-27T10:00:00.5+01:00", "epoch": 2, "live": True, "tenant": "mj", "dataschema": None}
    event = read_event(msgspec.json.encode(SMALLEST | told | {"data_base64": "JVBERi0="}))

    assert event == CloudEvent(
        id="1",
        source="/tenants/mj",
        type="xk.pakt.trial.BoxOpened.v1",
        time=datetime(2026, 11, 27, 9, 0, 0, 500_000, tzinfo=UTC),
        data=b"%PDF-",
        extensions={"epoch": 2, "live": True, "tenant": "mj"},
    )
    assert event.text("tenant") == "mj"
    for name in ("epoch", "nothing"):
        with pytest.raises(NotAnEvent):
            event.text(name)


@given(
    when=st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 1), max_value=datetime(2999, 1, 1)),
    data=st.dictionaries(st.text(max_size=8), st.integers(-(2**31), 2**31 - 1) | st.text(max_size=20), max_size=4),
    subject=st.text(st.characters(min_codepoint=33, max_codepoint=0x24F), min_size=1, max_size=20),
)
def test_what_the_reference_library_writes_is_read(when: datetime, data: dict[str, Any], subject: str) -> None:
    attributes = SMALLEST | {"time": when, "subject": subject, "datacontenttype": "application/json", "epoch": "1"}

    event = read_event(JSONFormat().write(Reference(attributes, data)))

    assert (event.subject, event.data, event.text("epoch")) == (subject, data, "1")
    assert event.time is not None and abs(event.time - when) < timedelta(milliseconds=1)
