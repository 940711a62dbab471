"""Who floods waits in a row of its own: served in turn with the others, and never holding all the places."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.shares import Shares


def filled(shares: Shares[tuple[int, int]], tenant: int, times: int) -> int:
    return sum(shares.add(tenant, (tenant, n)) for n in range(times))


def test_one_that_floods_gets_half_and_two_a_third_each() -> None:
    alone: Shares[tuple[int, int]] = Shares(300)
    assert filled(alone, 1, 1_000) == 150
    assert filled(alone, 2, 10) == 10, "who comes beside it finds room"
    both: Shares[tuple[int, int]] = Shares(300)
    given = [(both.add(1, (1, n)), both.add(2, (2, n))) for n in range(500)]
    assert [sum(one) for one in zip(*given, strict=True)] == [100, 100]


def test_rows_are_served_in_turn() -> None:
    shares: Shares[tuple[int, int]] = Shares(100)
    filled(shares, 1, 40)
    filled(shares, 2, 2)
    filled(shares, 3, 1)

    assert [shares.take() for _ in range(6)] == [(1, 0), (2, 0), (3, 0), (1, 1), (2, 1), (1, 2)]
    assert len(shares) == 37


def test_nothing_is_there_once_all_is_taken_or_gone() -> None:
    shares: Shares[tuple[int, int]] = Shares(10)
    filled(shares, 1, 2)
    shares.discard(1, (1, 0))
    shares.discard(1, (1, 7))
    shares.discard(2, (2, 0))
    assert (len(shares), shares.take()) == (1, (1, 1))
    with pytest.raises(IndexError):
        shares.take()


@given(st.lists(st.tuples(st.sampled_from("ad-"), st.integers(1, 4)), max_size=200), st.integers(1, 30))
def test_it_holds_what_was_added_and_neither_taken_nor_discarded(steps: list[tuple[str, int]], most: int) -> None:
    shares: Shares[tuple[int, int]] = Shares(most)
    held: list[tuple[int, int]] = []
    for n, (step, tenant) in enumerate(steps):
        own = Counter(one for one, _ in held)
        if step == "a":
            may = own[tenant] < most - len(held)
            assert shares.add(tenant, (tenant, n)) == may
            held += [(tenant, n)] if may else []
        elif step == "d" and own[tenant]:
            last = max(one for one in held if one[0] == tenant)
            shares.discard(*(tenant, last))
            held.remove(last)
        elif step == "-" and held:
            taken = shares.take()
            assert taken == min(one for one in held if one[0] == taken[0]), "in the order of its row"
            held.remove(taken)
        assert len(shares) == len(held) <= most
