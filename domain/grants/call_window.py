"""The time to apply: which rule binds it, when it ends, and how long a given one was."""

from datetime import datetime, timedelta

from domain.kernel.deadline import Deadline, count_days, deadline, local_day
from domain.kernel.judging import Law
from domain.kernel.rules import Rule

OPEN = "grant.call.min_open"
CLARIFY = "grant.call.clarify"

INSTANT = timedelta(microseconds=1)


def call_end(ctx: Law, published_at: datetime, days: int | None) -> Deadline:
    """When a call that is open for `days` (None: the minimum) closes."""
    return deadline(ctx.rules[OPEN], published_at, "CallPublished", ctx.calendar, n=days)


def days_open(ctx: Law, published_at: datetime, closes_at: datetime) -> int:
    """How many days, as the rule counts them, a call was open that closed at `closes_at` (exclusive)."""
    rule: Rule = ctx.rules[OPEN]
    return count_days(local_day(published_at), local_day(closes_at - INSTANT), rule.unit, rule.counting, ctx.calendar)


def clarified_in_time(ctx: Law, at: datetime) -> Deadline:
    """The earliest end that leaves applicants the days which a clarification at `at` owes them."""
    return deadline(ctx.rules[CLARIFY], at, "ClarificationIssued", ctx.calendar)
