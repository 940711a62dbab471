"""Figures on the measures of institutions, for overviews, scorecards and the nation's page."""

from datetime import datetime

import msgspec

from projections.counting import summed
from projections.measure_light import lit
from projections.reading import Conditions, ReadConnection, maker, selected


class MeasureFigures(msgspec.Struct, frozen=True):
    """Measures by state and by light, `moved` of them at least once. Amounts in minor units, by currency.

    Of the half-years that reports were due on: `reports_missing` never came, `reports_late` came late; `verified` and
    `accepted` of those that came, `contested` ones are disputed by civil society. `scored_lower`: a side other than the
    Government sees the measure less far.
    """

    measures: int = 0
    by_state: dict[str, int] = {}
    by_light: dict[str, int] = {}
    moved: int = 0
    done_as_planned: int = 0
    milestones: int = 0
    milestones_reached: int = 0
    planned: dict[str, int] = {}
    committed: dict[str, int] = {}
    spent: dict[str, int] = {}
    reports: int = 0
    reports_late: int = 0
    reports_missing: int = 0
    verified: int = 0
    accepted: int = 0
    contested: int = 0
    scored_lower: int = 0


class _Lit(msgspec.Struct, frozen=True):
    tenant_id: int
    state: str
    light: str
    currency: str
    measures: int
    moved: int
    done_as_planned: int
    milestones: int
    milestones_reached: int
    planned: int
    committed: int
    spent: int


class _Reported(msgspec.Struct, frozen=True):
    tenant_id: int
    reports: int
    reports_late: int
    reports_missing: int
    verified: int
    accepted: int
    contested: int
    scored_lower: int


_LIT = """(SELECT tenant_id, state, light, currency, count(*) AS measures,
    count(*) FILTER (WHERE revisions <> '[]'::jsonb) AS moved, count(*) FILTER (WHERE as_planned) AS done_as_planned,
    sum(jsonb_array_length(milestones))::bigint AS milestones,
    sum((SELECT count(*) FROM jsonb_array_elements(milestones) one WHERE one ->> 'completed_on' IS NOT NULL))::bigint
        AS milestones_reached,
    sum(planned)::bigint AS planned, sum(committed)::bigint AS committed, sum(spent)::bigint AS spent
    FROM $rows WHERE $where GROUP BY tenant_id, state, light, currency) lines"""
_LEVEL = "array_position(ARRAY['no_evidence', 'not_started', 'limited', 'substantial', 'complete'], {})"
_LOWER = f"least({_LEVEL.format('civil_society')}, {_LEVEL.format('evaluator')}) < {_LEVEL.format('completion')}"
_REPORTED = f"""(SELECT tenant_id, count(*) FILTER (WHERE number > 0) AS reports,
    count(*) FILTER (WHERE number > 0 AND late) AS reports_late,
    count(*) FILTER (WHERE number = 0 AND due_at IS NOT NULL) AS reports_missing,
    count(*) FILTER (WHERE verified_at IS NOT NULL) AS verified, count(*) FILTER (WHERE state = 'accepted') AS accepted,
    count(*) FILTER (WHERE contested > 0) AS contested, count(*) FILTER (WHERE {_LOWER}) AS scored_lower
    FROM measure_progress WHERE $where GROUP BY tenant_id) lines"""  # noqa: S608 - our own text
_SHOWN = (
    "tenant_id, state, last_day, overdue_reports, progress_due, risk_from, next_target, started_on, currency,"
    " revisions, as_planned, milestones, planned, committed, spent"
)


async def measure_figures(connection: ReadConnection, now: datetime, year: int | None) -> dict[int, MeasureFigures]:
    """Figures per tenant in scope with at least one measure; `year` is that of the last day, or of the half-year."""
    found: dict[int, list[MeasureFigures]] = {}
    where = Conditions()
    rows = lit(f"(SELECT {_SHOWN} FROM measure_register)", where, now)  # noqa: S608 - our own text
    if year is not None:
        where.add("extract(year FROM last_day)::int = ?", year)
    for record in await connection.fetch(_selected(_Lit, _LIT, rows, where), *where.parameters):
        line = maker(_Lit)(record)
        found.setdefault(line.tenant_id, []).append(_figures(line))
    half_years = Conditions()
    if year is not None:
        half_years.add("starts_with(period, ?)", f"{year}-")
    for record in await connection.fetch(_selected(_Reported, _REPORTED, "", half_years), *half_years.parameters):
        told = maker(_Reported)(record)
        counts = {name: getattr(told, name) for name in _Reported.__struct_fields__ if name != "tenant_id"}
        found.setdefault(told.tenant_id, []).append(MeasureFigures(**counts))
    return {tenant_id: summed(MeasureFigures, parts) for tenant_id, parts in sorted(found.items())}


def _figures(line: _Lit) -> MeasureFigures:
    codes = [line.currency] if line.currency else []
    return MeasureFigures(
        measures=line.measures,
        by_state={line.state: line.measures},
        by_light={line.light: line.measures},
        moved=line.moved,
        done_as_planned=line.done_as_planned,
        milestones=line.milestones,
        milestones_reached=line.milestones_reached,
        planned=dict.fromkeys(codes, line.planned),
        committed=dict.fromkeys(codes, line.committed),
        spent=dict.fromkeys(codes, line.spent),
    )


def _selected(of: type[msgspec.Struct], lines: str, rows: str, where: Conditions) -> str:
    source = lines.replace("$rows", rows).replace("$where", str(where))
    return f"SELECT {selected(of)} FROM {source} ORDER BY tenant_id"  # noqa: S608 - our own text
