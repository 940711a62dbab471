"""The national report on public funding of a year: what institutions awarded, to whom, by kind and one by one.

A projection, so nobody compiles it: asked about an earlier moment it says what it said then, and a correction is an
event that changes it from then on.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from projections.counting import summed
from projections.cut import positions
from projections.grant_agreement_register import GrantAgreementRegister
from projections.grant_figures import GrantFigures, grant_figures
from projections.reading import ReadConnection
from projections.recorded_grant_register import RecordedGrantRegister
from projections.recorded_twice import RecordedTwice, recorded_twice


class Funder(msgspec.Struct, frozen=True):
    """An institution's part."""

    tenant_id: int
    tenant: str
    kind: str
    figures: GrantFigures


class AnnualReport(msgspec.Struct, frozen=True):
    """`positions` says for each tenant (by id) up to which position of its log the figures go.

    `recorded_twice` are records that no figure counts, since another institution has the same grant on record.
    """

    year: int
    total: GrantFigures
    by_kind: dict[str, GrantFigures]
    institutions: list[Funder]
    recorded_twice: list[RecordedTwice]
    positions: Mapping[int, int]


async def annual_report(
    connection: ReadConnection, now: datetime, year: int, tenants: Mapping[int, tuple[str, str]]
) -> AnnualReport:
    """The report over the tenants in scope, institutions ascending by slug; `tenants` gives slug and kind by id."""
    figures = await grant_figures(connection, now, year)
    ordered = sorted((tenants[tenant_id][0], tenant_id) for tenant_id in figures.keys() & tenants.keys())
    funders = [Funder(tenant_id, slug, tenants[tenant_id][1], figures[tenant_id]) for slug, tenant_id in ordered]
    kinds = sorted({one.kind for one in funders})
    return AnnualReport(
        year=year,
        total=summed(GrantFigures, (one.figures for one in funders)),
        by_kind={kind: summed(GrantFigures, (one.figures for one in funders if one.kind == kind)) for kind in kinds},
        institutions=funders,
        recorded_twice=await recorded_twice(connection, year),
        positions=await positions(connection, [RecordedGrantRegister.name, GrantAgreementRegister.name]),
    )
