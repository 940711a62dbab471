"""What overviews show beside the consultations: the figures of every domain that the catalogue lists."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from projections.catalogue import COUNTED
from projections.counting import summed
from projections.reading import ReadConnection

if TYPE_CHECKING:

    class Further(msgspec.Struct, frozen=True):
        """Figures of an institution or of several, by what they are of."""
else:
    _FIELDS = [(one.name, one.figures, one.figures()) for one in COUNTED]
    Further = msgspec.defstruct("Further", _FIELDS, frozen=True, module=__name__)

OF = tuple(dict.fromkeys(model for one in COUNTED for model in one.of))
"""The read models that these figures rest on."""


async def further(connection: ReadConnection, now: datetime, year: int | None) -> dict[int, Further]:
    """A `Further` per tenant in scope about which there is anything."""
    read = {one.name: await one.read(connection, now, year) for one in COUNTED}
    tenants = {tenant_id for found in read.values() for tenant_id in found}
    return {
        tenant_id: Further(**{name: found[tenant_id] for name, found in read.items() if tenant_id in found})
        for tenant_id in sorted(tenants)
    }


def total(of: Iterable[Further]) -> Further:
    """The `Further` of several institutions as one."""
    every = list(of)
    return Further(**{one.name: summed(one.figures, [getattr(found, one.name) for found in every]) for one in COUNTED})
