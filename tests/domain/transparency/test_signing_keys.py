"""The ring of signing keys."""

import pytest

from domain.kernel.errors import RuleViolated
from domain.transparency.commands import MakeSigningKey, RetireSigningKey, RotateSigningKey
from domain.transparency.events import SigningKeyMade, SigningKeyRetired, SigningKeyRotated
from domain.transparency.signing_keys import SigningKeyRing
from tests.support.given import MINISTRY, NATIONAL, given, given_nothing

FIRST, SECOND, THIRD = "11" * 32, "22" * 32, "33" * 32
MADE = SigningKeyMade(FIRST)
ROTATED = SigningKeyRotated(SECOND, FIRST, "yearly")


def test_the_first_key_begins_the_ring() -> None:
    outcome = given_nothing(SigningKeyRing).when(MakeSigningKey(FIRST), tenant=NATIONAL)

    outcome.then([MADE])
    outcome.then_state(lambda ring: ring.current == FIRST)


def test_the_ring_stands_in_the_national_log() -> None:
    outcome = given_nothing(SigningKeyRing).when(MakeSigningKey(FIRST), tenant=MINISTRY)

    outcome.then_refused(RuleViolated, rule="signing_key.national")


def test_rotating() -> None:
    outcome = given(SigningKeyRing, [MADE]).when(RotateSigningKey(SECOND, "yearly"), tenant=NATIONAL)

    outcome.then([ROTATED])
    outcome.then_state(lambda ring: ring.current == SECOND and ring.retired == {FIRST: False, SECOND: False})


@pytest.mark.parametrize("key", [FIRST, SECOND])
def test_a_key_does_not_come_back(key: str) -> None:
    outcome = given(SigningKeyRing, [MADE, ROTATED]).when(RotateSigningKey(key, "x"), tenant=NATIONAL)

    outcome.then_refused(RuleViolated, rule="signing_key.used")


def test_retiring() -> None:
    outcome = given(SigningKeyRing, [MADE, ROTATED]).when(RetireSigningKey(FIRST, "lost"), tenant=NATIONAL)

    outcome.then([SigningKeyRetired(FIRST, "lost")])
    outcome.then_state(lambda ring: ring.current == SECOND and ring.retired[FIRST])


def test_the_current_key_is_not_retired() -> None:
    outcome = given(SigningKeyRing, [MADE, ROTATED]).when(RetireSigningKey(SECOND, "x"), tenant=NATIONAL)

    outcome.then_refused(RuleViolated, rule="signing_key.current")


def test_what_never_signed_is_not_retired() -> None:
    outcome = given(SigningKeyRing, [MADE]).when(RetireSigningKey(THIRD, "x"), tenant=NATIONAL)

    outcome.then_refused(RuleViolated, rule="signing_key.unknown")


def test_retired_once() -> None:
    events = [MADE, ROTATED, SigningKeyRetired(FIRST, "lost")]
    outcome = given(SigningKeyRing, events).when(RetireSigningKey(FIRST, "x"), tenant=NATIONAL)

    outcome.then_refused(RuleViolated, rule="signing_key.retired")
