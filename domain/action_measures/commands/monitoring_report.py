"""Commands on monitoring reports."""

from uuid import UUID

from domain.action_measures.half_year import HalfYear
from domain.action_measures.monitoring import FrozenReport
from domain.council.vocabulary import Side
from domain.kernel.command import Command
from domain.kernel.text import Text


class ExpectMonitoringReport(Command, frozen=True, kw_only=True):
    """Have a report awaited on a half-year of a strategy."""

    strategy_id: UUID
    period: HalfYear


class BeginMonitoringReport(Command, frozen=True, kw_only=True):
    """Say that the half-year is over: the clock does."""


class MarkMonitoringReportOverdue(Command, frozen=True, kw_only=True):
    """Say that the day has passed by which it was due: the clock does."""


class DraftMonitoringReport(Command, frozen=True, kw_only=True):
    """Write, or write anew, what introduces the figures."""

    foreword: Text


class FreezeMonitoringReport(Command, frozen=True, kw_only=True):
    """Put the figures into the report; they are found by the system, never sent by a person."""

    frozen: FrozenReport


class ReopenMonitoringReport(Command, frozen=True, kw_only=True):
    """Take a frozen report back to be written anew, and say why; its figures are found once more."""

    reason: Text


class AddDissent(Command, frozen=True, kw_only=True):
    """Put what one side of the Council thinks otherwise into the annex, by its co-chair."""

    council_id: UUID
    side: Side
    text: Text


class ApproveMonitoringReport(Command, frozen=True, kw_only=True):
    """Rest the report on the Council's resolution, which names the digest of the frozen figures."""

    resolution_id: UUID


class PublishMonitoringReport(Command, frozen=True, kw_only=True):
    """Let the report be the official one."""
