"""A call judged by a law: how long it was open, and what its clarifications left applicants."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.grants.call_window import CLARIFY, OPEN, call_end, clarified_in_time, days_open
from domain.grants.events.grant_call import CallDeadlineMoved, CallPublished, ClarificationIssued
from domain.kernel.errors import RuleViolated
from domain.kernel.judging import Judgement, Point, Step, Verdict, point


def judge_call(steps: Sequence[Step], now: datetime) -> Judgement | None:
    """What the rules say of a published call as it was run; None of one that never was.

    Refused: too short an opening, a clarification that came too late to be used.
    """
    del now  # nothing of a call is late merely because time goes on
    published: CallPublished | None = None
    closes_at: datetime | None = None
    points: list[Point] = []
    for step in steps:
        match step.event:
            case CallPublished() as event:
                published, closes_at = event, event.closes_at
                points.append(_opening(step, event.occurred_at, event.closes_at))
            case CallDeadlineMoved() as event:
                closes_at = event.deadline.due_at
            case ClarificationIssued() as event if closes_at is not None:
                points.append(_clarification(step, event.clarification_id, event.occurred_at, closes_at))
            case _:
                pass
    if published is None:
        return None
    title = published.facts.title
    said = {code: title.in_language(code) for code in title.languages} if title else {}
    return Judgement(published.occurred_at, said, tuple(points))


def _opening(step: Step, published_at: datetime, closes_at: datetime) -> Point:
    rule = step.law.rules[OPEN]
    try:
        days = days_open(step.law, published_at, closes_at)
        limit = call_end(step.law, published_at, None).due_at
    except RuleViolated:
        return point("opening", step, rule, Verdict.NOT_COUNTABLE, happened_at=closes_at)
    verdict = Verdict.REFUSED if days < rule.number else Verdict.IN_ORDER
    return point("opening", step, rule, verdict, given=days, happened_at=closes_at, limit=limit)


def _clarification(step: Step, clarification_id: UUID, at: datetime, closes_at: datetime) -> Point:
    rule = step.law.rules[CLARIFY]
    try:
        limit = clarified_in_time(step.law, at).due_at
    except RuleViolated:
        return point("clarification", step, rule, Verdict.NOT_COUNTABLE, about=clarification_id, happened_at=closes_at)
    verdict = Verdict.REFUSED if closes_at < limit else Verdict.IN_ORDER
    return point("clarification", step, rule, verdict, about=clarification_id, happened_at=closes_at, limit=limit)
