"""Calls open to the public: for how long, what a clarification leaves of one, what a law says of how it was run."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from domain.kernel.context import Context
from domain.kernel.deadline import Deadline
from domain.kernel.errors import RuleViolated
from domain.kernel.judging import Judgement, Law, Point, Step
from domain.kernel.message import N_
from domain.kernel.rules import Rule
from domain.kernel.window import Window, judged_notice, proven


def call_window(name: str, rule: str) -> Window:
    """The time for which a call is open: at least the days of the `rule`, from its publication on."""

    def least(law: Law) -> Rule:
        return law.rules[rule]

    return Window(
        name=name,
        rule=least,
        opened_by="CallPublished",
        field="open_days",
        not_countable="opening-not-countable",
        too_short="open-too-short",
        shortfall=N_(
            "The call is open for {days} days as the rule counts them ({unit}, {counting}); it asks for {least}."
        ),
    )


class CallEvents(msgspec.Struct, frozen=True):
    """A domain's own events of a call: published, another end by the calendar, a question answered to all, closed."""

    published: type[Any]
    moved: type[Any]
    clarified: type[Any]
    closed: type[Any]


def clarification_notice(rule: Rule, ends_at: datetime, too_late: str, ctx: Context) -> Deadline | None:
    """Until when a call must be open to make use of a clarification of today; None for history without a calendar.

    Raises: RuleViolated, saying `too_late` of `n` days and `until`, where it ends before; history is as it was.
    """
    notice = proven(rule, ctx.now, "ClarificationIssued", ctx)
    if notice is not None and notice.due_at > ends_at and not ctx.imported:
        raise RuleViolated(notice.rule, too_late, citation=notice.citation, n=notice.n, until=notice.due_at.isoformat())
    return notice


def judge_call(steps: Sequence[Step], window: Window, clarify: str, told: CallEvents) -> Judgement | None:
    """What the rules say of a published call as it was run; None of one that never was.

    Refused: too short an opening, a clarification that came too late to be used by the rule `clarify`.
    """
    published: Any = None
    closes_at: datetime | None = None
    points: list[Point] = []
    for step in steps:
        event: Any = step.event
        if isinstance(event, told.published):
            published, closes_at = event, event.closes_at
            points.append(window.judged(step, event.occurred_at, event.closes_at))
        elif isinstance(event, told.moved):
            closes_at = event.deadline.due_at
        elif isinstance(event, told.clarified) and closes_at is not None:
            rule, about = step.law.rules[clarify], event.clarification_id
            points.append(judged_notice("clarification", step, rule, about=about, begins_at=closes_at))
        elif isinstance(event, told.closed):
            break
    if published is None:
        return None
    title = published.facts.title
    said = {code: title.in_language(code) for code in title.languages} if title else {}
    return Judgement(published.occurred_at, said, tuple(points))
