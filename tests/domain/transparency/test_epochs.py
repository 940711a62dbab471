"""Epochs of a log."""

from domain.kernel.errors import InvalidValue
from domain.kernel.ids import derived_id
from domain.transparency.commands import BeginEpoch, BringLog
from domain.transparency.epochs import LogEpoch
from domain.transparency.events import EPOCHS, EpochBegun, LogBrought
from tests.support.given import given_nothing

BEGIN = BeginEpoch(epoch=2, position=120, old_size=150, old_note="note\n", reason="disk lost")


def test_beginning() -> None:
    outcome = given_nothing(LogEpoch).when(BEGIN)

    outcome.then([EpochBegun(2, 120, 150, "note\n", "disk lost")])
    outcome.then_state(lambda one: (one.epoch, one.position, one.old_size, one.old_note) == (2, 120, 150, "note\n"))


def test_a_note_comes_with_its_size() -> None:
    for command in (BeginEpoch(2, 120, 0, "note\n", "x"), BeginEpoch(2, 120, 150, "", "x")):
        given_nothing(LogEpoch).when(command).then_refused(InvalidValue, pointer="/old_size")


def test_a_tenants_epoch_begins_once() -> None:
    assert LogEpoch.settled_id(7, BEGIN) == derived_id("epoch", 7, 2)
    assert LogEpoch.settled_id(8, BEGIN) != derived_id("epoch", 7, 2)


def test_epochs_are_found_by_their_tag() -> None:
    assert EpochBegun(2, 1, 0, "", "x").tags() == (EPOCHS,)


def test_a_log_that_is_brought_begins_an_epoch_of_which_nobody_has_seen_anything() -> None:
    outcome = given_nothing(LogEpoch).when(BringLog(3, 120, "other.example/mj/2", "note\n", ("ab" * 32,), "moved"))

    outcome.then([EpochBegun(3, 120, 0, "", "moved"), LogBrought("other.example/mj/2", 120, "note\n", ("ab" * 32,))])
    outcome.then_state(lambda one: (one.epoch, one.origin, one.keys) == (3, "other.example/mj/2", ("ab" * 32,)))
