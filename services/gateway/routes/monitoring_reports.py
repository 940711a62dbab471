"""Monitoring reports over HTTP: written and frozen by the secretariat, objected to by co-chairs, read by everybody."""

from typing import Any
from uuid import UUID

from litestar import Request as HttpRequest
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
from services.command_handling.request import Answer, Request
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.formats import CSV, as_csv
from services.gateway.listing import answer_bytes
from services.gateway.monitoring_shown import shown_report
from services.gateway.public_scope import AtScope
from services.gateway.query_route import AtDesk, open_query
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routes.receipts import PDF, Lang
from services.gateway.routing import Routes
from services.gateway.views import view_of
from services.gateway.wording import negotiate
from services.monitoring.document import ReportPaper, render
from services.monitoring.figures import found
from services.monitoring.table import FigureLine, lines

AnyRequest = HttpRequest[Any, Any, Any]
_REPORT = "/monitoring-reports/{id}"
_MINUTES = "public, max-age=300"
FIGURES = {
    "200": {
        "description": "The figures, a row each and one for each institution",
        "content": {CSV: {"schema": {"type": "string"}}},
    },
    "304": {"description": "The reader has it already"},
}
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
        principal=desk.reader,
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
    """Reports that are awaited, late, frozen, approved or published, the latest half-year first."""
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


@open_query(
    "/monitoring-reports/{id:uuid}/report.pdf", responses=PDF, statuses=(501,), operation_id="MonitoringReportPdf"
)
async def printed(
    request: AnyRequest,
    seen: AtScope,
    id: FromPath[UUID],  # noqa: A002 - the path's word
    *,
    lang: Lang = None,
) -> Response[Any]:
    """The report on paper, with charts and annexes, its figures attached; the same bytes however often it is made."""
    language = lang or negotiate(request.headers.get("accept-language", ""))
    paper = ReportPaper(await shown_report(seen, id), language)
    name = f'inline; filename="monitoring-report-{paper.shown.report.period}.pdf"'
    headers = {"cache-control": _MINUTES, "content-disposition": name, "content-language": language}
    headers["vary"] = "Accept-Language"
    return answer_bytes(request, await seen.reads.reports.print(paper, render), "application/pdf", headers)


@open_query("/monitoring-reports/{id:uuid}/figures.csv", responses=FIGURES, operation_id="MonitoringReportFigures")
async def figures(request: AnyRequest, seen: AtScope, id: FromPath[UUID]) -> Response[Any]:  # noqa: A002
    """Every figure and what each institution adds to it, with its query and where its events lie."""
    shown_one = await shown_report(seen, id)
    data = as_csv(FigureLine.__struct_fields__, lines(shown_one.frozen), header=True)
    name = f'attachment; filename="monitoring-report-{shown_one.report.period}.csv"'
    return answer_bytes(request, data, CSV, {"cache-control": _MINUTES, "content-disposition": name})


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
    open=(public_monitoring_reports, public_monitoring_report, printed, figures),
)
