"""Monitoring reports over HTTP: written and frozen by the secretariat, objected to by co-chairs, read by everybody."""

from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath

from domain.action_measures.commands import monitoring_report as c
from domain.action_measures.monitoring import ReportStage
from domain.action_measures.monitoring_report import MonitoringReport
from domain.kernel.errors import IllegalTransition
from domain.kernel.ids import derived_id
from projections import monitoring_report_queries as q
from projections.catalogue import MONITORING_REPORTS
from projections.monitoring_report_register import MonitoringReportRow
from projections.reading import Page
from services.command_handling.request import Answer, Principal, Request
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.query_route import AtDesk
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of
from services.monitoring.figures import found

_REPORT = "/monitoring-reports/{id}"
MonitoringReportView = view_of(MonitoringReportRow, "MonitoringReport", without=("public",))
PublicMonitoringReportView = view_of(q.PublicMonitoringReport, "PublicMonitoringReport")


@listed("/monitoring-reports", "monitoring_reports", MonitoringReportView, of=(MONITORING_REPORTS,), by=q.Filter)
async def monitoring_reports(asked: AtDeskAsked[q.Filter]) -> Page[MonitoringReportRow]:
    """Reports of the nation, also those that are awaited, the latest half-year first."""
    return await q.monitoring_reports(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/monitoring-reports/{id:uuid}", "monitoring_report", MonitoringReportView, of=(MONITORING_REPORTS,))
async def monitoring_report(asked: AtDeskAsked[NoFilter]) -> MonitoringReportRow | None:
    """One report as it stands."""
    return await q.monitoring_report(asked.connection, asked.id)


@post(
    "/monitoring-reports/{id:uuid}/freeze",
    status_code=200,
    operation_id="FreezeMonitoringReport",
    opt={"query": "monitoring_report_freeze", "shows": Answer, "lists": None, "responses": {}, "statuses": (409, 503)},
)
async def freeze(desk: AtDesk, id: FromPath[UUID]) -> Response[Answer]:  # noqa: A002 - the path's word
    """Find the figures of the half-year as the logs are known now, and freeze the report with them.

    Nobody sends a figure: each is found by its query, and what is stored says by which and in which events.
    """
    handler = desk.system.handler
    held = await handler.aggregates.read(desk.tenant.tenant_id, MonitoringReport, id, fresh=True)
    report: Any = held.aggregate
    if report.stage is not ReportStage.DRAFTED:
        raise IllegalTransition(state=report.stage, command=c.FreezeMonitoringReport.name)
    frozen = await found(desk.reads.evaluator, report.strategy_id, report.period)
    request = Request(
        tenant=desk.tenant.slug,
        command=c.FreezeMonitoringReport(frozen=frozen),
        command_id=derived_id("freeze", id, report.version),
        principal=Principal(desk.person_id),
        stream_id=id,
    )
    return Response((await handler.execute(request)).answer)


@open_listed(
    "/monitoring-reports",
    PublicMonitoringReportView,
    of=(MONITORING_REPORTS,),
    by=q.Filter,
    operation_id="PublicMonitoringReports",
)
async def public_monitoring_reports(asked: AtWindowAsked[q.Filter]) -> Page[q.PublicMonitoringReport]:
    """Reports whose figures are frozen, approved and published ones among them, the latest half-year first."""
    return await q.public_monitoring_reports(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@open_shown(
    "/monitoring-reports/{id:uuid}",
    PublicMonitoringReportView,
    of=(MONITORING_REPORTS,),
    operation_id="PublicMonitoringReport",
)
async def public_monitoring_report(asked: AtWindowAsked[NoFilter]) -> q.PublicMonitoringReport | None:
    """One report: each figure with its query and where its events lie, objections, and how each side voted."""
    return await q.public_monitoring_report(asked.connection, asked.id)


ROUTES = Routes(
    commands=(
        CommandRoute("/monitoring-reports", c.ExpectMonitoringReport, reads=_REPORT),
        CommandRoute(f"{_REPORT}/draft", c.DraftMonitoringReport),
        CommandRoute(f"{_REPORT}/reopen", c.ReopenMonitoringReport),
        CommandRoute(f"{_REPORT}/dissent", c.AddDissent),
        CommandRoute(f"{_REPORT}/approve", c.ApproveMonitoringReport),
        CommandRoute(f"{_REPORT}/publish", c.PublishMonitoringReport),
    ),
    queries=(monitoring_reports, monitoring_report, freeze),
    open=(public_monitoring_reports, public_monitoring_report),
)
