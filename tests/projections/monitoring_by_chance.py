"""Random but plausible monitoring reports of the nation; the same seed tells the same ones."""

from collections.abc import Iterator

from domain.kernel.event import Event
from tests.domain.action_measures import monitoring_examples as y
from tests.projections.interleaved import Interleaved, Turn

_WAYS: tuple[tuple[Event, ...], ...] = (
    y.WHOLE,
    (*y.UP_TO_FREEZE, y.DISSENTED, y.REOPENED, y.WAS_FROZEN, y.APPROVED),
    (*y.UP_TO_DRAFT[:2], y.MISSED, *y.UP_TO_DRAFT[2:]),
)


class MonitoringByChance(Interleaved):
    """What the nation reports on its strategies."""

    kind = "monitoring report"

    def begun(self) -> Iterator[Turn]:
        """A report, event by event."""
        report = self.new_id("report")
        yield from ((report, (event,)) for event in self.drawn("way", _WAYS))
