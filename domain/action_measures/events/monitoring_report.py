"""What became true of monitoring reports."""

from datetime import date
from uuid import UUID

from domain.action_measures.half_year import HalfYear
from domain.action_measures.monitoring import FrozenReport
from domain.council.vocabulary import ResolutionNumber, Side, SideVotes
from domain.kernel.deadline import Deadline
from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Text
from domain.kernel.vocabulary import Count, Instant, Sha256


class MonitoringReportExpected(InitialEvent, frozen=True, kw_only=True):
    """A half-year of a strategy is to be reported on once it is over, at `ends`; `until` is the strategy's last day."""

    TOPIC = "action_measures.MonitoringReportExpected.v1"

    strategy_id: UUID
    period: HalfYear
    ends: Instant
    until: date


class MonitoringReportFellDue(Event, frozen=True, kw_only=True):
    """The half-year is over: the report is to be published before `due`."""

    TOPIC = "action_measures.MonitoringReportFellDue.v1"

    strategy_id: UUID
    period: HalfYear
    until: date
    due: Deadline


class MonitoringReportMissed(Event, frozen=True, kw_only=True):
    """The day passed without a report."""

    TOPIC = "action_measures.MonitoringReportMissed.v1"


class MonitoringReportDrafted(Event, frozen=True, kw_only=True):
    """The words are written; figures are still to come."""

    TOPIC = "action_measures.MonitoringReportDrafted.v1"

    foreword: Text


class MonitoringReportFrozen(Event, frozen=True, kw_only=True):
    """Figures stand as they were found; `number` counts how often that was, `digest` is that of what was frozen."""

    TOPIC = "action_measures.MonitoringReportFrozen.v1"

    number: Count
    digest: Sha256
    frozen: FrozenReport


class MonitoringReportReopened(Event, frozen=True, kw_only=True):
    """The report is written anew; what was frozen counts no more, neither does what was said against it."""

    TOPIC = "action_measures.MonitoringReportReopened.v1"

    reason: Text


class DissentAdded(Event, frozen=True, kw_only=True):
    """A side of the Council thinks otherwise: the report is never shown without it."""

    TOPIC = "action_measures.DissentAdded.v1"

    side: Side
    text: Text


class MonitoringReportApproved(Event, frozen=True, kw_only=True):
    """The Council approved these figures; the votes of each side stand beside them."""

    TOPIC = "action_measures.MonitoringReportApproved.v1"

    resolution_id: UUID
    resolution: ResolutionNumber
    votes: tuple[SideVotes, ...]


class MonitoringReportPublished(Event, frozen=True, kw_only=True):
    """It is the official report; `late` where its day had passed."""

    TOPIC = "action_measures.MonitoringReportPublished.v1"

    late: bool


EVENTS: tuple[type[Event], ...] = (
    MonitoringReportExpected,
    MonitoringReportFellDue,
    MonitoringReportMissed,
    MonitoringReportDrafted,
    MonitoringReportFrozen,
    MonitoringReportReopened,
    DissentAdded,
    MonitoringReportApproved,
    MonitoringReportPublished,
)
