"""The traffic light of a measure: a colour and the one reason for it, by what is known at a moment."""

from datetime import datetime

from domain.action_measures.monitoring import Light, LightReason
from domain.kernel.deadline import local_day
from projections.reading import Conditions

COLOURS = {
    LightReason.DROPPED: Light.GREY,
    LightReason.DONE: Light.GREEN,
    LightReason.LAST_DAY_OVER: Light.RED,
    LightReason.REPORTS_MISSING: Light.RED,
    LightReason.AT_RISK: Light.AMBER,
    LightReason.MILESTONE_OVER: Light.AMBER,
    LightReason.REPORT_OVERDUE: Light.AMBER,
    LightReason.NOT_STARTED: Light.GREY,
    LightReason.ON_TRACK: Light.GREEN,
}
_COLOUR = " ".join(f"WHEN '{reason}' THEN '{light}'" for reason, light in COLOURS.items())


def lit(rows: str, where: Conditions, now: datetime) -> str:
    """The rows of the register `rows`, each with its `light` and `light_reason` at that moment.

    Days that have passed count at once, whether or not the clock has marked the measure yet.
    """
    today, at = f"{where.parameter(local_day(now))}::date", f"{where.parameter(now)}::timestamptz"
    reason = (
        "CASE WHEN m.state IN ('dropped', 'done') THEN m.state"
        f" WHEN m.state = 'delayed' OR m.last_day < {today} THEN 'last_day_over'"
        f" WHEN m.overdue_reports + (m.progress_due <= {at})::int > 1 THEN 'reports_missing'"
        f" WHEN m.state = 'at_risk' OR m.risk_from <= {today} THEN 'at_risk'"
        f" WHEN m.next_target < {today} THEN 'milestone_over'"
        f" WHEN m.overdue_reports > 0 OR m.progress_due <= {at} THEN 'report_overdue'"
        " WHEN m.started_on IS NULL THEN 'not_started' ELSE 'on_track' END"
    )
    told = f"(SELECT m.*, {reason} AS light_reason FROM {rows} m)"  # noqa: S608 - our own text
    return f"(SELECT told.*, CASE light_reason {_COLOUR} END AS light FROM {told} told) lit"  # noqa: S608
