"""What holds for every event type of every domain; a new domain adds its golden payloads and nothing else.

`tests/golden/events/<stored name>.json` is a payload as it stands in logs for ever. It is written once. A change to such
a file is a change of history: make a new version of the event and an upcast instead.
"""

import json
import re
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from domain.catalogue import DOMAINS, REGISTRY
from domain.kernel.aggregate import Aggregate
from domain.kernel.event import Event
from domain.kernel.ids import derived_id

GOLDEN = Path("tests/golden/events")
STREAM = derived_id("test", "golden")
TOPIC = re.compile(r"^[a-z_]+\.(?P<event>[A-Z][A-Za-z]+)\.v(?P<version>[1-9][0-9]*)$")
TAG = re.compile(r"^[a-z][a-z_]*(:[A-Za-z0-9._-]+)*$")
PERSONAL = frozenset(
    [
        "name",
        "full_name",
        "first_name",
        "last_name",
        "email",
        "phone",
        "telephone",
        "address",
        "birthday",
        "born_on",
        "gender",
        "iban",
        "author",
        "contact_name",
        "contact_email",
        "ip",
        "person_name",
    ]
)

every_class = pytest.mark.parametrize("event_class", REGISTRY.classes, ids=lambda cls: cls.TOPIC)


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.json").read_bytes()


def sample(event_class: type[Event]) -> Event:
    return REGISTRY.decode(event_class.TOPIC, golden(event_class.TOPIC))


def owners(event_class: type[Event]) -> list[type[Aggregate]]:
    return [a for domain in DOMAINS for a in domain.aggregates if event_class in a.appliers]


@pytest.mark.parametrize("name", REGISTRY.names)
def test_every_stored_name_has_a_golden_payload_that_still_decodes(name: str) -> None:
    decoded = REGISTRY.decode(name, golden(name))

    assert type(decoded) in REGISTRY.classes


def test_no_golden_payload_lost_its_event() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(REGISTRY.names)


@every_class
def test_the_payload_is_written_as_it_was(event_class: type[Event]) -> None:
    assert json.loads(REGISTRY.encode(sample(event_class))) == json.loads(golden(event_class.TOPIC))


@every_class
def test_every_field_stands_in_the_golden_payload(event_class: type[Event]) -> None:
    """A field that no golden payload holds could be renamed without anybody noticing."""
    fields = {field.encode_name for field in msgspec.structs.fields(event_class)}

    assert fields == set(json.loads(golden(event_class.TOPIC)))


@every_class
def test_round_trip_with_the_envelope(event_class: type[Event]) -> None:
    event = sample(event_class)
    at = msgspec.json.decode(b'"2026-03-16T09:00:00Z"', type=datetime)

    restored = REGISTRY.restore(event.TOPIC, REGISTRY.encode(event), STREAM, 7, at)

    assert restored == event
    assert (restored.originator_id, restored.originator_version, restored.timestamp) == (STREAM, 7, at)
    assert restored.personal == ()


@every_class
def test_one_kind_of_aggregate_applies_it(event_class: type[Event]) -> None:
    assert len(owners(event_class)) == 1


@every_class
def test_the_stored_name_is_owned(event_class: type[Event]) -> None:
    named = TOPIC.match(event_class.TOPIC)

    assert named
    assert event_class.__name__ == named["event"]
    assert event_class.TOPIC.split(".")[0] in {domain.name for domain in DOMAINS}


@every_class
def test_tags_are_names_of_boundaries_and_not_of_people(event_class: type[Event]) -> None:
    for tag in sample(event_class).tags():
        assert len(tag) <= 200
        assert TAG.match(tag), tag


@every_class
def test_no_payload_field_is_about_a_person(event_class: type[Event]) -> None:
    """Values about people are sealed beside the payload (`Event.about`)."""
    assert not PERSONAL & set(event_class.__struct_fields__)
