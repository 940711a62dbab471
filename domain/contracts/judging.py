"""A call for a service judged by a law: how long it was open, and what its clarifications left bidders."""

from collections.abc import Sequence
from datetime import datetime

from domain.contracts.call_window import BIDDING, CLARIFY
from domain.contracts.events.call import CallClosed, CallDeadlineMoved, CallPublished, ClarificationIssued
from domain.kernel.judging import Judgement, Point, Step
from domain.kernel.window import judged_notice


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
                points.append(BIDDING.judged(step, event.occurred_at, event.closes_at))
            case CallClosed():
                break
            case CallDeadlineMoved() as event:
                closes_at = event.deadline.due_at
            case ClarificationIssued() as event if closes_at is not None:
                rule = step.law.rules[CLARIFY]
                points.append(
                    judged_notice("clarification", step, rule, about=event.clarification_id, begins_at=closes_at)
                )
            case _:
                pass
    if published is None:
        return None
    title = published.facts.title
    said = {code: title.in_language(code) for code in title.languages} if title else {}
    return Judgement(published.occurred_at, said, tuple(points))
