"""Figures on the consultations of institutions: one query over the register, rolled up for whoever asks.

Ministry, municipality and national overviews are these figures for the tenants that the connection may see.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from projections.consultation_queries import OPEN_AT, OVERDUE_AT
from projections.counting import summed
from projections.reading import Conditions, ReadConnection, maker, selected


class Figures(msgspec.Struct, frozen=True):
    """Sums over consultations. A share is `x` of `y`: both are given, and the reader divides.

    `reports_due`: published reports and those overdue at the time of the question. `with_language_parity` of
    `opened_with_documents`: title, draft and memorandum in every language they had to be in.
    """

    consultations: int = 0
    by_state: dict[str, int] = {}
    by_act_kind: dict[str, int] = {}
    open: int = 0
    opened: int = 0
    opened_with_documents: int = 0
    with_language_parity: int = 0
    extended: int = 0
    unplanned: int = 0
    reports_in_time: int = 0
    reports_late: int = 0
    reports_overdue: int = 0
    contributions: int = 0
    admitted: int = 0
    withheld: int = 0
    withdrawn: int = 0
    answered: int = 0
    disputed: int = 0
    meetings_held: int = 0

    @property
    def reports_due(self) -> int:
        """Reports that were published or should have been."""
        return self.reports_in_time + self.reports_late + self.reports_overdue


class Overview(msgspec.Struct, frozen=True):
    """One institution's figures; `years` by year of the opening, before that of the planning, ascending."""

    tenant_id: int
    tenant: str
    kind: str
    names: dict[str, str]
    total: Figures
    years: dict[int, Figures]


class _Line(msgspec.Struct, frozen=True):
    tenant_id: int
    slug: str
    kind: str
    names: bytes | None
    year: int
    state: str
    act_kind: str
    consultations: int
    open: int
    opened: int
    opened_with_documents: int
    with_language_parity: int
    extended: int
    unplanned: int
    reports_in_time: int
    reports_late: int
    reports_overdue: int
    contributions: int
    withheld: int
    withdrawn: int
    answered: int
    disputed: int
    meetings_held: int


_NUMBERS = tuple(name for name in _Line.__struct_fields__[7:])
_LINES = f"""(SELECT c.tenant_id, t.slug, t.kind, t.names, c.year, c.state, c.act_kind, count(*) AS consultations,
    count(*) FILTER (WHERE state = 'open' AND {OPEN_AT}) AS open,
    count(*) FILTER (WHERE opens_at IS NOT NULL) AS opened,
    count(*) FILTER (WHERE language_parity IS NOT NULL) AS opened_with_documents,
    count(*) FILTER (WHERE language_parity) AS with_language_parity,
    count(*) FILTER (WHERE extensions > 0) AS extended,
    count(*) FILTER (WHERE unplanned_reason IS NOT NULL AND plan_item IS NULL) AS unplanned,
    count(*) FILTER (WHERE NOT report_late) AS reports_in_time,
    count(*) FILTER (WHERE report_late) AS reports_late,
    count(*) FILTER (WHERE {OVERDUE_AT}) AS reports_overdue,
    coalesce(sum(submitted), 0)::bigint AS contributions, coalesce(sum(c.withheld), 0)::bigint AS withheld,
    coalesce(sum(c.withdrawn), 0)::bigint AS withdrawn, coalesce(sum(c.answered), 0)::bigint AS answered,
    coalesce(sum(c.disputed), 0)::bigint AS disputed,
    coalesce(sum((SELECT count(*) FROM jsonb_array_elements(meetings) m WHERE m ->> 'state' = 'held')), 0)::bigint
        AS meetings_held
    FROM consultation_register c JOIN (SELECT tenant_id, slug, kind, names FROM es.tenant) t USING (tenant_id)
    WHERE $where GROUP BY c.tenant_id, t.slug, t.kind, t.names, c.year, c.state, c.act_kind) lines"""  # noqa: S608


async def overviews(
    connection: ReadConnection,
    now: datetime,
    *,
    kind: str | None = None,
    year: int | None = None,
    act_kind: str | None = None,
) -> list[Overview]:
    """Figures per institution with at least one consultation, ascending by slug."""
    where = Conditions()
    at = where.parameter(now)
    where.add_equal(kind=kind, year=year, act_kind=act_kind)
    lines = _LINES.replace("$now", at).replace("$where", str(where))
    sql = f'SELECT {selected(_Line)} FROM {lines} ORDER BY slug COLLATE "C", year'  # noqa: S608 - our own text
    by_tenant: dict[int, list[_Line]] = {}
    for record in await connection.fetch(sql, *where.parameters):
        line = maker(_Line)(record)
        by_tenant.setdefault(line.tenant_id, []).append(line)
    return [_overview(found) for found in by_tenant.values()]


def _overview(lines: Sequence[_Line]) -> Overview:
    first = lines[0]
    years = {
        year: summed(Figures, (_figures(line) for line in lines if line.year == year))
        for year in {x.year for x in lines}
    }
    return Overview(
        tenant_id=first.tenant_id,
        tenant=first.slug,
        kind=first.kind,
        names=msgspec.json.decode(first.names, type=dict[str, str]) if first.names else {},
        total=summed(Figures, years.values()),
        years=dict(sorted(years.items())),
    )


def _figures(line: _Line) -> Figures:
    numbers = {name: getattr(line, name) for name in _NUMBERS}
    return Figures(
        **numbers,
        by_state={line.state: line.consultations},
        by_act_kind={line.act_kind: line.consultations},
        admitted=line.contributions - line.withheld - line.withdrawn,
    )
