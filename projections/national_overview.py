"""All institutions together, with the vector of positions that the figures rest on."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from projections.consultation_register import ConsultationRegister
from projections.cut import positions
from projections.overview import Figures, Overview, overviews, summed
from projections.reading import ReadConnection


class NationalOverview(msgspec.Struct, frozen=True):
    """`positions` says for each tenant (by id) up to which position of its log the figures go."""

    total: Figures
    by_kind: dict[str, Figures]
    institutions: list[Overview]
    positions: Mapping[int, int]


async def national_overview(connection: ReadConnection, now: datetime, *, year: int | None = None) -> NationalOverview:
    """Figures of all tenants in scope, now or at the moment that is laid before the connection."""
    institutions = await overviews(connection, now, year=year)
    kinds = sorted({one.kind for one in institutions})
    return NationalOverview(
        total=summed(one.total for one in institutions),
        by_kind={kind: summed(one.total for one in institutions if one.kind == kind) for kind in kinds},
        institutions=institutions,
        positions=await positions(connection, ConsultationRegister.name),
    )
