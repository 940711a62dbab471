"""When the client tries again, and how long it waits."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.civikos.client.retrying import PASSING, Allowance, Patience, pause_after, retry_after

NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC).timestamp()
PATIENCE = Patience(tries=5, first=1.0, longest=4.0, at_most=60.0)


@given(tries=st.integers(1, 4), status=st.sampled_from([None, *sorted(PASSING)]))
def test_pauses_double_up_to_the_longest(tries: int, status: int | None) -> None:
    pause = pause_after(PATIENCE, tries, status, {}, now=NOW)

    whole = [1.0, 2.0, 4.0, 4.0][tries - 1]
    assert pause is not None and whole / 2 <= pause <= whole


@given(status=st.integers(400, 599).filter(lambda one: one not in PASSING))
def test_what_will_not_pass_is_not_tried_again(status: int) -> None:
    assert pause_after(PATIENCE, 1, status, {"retry-after": "1"}, now=NOW) is None


def test_it_ends_after_all_tries() -> None:
    assert pause_after(PATIENCE, 5, None, {}, now=NOW) is None


@pytest.mark.parametrize(
    ("told", "pause"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("61", None),
        ("Fri, 27 Nov 2026 08:00:30 GMT", 30.0),
        ("Fri, 27 Nov 2026 07:00:00 GMT", 0.0),
    ],
)
def test_a_server_that_says_when_is_believed_within_reason(told: str, pause: float | None) -> None:
    assert pause_after(PATIENCE, 1, 429, {"retry-after": told}, now=NOW) == pause


@pytest.mark.parametrize("told", ["", "soon", "-1", "1.5", "²"])
def test_what_is_no_time_is_passed_over(told: str) -> None:
    assert retry_after(told, now=NOW) is None


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ('"client";r=0;t=12', 12.0),
        ('"client";r=3;t=12', 0.0),
        ('"burst";r=0;t=2, "client";r=0;t=30', 30.0),
        ("", 0.0),
        ('"client";r=0', 0.0),
        ('"client";r=0;t=x', 0.0),
    ],
)
def test_an_empty_allowance_is_waited_for(header: str, wait: float) -> None:
    allowance = Allowance()
    allowance.note({"ratelimit": header} if header else {}, now=100.0)

    assert allowance.wait(now=100.0) == wait
    assert allowance.wait(now=140.0) == 0.0
