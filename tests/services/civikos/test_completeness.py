"""A reader notices whatever is left out, told twice or told of another log."""

import base64
import hashlib
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.civikos.client.cloud_event import CloudEvent
from services.civikos.client.completeness import Chain, Place
from services.civikos.client.errors import EventsMissing, NotAnEvent

LEAVES = [hashlib.sha256(str(n).encode()).digest() for n in range(40)]


def event(position: int, previous: int, tenant: str = "mj", epoch: int = 1, **more: Any) -> CloudEvent:
    place = {"tenant": tenant, "epoch": epoch, "sequence": f"{position:016d}", "previous": f"{previous:016d}"}
    leaf = {"leafhash": base64.b64encode(LEAVES[position - 1]).decode()}
    return CloudEvent(id=f"{tenant}-{position}", source="/x", type="t", extensions=place | leaf | more)


def told(positions: list[int], tenant: str = "mj") -> list[CloudEvent]:
    return [event(at, before, tenant) for before, at in zip([0, *positions], positions, strict=False)]


POSITIONS = st.lists(st.integers(1, 40), min_size=2, unique=True).map(sorted)


@given(POSITIONS, POSITIONS, st.randoms(use_true_random=False))
def test_logs_are_chains_of_their_own_however_they_are_mixed(mine: list[int], other: list[int], random: Any) -> None:
    waiting = [told(mine), told(other, "mf")]
    chain = Chain()
    while any(waiting):
        chain.add(random.choice([one for one in waiting if one]).pop(0))

    assert chain.told == {"mj": Place("mj", 1, mine[-1]), "mf": Place("mf", 1, other[-1])}


@given(POSITIONS, st.integers(0, 40))
def test_an_event_that_is_left_out_is_missed_by_the_next(positions: list[int], which: int) -> None:
    left = which % len(positions)
    assume(0 < left < len(positions) - 1)
    chain = Chain({"mj": Place("mj", 1, 0)})
    events = told(positions)
    for one in events[:left]:
        chain.add(one)

    with pytest.raises(EventsMissing) as missing:
        chain.add(events[left + 1])
    assert (missing.value.after, missing.value.upto) == (positions[left - 1], positions[left])


@given(POSITIONS)
def test_an_event_that_is_told_twice_is_noticed(positions: list[int]) -> None:
    chain = Chain()
    for one in told(positions):
        chain.add(one)

    with pytest.raises(EventsMissing):
        chain.add(told(positions)[-1])


def test_an_epoch_begins_anew_and_none_comes_back() -> None:
    chain = Chain()
    chain.add(event(7, 0))
    with pytest.raises(EventsMissing):
        chain.add(event(12, 8, epoch=2))
    chain.add(event(6, 5, epoch=2))

    with pytest.raises(EventsMissing):
        chain.add(event(9, 7))


@pytest.mark.parametrize("more", [{"epoch": "1"}, {"epoch": True}, {"sequence": "x"}, {"sequence": 3}])
def test_an_event_that_does_not_say_where_it_stands_is_none(more: dict[str, Any]) -> None:
    with pytest.raises(NotAnEvent):
        Chain().add(event(1, 0, **more))
