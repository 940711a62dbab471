"""Figures on the grants of institutions, for overviews and for the annual report.

A sum is in minor units, by currency. `registered` are grants to organisations of the national register; a recipient
that it does not know counts among the grants, and not among those. What two institutions have on record counts once,
at the one that recorded it first (`recorded_twice.py`), as far as both are among those asked about.
"""

from datetime import datetime

import msgspec

from projections.counting import summed
from projections.grant_awards import NATIONAL_AWARDS
from projections.reading import Conditions, ReadConnection, maker, selected

Sums = dict[str, int]


class GrantFigures(msgspec.Struct, frozen=True):
    """Awards of a year or of all: signed `agreements`, and grants of others that are on record.

    `reports_overdue` did not come, `reports_late` came after their day. `corrected` and `struck` are of the record.
    `recorded_twice` is on record at another institution, too, and counts there: not among the grants, nor what it is.
    """

    grants: int = 0
    agreements: int = 0
    awarded: Sums = {}
    paid: Sums = {}
    registered: int = 0
    awarded_to_registered: Sums = {}
    without_open_call: int = 0
    reports_overdue: int = 0
    reports_late: int = 0
    corrected: int = 0
    struck: int = 0
    recorded_twice: int = 0
    awarded_twice: Sums = {}


class _Line(msgspec.Struct, frozen=True):
    tenant_id: int
    currency: str
    grants: int
    agreements: int
    awarded: int
    paid: int
    registered: int
    awarded_to_registered: int
    without_open_call: int
    repeated: bool


class _Beside(msgspec.Struct, frozen=True):
    tenant_id: int
    overdue: int
    late: int
    corrected: int
    struck: int


_LINES = f"""(SELECT tenant_id, currency, count(*) AS grants, count(*) FILTER (WHERE grant_id = '') AS agreements,
    coalesce(sum(amount), 0)::bigint AS awarded,
    coalesce(sum((amount_disbursed ->> 'amount')::bigint), 0)::bigint AS paid,
    count(organisation_id) AS registered,
    coalesce(sum(amount) FILTER (WHERE organisation_id IS NOT NULL), 0)::bigint AS awarded_to_registered,
    count(*) FILTER (WHERE NOT from_open_call) AS without_open_call, counted_id IS NOT NULL AS repeated
    FROM {NATIONAL_AWARDS} WHERE $where GROUP BY tenant_id, currency, counted_id IS NOT NULL) lines"""  # noqa: S608 - our own text
_BESIDE = """(SELECT tenant_id, sum(overdue)::bigint AS overdue, sum(late)::bigint AS late,
    sum(corrected)::bigint AS corrected, sum(struck)::bigint AS struck FROM (
        SELECT tenant_id, extract(year FROM signed_on)::int AS year, overdue, late, 0 AS corrected, 0 AS struck
            FROM grant_agreement_register WHERE public
        UNION ALL SELECT tenant_id, year, 0, 0, (jsonb_array_length(corrections) > 0)::int, (state = 'struck')::int
            FROM recorded_grant_register) each WHERE $where GROUP BY tenant_id) beside"""


async def grant_figures(connection: ReadConnection, _now: datetime, year: int | None) -> dict[int, GrantFigures]:
    """Figures per tenant in scope with at least one grant; `year` is that of the award."""
    where = Conditions()
    if year is not None:
        where.add("extract(year FROM awarded_on)::int = ?", year)
    sql = f"SELECT {selected(_Line)} FROM {_LINES.replace('$where', str(where))} ORDER BY tenant_id, currency, repeated"  # noqa: S608
    found: dict[int, list[GrantFigures]] = {}
    for record in await connection.fetch(sql, *where.parameters):
        line = maker(_Line)(record)
        found.setdefault(line.tenant_id, []).append(_of_currency(line))
    beside = Conditions().add_equal(year=year)
    sql = f"SELECT {selected(_Beside)} FROM {_BESIDE.replace('$where', str(beside))} ORDER BY tenant_id"  # noqa: S608
    for record in await connection.fetch(sql, *beside.parameters):
        more = maker(_Beside)(record)
        one = GrantFigures(
            reports_overdue=more.overdue, reports_late=more.late, corrected=more.corrected, struck=more.struck
        )
        found.setdefault(more.tenant_id, []).append(one)
    return {tenant_id: summed(GrantFigures, lines) for tenant_id, lines in sorted(found.items())}


def _of_currency(line: _Line) -> GrantFigures:
    if line.repeated:
        return GrantFigures(recorded_twice=line.grants, awarded_twice=_sum(line.currency, line.awarded))
    return GrantFigures(
        grants=line.grants,
        agreements=line.agreements,
        registered=line.registered,
        without_open_call=line.without_open_call,
        awarded=_sum(line.currency, line.awarded),
        paid=_sum(line.currency, line.paid),
        awarded_to_registered=_sum(line.currency, line.awarded_to_registered),
    )


def _sum(currency: str, amount: int) -> Sums:
    return {currency: amount} if amount else {}
