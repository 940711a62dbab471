"""Figures on the contracts on services of institutions, for overviews. A sum is in minor units, by currency."""

from datetime import datetime

import msgspec

from projections.counting import summed
from projections.reading import Conditions, ReadConnection, maker, selected

Sums = dict[str, int]


class ContractFigures(msgspec.Struct, frozen=True):
    """Signed contracts of a year, that of the signature, or of all.

    `amended_value` is by how much amendments moved what was signed. `deliveries_overdue` were not reported when they
    were due and not since, `deliveries_late` were reported after their day. `beneficiaries` is the sum of what each
    period listed, so of cells of five persons and more: never of what is not told.
    """

    contracts: int = 0
    by_service: dict[str, int] = {}
    signed_value: Sums = {}
    amended_value: Sums = {}
    paid: Sums = {}
    penalties: Sums = {}
    deliveries_overdue: int = 0
    deliveries_late: int = 0
    beneficiaries: int = 0


class _Line(msgspec.Struct, frozen=True):
    tenant_id: int
    service: str
    currency: str
    contracts: int
    signed: int
    value: int
    paid: int
    penalties: int
    overdue: int
    late: int
    beneficiaries: int


_LINES = """(SELECT c.tenant_id, c.service, c.value ->> 'currency' AS currency, count(*) AS contracts,
    sum((c.signed_value ->> 'amount')::bigint)::bigint AS signed, sum((c.value ->> 'amount')::bigint)::bigint AS value,
    sum((c.paid ->> 'amount')::bigint)::bigint AS paid, sum((c.penalties ->> 'amount')::bigint)::bigint AS penalties,
    sum(c.overdue)::bigint AS overdue, sum(c.late)::bigint AS late, coalesce(sum(s.persons), 0)::bigint AS beneficiaries
    FROM service_contract_register c LEFT JOIN LATERAL (
        SELECT sum((b ->> 'persons')::bigint) AS persons
        FROM jsonb_array_elements(c.deliveries) d, jsonb_array_elements(d -> 'beneficiaries') b) s ON true
    WHERE c.public AND $where GROUP BY c.tenant_id, c.service, c.value ->> 'currency') lines"""


async def contract_figures(connection: ReadConnection, _now: datetime, year: int | None) -> dict[int, ContractFigures]:
    """Figures per tenant in scope with at least one contract; `year` is that of the signature."""
    where = Conditions()
    if year is not None:
        where.add("extract(year FROM signed_on)::int = ?", year)
    sql = f"SELECT {selected(_Line)} FROM {_LINES.replace('$where', str(where))} ORDER BY tenant_id, service, currency"  # noqa: S608
    found: dict[int, list[ContractFigures]] = {}
    for record in await connection.fetch(sql, *where.parameters):
        line = maker(_Line)(record)
        found.setdefault(line.tenant_id, []).append(_figures(line))
    return {tenant_id: summed(ContractFigures, lines) for tenant_id, lines in found.items()}


def _figures(line: _Line) -> ContractFigures:
    return ContractFigures(
        contracts=line.contracts,
        by_service={line.service: line.contracts},
        signed_value=_sum(line, line.signed),
        amended_value=_sum(line, line.value - line.signed),
        paid=_sum(line, line.paid),
        penalties=_sum(line, line.penalties),
        deliveries_overdue=line.overdue,
        deliveries_late=line.late,
        beneficiaries=line.beneficiaries,
    )


def _sum(line: _Line, amount: int) -> Sums:
    return {line.currency: amount} if amount else {}
