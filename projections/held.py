"""What the engine remembers of a tenant between batches."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from projections.checkpoints import Checkpoint
from projections.fold import Fold
from projections.history import History
from projections.read_model import Stored


class Held:
    """Checkpoints, rows, and the batch that is read ahead; thrown away whenever it might be old."""

    def __init__(self, points: Mapping[str, Checkpoint], folds: Mapping[str, Fold[Any]]) -> None:
        self.points, self.folds = dict(points), dict(folds)
        self._ahead: tuple[int, asyncio.Future[Sequence[Stored]]] | None = None

    async def read(self, history: History, tenant_id: int, after: int, limit: int) -> Sequence[Stored]:
        """The next events, from what was read ahead if that fits. That the log ends here is found out now."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead[0] != after:
            ahead[1].cancel()
        elif ahead is not None and (found := await ahead[1]):
            return found[:limit]
        return await history.log.read_log(tenant_id, after, limit)

    def read_on(self, history: History, tenant_id: int, after: int, limit: int) -> None:
        """Read the batch after this one while this one is stored."""
        self._ahead = (after, history.read_ahead(tenant_id, after, limit))

    def let_go(self) -> None:
        """Nothing more will be read from here."""
        if self._ahead is not None:
            self._ahead[1].cancel()
            self._ahead = None

    def next_group(self) -> tuple[list[str], int | None]:
        """Models that are furthest behind, and the position at which the next ones wait for them."""
        lowest = min(point.position for point in self.points.values())
        ahead = [point.position for point in self.points.values() if point.position > lowest]
        return [n for n, p in self.points.items() if p.position == lowest], min(ahead, default=None)
