"""Every stored value of a computed indicator, computed again from the logs and compared."""

from collections.abc import Collection, Iterator
from uuid import UUID

import msgspec

from domain.action_measures.indicator_periods import Span
from domain.action_measures.indicator_vocabulary import Figure
from domain.kernel.errors import HistoryCorrupt, StreamNotFound
from infra.database.lending import fetch_over
from projections.connections import Connections
from projections.indicator_register import Computation, IndicatorFacts
from projections.reading import maker, selected
from services.indicators.evaluation import Evaluator
from services.indicators.library import LIBRARY


class Checked(msgspec.Struct, frozen=True):
    """A stored value and what was found now. `changed`: the query, or a read model that it asks, is not what it was.

    `reason` is why nothing could be found: the code of the error.
    """

    tenant_id: int
    indicator_id: UUID
    period: str
    revision: int
    stored: Figure
    found: Figure | None
    changed: bool
    reason: str = ""

    @property
    def same(self) -> bool:
        """Whether the stored value is what the logs say."""
        return self.found == self.stored


async def verify(evaluator: Evaluator, auditing: Connections, tenants: Collection[int]) -> list[Checked]:
    """Check all values that the tenants' indicators ever had computed, by tenant and indicator.

    Raises: Overloaded, Unavailable.
    """
    computed = "rm.indicator_register WHERE tenant_id = ANY ($1) AND source = 'computed'"
    sql = f"SELECT {selected(IndicatorFacts)} FROM {computed}"  # noqa: S608 - our own text
    found = await fetch_over(auditing, tenants, sql)
    known = sorted((maker(IndicatorFacts)(row) for row in found), key=lambda one: (one.tenant_id, one.indicator_id))
    return [
        await _checked(evaluator, one, period, revision, figure, made)
        for one in known
        for period, revision, figure, made in _computed(one)
    ]


def _computed(one: IndicatorFacts) -> Iterator[tuple[str, int, Figure, Computation]]:
    for line in one.periods:
        for earlier in line.earlier:
            if earlier.computation is not None:
                yield line.period, earlier.revision, earlier.figure, earlier.computation
        if line.computation is not None and line.figure is not None:
            yield line.period, line.revision, line.figure, line.computation


async def _checked(
    evaluator: Evaluator, one: IndicatorFacts, period: str, revision: int, stored: Figure, made: Computation
) -> Checked:
    query, found, reason = LIBRARY.get(made.query), None, ""
    if query is None:
        reason = "no-such-query"
    else:
        try:
            found = (await evaluator.again(query, Span.of(period), made.positions)).figure
        except (HistoryCorrupt, StreamNotFound) as error:
            reason = error.code
    changed = query is None or query.hash != made.query_hash
    return Checked(one.tenant_id, one.indicator_id, period, revision, stored, found, changed, reason)
