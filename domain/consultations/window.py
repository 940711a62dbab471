"""The window in which the public speaks: which rule binds it, when it ends, and how long a given one was."""

from datetime import datetime, timedelta

from domain.kernel.deadline import Deadline, count_days, deadline, local_day
from domain.kernel.judging import Law
from domain.kernel.rules import Rule

WRITTEN = "consultation.written.min"
WRITTEN_MAX = "consultation.written.complex_max"
MUNICIPAL = "consultation.municipal.min"
NOTICE = "consultation.meeting.notice"
REPORT = "consultation.report.due"

INSTANT = timedelta(microseconds=1)


def window_rule(ctx: Law) -> Rule:
    """The rule on the shortest window for this institution."""
    return ctx.rules[MUNICIPAL if ctx.tenant.kind == "municipality" else WRITTEN]


def window_end(ctx: Law, starts_at: datetime, days: int | None, anchor_event: str) -> Deadline:
    """When a window of `days` (None: the minimum) from `starts_at` is over."""
    return deadline(window_rule(ctx), starts_at, anchor_event, ctx.calendar, n=days)


def lengthened(ctx: Law, old: Deadline | None, starts_at: datetime, days: int) -> Deadline:
    """The end of the same window at another length, under the rule it was opened with."""
    if old is None:
        return window_end(ctx, starts_at, days, "ConsultationOpened")
    rule = Rule(
        key=old.rule, value=old.n, unit=old.unit, counting=old.counting, citation=old.citation, pack=old.rule_pack
    )
    return deadline(rule, old.anchor, old.anchor_event, ctx.calendar, n=days)


def measured(ctx: Law, starts_at: datetime, closes_at: datetime) -> int:
    """How many days, as the rule counts them, a window had that ended at `closes_at` (exclusive)."""
    rule = window_rule(ctx)
    return count_days(local_day(starts_at), local_day(closes_at - INSTANT), rule.unit, rule.counting, ctx.calendar)


def report_due(ctx: Law, closes_at: datetime) -> Deadline:
    """When the report has to be public; counted from the last day of the window."""
    return deadline(ctx.rules[REPORT], closes_at - INSTANT, "ConsultationClosed", ctx.calendar)
