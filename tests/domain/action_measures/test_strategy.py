"""A strategy: adopted by a decision, divided, assigned to institutions that there are, ended."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from domain.action_measures.events import strategy as e
from domain.action_measures.policies import POLICIES
from domain.action_measures.said_date import first_possible, last_possible
from domain.action_measures.strategy import Strategy
from domain.action_measures.vocabulary import Partner
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.manifest import Reaction
from domain.kernel.money import Money
from domain.kernel.text import Text, text, title
from tests.domain.action_measures import examples as x
from tests.support.given import MINISTRY, NATIONAL, Outcome, given, given_nothing, told

DIVIDED = (x.ADOPTED, x.DIVIDED)


def adopted(command: Any = x.ADOPT, **changes: Any) -> Outcome:
    return given_nothing(Strategy, stream_id=x.STRATEGY).when(
        command, **({"tenant": NATIONAL, "mandate": x.SECRETARY} | changes)
    )


def decided(command: Command, *past: Event, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"tenant": NATIONAL, "mandate": x.SECRETARY}
    facts |= {"references": {"institutions": x.institutions()}}
    return given(Strategy, past or DIVIDED, stream_id=x.STRATEGY).when(command, **(facts | changes))


def planned(**changes: Any) -> Any:
    return replace(x.ASSIGN, plan=replace(x.PLAN, **changes))


def test_a_strategy_from_its_adoption_to_its_end() -> None:
    adopted().then([x.ADOPTED])
    decided(x.DIVIDE, x.ADOPTED).then([x.DIVIDED])
    decided(x.ASSIGN).then([x.ASSIGNED])
    decided(x.OUTPUT).then([x.RECORDED])
    decided(replace(x.OUTPUT, objective=None)).then([replace(x.RECORDED, objective=None)])
    decided(x.END).then([x.ENDED])
    assert Strategy.settled_id(1, x.ADOPT) == x.STRATEGY
    assert Strategy.settled_id(1, x.DIVIDE) is None


def test_only_the_nation_adopts_one() -> None:
    adopted(tenant=MINISTRY).then_refused(RuleViolated, rule="tenant.national")


def test_a_living_strategy_names_its_decision_and_history_says_that_it_does_not() -> None:
    nameless = replace(x.ADOPT, decision_no=None)

    adopted(nameless).then_refused(RuleViolated, rule="strategy.decision")
    (event,) = adopted(nameless, imported=True).then_events(e.StrategyAdopted).events
    assert isinstance(event, e.StrategyAdopted)
    assert [(one.code, one.severity) for one in event.findings] == [("strategy.decision", "warning")]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"title": title()}, "/title"),
        ({"last_day": date(2025, 12, 31)}, "/last_day"),
        ({"adopted_on": date(2026, 3, 17)}, "/adopted_on"),
        ({"objectives": (x.OBJECTIVES[0], x.OBJECTIVES[0])}, "/objectives/1/code"),
        ({"objectives": (replace(x.OBJECTIVES[0], title=title()),)}, "/objectives/0/title"),
        ({"note": Text()}, "/note"),
    ],
)
def test_a_strategy_that_cannot_be_meant(changes: dict[str, Any], pointer: str) -> None:
    adopted(replace(x.ADOPT, **changes)).then_refused(InvalidValue, pointer=pointer)


def test_what_the_public_reads_is_said_in_both_languages() -> None:
    half = title(sq="Vetëm shqip")

    adopted(replace(x.ADOPT, title=half)).then_refused(RuleViolated, rule="measure.languages")
    for command in (
        replace(x.DIVIDE, title=half, code="1.2"),
        planned(title=half),
        replace(x.END, reason=text(sq="A")),
    ):
        decided(command).then_refused(RuleViolated, rule="measure.languages")
    decided(planned(title=half), imported=True).then_events(e.MeasureAssigned)


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (replace(x.DIVIDE, objective="SO9"), "/objective"),
        (x.DIVIDE, "/code"),
        (planned(objective="9.9"), "/plan/objective"),
        (planned(code="1.1"), "/plan/code"),
        (planned(last_day=date(2026, 1, 1)), "/plan/last_day"),
        (planned(milestones=(x.MILESTONES[0], x.MILESTONES[0])), "/plan/milestones/1/code"),
        (planned(milestones=(x.WORDS_ONLY.milestones[1],)), "/plan/milestones/0/target"),
        (planned(budget=(x.BUDGET[0], x.BUDGET[0])), "/plan/budget/1/code"),
        (planned(budget=(replace(x.BUDGET[0], planned=Money(0)),)), "/plan/budget/0/planned/amount"),
        (planned(budget=(x.BUDGET[0], replace(x.BUDGET[1], planned=Money(5, "USD")))), "/plan/budget"),
        (planned(partners=(Partner(),)), "/plan/partners/0"),
        (planned(partners=(Partner(institution="mj", other="UN"),)), "/plan/partners/0"),
        (replace(x.ASSIGN, lead="nobody"), "/lead"),
        (replace(x.OUTPUT, objective="1.1"), "/objective"),
        (replace(x.OUTPUT, on="2026-02-30"), "/on"),
        (replace(x.OUTPUT, on="2026-04"), "/on"),
        (replace(x.OUTPUT, text=Text()), "/text"),
    ],
)
def test_what_cannot_be_meant(command: Command, pointer: str) -> None:
    decided(command).then_refused(InvalidValue, pointer=pointer)


def test_a_target_in_words_holds_nobody_to_anything() -> None:
    words = planned(milestones=x.WORDS_ONLY.milestones[:1])

    decided(words).then_refused(RuleViolated, rule="measure.milestone.day")


def test_history_keeps_its_words_and_each_is_a_finding() -> None:
    command = replace(x.ASSIGN, plan=x.WORDS_ONLY)

    (event,) = decided(command, imported=True).then_events(e.MeasureAssigned).events

    assert isinstance(event, e.MeasureAssigned)
    assert [(one.code, one.pointer) for one in event.findings] == [
        ("measure.milestone.day", "/plan/milestones/0/target"),
        ("measure.milestone.outside", "/plan/milestones/1/target"),
    ]


def test_a_measure_lies_within_its_strategy_and_its_lead_still_exists() -> None:
    late = planned(last_day=date(2031, 1, 1))
    ended = {"references": {"institutions": x.institutions(x.MERGED)}}

    decided(late).then_refused(RuleViolated, rule="measure.period")
    decided(x.ASSIGN, **ended).then_refused(RuleViolated, rule="measure.lead.active")
    decided(x.ASSIGN, **ended, imported=True).then_events(e.MeasureAssigned)


def test_codes_are_given_once_and_an_ended_strategy_grows_no_more() -> None:
    decided(x.ASSIGN, *DIVIDED, x.ASSIGNED).then_refused(InvalidValue, pointer="/plan/code")
    for command in (x.DIVIDE, x.ASSIGN, x.END):
        decided(command, x.ADOPTED, x.ENDED).then_refused(IllegalTransition)
    decided(x.OUTPUT, x.ADOPTED, x.ENDED).then([x.RECORDED])


def test_the_lead_gets_what_was_assigned() -> None:
    (reaction,) = POLICIES[e.MeasureAssigned](told(x.ASSIGNED, x.STRATEGY, tenant=NATIONAL))

    assert reaction == Reaction(x.MEASURE, x.PLAN_MEASURE, 10)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("2016", date(2016, 1, 1), date(2016, 12, 31)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2016-02-13", date(2016, 2, 13), date(2016, 2, 13)),
    ],
)
def test_a_date_means_as_much_as_it_says(said: str, first: date, last: date) -> None:
    assert (first_possible(said), last_possible(said)) == (first, last)
