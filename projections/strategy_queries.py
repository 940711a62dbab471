"""Questions to the register of strategies, of the nation's desk and of everybody."""

from uuid import UUID

import msgspec

from projections.lookup import Lookup, published
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection
from projections.strategy_register import StrategyFacts, StrategyRow

_TABLE = "strategy_register"


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing."""

    state: str | None = None
    reference: str | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        return Conditions().add_equal(state=self.state, reference=self.reference)


NO_FILTER = Filter()


class PublicStrategy(StrategyFacts, frozen=True):
    """A strategy as everybody sees it, of the institution `tenant`."""

    tenant: str = ""


_OWN = Lookup(StrategyRow, _TABLE, "adopted_on", "strategy_id", descending=True)
_PUBLIC = Lookup(PublicStrategy, published(StrategyFacts, _TABLE), "adopted_on", "strategy_id", descending=True)


async def strategies(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[StrategyRow]:
    """Strategies, the one adopted last first; the key is `(adopted_on, strategy_id)`."""
    return await _OWN.page(connection, chosen.conditions(), after, limit)


async def strategy(connection: ReadConnection, strategy_id: UUID) -> StrategyRow | None:
    """One strategy."""
    return await _OWN.one(connection, strategy_id)


async def public_strategies(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[PublicStrategy]:
    """Strategies as everybody sees them, the one adopted last first."""
    return await _PUBLIC.page(connection, chosen.conditions(), after, limit)


async def public_strategy(connection: ReadConnection, strategy_id: UUID) -> PublicStrategy | None:
    """One strategy as everybody sees it."""
    return await _PUBLIC.one(connection, strategy_id)
