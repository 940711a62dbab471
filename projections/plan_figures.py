"""Figures on the consultation plans of institutions, for overviews."""

from datetime import datetime

import msgspec

from projections.counting import summed
from projections.reading import Conditions, ReadConnection, maker, selected


class PlanFigures(msgspec.Struct, frozen=True):
    """Plans, and of those in force the `items` that adoption found or that came later, how many slid or fell off."""

    plans: int = 0
    by_state: dict[str, int] = {}
    items: int = 0
    moved: int = 0
    dropped: int = 0


class _Line(msgspec.Struct, frozen=True):
    tenant_id: int
    state: str
    plans: int
    items: int
    moved: int
    dropped: int


_LINES = """(SELECT p.tenant_id, p.state, count(*) AS plans,
    coalesce(sum(jsonb_array_length(p.items_in_force)), 0)::bigint AS items,
    coalesce(sum((SELECT count(*) FROM jsonb_array_elements(p.items_in_force) i
        WHERE jsonb_array_length(i -> 'moved') > 0)), 0)::bigint AS moved,
    coalesce(sum((SELECT count(*) FROM jsonb_array_elements(p.items_in_force) i
        WHERE i ->> 'dropped_at' IS NOT NULL)), 0)::bigint AS dropped
    FROM plan_register p WHERE $where GROUP BY p.tenant_id, p.state) lines"""


async def plan_figures(connection: ReadConnection, _now: datetime, year: int | None) -> dict[int, PlanFigures]:
    """Figures per tenant in scope with at least one plan; `year` is that of the plan."""
    where = Conditions().add_equal(year=year)
    sql = f"SELECT {selected(_Line)} FROM {_LINES.replace('$where', str(where))} ORDER BY tenant_id, state"  # noqa: S608
    found: dict[int, list[PlanFigures]] = {}
    for record in await connection.fetch(sql, *where.parameters):
        line = maker(_Line)(record)
        one = PlanFigures(line.plans, {line.state: line.plans}, line.items, line.moved, line.dropped)
        found.setdefault(line.tenant_id, []).append(one)
    return {tenant_id: summed(PlanFigures, lines) for tenant_id, lines in found.items()}
