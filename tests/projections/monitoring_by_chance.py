"""Random but plausible monitoring reports of the nation; the same seed tells the same ones."""

import random
from collections.abc import Sequence
from uuid import UUID

from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from tests.domain.action_measures import monitoring_examples as y

_WAYS: tuple[tuple[Event, ...], ...] = (
    y.WHOLE,
    (*y.UP_TO_FREEZE, y.DISSENTED, y.REOPENED, y.WAS_FROZEN, y.APPROVED),
    (*y.UP_TO_DRAFT[:2], y.MISSED, *y.UP_TO_DRAFT[2:]),
)


class MonitoringByChance:
    """What the nation reports on its strategies."""

    def __init__(self, seed: int) -> None:
        self.random, self.seed = random.Random(seed), seed
        self.reports: list[list[Event]] = []

    def next(self) -> tuple[UUID, Sequence[Event]]:
        """A report more, or the next thing that happens to one."""
        open_ones = [n for n, left in enumerate(self.reports) if left]
        if len(open_ones) < 2:
            self.reports.append(list(self.random.choice(_WAYS)))
            open_ones = [len(self.reports) - 1]
        which = self.random.choice(open_ones)
        return derived_id("chance", "monitoring report", self.seed, which), (self.reports[which].pop(0),)
