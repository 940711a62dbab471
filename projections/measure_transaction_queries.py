"""Questions to the money of measures, entry by entry."""

from uuid import UUID

import msgspec

from projections.lookup import Lookup, published
from projections.measure_transactions import TransactionFacts
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing."""

    measure_id: UUID | None = None
    line: str | None = None
    kind: str | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        return Conditions().add_equal(measure_id=self.measure_id, line=self.line, kind=self.kind)


NO_FILTER = Filter()


class PublicTransaction(TransactionFacts, frozen=True):
    """An entry of the institution `tenant`."""

    tenant: str = ""


_PUBLIC = Lookup(
    PublicTransaction, published(TransactionFacts, "measure_transactions"), "recorded_at", "measure_id", "number"
)


async def public_transactions(
    connection: ReadConnection,
    chosen: Filter = NO_FILTER,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicTransaction]:
    """Entries of the tenants in scope, as they were recorded; the key is `(recorded_at, measure_id, number)`."""
    return await _PUBLIC.page(connection, chosen.conditions().add_equal(tenant=tenant), after, limit)
