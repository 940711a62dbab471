"""Opportunities: drafted by a provider's people or taken over, published within the rules, filled, closed."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated, StreamNotFound
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.text import Text, text, title
from domain.volunteering.commands import opportunity as c
from domain.volunteering.events import opportunity as e
from domain.volunteering.opportunity import Opportunity
from domain.volunteering.vocabulary import AgeBand, OpportunityStage, RiskClass
from tests.domain.volunteering import examples as x
from tests.support.given import MUNICIPALITY, Outcome, built, given, given_nothing

DRAFT = c.DraftOpportunity(provider_id=x.PROVIDER, organisation_id=x.ORGANISATION, particulars=x.PARTICULARS)
RECORD = c.RecordOpportunity(origin=x.ORIGIN, particulars=x.RECORDED.particulars)
REVISE = c.ReviseOpportunity(provider_id=x.PROVIDER, particulars=x.REVISED.particulars)
PUBLISH = c.PublishOpportunity(provider_id=x.PROVIDER)
CLOSE = c.CloseOpportunity(provider_id=x.PROVIDER, reason=x.REASON)
FILLED, VACANT = e.OpportunityFilled(), e.OpportunityVacant()
OPEN = (x.DRAFTED, x.PUBLISHED)


def facts(**changes: Any) -> dict[str, Any]:
    known: dict[str, Any] = {"tenant": MUNICIPALITY, "mandate": x.DELEGATE}
    return known | {"references": {"provider": x.providing()}} | changes


def decided(command: Command, *past: Event, **changes: Any) -> Outcome:
    return given(Opportunity, past).when(command, **facts(**changes))


def begun(command: Command = DRAFT, **changes: Any) -> Outcome:
    return given_nothing(Opportunity).when(command, **facts(**changes))


def test_a_verified_providers_people_write_a_draft() -> None:
    begun().then([x.DRAFTED])
    begun(references={"provider": x.providing(*x.ACTIVE[:2])}).then([x.DRAFTED])
    for mandate in (x.STRANGER, x.COORDINATOR):
        begun(mandate=mandate).then_refused(RuleViolated, rule="volunteer.provider.mandate")
    for past in ((x.APPLIED,), (x.APPLIED, x.REFUSED)):
        begun(references={"provider": x.providing(*past)}).then_refused(
            RuleViolated, rule="volunteer.provider.verified"
        )
    begun(references={}).then_refused(StreamNotFound)


def test_what_another_register_has_comes_in_as_a_draft_of_nobody() -> None:
    begun(RECORD, imported=True, references={}).then([x.RECORDED])
    begun(RECORD, references={}).then_refused(RuleViolated, rule="volunteer.opportunity.history")

    decided(PUBLISH, x.RECORDED).then_refused(InvalidValue, pointer="/provider_id")
    decided(CLOSE, x.RECORDED).then_refused(InvalidValue, pointer="/provider_id")
    decided(REVISE, x.RECORDED).then([x.REVISED])


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"schedule": replace(x.ARRANGED, last_day=None)}, "/particulars/schedule"),
        ({"max_age": 14}, "/particulars/max_age"),
    ],
)
def test_a_draft_that_cannot_be_meant(changes: dict[str, Any], pointer: str) -> None:
    wanted = replace(x.PARTICULARS, **changes)

    begun(replace(DRAFT, particulars=wanted)).then_refused(InvalidValue, pointer=pointer)
    decided(replace(REVISE, particulars=wanted), x.DRAFTED).then_refused(InvalidValue, pointer=pointer)


def test_the_way_of_an_opportunity() -> None:
    decided(PUBLISH, x.DRAFTED).then([x.PUBLISHED])
    decided(c.MarkFilled(), *OPEN).then([FILLED])
    decided(c.MarkVacant(), *OPEN, FILLED).then([VACANT])
    decided(CLOSE, *OPEN).then([x.CLOSED])
    decided(CLOSE, *OPEN, FILLED).then([x.CLOSED])
    decided(CLOSE, x.DRAFTED).then([x.CLOSED])
    assert built(Opportunity, (*OPEN, FILLED, VACANT)).stage is OpportunityStage.PUBLISHED


_STAGES = {
    "draft": (x.DRAFTED,),
    "published": OPEN,
    "filled": (*OPEN, FILLED),
    "closed": (*OPEN, x.CLOSED),
}
_POSSIBLE = {
    REVISE: {"draft", "published", "filled"},
    PUBLISH: {"draft"},
    CLOSE: {"draft", "published", "filled"},
    c.MarkFilled(): {"published"},
    c.MarkVacant(): {"filled"},
}


def test_what_is_possible_in_which_stage() -> None:
    for command, possible in _POSSIBLE.items():
        for stage, past in _STAGES.items():
            assert built(Opportunity, past).stage == stage
            outcome = decided(command, *past)
            if stage in possible:
                assert outcome.refusal is None
            else:
                outcome.then_refused(IllegalTransition)


def test_only_an_active_provider_publishes_its_own() -> None:
    suspended = x.providing(*x.ACTIVE, x.SUSPENDED)

    decided(PUBLISH, x.DRAFTED, references={"provider": suspended}).then_refused(
        RuleViolated, rule="volunteer.provider.active"
    )
    other = derived_id("test", "other provider")
    for command in (PUBLISH, REVISE, CLOSE):
        decided(replace(command, provider_id=other), x.DRAFTED).then_refused(InvalidValue, pointer="/provider_id")
        decided(command, x.DRAFTED, mandate=x.STRANGER).then_refused(RuleViolated, rule="volunteer.provider.mandate")


def test_the_official_closes_whatever_it_is() -> None:
    command = replace(CLOSE, provider_id=None)

    for past in ((x.RECORDED,), OPEN):
        decided(command, *past, mandate=x.OFFICIAL, references={}).then([x.CLOSED])
    decided(command, *OPEN).then_refused(InvalidValue, pointer="/provider_id")
    decided(replace(CLOSE, reason=Text()), *OPEN).then_refused(InvalidValue, pointer="/reason")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title": title(sq="Vetëm shqip")}, "volunteer.languages"),
        ({"tasks": Text()}, "/particulars/tasks"),
        ({"summary": text(sr="Samo srpski")}, "volunteer.languages"),
        ({"municipality": None}, "/particulars/municipality"),
        ({"min_age": None}, "volunteer.age.min"),
        ({"min_age": 14}, "volunteer.age.min"),
        ({"min_age": 17, "risk": RiskClass.MEDIUM}, "volunteer.minor.risk"),
        ({"min_age": 18, "risk": RiskClass.HIGH}, None),
    ],
)
def test_what_must_be_so_before_everybody_knows(changes: dict[str, Any], told: str | None) -> None:
    outcome = decided(PUBLISH, replace(x.DRAFTED, particulars=replace(x.PARTICULARS, **changes)))

    if told is None:
        outcome.then([x.PUBLISHED])
    else:
        outcome.then_refused()
        assert told in (getattr(outcome.refusal, "rule", None), getattr(outcome.refusal, "pointer", None))


def test_what_is_over_is_not_published() -> None:
    decided(PUBLISH, replace(x.DRAFTED, last_day=date(2026, 3, 15))).then_refused(
        InvalidValue, pointer="/particulars/schedule"
    )
    decided(PUBLISH, replace(x.DRAFTED, last_day=date(2026, 3, 16))).then([x.PUBLISHED])


@pytest.mark.parametrize(
    "changes", [{"min_age": 16}, {"risk": RiskClass.MEDIUM}, {"schedule": x.ARRANGED}, {"municipality": "peje"}]
)
def test_what_agreements_rest_on_stays(changes: dict[str, Any]) -> None:
    command = replace(REVISE, particulars=replace(x.PARTICULARS, **changes))

    decided(command, *OPEN).then_refused(RuleViolated, rule="volunteer.opportunity.frozen")
    decided(command, x.DRAFTED).then_events(e.OpportunityRevised)
    unsaid = replace(REVISE, particulars=replace(x.PARTICULARS, summary=Text()))
    decided(unsaid, *OPEN).then_refused(InvalidValue, pointer="/particulars/summary")


def test_who_may_be_taken_on() -> None:
    built(Opportunity, OPEN).require_open(x.PROVIDER)

    for past in _STAGES.values():
        if past is not OPEN:
            with pytest.raises(RuleViolated) as refused:
                built(Opportunity, past).require_open(x.PROVIDER)
            assert refused.value.rule == "volunteer.opportunity.open"
    with pytest.raises(InvalidValue):
        built(Opportunity, OPEN).require_open(derived_id("test", "other provider"))


def test_risks_and_ages_are_in_order() -> None:
    assert sorted(RiskClass, key=lambda one: one.degree) == list(RiskClass)
    assert [band.least for band in AgeBand] == [0, 15, 18, 30, 45, 65]
    assert [band.is_minor for band in AgeBand] == [True, True, False, False, False, False]
