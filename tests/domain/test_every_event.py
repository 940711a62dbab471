"""What holds for every event type of every domain; a new domain adds its golden payloads and nothing else.

`tests/golden/events/<stored name>.json` is a payload as it stands in logs for ever. It is written once. A change to such
a file is a change of history: make a new version of the event and an upcast instead.
"""

import hashlib
import json
import re
from collections import Counter
from datetime import datetime
from functools import cache
from pathlib import Path

import msgspec

from domain.catalogue import DOMAINS, REGISTRY
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from tests.support.releases import releases

GOLDEN, MEANINGS = Path("tests/golden/events"), Path("tests/golden/meanings")
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


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.json").read_bytes()


@cache
def samples() -> dict[str, Event]:
    """The golden payload of each event type, decoded."""
    return {event_class.TOPIC: REGISTRY.decode(event_class.TOPIC, golden(event_class.TOPIC)) for event_class in CLASSES}


CLASSES: tuple[type[Event], ...] = tuple(REGISTRY.classes)


def test_every_stored_name_has_a_golden_payload_that_still_decodes() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(REGISTRY.names)
    assert {type(REGISTRY.decode(name, golden(name))) for name in REGISTRY.names} == set(CLASSES)


def test_payloads_of_every_release_are_kept_as_they_were() -> None:
    """What a release could write is read for ever, and means what it meant: its golden payload has not changed."""
    for release in releases():
        now = {name: hashlib.sha256((GOLDEN / name).read_bytes()).hexdigest() for name in release.events}
        assert {name for name, digest in release.events.items() if now[name] != digest} == set(), release.name


def test_an_older_payload_means_what_is_written_beside_it() -> None:
    """`tests/golden/meanings/<stored name>.json` is what today's version of the event says instead; none is older yet."""
    older = set(REGISTRY.names) - {one.TOPIC for one in CLASSES}

    assert {path.stem for path in MEANINGS.glob("*.json")} == older
    for name in older:
        told = json.loads(REGISTRY.encode(REGISTRY.decode(name, golden(name))))
        assert told == json.loads((MEANINGS / f"{name}.json").read_bytes()), name


def test_the_payload_is_written_as_it_was() -> None:
    written = {name: json.loads(REGISTRY.encode(event)) for name, event in samples().items()}

    assert [name for name, payload in written.items() if payload != json.loads(golden(name))] == []


def test_every_field_stands_in_the_golden_payload() -> None:
    """A field that no golden payload holds could be renamed without anybody noticing."""
    fields = {one.TOPIC: {field.encode_name for field in msgspec.structs.fields(one)} for one in CLASSES}

    assert {name: names for name, names in fields.items() if names != set(json.loads(golden(name)))} == {}


def test_round_trip_with_the_envelope() -> None:
    at = msgspec.json.decode(b'"2026-03-16T09:00:00Z"', type=datetime)
    for name, event in samples().items():
        restored = REGISTRY.restore(name, REGISTRY.encode(event), STREAM, 7, at)

        assert restored == event, name
        assert (restored.originator_id, restored.originator_version, restored.timestamp) == (STREAM, 7, at), name
        assert restored.personal == (), name


def test_one_kind_of_aggregate_applies_it() -> None:
    applied = Counter(event for domain in DOMAINS for aggregate in domain.aggregates for event in aggregate.appliers)

    assert {one.TOPIC: applied[one] for one in CLASSES if applied[one] != 1} == {}


def test_the_stored_name_is_owned() -> None:
    named = {one: TOPIC.match(one.TOPIC) for one in CLASSES}
    names = {domain.name for domain in DOMAINS}

    assert [one for one, found in named.items() if found is None or one.__name__ != found["event"]] == []
    assert {one.TOPIC for one in CLASSES if one.TOPIC.split(".")[0] not in names} == set()


def test_tags_are_names_of_boundaries_and_not_of_people() -> None:
    tags = {(name, tag) for name, event in samples().items() for tag in event.tags()}

    assert {(name, tag) for name, tag in tags if len(tag) > 200 or not TAG.match(tag)} == set()


def test_no_payload_field_is_about_a_person() -> None:
    """Values about people are sealed beside the payload (`Event.about`)."""
    assert {(one.TOPIC, *found) for one in CLASSES if (found := PERSONAL & set(one.__struct_fields__))} == set()
