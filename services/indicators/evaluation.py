"""Asking a query of the past: a period, and how far each log is read. The same answer for the same three, for ever."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import msgspec

from domain.action_measures.indicator_periods import Span
from domain.action_measures.indicator_vocabulary import Figure
from domain.kernel.errors import HistoryCorrupt, StreamNotFound
from domain.kernel.ids import NATIONAL_SLUG
from domain.kernel.message import N_
from domain.tenants.register import Institution
from infra.database.interface import Connection, Role
from projections.as_of import Past
from projections.auditor_log import AuditorLog
from projections.history import History, Log, Moment
from projections.read_model import ReadModel
from services.bootstrap import System
from services.indicators.query import Query

Positions = Mapping[str, int]
"""Up to which position the log of each institution, by slug, was read."""
Institutions = Callable[[], Awaitable[Mapping[str, Institution]]]


class Counts(msgspec.Struct, frozen=True):
    """What was found in one institution, or in several; without a `denominator` where the query only counts."""

    numerator: int
    denominator: int | None = None

    def __add__(self, other: "Counts") -> "Counts":
        if self.denominator is None or other.denominator is None:
            return Counts(self.numerator + other.numerator)
        return Counts(self.numerator + other.numerator, self.denominator + other.denominator)


class Evaluated(msgspec.Struct, frozen=True):
    """A value with all that it takes to find it again; `by_tenant` says what each institution adds to it.

    The `figure` has no value where there was no case.
    """

    query: str
    version: int
    query_hash: str
    span: Span
    positions: Positions
    figure: Figure
    by_tenant: Mapping[str, Counts]

    @property
    def as_of(self) -> datetime:
        """What had happened by then is in it."""
        return self.span.as_of


class Evaluator:
    """Evaluates queries over logs that it may read whole."""

    def __init__(self, past: Past, log: Log, institutions: Institutions) -> None:
        self._past, self._log, self._institutions = past, log, institutions

    async def close(self) -> None:
        """Close the connections."""
        await self._past.close()

    async def evaluate(self, query: Query, span: Span, slugs: Collection[str] | None = None) -> Evaluated:
        """The query over these institutions, None for all that are no sandbox, as far as their logs reach now.

        Raises: StreamNotFound for an unknown institution; HistoryCorrupt for a log that cannot be read, as a value
        without it would be half of one; Overloaded, Unavailable.
        """
        return await self.again(query, span, await self.reach(query, slugs))

    async def reach(self, query: Query, slugs: Collection[str] | None = None) -> Positions:
        """How far the logs reach now on which the query rests. Raises: StreamNotFound."""
        institutions = await self._institutions()
        if query.described.national:
            slugs = (NATIONAL_SLUG,)
        elif slugs is None:
            slugs = [slug for slug, one in institutions.items() if not one.sandbox]
        if not institutions.keys() >= set(slugs):
            raise StreamNotFound
        return {slug: await self._log.head(institutions[slug].tenant_id) for slug in sorted(slugs)}

    async def again(self, query: Query, span: Span, positions: Positions) -> Evaluated:
        """The query with the logs read up to these positions, whatever was recorded since.

        Raises: HistoryCorrupt also where a log ends before its position; else as `evaluate`.
        """
        [found] = await self.several([query], span, positions)
        return found

    async def several(self, queries: Sequence[Query], span: Span, positions: Positions) -> list[Evaluated]:
        """Several queries of one moment, in their order, each as it would be found alone; raises as `again`."""
        models = tuple(dict.fromkeys(model for query in queries for model in query.of))
        found: list[Evaluated] = []
        async with self.reading(models, span.as_of, positions) as (connection, slugs):
            for query in queries:
                asked = query.text, span.begins, span.ends, span.first_day, span.last_day
                counts = {slugs[row[0]]: Counts(row[1], row[2]) for row in await connection.fetch(*asked)}
                found.append(_evaluated(query, span, positions, counts))
        return found

    @asynccontextmanager
    async def reading(
        self, models: Sequence[ReadModel[Any]], as_of: datetime | None, positions: Positions
    ) -> AsyncIterator[tuple[Connection, Mapping[int, str]]]:
        """A connection on which these models show what had happened, with the logs read up to these positions.

        Without an instant that is all that the logs hold there. Beside it the institutions' slugs by tenant.
        Raises as `again`.
        """
        slugs = await self._named(positions)
        upto = {tenant_id: positions[slug] for tenant_id, slug in slugs.items()}
        async with self._past.at(Moment(as_of=as_of), models, upto, shared=True, upto=upto) as connection:
            yield connection, slugs

    async def _named(self, positions: Positions) -> dict[int, str]:
        """The institutions' slugs by tenant; proves that each log reaches its position."""
        institutions = await self._institutions()
        if not institutions.keys() >= positions.keys():
            raise StreamNotFound
        slugs = {institutions[slug].tenant_id: slug for slug in positions}
        for tenant_id, slug in slugs.items():
            if await self._log.head(tenant_id) < positions[slug]:
                raise HistoryCorrupt(
                    N_("The log of {tenant} ends before position {position}, up to which the value was computed."),
                    tenant=slug,
                    position=positions[slug],
                )
        return slugs


def _evaluated(query: Query, span: Span, positions: Positions, counts: Mapping[str, Counts]) -> Evaluated:
    total = sum(counts.values(), Counts(0, 0 if query.described.weighted else None))
    return Evaluated(
        query=query.name.name,
        version=query.name.version,
        query_hash=query.hash,
        span=span,
        positions=dict(sorted(positions.items())),
        figure=query.described.figure(total.numerator, total.denominator),
        by_tenant=dict(sorted(counts.items())),
    )


def evaluator_of(system: System) -> Evaluator:
    """What evaluates in this process, in the auditor's role; whoever made it closes it."""
    log = AuditorLog(system.auditing)
    past = Past(system.database, Role.AUDITOR, History(log, system.registry), waiting=256, stored=True)

    async def institutions() -> Mapping[str, Institution]:
        return (await system.handler.authority.national(fresh=True)).institutions

    return Evaluator(past, log, institutions)
