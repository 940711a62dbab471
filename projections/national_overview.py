"""All institutions together, with the vector of positions that the figures rest on."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from projections.consultation_register import ConsultationRegister
from projections.counting import summed
from projections.cut import positions
from projections.further import OF, Further, further
from projections.overview import Figures, Overview, overviews
from projections.reading import ReadConnection


class NationalOverview(msgspec.Struct, frozen=True):
    """`positions` says for each tenant (by id) up to which position of its log the figures go.

    `further` holds, by tenant id, the figures that are not of consultations.
    """

    total: Figures
    by_kind: dict[str, Figures]
    institutions: list[Overview]
    further: Mapping[int, Further]
    positions: Mapping[int, int]


async def national_overview(connection: ReadConnection, now: datetime, *, year: int | None = None) -> NationalOverview:
    """Figures of all tenants in scope, now or at the moment that is laid before the connection."""
    institutions = await overviews(connection, now, year=year)
    kinds = sorted({one.kind for one in institutions})
    return NationalOverview(
        total=summed(Figures, (one.total for one in institutions)),
        by_kind={kind: summed(Figures, (one.total for one in institutions if one.kind == kind)) for kind in kinds},
        institutions=institutions,
        further=await further(connection, now, year),
        positions=await positions(connection, [ConsultationRegister.name, *(model.name for model in OF)]),
    )
