"""A frozen report with all that its page and its paper say: the strategy's title, and names as they were known then."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from domain.governance import NationalGovernance
from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import NATIONAL_SLUG, NATIONAL_TENANT
from domain.kernel.text import Title
from projections.catalogue import MONITORING_REPORTS, STRATEGIES
from projections.history import Moment
from projections.monitoring_report_queries import PublicMonitoringReport, public_monitoring_report
from projections.reading import ReadConnection
from projections.strategy_queries import public_strategy
from services.gateway.desk import Reads
from services.gateway.public_scope import Scope
from services.monitoring.saying import Shown
from services.settings import base_address

PAGE = "/monitoring-reports"
"""Where people read reports."""


async def shown_report(seen: Scope, report_id: UUID) -> Shown:
    """The report as everybody may see it. Raises: StreamNotFound while its figures are not frozen."""
    titles: dict[UUID, Title] = {}

    async def look(connection: ReadConnection, _now: datetime) -> PublicMonitoringReport | None:
        report = await public_monitoring_report(connection, report_id)
        strategy = None if report is None else await public_strategy(connection, report.strategy_id)
        if strategy is not None:
            titles[strategy.strategy_id] = strategy.title
        return report

    report = await seen.one((MONITORING_REPORTS, STRATEGIES), look)
    if report.frozen is None:
        raise StreamNotFound
    position = {one.tenant: one.position for one in report.frozen.positions}[NATIONAL_SLUG]
    return Shown(
        report=report,
        strategy=titles.get(report.strategy_id, Title()),
        institutions=await _names(seen.reads, position),
        address=f"{base_address(seen.reads.system.settings)}{PAGE}/{report_id}",
    )


async def _names(reads: Reads, position: int) -> Mapping[str, Mapping[str, str]]:
    """What institutions were called where the national log was cut, so that the same report always names them so."""
    fold = await reads.system.handler.authority.past(NATIONAL_TENANT, Moment(position=position).holds)
    if not isinstance(fold, NationalGovernance):
        raise TypeError(fold)
    return {slug: one.names for slug, one in fold.institutions.items()}
