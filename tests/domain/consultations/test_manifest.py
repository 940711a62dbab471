"""Who may ask for what, and that everything the domain says can be said."""

from string import Formatter

import pytest

from domain.consultations import DOMAIN
from domain.consultations import commands as c
from domain.consultations.linter import lint
from domain.kernel.command import Command
from domain.kernel.manifest import Role
from domain.kernel.vocabulary import MediaType
from tests.domain.consultations.stories import consultation, planned
from tests.support.given import context

CONTRIBUTORS = {
    c.DraftContribution,
    c.SubmitContribution,
    c.ReviseContribution,
    c.SubmitDraft,
    c.WithdrawContribution,
    c.DisputeAnswer,
}


def test_windows_are_closed_and_moved_by_the_clock_alone() -> None:
    assert DOMAIN.permissions[c.CloseConsultation] == {Role.CLOCK}
    assert DOMAIN.permissions[c.RecomputeDeadlines] == {Role.CLOCK}


def test_contributors_need_no_mandate_and_may_do_nothing_else() -> None:
    open_to_all = {command for command, roles in DOMAIN.permissions.items() if Role.SIGNED_IN in roles}

    assert open_to_all == CONTRIBUTORS


@pytest.mark.parametrize("command", DOMAIN.permissions, ids=lambda command: command.name)
def test_auditors_only_look(command: type[Command]) -> None:
    assert DOMAIN.permissions[command]
    assert not DOMAIN.permissions[command] & {Role.AUDITOR, Role.IMPORTER, Role.SEED}


def test_every_finding_is_a_template_with_its_values() -> None:
    for finding in lint(consultation(planned()).draft(), context()):
        named = {name for _, name, _, _ in Formatter().parse(finding.message.template) if name}
        assert named == set(finding.message.values)


def test_media_types_are_named_once() -> None:
    assert len({one.value for one in MediaType}) == len(MediaType)
