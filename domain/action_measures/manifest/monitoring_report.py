"""The monitoring report: the Council's secretariat writes it, the system counts, co-chairs object."""

from domain.action_measures.commands import monitoring_report as c
from domain.action_measures.events import monitoring_report as e
from domain.action_measures.monitoring_policies import POLICIES
from domain.action_measures.monitoring_report import MonitoringReport
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import STAFF, STRATEGY

_CLOCK = frozenset({Role.CLOCK})
_SECRETARIAT = frozenset({Role.COUNCIL_SECRETARY, Role.OGG_SUPERVISOR})

MONITORING = Domain(
    name="action_measures",
    aggregates=(MonitoringReport,),
    events=e.EVENTS,
    permissions={
        c.ExpectMonitoringReport: _CLOCK | _SECRETARIAT,
        c.BeginMonitoringReport: _CLOCK,
        c.MarkMonitoringReportOverdue: _CLOCK,
        c.DraftMonitoringReport: _SECRETARIAT,
        c.FreezeMonitoringReport: _SECRETARIAT,
        c.ReopenMonitoringReport: _SECRETARIAT,
        c.AddDissent: frozenset({Role.COUNCIL_MEMBER}),
        c.ApproveMonitoringReport: _SECRETARIAT,
        c.PublishMonitoringReport: _SECRETARIAT,
    },
    inward=frozenset({c.FreezeMonitoringReport}),
    queries={
        "monitoring_reports": STAFF | STRATEGY,
        "monitoring_report": STAFF | STRATEGY,
        "monitoring_report_freeze": _SECRETARIAT,
    },
    policies=POLICIES,
    public=frozenset(
        {
            e.MonitoringReportExpected,
            e.MonitoringReportFellDue,
            e.MonitoringReportMissed,
            e.MonitoringReportApproved,
            e.MonitoringReportPublished,
        }
    ),
)
