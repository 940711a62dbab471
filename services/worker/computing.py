"""Computed indicators: when a period is over, its value is counted and told to the indicator's own log.

What is due stands in the register of indicators, so there is no list to lose: a value that was counted and not stored
is counted again. The command's id follows from indicator, period and revision; of two workers one is heard.
"""

import asyncio
from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from domain.action_measures.commands.indicator import RecordComputedValue
from domain.action_measures.indicator_periods import PeriodName, Span
from domain.action_measures.indicator_vocabulary import QueryName, Reach
from domain.kernel.errors import (
    CommandRefused,
    ConcurrencyConflict,
    HistoryCorrupt,
    RequestKeyReused,
    StreamNotFound,
    Unavailable,
)
from domain.kernel.ids import derived_id
from infra.database.lending import fetch_over
from services.bootstrap import System
from services.command_handling.request import CLOCK, Request
from services.indicators.evaluation import Evaluated, Evaluator, evaluator_of
from services.indicators.library import LIBRARY
from services.work.failures import FailedWork, Failures, reason_of
from services.worker.clocks import times

KIND = "indicator"
AT_MOST = 50
"""Values computed per look; the rest is found by the next."""
SETTLED = timedelta(seconds=2)
"""How long after a period's end it is looked at: commands of its last moment may still be on their way into a log."""
SHOWN_WITHIN = 10.0
"""Seconds after which a value that was told and does not show is told again."""

_DUE = """
SELECT r.tenant_id, r.indicator_id, v ->> 'period', (v ->> 'revision')::int, r.query ->> 'name',
    (r.query ->> 'version')::int, r.reach
FROM rm.indicator_register r JOIN unnest($2::int[], $3::timestamptz[]) c (tenant_id, now) ON c.tenant_id = r.tenant_id,
    jsonb_array_elements(r.periods) v
WHERE r.tenant_id = ANY ($1) AND r.state = 'defined' AND r.source = 'computed'
    AND (v ->> 'state' = 'awaited' OR (v -> 'asked')::boolean) AND (v ->> 'ends_at')::timestamptz <= c.now
    AND NOT EXISTS (SELECT FROM es.failed_work f WHERE f.tenant_id = r.tenant_id AND f.kind = 'indicator'
        AND f.subject = concat(r.indicator_id, ' ', v ->> 'period') AND f.retry_at > now())
ORDER BY v ->> 'ends_at', r.tenant_id, r.indicator_id, v ->> 'period' LIMIT $4
"""
_STILL_AWAITED = """
SELECT r.tenant_id, concat(r.indicator_id, ' ', v ->> 'period')
FROM rm.indicator_register r, jsonb_array_elements(r.periods) v
WHERE r.tenant_id = ANY ($1) AND r.indicator_id = ANY ($2) AND r.state = 'defined' AND r.source = 'computed'
    AND (v ->> 'state' = 'awaited' OR (v -> 'asked')::boolean)
"""


class Awaited(msgspec.Struct, frozen=True):
    """A value that is to be computed; `revision` is that of what was said last, 0 for nothing."""

    tenant_id: int
    indicator_id: UUID
    period: PeriodName
    revision: int
    query: str
    version: int
    reach: str

    @property
    def command_id(self) -> UUID:
        """One command for what comes next in a period."""
        return derived_id(KIND, self.tenant_id, self.indicator_id, self.period, self.revision)

    @property
    def subject(self) -> str:
        """How failed work names it."""
        return f"{self.indicator_id} {self.period}"


class Computing:
    """Looks for values that are awaited, computes them and tells them as the clock."""

    def __init__(self, system: System, failures: Failures, evaluator: Evaluator | None = None) -> None:
        self._system, self._failures = system, failures
        self._evaluator = evaluator or evaluator_of(system)
        self._told: dict[UUID, float] = {}

    async def close(self) -> None:
        """Close the connections."""
        await self._evaluator.close()

    async def look(self) -> int:
        """Compute what is due; how many values were told."""
        now = asyncio.get_running_loop().time()
        due = await self._due()
        self._told = {one.command_id: at for one in due if (at := self._told.get(one.command_id)) is not None}
        waiting = [one for one in due if self._told.get(one.command_id, -SHOWN_WITHIN) + SHOWN_WITHIN <= now]
        for one in waiting:
            await self._tell(one)
            self._told[one.command_id] = now
        return len(waiting)

    @property
    def failing(self) -> Collection[str]:
        """As `Knowing` says."""
        return (KIND,)

    async def over(self, failed: Sequence[FailedWork]) -> Sequence[FailedWork]:
        """As `Knowing` says: what the register does not await was told, or is not computed any more."""
        tenants = list({one.tenant_id for one in failed})
        indicators = [UUID(one.subject.partition(" ")[0]) for one in failed]
        rows = await fetch_over(self._system.auditing, tenants, _STILL_AWAITED, indicators)
        still = {(row[0], row[1]) for row in rows}
        return [one for one in failed if (one.tenant_id, one.subject) not in still]

    async def _due(self) -> list[Awaited]:
        nows = await times(self._system)
        if not nows:
            return []
        tenants, settled = list(nows), [now - SETTLED for now in nows.values()]
        rows = await fetch_over(self._system.auditing, tenants, _DUE, tenants, settled, AT_MOST)
        return [Awaited(*row) for row in rows]

    async def _tell(self, one: Awaited) -> None:
        """What cannot be computed or taken is kept with its reason, and tried again."""
        try:
            await self._computed(one)
        except (RequestKeyReused, ConcurrencyConflict):
            pass  # another worker was faster: its value stands, or the next look finds what is still to do
        except (CommandRefused, StreamNotFound, HistoryCorrupt, Unavailable) as error:
            await self._failures.record(one.tenant_id, KIND, one.subject, reason_of(error))
            return
        await self._failures.settle(one.tenant_id, KIND, [one.subject])

    async def _computed(self, one: Awaited) -> None:
        institution = (await self._system.handler.authority.national()).by_tenant(one.tenant_id)
        query = LIBRARY.get(QueryName(name=one.query, version=one.version))
        if institution is None or query is None:
            raise Unavailable(f"query {one.query} {one.version}")
        slugs = None if one.reach == Reach.ALL else [institution.slug]
        found = await self._evaluator.evaluate(query, Span.of(one.period), slugs)
        request = Request(
            tenant=institution.slug,
            command=told(one.period, found),
            command_id=one.command_id,
            principal=CLOCK,
            stream_id=one.indicator_id,
        )
        await self._system.handler.execute(request)


def told(period: PeriodName, found: Evaluated) -> RecordComputedValue:
    """The command that tells a value."""
    return RecordComputedValue(
        period=period,
        query=QueryName(name=found.query, version=found.version),
        query_hash=found.query_hash,
        as_of=found.as_of,
        positions=found.positions,
        numerator=found.figure.numerator or 0,
        denominator=found.figure.denominator,
    )
