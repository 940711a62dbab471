"""The AsyncAPI document: valid by the standard's own schema, whole, and true of the events that logs hold."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from domain.catalogue import DOMAINS
from domain.kernel.event import Metadata
from domain.kernel.ids import derived_id
from infra.eventstore.codec import encode_metadata
from infra.eventstore.interface import StoredEvent
from services.feed.asyncapi import OPERATIONS, described
from services.feed.cloud_event import TYPE_PREFIX, cloud_event
from services.feed.visibility import GRANTED, OWN, PUBLIC
from tests.domain.test_golden import GOLDEN

STANDARD = Path(__file__).with_name("schemas") / "asyncapi_3.0.0.json"
DOCUMENT = described()
NEWEST = {event.TOPIC for domain in DOMAINS for event in domain.events}
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TOLD = sorted(PUBLIC | GRANTED | OWN)
AT = datetime(2026, 3, 16, 9, tzinfo=UTC)
EVENT = StoredEvent(
    tenant_id=4,
    position=7,
    epoch=1,
    stream_id=derived_id("stream"),
    version=2,
    type_name=TOLD[0],
    occurred_at=AT,
    recorded_at=AT,
    command_id=derived_id("command"),
    subject_id=None,
    metadata=encode_metadata(Metadata(actor=derived_id("someone"), role="registrar", basis="1", traceparent=PARENT)),
    data=b"{}",
    pii=None,
)


def faults(document: dict[str, Any]) -> list[str]:
    """What the standard's schema finds wrong."""
    return [error.message for error in Draft7Validator(json.loads(STANDARD.read_bytes())).iter_errors(document)]


def wrong(name: str, payload: dict[str, Any]) -> list[str]:
    """What the document finds wrong with an event of that stored name; its envelope is looked at elsewhere."""
    described_so = DOCUMENT["components"]["messages"][name]["payload"]["allOf"][1]
    judge = Draft202012Validator({"components": DOCUMENT["components"], **described_so})
    return [error.message for error in judge.iter_errors({"type": f"{TYPE_PREFIX}{name}", "data": payload})]


def test_it_is_valid_by_the_schema_of_the_standard():
    assert faults(DOCUMENT) == []


@pytest.mark.parametrize("left_out", ["asyncapi", "info"])
def test_the_schema_of_the_standard_would_find_it(left_out: str):
    assert faults({name: part for name, part in DOCUMENT.items() if name != left_out}) != []


def test_it_has_a_message_for_every_event_that_is_told_and_no_other():
    assert sorted(DOCUMENT["components"]["messages"]) == TOLD
    for channel in DOCUMENT["channels"].values():
        assert sorted(channel["messages"]) == TOLD


def test_every_channel_has_an_operation():
    assert OPERATIONS.keys() == DOCUMENT["channels"].keys() == DOCUMENT["operations"].keys()


def test_it_says_of_each_event_to_whom_it_is_told():
    for kind, names in (("public", PUBLIC), ("granted", GRANTED), ("own", OWN)):
        tagged = {
            name for name, message in DOCUMENT["components"]["messages"].items() if {"name": kind} in message["tags"]
        }
        assert tagged == names, kind


def test_stored_payloads_are_as_described():
    stored = {name: json.loads((GOLDEN / f"{name}.json").read_bytes()) for name in TOLD}

    assert {name: found for name, payload in stored.items() if (found := wrong(name, payload))} == {}
    altered = {name: payload | {"no_such_field": 1} for name, payload in stored.items() if name in NEWEST}
    assert [name for name, payload in altered.items() if not wrong(name, payload)] == []


def test_the_envelope_is_as_described():
    schema = DOCUMENT["components"]["schemas"]["CloudEvent"]
    whole = json.loads(cloud_event(EVENT, "prizren", "https://pakt.example", previous=6))
    by_address = json.loads(cloud_event(EVENT, "prizren", "https://pakt.example", dataref="https://pakt.example/x"))

    for told in (whole, by_address):
        assert [error.message for error in Draft202012Validator(schema).iter_errors(told)] == []
        assert told.keys() <= schema["properties"].keys(), "what is told is described"
        for name in schema["required"]:
            assert not Draft202012Validator(schema).is_valid({key: told[key] for key in told if key != name})
