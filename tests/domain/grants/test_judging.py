"""A call judged by the law that bound it, and by another one."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec

from domain.grants.events import grant_call as e
from domain.grants.grant_call import GrantCall
from domain.grants.judging import judge_call
from domain.kernel.event import Event
from domain.kernel.judging import Bound, Judgement, Step, Verdict
from domain.kernel.rules import Rules
from tests.domain.grants.stories import (
    AFTER,
    CALENDAR,
    CLARIFIED,
    CLOSES_AT,
    DEADLINE,
    OPEN_CALL,
    PREPARED,
    PREPARED_AT,
    PUBLISHED,
    RULES,
)
from tests.support.given import MINISTRY, built


def asking(**values: int) -> Rules:
    """The shipped rules with other values."""
    changed = {
        f"grant.call.{name}": msgspec.structs.replace(RULES[f"grant.call.{name}"], value=value)
        for name, value in values.items()
    }
    return Rules("proposed", {**RULES.by_key, **changed})


def judged(events: Sequence[Event], **values: Any) -> Judgement | None:
    """The judgement of events a minute apart."""
    law = Bound(MINISTRY, asking(**values), CALENDAR)
    built(GrantCall, events, at=PREPARED_AT)
    stamped = [
        msgspec.structs.replace(event).stamp(event.__class__.__name__, n, PREPARED_AT + timedelta(minutes=n))
        for n, event in enumerate(events, 1)
    ]
    return judge_call([Step(event, n, law) for n, event in enumerate(stamped, 1)], AFTER)


def test_a_call_that_never_was_public_is_not_judged() -> None:
    assert judged(PREPARED) is None


def test_a_lawful_opening_is_in_order() -> None:
    found = judged(OPEN_CALL)

    assert found is not None
    [point] = found.points
    assert (point.name, point.verdict, point.given, point.value) == ("opening", Verdict.IN_ORDER, 21, 20)
    assert found.title == {"sq": "Grante për kulturë", "sr": "Grantovi za kulturu"}
    assert point.happened_at == CLOSES_AT


def test_a_law_that_asks_for_more_would_have_refused_it() -> None:
    found = judged(OPEN_CALL, min_open=22)

    assert found is not None
    assert [point.verdict for point in found.points] == [Verdict.REFUSED]


def test_a_clarification_is_judged_by_what_it_left() -> None:
    told = (*OPEN_CALL, CLARIFIED)
    in_order, refused = judged(told), judged(told, clarify=22)

    assert in_order is not None
    assert refused is not None
    assert [point.verdict for point in in_order.points] == [Verdict.IN_ORDER, Verdict.IN_ORDER]
    assert [point.verdict for point in refused.points] == [Verdict.IN_ORDER, Verdict.REFUSED]
    assert refused.points[1].about == CLARIFIED.clarification_id


def test_a_clarification_is_judged_by_the_end_that_was_moved() -> None:
    later = msgspec.structs.replace(DEADLINE, due_at=CLOSES_AT + timedelta(days=3))
    moved = e.CallDeadlineMoved(previous=DEADLINE, deadline=later)
    found = judged((*OPEN_CALL, moved, CLARIFIED), clarify=22)

    assert found is not None
    assert found.points[1].verdict is Verdict.IN_ORDER


def test_what_no_calendar_holds_cannot_be_counted() -> None:
    law = Bound(MINISTRY, RULES, msgspec.structs.replace(CALENDAR, days={}, years=frozenset()))
    events = [
        msgspec.structs.replace(event).stamp(PUBLISHED.plan_id, n, PREPARED_AT) for n, event in enumerate(OPEN_CALL, 1)
    ]
    found = judge_call([Step(event, n, law) for n, event in enumerate(events, 1)], AFTER)

    assert found is not None
    assert [point.verdict for point in found.points] == [Verdict.NOT_COUNTABLE]
