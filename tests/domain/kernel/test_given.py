"""The harness itself: it must fail where a domain is wrong."""

import pytest

from domain.kernel.errors import IllegalTransition, RuleViolated
from domain.tenants.commands import RegisterMember, StartSandboxClock
from domain.tenants.events import MemberRegistered, SandboxClockMoved, SandboxClockStarted
from domain.tenants.membership import Membership
from domain.tenants.sandbox_clock import SandboxClock
from tests.support.given import ACTOR, MINISTRY, SANDBOX, built, context, given_nothing, new_id

MEMBER = RegisterMember(person_id=ACTOR, full_name="Arta Berisha", email="arta@example.org")


def test_other_events_than_expected() -> None:
    outcome = given_nothing(Membership).when(MEMBER)

    with pytest.raises(AssertionError):
        outcome.then([MemberRegistered(new_id(0))])
    with pytest.raises(AssertionError):
        outcome.then_nothing()
    with pytest.raises(AssertionError):
        outcome.then_events(SandboxClockStarted)
    with pytest.raises(AssertionError):
        outcome.then_refused()
    with pytest.raises(AssertionError):
        outcome.then_state(lambda member: member.mandates)


def test_another_refusal_than_expected() -> None:
    outcome = given_nothing(SandboxClock).when(StartSandboxClock(), tenant=MINISTRY)

    outcome.then_refused(RuleViolated, rule="sandbox.only")
    for wrong in ({"error": IllegalTransition}, {"rule": "other"}, {"pointer": "/by"}):
        with pytest.raises(AssertionError):
            outcome.then_refused(**wrong)
    with pytest.raises(AssertionError):
        outcome.then([])


def test_personal_values_are_compared() -> None:
    with pytest.raises(AssertionError):
        given_nothing(Membership).when(MEMBER).then_personal({"full_name": "Arta Berisha"})


def test_given_events_are_copied() -> None:
    started = SandboxClockStarted()

    first, second = built(SandboxClock, [started]), built(SandboxClock, [started, SandboxClockMoved(1)])

    assert (first.version, second.version) == (1, 2)
    assert "originator_id" not in started.__dict__


def test_ids_of_a_context_are_counted_anew() -> None:
    assert context(tenant=SANDBOX).new_id() == context().new_id() == new_id(0)
