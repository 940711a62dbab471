"""A call for a service before it is published, and what the linter says of it."""

from datetime import date
from typing import Any

import pytest

from domain.contracts.commands.call import AmendServiceCall, CheckServiceCall, PlanServiceCall
from domain.contracts.events import call as e
from domain.contracts.facts import CallFacts
from domain.contracts.service_call import ServiceCall
from domain.contracts.vocabulary import CriterionKind, ProcurementMode, ServiceLine
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated, StreamNotFound
from domain.kernel.money import Money
from domain.kernel.text import title
from domain.licences.vocabulary import ServiceUnit
from tests.domain.contracts.tendering import (
    CALL_OFF,
    CHECKED,
    CRITERIA,
    DIRECT,
    FACTS,
    LINES,
    LIST,
    LISTED,
    LISTING,
    MADE_LIST,
    NEED,
    NEED_ASSESSED,
    NEED_FACTS,
    NEED_WITHDRAWN,
    OPEN_CALL,
    OTHER_CALL,
    TITLE,
    as_officer,
    budget,
    call,
    criterion,
    euro,
    facts,
    need,
    planned,
    published,
    told,
)
from tests.support.given import MINISTRY, given_nothing


def plan(of: CallFacts = FACTS) -> PlanServiceCall:
    said = {name: getattr(of, name) for name in CallFacts.__struct_fields__}
    return PlanServiceCall(**said)


def found(of: CallFacts, **overrides: Any) -> dict[str, str]:
    """Codes of the findings with the places they are at."""
    command = CheckServiceCall(need_id=of.need_id, list_id=of.list_id)
    outcome = told(planned(of)).when(command, **as_officer(**overrides)).then_events(e.CallChecked)
    event = outcome.events[0]
    assert isinstance(event, e.CallChecked)
    assert event.errors + event.warnings == len(event.findings)
    assert all(one.citation for one in event.findings)
    return {one.code: one.pointer for one in event.findings}


def resting(listing: Any = None, of: Any = None, taken: Any = ()) -> dict[str, Any]:
    return {"references": {"need": of or need(), "list": listing}, "boundary": budget(*taken)}


def test_a_call_is_planned_and_nothing_can_be_said_against_it() -> None:
    given_nothing(ServiceCall).when(plan(), **as_officer()).then([planned()])
    command = CheckServiceCall(need_id=NEED)
    told(planned()).when(command, **as_officer()).then([CHECKED])


def test_a_call_may_begin_with_a_title_alone() -> None:
    bare = CallFacts(title=TITLE)
    given_nothing(ServiceCall).when(plan(bare), **as_officer()).then([planned(bare)])

    assert set(found(bare, references={"need": None, "list": None})) == {
        "mode-missing",
        "need-missing",
        "service-missing",
        "lines-missing",
        "standards-missing",
        "period-missing",
        "budget-missing",
        "price-not-one-criterion",
        "quality-missing",
        "tie-rules-missing",
        "aggregation-missing",
        "certificate-missing",
        "contact-missing",
        "language-missing",
    }


def test_an_institution_that_ended_begins_nothing() -> None:
    over = MINISTRY.__class__(10, "mflt", "ministry", ended=True)

    given_nothing(ServiceCall).when(plan(), **as_officer(tenant=over)).then_refused(
        RuleViolated, rule="institution.active"
    )


def test_facts_change_until_the_call_is_published() -> None:
    change = AmendServiceCall(budget=euro(5_000_000))
    told(planned()).when(change, **as_officer()).then([e.CallAmended(changes=CallFacts(budget=euro(5_000_000)))])
    told(planned()).when(AmendServiceCall(), **as_officer()).then_refused(InvalidValue, pointer="")
    told(*OPEN_CALL).when(change, **as_officer()).then_refused(IllegalTransition)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"budget": euro(0)}, "/budget/amount"),
        ({"budget": euro(-100)}, "/budget/amount"),
        (
            {
                "lines": (
                    ServiceLine(code="a", title=TITLE, unit=ServiceUnit.VISIT, quantity=1, ceiling=Money(0, "EUR")),
                )
            },
            "/lines/0/ceiling/amount",
        ),
        ({"lines": LINES[:1] * 2}, "/lines/1/code"),
        ({"criteria": CRITERIA[:1] * 2}, "/criteria/1/code"),
        ({"places": ("prizren", "prizren")}, "/places/1"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_once(changes: dict[str, Any], pointer: str) -> None:
    given_nothing(ServiceCall).when(plan(facts(**changes)), **as_officer()).then_refused(InvalidValue, pointer=pointer)


@pytest.mark.parametrize("missing", ["need", "list"])
def test_what_a_call_names_is_there(missing: str) -> None:
    references = {"need": need(), "list": call(*MADE_LIST, stream_id=LIST)} | {missing: None}

    given_nothing(ServiceCall).when(plan(CALL_OFF), **as_officer(references=references)).then_refused(StreamNotFound)


def test_the_check_names_the_need_that_the_call_names() -> None:
    told(planned()).when(CheckServiceCall(), **as_officer()).then_refused(InvalidValue, pointer="/need_id")
    other = CheckServiceCall(need_id=NEED, list_id=LIST)
    told(planned()).when(other, **as_officer()).then_refused(InvalidValue, pointer="/list_id")


@pytest.mark.parametrize(
    ("of", "code", "pointer"),
    [
        (facts(mode=ProcurementMode.DIRECT), "direct-unjustified", "/direct"),
        (facts(direct=DIRECT), "mode-mixed", "/direct"),
        (facts(service="shelter"), "service-not-needed", "/service"),
        (facts(places=("prizren", "peje")), "place-not-needed", "/places/1"),
        (facts(last_day=date(2026, 5, 31)), "period-reversed", "/last_day"),
        (facts(first_day=date(2026, 4, 6)), "period-before-award", "/first_day"),
        (facts(open_days=19), "open-too-short", "/open_days"),
        (facts(budget=euro(7_000_001)), "budget-over-need", "/budget"),
        (facts(budget=Money(100, "CHF"), lines=LINES[1:]), "currency-mixed", "/budget/currency"),
        (facts(criteria=CRITERIA[:2]), "price-not-one-criterion", "/criteria"),
        (
            facts(criteria=(*CRITERIA, criterion("p2", 1, 1, CriterionKind.PRICE))),
            "price-not-one-criterion",
            "/criteria",
        ),
        (facts(criteria=CRITERIA[2:]), "quality-missing", "/criteria"),
        (facts(criteria=CRITERIA[1:]), "weights-do-not-add-up", "/criteria"),
        (
            facts(criteria=(criterion("method", 600_000, 40, CriterionKind.QUALITY, 41), CRITERIA[2])),
            "threshold-over-maximum",
            "/criteria/0/threshold",
        ),
        (facts(title=title(sq="Kujdes")), "language-missing", "/title/sr"),
        (facts(certificates=()), "certificate-missing", "/certificates"),
        (facts(contact=None), "contact-missing", "/contact"),
    ],
)
def test_the_linter_names_what_is_unlawful(of: CallFacts, code: str, pointer: str) -> None:
    assert found(of)[code] == pointer


def test_a_call_stays_within_what_was_approved_and_is_left() -> None:
    """Another call of the same need took a million: of seven million, six are left."""
    taken = published(facts(budget=euro(1_000_001)))

    assert "budget-over-need" in found(FACTS, **resting(taken=[(OTHER_CALL, taken)]))
    assert "budget-over-need" not in found(FACTS, **resting(taken=[(OTHER_CALL, published(facts(budget=euro(10**6))))]))


@pytest.mark.parametrize("events", [(NEED_ASSESSED,), (NEED_ASSESSED, NEED_WITHDRAWN)])
def test_only_an_approved_need_is_bought(events: tuple[Any, ...]) -> None:
    assert found(FACTS, **resting(of=need(*events)))["need-not-approved"] == "/need_id"


def test_more_units_than_were_needed_are_a_warning() -> None:
    line = ServiceLine(code="hours", title=TITLE, unit=ServiceUnit.PERSON_HOUR, quantity=5_001)

    assert found(facts(lines=(line,))) == {"units-over-need": "/lines/0/quantity"}
    assert NEED_FACTS.lines[0].quantity == 5_000


def test_ceilings_over_the_budget_are_a_warning() -> None:
    line = ServiceLine(code="hours", title=TITLE, unit=ServiceUnit.PERSON_HOUR, quantity=5_000, ceiling=euro(1_201))

    assert found(facts(lines=(line,))) == {"ceilings-over-budget": "/lines"}


def test_a_ceiling_is_in_the_currency_of_the_budget() -> None:
    line = ServiceLine(code="hours", title=TITLE, unit=ServiceUnit.PERSON_HOUR, quantity=1, ceiling=Money(1, "CHF"))

    assert found(facts(lines=(line,))) == {"currency-mixed": "/lines/0/ceiling/currency"}


def test_a_direct_call_says_by_which_decision() -> None:
    assert found(facts(mode=ProcurementMode.DIRECT, direct=DIRECT)) == {}


def test_a_call_that_makes_a_list_prices_and_spends_nothing() -> None:
    assert found(LISTING) == {}
    priced = {"lines": LINES, "budget": euro(100), "list_until": date(2026, 3, 16)}
    of = CallFacts(**{name: getattr(LISTING, name) for name in LISTING.__struct_fields__} | priced)
    assert {"lines-in-list", "budget-in-list", "list-without-end"} <= set(found(of))


def test_a_call_off_rests_on_a_list_in_force_for_the_same_service() -> None:
    listing = call(*MADE_LIST, stream_id=LIST)
    assert found(CALL_OFF, **resting(listing)) == {}
    assert found(CALL_OFF, **resting(call(*MADE_LIST[:-1], stream_id=LIST))) == {"list-not-published": "/list_id"}
    assert found(facts(list_id=LIST), **resting(listing)) == {"mode-mixed": "/list_id"}
    wider = facts(mode=ProcurementMode.QUALIFIED_LIST, list_id=LIST, places=("prizren", "suhareke"))
    assert found(wider, **resting(listing)) == {"list-of-another-service": "/list_id"}
    ended = facts(
        **{name: getattr(LISTING, name) for name in LISTING.__struct_fields__} | {"list_until": date(2026, 3, 15)}
    )
    old = call(planned(ended), published(ended, need_id=None), LISTED, stream_id=LIST)
    assert found(CALL_OFF, **resting(old)) == {"list-over": "/list_id"}


def test_findings_are_on_record_while_the_call_is_planned() -> None:
    told(*OPEN_CALL).when(CheckServiceCall(need_id=NEED), **as_officer()).then_refused(IllegalTransition)
