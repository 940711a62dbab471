"""The window in which the public speaks, and when the report on it is due."""

from datetime import datetime

from domain.kernel.deadline import INSTANT
from domain.kernel.judging import Law
from domain.kernel.message import N_
from domain.kernel.rules import Rule
from domain.kernel.window import Window

WRITTEN = "consultation.written.min"
WRITTEN_MAX = "consultation.written.complex_max"
MUNICIPAL = "consultation.municipal.min"
NOTICE = "consultation.meeting.notice"
REPORT = "consultation.report.due"


def window_rule(ctx: Law) -> Rule:
    """The rule on the shortest window for this institution."""
    return ctx.rules[MUNICIPAL if ctx.tenant.kind == "municipality" else WRITTEN]


WINDOW = Window(
    name="window",
    rule=window_rule,
    opened_by="ConsultationOpened",
    field="window_days",
    not_countable="window-not-countable",
    too_short="window-too-short",
    shortfall=N_("The window has {days} days as the rule counts them ({unit}, {counting}); the rule asks for {least}."),
)


def report_anchor(closes_at: datetime) -> datetime:
    """From when the time of the report is counted: the last instant of the window, on its last day."""
    return closes_at - INSTANT
