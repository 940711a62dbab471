"""Questions to the register of indicators: one institution's, everybody's, contested figures, and several as one."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from domain.action_measures.indicator_vocabulary import Figure
from domain.kernel.text import Text, Title
from projections.indicator_register import IndicatorFacts
from projections.lookup import Lookup, published
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection
from projections.searching import Words, folded

_TABLE = "indicator_register"


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing. `disputed`: a figure is contested as it stands."""

    state: Literal["defined", "withdrawn"] | None = None
    measure_id: UUID | None = None
    strategy_id: UUID | None = None
    objective: str | None = None
    part_of: UUID | None = None
    source: Literal["computed", "manual", "external"] | None = None
    required: bool | None = None
    disputed: bool | None = None
    text: Words | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        where = Conditions().add_equal(
            state=self.state,
            measure_id=self.measure_id,
            strategy_id=self.strategy_id,
            objective=self.objective,
            part_of=self.part_of,
            source=self.source,
            required=self.required,
        )
        if self.disputed is not None:
            where.add("(contested > 0) = ?", self.disputed)
        return where.add("strpos(searched, ?) > 0", folded(self.text)) if self.text else where


NO_FILTER = Filter()


class PublicIndicator(IndicatorFacts, frozen=True):
    """An indicator of the institution `tenant`."""

    tenant: str = ""


class _Held(IndicatorFacts, frozen=True):
    """The columns that the public role may read."""

    searched: str = ""


_KEY = ("defined_at", "indicator_id")
_OWN = Lookup(IndicatorFacts, _TABLE, *_KEY)
_PUBLIC = Lookup(PublicIndicator, published(_Held, _TABLE), *_KEY)


async def indicators(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[IndicatorFacts]:
    """Indicators of the tenant in the order in which they were defined; key `(defined_at, indicator_id)`."""
    return await _OWN.page(connection, chosen.conditions(), after, limit)


async def indicator(connection: ReadConnection, indicator_id: UUID) -> IndicatorFacts | None:
    """One indicator of the tenant."""
    return await _OWN.one(connection, indicator_id)


async def public_indicators(
    connection: ReadConnection,
    chosen: Filter = NO_FILTER,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicIndicator]:
    """Indicators of the tenants in scope, in the order in which they were defined."""
    return await _PUBLIC.page(connection, chosen.conditions().add_equal(tenant=tenant), after, limit)


async def public_indicator(connection: ReadConnection, indicator_id: UUID) -> PublicIndicator | None:
    """One indicator of the tenants in scope."""
    return await _PUBLIC.one(connection, indicator_id)


async def parts_of(connection: ReadConnection, indicator_id: UUID, unit: str) -> list[PublicIndicator]:
    """Every indicator of the tenants in scope that is part of this one and counts the same."""

    def conditions() -> Conditions:
        return Filter(part_of=indicator_id, state="defined").conditions().add_equal(unit=unit)

    return await _PUBLIC.every(connection, conditions)


class ContestedFigure(msgspec.Struct, frozen=True):
    """A figure that an organisation disputes, beside its own; `standing`: nothing else was said since."""

    tenant_id: int
    tenant: str
    indicator_id: UUID
    title: Title
    unit: str
    measure_id: UUID | None
    period: str
    state: str
    figure: Figure
    own: Figure | None
    reason: Text
    organisation_id: UUID
    contested_at: datetime
    standing: bool
    resolution_id: UUID | None


class ContestFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing."""

    period: str | None = None
    organisation_id: UUID | None = None
    measure_id: UUID | None = None
    standing: bool | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        return Conditions().add_equal(
            period=self.period,
            organisation_id=self.organisation_id,
            measure_id=self.measure_id,
            standing=self.standing,
        )


_CONTESTED = """(SELECT r.tenant_id, t.slug AS tenant, r.indicator_id, r.title, r.unit, r.measure_id,
    v ->> 'period' AS period, v ->> 'state' AS state, c -> 'figure' AS figure, nullif(c -> 'own', 'null'::jsonb) AS own,
    c -> 'reason' AS reason, (c ->> 'organisation_id')::uuid AS organisation_id,
    (c ->> 'at')::timestamptz AS contested_at, coalesce(c -> 'revision' = v -> 'revision'
        AND v ->> 'figure' IS NOT NULL, false) AS standing, (v ->> 'resolution_id')::uuid AS resolution_id
    FROM indicator_register r JOIN (SELECT tenant_id, slug FROM es.tenant) t USING (tenant_id),
        jsonb_array_elements(r.periods) v, jsonb_array_elements(v -> 'contests') c WHERE r.public) shown"""
_CONTESTS = Lookup(ContestedFigure, _CONTESTED, "contested_at", "indicator_id", "organisation_id", descending=True)


async def contested_figures(
    connection: ReadConnection,
    chosen: ContestFilter,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[ContestedFigure]:
    """Figures that organisations dispute, of the tenants in scope, the newest contest first."""
    return await _CONTESTS.page(connection, chosen.conditions().add_equal(tenant=tenant), after, limit)
