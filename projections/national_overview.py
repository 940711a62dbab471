"""All institutions together, with the vector of positions that the figures rest on."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from projections.consultation_register import ConsultationRegister
from projections.overview import Figures, Overview, overviews, summed
from projections.reading import IN_SCOPE, ReadConnection


class NationalOverview(msgspec.Struct, frozen=True):
    """`positions` says for each tenant (by id) up to which position of its log the figures go."""

    total: Figures
    by_kind: dict[str, Figures]
    institutions: list[Overview]
    positions: Mapping[int, int]


async def national_overview(
    connection: ReadConnection,
    now: datetime,
    *,
    year: int | None = None,
    positions: Mapping[int, int] | None = None,
) -> NationalOverview:
    """Figures of all tenants in scope. `positions` replaces the checkpoints for a look into the past."""
    institutions = await overviews(connection, now, year=year)
    kinds = sorted({one.kind for one in institutions})
    return NationalOverview(
        total=summed(one.total for one in institutions),
        by_kind={kind: summed(one.total for one in institutions if one.kind == kind) for kind in kinds},
        institutions=institutions,
        positions=await checkpoints(connection) if positions is None else positions,
    )


async def checkpoints(connection: ReadConnection) -> dict[int, int]:
    """The register's position per tenant in scope, ascending by tenant."""
    records = await connection.fetch(
        f"SELECT tenant_id, position FROM es.checkpoint WHERE {IN_SCOPE} AND name = $1 ORDER BY tenant_id",  # noqa: S608
        ConsultationRegister.name,
    )
    return {record[0]: record[1] for record in records}
