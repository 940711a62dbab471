"""A call in public: published when lawful, clarified, closed by the clock, true to the calendar."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.contracts.call_window import OPEN
from domain.contracts.commands.call import (
    ClarifyServiceCall,
    CloseServiceCall,
    PublishServiceCall,
    RecomputeServiceCallDeadline,
)
from domain.contracts.events import call as e
from domain.contracts.judging import judge_call
from domain.contracts.vocabulary import CallStage, ProcurementMode
from domain.kernel.calendar import Calendar, NonWorkingDay
from domain.kernel.deadline import deadline
from domain.kernel.errors import IllegalTransition, InvalidValue, NotLawful, NotPermitted, RuleViolated
from domain.kernel.judging import Bound, Step, Verdict
from domain.kernel.rules import Rules, Unit
from domain.kernel.text import text
from tests.domain.contracts.tendering import (
    BIDDING,
    CALENDAR,
    CALL,
    CALL_OFF,
    CHECKED,
    CLARIFIED,
    CLOCK,
    CLOSED,
    CLOSED_AT,
    CLOSES_AT,
    DIRECT,
    DURING,
    LIST,
    MADE_LIST,
    NEED,
    OFFICER,
    ONE,
    OPEN_CALL,
    OPENING_DUE,
    OVER,
    PUBLISHED_AT,
    REASON,
    RULES,
    SUMMARY,
    as_officer,
    call,
    facts,
    planned,
    published,
    told,
)
from tests.support.given import MINISTRY

SECOND = timedelta(seconds=1)
PUBLISH = PublishServiceCall(need_id=NEED)


def publishing(**overrides: Any) -> dict[str, Any]:
    return as_officer(**({"now": PUBLISHED_AT} | overrides))


def test_a_lawful_call_is_published_with_the_proof_of_its_end() -> None:
    outcome = told(planned()).when(PUBLISH, **publishing()).then([CHECKED, published()])

    outcome.then_state(lambda it: it.stage is CallStage.PUBLISHED and it.closes_at == CLOSES_AT)
    assert BIDDING.last_day == date(2026, 4, 6)


def test_more_days_than_the_rule_asks_for_are_taken() -> None:
    longer = deadline(RULES[OPEN], PUBLISHED_AT, "CallPublished", CALENDAR, n=30)
    outcome = told(planned(facts(open_days=30))).when(PUBLISH, **publishing())

    assert outcome.events[1] == published(facts(open_days=30), closes_at=longer.due_at, deadline=longer)


def test_an_unlawful_call_is_refused_with_every_finding() -> None:
    outcome = told(planned(facts(open_days=19, contact=None))).when(PUBLISH, **publishing()).then_refused(NotLawful)

    assert isinstance(outcome.refusal, NotLawful)
    assert {one.code for one in outcome.refusal.findings} == {"open-too-short", "contact-missing"}


def test_a_call_is_published_once() -> None:
    told(*OPEN_CALL).when(PUBLISH, **publishing()).then_refused(IllegalTransition)


def test_nobody_sets_an_end_by_hand_but_history() -> None:
    early = PublishServiceCall(need_id=NEED, closes_at=PUBLISHED_AT + timedelta(days=3))
    told(planned()).when(early, **publishing()).then_refused(InvalidValue, pointer="/closes_at")
    outcome = told(planned()).when(early, **publishing(imported=True)).then_events(e.CallChecked, e.CallPublished)
    assert outcome.events[1] == published(closes_at=early.closes_at, deadline=None)


def test_a_direct_call_invites_one_and_a_call_off_those_on_the_list() -> None:
    direct = facts(mode=ProcurementMode.DIRECT, direct=DIRECT)
    outcome = told(planned(direct)).when(PUBLISH, **publishing())
    assert outcome.events[1] == published(direct, invited=(ONE,))

    references = publishing()["references"] | {"list": call(*MADE_LIST, stream_id=LIST)}
    command = PublishServiceCall(need_id=NEED, list_id=LIST)
    outcome = told(planned(CALL_OFF)).when(command, **publishing(references=references))
    assert outcome.events[1] == published(CALL_OFF, invited=(ONE,))


def test_a_question_is_answered_to_all_in_time() -> None:
    command = ClarifyServiceCall(question=REASON, answer=SUMMARY)
    outcome = told(*OPEN_CALL).when(command, mandate=OFFICER, now=DURING).then_events(e.ClarificationIssued)
    event = outcome.events[0]
    assert isinstance(event, e.ClarificationIssued)
    assert event.notice == CLARIFIED.notice

    late = {"mandate": OFFICER, "now": CLOSES_AT - timedelta(days=5)}
    told(*OPEN_CALL).when(command, **late).then_refused(RuleViolated, rule="contract.call.clarify")
    only = ClarifyServiceCall(question=text(sq="Pyetje"), answer=SUMMARY)
    told(*OPEN_CALL).when(only, mandate=OFFICER, now=DURING).then_refused(RuleViolated, rule="contract.languages")
    told(*OVER).when(command, mandate=OFFICER, now=CLOSED_AT).then_refused(IllegalTransition)


def test_the_clock_alone_closes_and_not_before_the_end() -> None:
    """On the second it is over, a second before it is not."""
    command = CloseServiceCall()
    told(*OPEN_CALL).when(command, mandate=CLOCK, now=CLOSED_AT).then([CLOSED])
    told(*OPEN_CALL).when(command, mandate=CLOCK, now=CLOSES_AT).then_events(e.CallClosed)
    told(*OPEN_CALL).when(command, mandate=CLOCK, now=CLOSES_AT - SECOND).then_refused(RuleViolated, rule=OPEN)
    told(*OPEN_CALL).when(command, mandate=OFFICER, now=CLOSED_AT).then_refused(NotPermitted)
    told(*OVER).when(command, mandate=CLOCK, now=CLOSED_AT).then_refused(IllegalTransition)


def with_holiday(day: date) -> Calendar:
    return Calendar(
        "xk.next", CALENDAR.years, {**CALENDAR.days, day: NonWorkingDay(day, {"en": "Flood"}, decision_no="1")}
    )


def test_the_opening_follows_the_calendar_and_only_gets_longer() -> None:
    """Bids are opened within working days: one day more is free, so there is one day more."""
    flood = with_holiday(date(2026, 4, 8))
    longer = deadline(RULES["contract.bid.opening"], CLOSED_AT, "CallClosed", flood)
    told(*OVER).when(RecomputeServiceCallDeadline(), mandate=CLOCK, now=CLOSED_AT, calendar=flood).then(
        [e.CallDeadlineMoved(previous=OPENING_DUE, deadline=longer)]
    ).then_state(lambda it: it.opening == longer and it.closes_at == CLOSES_AT)


def test_a_time_to_bid_in_working_days_follows_the_calendar_too() -> None:
    rule = RULES[OPEN].__class__(key=OPEN, value=10, unit=Unit.WORKING_DAYS)
    running = deadline(rule, PUBLISHED_AT, "CallPublished", CALENDAR)
    opened = (planned(), published(closes_at=running.due_at, deadline=running))
    flood = with_holiday(date(2026, 3, 26))
    moved = deadline(rule, PUBLISHED_AT, "CallPublished", flood)
    told(*opened).when(RecomputeServiceCallDeadline(), mandate=CLOCK, now=DURING, calendar=flood).then(
        [e.CallDeadlineMoved(previous=running, deadline=moved)]
    ).then_state(lambda it: it.closes_at == moved.due_at)


@pytest.mark.parametrize("events", [OPEN_CALL, OVER, (planned(),)])
def test_what_does_not_depend_on_the_change_stays(events: tuple[Any, ...]) -> None:
    told(*events).when(RecomputeServiceCallDeadline(), mandate=CLOCK, now=CLOSED_AT).then_refused(
        RuleViolated, rule="contract.call.deadline_unchanged"
    )


def judged(*events: Any, rules: Rules = RULES) -> Any:
    law = Bound(MINISTRY, rules, CALENDAR)
    for version, event in enumerate(events, 1):
        event.stamp(CALL, version, DURING if isinstance(event, e.ClarificationIssued) else PUBLISHED_AT)
    return judge_call([Step(event, n, law) for n, event in enumerate(events, 1)], CLOSED_AT)


def test_a_history_is_judged_by_the_rules() -> None:
    found = judged(planned(), published(), CLARIFIED, CLOSED)
    assert [(one.name, one.verdict) for one in found.points] == [
        ("bidding", Verdict.IN_ORDER),
        ("clarification", Verdict.IN_ORDER),
    ]
    short = published(closes_at=DURING + timedelta(days=2), deadline=None)
    assert {one.verdict for one in judged(planned(), short, CLARIFIED).points} == {Verdict.REFUSED}
    assert judged(planned()) is None
