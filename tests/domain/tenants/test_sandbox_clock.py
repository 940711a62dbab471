"""A sandbox's own time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.tenants.commands import MoveSandboxClock, SetSandboxPace, StartSandboxClock
from domain.tenants.events import SandboxClockMoved, SandboxClockStarted, SandboxPaceSet
from domain.tenants.sandbox_clock import HORIZON, SandboxClock
from tests.support.given import MUNICIPALITY, NOW, SANDBOX, STREAM, built, given, given_nothing

DAY = 86_400
START = NOW - timedelta(days=1)
STARTED = SandboxClockStarted()


def clock(*events: tuple[Event, datetime]) -> SandboxClock:
    """A clock whose events happened at the sandbox times given."""
    made = None
    for version, (event, at) in enumerate(events, 1):
        made = event.stamp(STREAM, version, at).mutate(made)
    assert isinstance(made, SandboxClock)
    return made


def test_starting() -> None:
    given_nothing(SandboxClock).when(StartSandboxClock(), tenant=SANDBOX).then([STARTED])


@pytest.mark.parametrize("command", [MoveSandboxClock(by=DAY), SetSandboxPace(factor=60)])
def test_nobody_else_has_one(command: MoveSandboxClock | SetSandboxPace) -> None:
    given_nothing(SandboxClock).when(StartSandboxClock(), tenant=MUNICIPALITY).then_refused(
        RuleViolated, rule="sandbox.only"
    )
    given(SandboxClock, [STARTED]).when(command, tenant=MUNICIPALITY).then_refused(RuleViolated, rule="sandbox.only")


def test_moving_by_seconds() -> None:
    given(SandboxClock, [STARTED]).when(MoveSandboxClock(by=DAY), tenant=SANDBOX).then([SandboxClockMoved(DAY * 1000)])


def test_moving_to_an_instant() -> None:
    to = NOW + timedelta(days=2, microseconds=1)

    outcome = given(SandboxClock, [STARTED]).when(MoveSandboxClock(to=to), tenant=SANDBOX)

    outcome.then([SandboxClockMoved(2 * DAY * 1000 + 1)])
    assert outcome.aggregate.read(NOW) >= to


@pytest.mark.parametrize("command", [MoveSandboxClock(), MoveSandboxClock(to=NOW + timedelta(days=1), by=DAY)])
def test_either_an_instant_or_seconds(command: MoveSandboxClock) -> None:
    given(SandboxClock, [STARTED]).when(command, tenant=SANDBOX).then_refused(InvalidValue)


@pytest.mark.parametrize(
    ("to", "rule"),
    [
        (NOW, "sandbox.forward"),
        (NOW - timedelta(days=1), "sandbox.forward"),
        (HORIZON + timedelta(seconds=1), "sandbox.horizon"),
        (datetime(9999, 12, 31, tzinfo=UTC), "sandbox.horizon"),
    ],
)
def test_moves_that_are_refused(to: datetime, rule: str) -> None:
    given(SandboxClock, [STARTED]).when(MoveSandboxClock(to=to), tenant=SANDBOX).then_refused(RuleViolated, rule=rule)


def test_setting_the_pace() -> None:
    given(SandboxClock, [STARTED]).when(SetSandboxPace(factor=60), tenant=SANDBOX).then([SandboxPaceSet(60)])
    given(SandboxClock, [STARTED]).when(SetSandboxPace(factor=1), tenant=SANDBOX).then_nothing()


def test_reading() -> None:
    assert clock((STARTED, START)).read(NOW) == NOW
    assert clock((STARTED, START), (SandboxClockMoved(5000), NOW)).read(NOW) == NOW + timedelta(seconds=5)


def test_a_pace_runs_from_the_moment_it_was_set() -> None:
    moved = NOW + timedelta(days=10)
    made = clock((STARTED, START), (SandboxClockMoved(10 * DAY * 1000), NOW), (SandboxPaceSet(DAY), moved))

    assert made.read(NOW) == moved
    assert made.read(NOW + timedelta(seconds=15)) == moved + timedelta(days=15)


def test_slowing_down_does_not_jump() -> None:
    later = NOW + timedelta(hours=1)
    made = clock((STARTED, NOW), (SandboxPaceSet(60), NOW), (SandboxPaceSet(1), later))

    assert made.read(NOW + timedelta(minutes=1)) == later
    assert made.read(NOW + timedelta(minutes=2)) == later + timedelta(minutes=1)


def test_time_stops_at_the_horizon_and_never_lags_behind_the_real_one() -> None:
    made = clock((STARTED, NOW), (SandboxPaceSet(1_000_000), NOW))

    assert made.read(NOW + timedelta(days=300)) == HORIZON
    assert made.read(HORIZON + timedelta(days=1)) == HORIZON + timedelta(days=1)
    assert made.read(NOW - timedelta(days=1)) >= NOW - timedelta(days=1)


moves = st.lists(st.one_of(st.integers(1, 10**9).map(SandboxClockMoved), st.integers(1, 10_000).map(SandboxPaceSet)))


@for_all(moves, st.integers(1, 10_000))
def test_time_never_goes_back(events: list[Event], step: int) -> None:
    """Each event happens one step of real time after the last, at what the clock says then."""
    made, real = built(SandboxClock, [STARTED], at=NOW), NOW + timedelta(minutes=1)
    seen = made.read(real)
    for version, event in enumerate(events, 2):
        real += timedelta(milliseconds=step)
        at = made.read(real)
        assert at >= seen
        event.stamp(STREAM, version, at).mutate(made)
        seen = made.read(real)
        assert seen >= at - timedelta(milliseconds=1)
