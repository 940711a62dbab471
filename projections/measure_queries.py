"""Questions to the register of measures: an institution's own, and those of all, each with its traffic light."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from projections.lookup import Lookup, published
from projections.measure_light import lit
from projections.measure_register import MeasureFacts
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection
from projections.searching import Words, folded

_TABLE = "measure_register"


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing. `moved` tells whether its days were ever moved."""

    state: str | None = None
    light: Literal["red", "amber", "green", "grey"] | None = None
    strategy_id: UUID | None = None
    objective: str | None = None
    moved: bool | None = None
    text: Words | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        where = Conditions().add_equal(
            state=self.state, light=self.light, strategy_id=self.strategy_id, objective=self.objective
        )
        if self.moved is not None:
            where.add("(revisions <> '[]'::jsonb) = ?", self.moved)
        return where.add("strpos(searched, ?) > 0", folded(self.text)) if self.text else where


NO_FILTER = Filter()


class LitMeasure(MeasureFacts, frozen=True):
    """A measure with its traffic light: red, amber, green or grey, and why."""

    light: str = ""
    light_reason: str = ""


class PublicMeasure(LitMeasure, frozen=True):
    """The same, of the institution `tenant`."""

    tenant: str = ""


class _Held(MeasureFacts, frozen=True):
    """The columns that the public role may read."""

    searched: str = ""


_ALL = published(_Held, _TABLE).removesuffix(" shown")
_KEY = ("strategy", "code", "measure_id")
_OWN = Lookup(LitMeasure, lambda where, now: lit(_TABLE, where, now), *_KEY)
_PUBLIC = Lookup(PublicMeasure, lambda where, now: lit(_ALL, where, now), *_KEY)


async def measures(
    connection: ReadConnection,
    now: datetime,
    chosen: Filter = NO_FILTER,
    *,
    after: After | None = None,
    limit: int = 50,
) -> Page[LitMeasure]:
    """Measures of the tenant, by strategy and code; the key is `(strategy, code, measure_id)`."""
    return await _OWN.page(connection, chosen.conditions(), after, limit, now=now)


async def measure(connection: ReadConnection, now: datetime, measure_id: UUID) -> LitMeasure | None:
    """One measure of the tenant."""
    return await _OWN.one(connection, measure_id, now=now)


async def public_measures(
    connection: ReadConnection,
    now: datetime,
    chosen: Filter = NO_FILTER,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicMeasure]:
    """Measures of the tenants in scope, by strategy and code."""
    where = chosen.conditions().add_equal(tenant=tenant)
    return await _PUBLIC.page(connection, where, after, limit, now=now)


async def public_measure(connection: ReadConnection, now: datetime, measure_id: UUID) -> PublicMeasure | None:
    """One measure of the tenants in scope."""
    return await _PUBLIC.one(connection, measure_id, now=now)


async def lights_of_objectives(connection: ReadConnection, now: datetime) -> dict[UUID, dict[str, dict[str, int]]]:
    """How many measures of the tenants in scope have which light, by strategy and by the objective they name."""
    where = Conditions()
    rows = lit(_ALL, where, now)
    counted = "SELECT strategy_id, objective, light, count(*) AS measures"
    records = await connection.fetch(f"{counted} FROM {rows} WHERE {where} GROUP BY 1, 2, 3", *where.parameters)
    found: dict[UUID, dict[str, dict[str, int]]] = {}
    for one in records:
        found.setdefault(one["strategy_id"], {}).setdefault(one["objective"], {})[one["light"]] = one["measures"]
    return found
