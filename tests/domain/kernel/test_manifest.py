"""A domain that forgets something is refused when it is built; so is a context that is asked for what it lacks."""

import pytest
from msgspec.structs import replace

from domain.kernel.command import Boundary, Command
from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Domain
from domain.rules import DOMAIN
from domain.rules.pack import RulePack
from tests.support.given import STREAM, context


class Stray(Command, frozen=True):
    """Decided by nobody."""


class Nothing(Boundary):
    """Folds nothing."""


def test_a_command_without_permission_is_found() -> None:
    permissions = dict(DOMAIN.permissions)
    del permissions[next(iter(permissions))]

    with pytest.raises(TypeError, match="DraftRulePack"):
        replace(DOMAIN, permissions=permissions)


def test_a_permission_for_a_command_that_nobody_decides_is_found() -> None:
    with pytest.raises(TypeError, match="Stray"):
        replace(DOMAIN, permissions={**DOMAIN.permissions, Stray: frozenset()})


def test_an_event_that_is_not_listed_is_found() -> None:
    with pytest.raises(TypeError, match="RulePackDrafted"):
        replace(DOMAIN, events=DOMAIN.events[1:])


def test_an_empty_domain_is_complete() -> None:
    assert Domain(name="none", aggregates=(), events=(), permissions={}).upcasts == ()


def test_a_reference_that_is_not_there() -> None:
    with pytest.raises(StreamNotFound):
        context().reference("plan", RulePack)


def test_a_boundary_that_was_not_folded() -> None:
    folded = Nothing()

    assert context(boundary=folded).folded(Nothing) is folded
    with pytest.raises(TypeError):
        context().folded(Nothing)


def test_a_boundary_must_say_what_it_folds() -> None:
    with pytest.raises(NotImplementedError):
        Nothing.tag(STREAM, Stray())
    with pytest.raises(NotImplementedError):
        Nothing().apply(STREAM, object())


def test_derived_ids_follow_from_their_parts() -> None:
    assert derived_id("a", 1) == derived_id("a", "1") != derived_id("a1")
    assert derived_id("a", "b") != derived_id("b", "a")
