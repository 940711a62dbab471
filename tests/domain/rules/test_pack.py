"""Rule packs from draft to successor."""

from datetime import date

import pytest
from msgspec.structs import replace

from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated, StreamNotFound
from domain.kernel.ids import derived_id
from domain.kernel.rules import Bound, Unit
from domain.rules.commands import DraftRulePack, PublishRulePack, ReviseRulePack, SupersedeRulePack
from domain.rules.events import RulePackDrafted, RulePackPublished, RulePackRevised, RulePackSuperseded
from domain.rules.pack import RulePack
from domain.rules.shipped import default_pack
from domain.rules.values import RuleEntry
from tests.support.given import MUNICIPALITY, NATIONAL, built, given, given_nothing

NAMES = {"sq": "Afati", "sr": "Rok", "en": "Period"}
ENTRY = RuleEntry("test.window.min", 15, Unit.WORKING_DAYS, NAMES, bound=Bound.AT_LEAST)
OTHER = RuleEntry("test.report.day", "01-31", Unit.DATE, NAMES)
DRAFTED = RulePackDrafted("xk-2027.1", NAMES, (ENTRY, OTHER))
PUBLISHED = RulePackPublished(date(2026, 4, 1), "5/2026")
DRAFT = DraftRulePack(pack="xk-2027.1", title=NAMES, rules=(ENTRY, OTHER))


def test_the_shipped_pack_can_be_drafted() -> None:
    pack = default_pack()

    given_nothing(RulePack).when(pack, tenant=NATIONAL).then([RulePackDrafted(pack.pack, pack.title, pack.rules)])


def test_a_pack_has_one_address() -> None:
    assert RulePack.settled_id(1, DRAFT) == derived_id("rule_pack", 1, "xk-2027.1")
    assert RulePack.settled_id(1, PublishRulePack(effective_from=date(2026, 4, 1), decision_no="1")) is None


def test_only_the_national_tenant_drafts() -> None:
    given_nothing(RulePack).when(DRAFT, tenant=MUNICIPALITY).then_refused(RuleViolated, rule="tenant.national")


@pytest.mark.parametrize(
    ("entry", "pointer"),
    [
        (replace(ENTRY, value="15"), "/rules/0/value"),
        (replace(OTHER, value=31), "/rules/0/value"),
        (replace(OTHER, value="02-30"), "/rules/0/value"),
        (replace(OTHER, value="31.01."), "/rules/0/value"),
        (replace(ENTRY, unit=Unit.CHOICE), "/rules/0/value"),
        (replace(ENTRY, name={"sq": "Afati", "sr": "Rok"}), "/rules/0/name"),
    ],
)
def test_a_rule_that_cannot_be_meant(entry: RuleEntry, pointer: str) -> None:
    command = replace(DRAFT, rules=(entry,))

    given_nothing(RulePack).when(command, tenant=NATIONAL).then_refused(InvalidValue, pointer=pointer)


def test_a_rule_named_twice() -> None:
    command = replace(DRAFT, rules=(ENTRY, ENTRY))

    given_nothing(RulePack).when(command, tenant=NATIONAL).then_refused(InvalidValue, pointer="/rules/1/key")


def test_a_title_in_two_languages_only() -> None:
    command = replace(DRAFT, title={"sq": "a", "sr": "b"})

    given_nothing(RulePack).when(command, tenant=NATIONAL).then_refused(InvalidValue, pointer="/title")


def test_revising_says_what_changed() -> None:
    longer = replace(ENTRY, value=20)
    command = ReviseRulePack(rules=(longer, OTHER), removed=("test.report.day", "test.report.day", "no.such"))

    outcome = given(RulePack, [DRAFTED]).when(command, tenant=NATIONAL)

    outcome.then([RulePackRevised((longer,), ("test.report.day",))])
    assert list(outcome.aggregate.rules) == ["test.window.min"]


def test_revising_nothing_says_nothing() -> None:
    given(RulePack, [DRAFTED]).when(ReviseRulePack(rules=(ENTRY,)), tenant=NATIONAL).then_nothing()


def test_a_pack_keeps_a_rule() -> None:
    command = ReviseRulePack(removed=("test.window.min", "test.report.day"))

    given(RulePack, [DRAFTED]).when(command, tenant=NATIONAL).then_refused(InvalidValue, pointer="/removed")


def test_revising_checks_as_drafting_does() -> None:
    command = ReviseRulePack(rules=(replace(ENTRY, value="x"),))

    given(RulePack, [DRAFTED]).when(command, tenant=NATIONAL).then_refused(InvalidValue)


def test_publishing_from_a_day_to_come() -> None:
    command = PublishRulePack(effective_from=date(2026, 4, 1), decision_no="5/2026")

    given(RulePack, [DRAFTED]).when(command, tenant=NATIONAL).then([PUBLISHED])


def test_publishing_today_is_not_retroactive() -> None:
    command = PublishRulePack(effective_from=date(2026, 3, 16), decision_no="5/2026")

    given(RulePack, [DRAFTED]).when(command, tenant=NATIONAL).then_events(RulePackPublished)


def test_reaching_back_needs_a_reason() -> None:
    command = PublishRulePack(effective_from=date(2026, 3, 15), decision_no="5/2026")

    given(RulePack, [DRAFTED]).when(command, tenant=NATIONAL).then_refused(RuleViolated, rule="rule_pack.retroactive")
    given(RulePack, [DRAFTED]).when(replace(command, reason="Error corrected"), tenant=NATIONAL).then(
        [RulePackPublished(date(2026, 3, 15), "5/2026", "Error corrected")]
    )


@pytest.mark.parametrize(
    "command",
    [ReviseRulePack(), PublishRulePack(effective_from=date(2026, 4, 1), decision_no="6/2026")],
)
def test_what_is_published_stays(command: ReviseRulePack | PublishRulePack) -> None:
    given(RulePack, [DRAFTED, PUBLISHED]).when(command, tenant=NATIONAL).then_refused(IllegalTransition)


SUCCESSOR = derived_id("test", "successor")
SUPERSEDE = SupersedeRulePack(successor=SUCCESSOR)


def successor(*events: RulePackPublished) -> RulePack:
    made: RulePack = built(RulePack, [replace(DRAFTED, pack="xk-2028.1"), *events], SUCCESSOR)
    return made


def test_superseding_by_a_published_pack() -> None:
    references = {"successor": successor(RulePackPublished(date(2028, 1, 1), "9/2027"))}

    outcome = given(RulePack, [DRAFTED, PUBLISHED]).when(SUPERSEDE, tenant=NATIONAL, references=references)

    outcome.then([RulePackSuperseded(SUCCESSOR)]).then_state(lambda pack: pack.state == "superseded")


@pytest.mark.parametrize("events", [(), (RulePackPublished(date(2026, 3, 31), "1/2026"),)])
def test_the_successor_is_published_and_later(events: tuple[RulePackPublished, ...]) -> None:
    references = {"successor": successor(*events)}

    outcome = given(RulePack, [DRAFTED, PUBLISHED]).when(SUPERSEDE, tenant=NATIONAL, references=references)

    outcome.then_refused(RuleViolated, rule="rule_pack.successor")


def test_the_successor_is_a_rule_pack() -> None:
    given(RulePack, [DRAFTED, PUBLISHED]).when(SUPERSEDE, tenant=NATIONAL).then_refused(StreamNotFound)


def test_a_draft_is_not_superseded() -> None:
    given(RulePack, [DRAFTED]).when(SUPERSEDE, tenant=NATIONAL).then_refused(IllegalTransition)


def test_the_command_names_its_reference() -> None:
    _, names = RulePack.decisions[SupersedeRulePack].references["successor"]

    assert names(SUPERSEDE) == SUCCESSOR
    assert names(DRAFT) is None
