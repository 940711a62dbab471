"""Who may ask for what."""

import pytest

from domain.grants import DOMAIN
from domain.grants.commands import grant_call as c
from domain.grants.commands.recorded_grant import RecordGrant
from domain.kernel.command import Command
from domain.kernel.manifest import Role


def test_calls_are_closed_and_moved_by_the_clock_alone() -> None:
    assert DOMAIN.permissions[c.CloseCall] == {Role.CLOCK}
    assert DOMAIN.permissions[c.RecomputeCallDeadline] == {Role.CLOCK}


def test_whoever_publishes_a_call_does_not_declare_it_void() -> None:
    assert not DOMAIN.permissions[c.PublishCall] & DOMAIN.permissions[c.VoidCall]


@pytest.mark.parametrize("command", DOMAIN.permissions, ids=lambda command: command.name)
def test_auditors_only_look(command: type[Command]) -> None:
    assert DOMAIN.permissions[command] or command is RecordGrant, "history comes in by an import alone"
    assert not DOMAIN.permissions[command] & {Role.AUDITOR, Role.IMPORTER, Role.SEED}
