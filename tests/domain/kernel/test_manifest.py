"""A domain that forgets something is refused when it is built; so is a context that is asked for what it lacks."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from domain.catalogue import COMMANDS, DOMAINS
from domain.kernel.command import Boundary, Command, by_name
from domain.kernel.errors import StreamNotFound
from domain.kernel.event import RecordedEvent
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Domain, Reaction, joined
from domain.rules import DOMAIN
from domain.rules.events import RulePackDrafted
from domain.rules.pack import RulePack
from tests.support.given import STREAM, context, told


class Stray(Command, frozen=True):
    """Decided by nobody."""


class Nobodys(Command, frozen=True):
    """Of another name."""


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


def test_two_commands_of_one_name_are_found() -> None:
    again = type("Stray", (Command,), {"__module__": "domain.other"}, frozen=True)

    assert by_name([Stray, Nobodys]) == {"Stray": Stray, "Nobodys": Nobodys}
    assert by_name([Stray, Stray]) == {"Stray": Stray}
    with pytest.raises(TypeError, match=rf"^Stray names two commands: of {__name__} and domain\.other$"):
        by_name([Stray, Nobodys, again])


def test_a_name_in_the_catalogue_is_that_of_the_command() -> None:
    assert [name for name, command in COMMANDS.items() if command.name != name] == []
    assert len(COMMANDS) == sum(len(domain.permissions) for domain in DOMAINS)


def test_an_empty_domain_is_complete() -> None:
    assert Domain(name="none", aggregates=(), events=(), permissions={}).upcasts == ()


def tell_one(_recorded: RecordedEvent) -> Iterator[Reaction]:
    yield Reaction(derived_id("test", 1), Stray())


def tell_other(_recorded: RecordedEvent) -> Iterator[Reaction]:
    yield Reaction(derived_id("test", 2), Stray())


def test_what_two_parts_let_follow_from_an_event_is_named_after_both() -> None:
    parts = [
        Domain(name="part", aggregates=(), events=(), permissions={}, policies={RulePackDrafted: policy})
        for policy in (tell_one, tell_other)
    ]
    policy = joined("whole", *parts).policies[RulePackDrafted]

    assert policy.__name__ == "tell_one_and_tell_other"
    reactions = policy(told(RulePackDrafted("xk-2027.1", {}, ()), STREAM))
    assert [one.stream_id for one in reactions] == [derived_id("test", 1), derived_id("test", 2)]


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
