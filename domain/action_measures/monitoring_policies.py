"""What follows for monitoring reports: a strategy has one for each half-year in which it runs."""

from collections.abc import Iterator, Mapping
from datetime import date
from uuid import UUID

from domain.action_measures.commands.monitoring_report import ExpectMonitoringReport
from domain.action_measures.events.monitoring_report import MonitoringReportFellDue
from domain.action_measures.events.strategy import StrategyAdopted
from domain.action_measures.half_year import first_day_of, half_year_of, next_half_year
from domain.action_measures.monitoring import report_id
from domain.kernel.deadline import local_day
from domain.kernel.event import Event, RecordedEvent
from domain.kernel.manifest import Policy, Reaction


def expect_first(recorded: RecordedEvent) -> Iterator[Reaction]:
    """From the half-year on in which the strategy was put on record: nobody owes reports on what was long over."""
    event = recorded.event
    if isinstance(event, StrategyAdopted):
        first = half_year_of(max(event.first_day, local_day(recorded.recorded_at)))
        yield from _expected(recorded.stream_id, first, event.last_day)


def expect_next(recorded: RecordedEvent) -> Iterator[Reaction]:
    """The half-year that has begun, while the strategy runs."""
    event = recorded.event
    if isinstance(event, MonitoringReportFellDue):
        yield from _expected(event.strategy_id, next_half_year(event.period), event.until)


def _expected(strategy_id: UUID, period: str, until: date) -> Iterator[Reaction]:
    if first_day_of(period) <= until:
        command = ExpectMonitoringReport(strategy_id=strategy_id, period=period)
        yield Reaction(report_id(strategy_id, period), command)


POLICIES: Mapping[type[Event], Policy] = {StrategyAdopted: expect_first, MonitoringReportFellDue: expect_next}
