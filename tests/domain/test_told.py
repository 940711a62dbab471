"""Which events are told outside: every type is judged, and what is told names nobody who is not known in public anyway."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.catalogue import DOMAINS
from domain.kernel.event import Event
from tests.domain.told import GROUPS

GOLDEN = Path("tests/golden/events")
PERSONS = frozenset(
    {
        "person_id",
        "claimant_id",
        "contributor_id",
        "subject_id",
        "supervisor_id",
        "contact_id",
        "guardian_id",
        "owner_id",
    }
)
KNOWN_IN_PUBLIC = {
    "council.CandidateNominated": "candidates are shown by their ids, so that anybody counts the ballots",
    "council.NominationAccepted": "as nominated",
    "council.CandidacyWithdrawn": "as nominated",
    "council.ElectionCounted": "as nominated",
}


def unversioned(one: type[Event]) -> str:
    return one.TOPIC.rpartition(".")[0]


TOLD = {
    "public": {unversioned(one) for domain in DOMAINS for one in domain.public},
    "granted": {unversioned(one) for domain in DOMAINS for one in domain.granted},
    "own": {unversioned(one) for domain in DOMAINS for one in domain.own},
}
EVERY = {unversioned(one): one for domain in DOMAINS for one in domain.events}


def test_every_type_is_judged_exactly_once() -> None:
    judged = Counter(chain.from_iterable(group.names() for group in GROUPS))

    assert {name for name, often in judged.items() if often > 1} == set()
    assert set(judged) == set(EVERY)


@pytest.mark.parametrize("kind", ["public", "granted", "own"])
def test_the_manifests_say_the_same(kind: str) -> None:
    assert set(chain.from_iterable(group.names() for group in GROUPS if group.told == kind)) == TOLD[kind]


def people(value: Any, name: str = "") -> Iterator[str]:
    """Names of fields, at any depth, that hold the id of a person."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from people(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from people(inner, name)
    elif isinstance(value, str) and (name in PERSONS or name.endswith("_by")) and is_id(value):
        yield name


def is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def named(kind: str) -> dict[str, set[str]]:
    payloads = {name: json.loads((GOLDEN / f"{EVERY[name].TOPIC}.json").read_bytes()) for name in TOLD[kind]}
    return {name: set(people(payload)) for name, payload in payloads.items() if set(people(payload))}


def test_what_everybody_is_told_names_no_person_but_candidates() -> None:
    assert set(named("public")) == set(KNOWN_IN_PUBLIC)


def test_with_a_grant_only_those_are_named_by_id_who_act_in_an_office() -> None:
    found = {field for fields in named("granted").values() for field in fields}

    assert found <= {
        "person_id",  # sits in the Council or a group of it, or holds an office of an organisation
        *("signed_by", "ended_by", "accepted_by", "reported_by", "attached_by", "verified_by"),
    }
    assert {name.partition(".")[0] for name, fields in named("granted").items() if "person_id" in fields} == {
        "council",
        "organisations",
    }


def test_no_draft_is_told() -> None:
    assert {name for kind in TOLD.values() for name in kind if EVERY[name].DRAFT} == set()


def test_what_is_a_clients_own_says_whose_it_is() -> None:
    fields = {name: set(EVERY[name].__struct_fields__) for name in TOLD["own"]}

    assert {name for name, known in fields.items() if "client_id" not in known} == set()
