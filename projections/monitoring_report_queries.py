"""Questions to the register of monitoring reports: the secretariat's own, and what everybody sees."""

from uuid import UUID

import msgspec

from projections.lookup import Lookup, published
from projections.monitoring_report_register import MonitoringReportFacts, MonitoringReportRow
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection

_TABLE = "monitoring_report_register"


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing. `period` is a half-year, as `2026-H1`."""

    state: str | None = None
    strategy_id: UUID | None = None
    period: str | None = None
    missed: bool | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        return Conditions().add_equal(
            state=self.state, strategy_id=self.strategy_id, period=self.period, missed=self.missed
        )


NO_FILTER = Filter()


class PublicMonitoringReport(MonitoringReportFacts, frozen=True):
    """A report without the words of its draft, of the institution `tenant`."""

    tenant: str = ""


_KEY = ("ends_at", "report_id")
_OWN = Lookup(MonitoringReportRow, _TABLE, *_KEY, descending=True)
_PUBLIC = Lookup(PublicMonitoringReport, published(MonitoringReportFacts, _TABLE), *_KEY, descending=True)


async def monitoring_reports(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[MonitoringReportRow]:
    """Reports, the latest half-year first; the key is `(ends_at, report_id)`."""
    return await _OWN.page(connection, chosen.conditions(), after, limit)


async def monitoring_report(connection: ReadConnection, report_id: UUID) -> MonitoringReportRow | None:
    """One report."""
    return await _OWN.one(connection, report_id)


async def public_monitoring_reports(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[PublicMonitoringReport]:
    """Reports, awaited ones too, the latest half-year first."""
    return await _PUBLIC.page(connection, chosen.conditions(), after, limit)


async def public_monitoring_report(connection: ReadConnection, report_id: UUID) -> PublicMonitoringReport | None:
    """One report; it has figures once they are frozen."""
    return await _PUBLIC.one(connection, report_id)
