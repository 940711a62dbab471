"""Random but plausible strategies of the nation; the same seed tells the same ones."""

from collections.abc import Iterator

from msgspec.structs import replace

from domain.action_measures.events.strategy import measure_id
from domain.kernel.event import Event
from tests.domain.action_measures import examples as x
from tests.projections.interleaved import Interleaved, Turn


class StrategiesByChance(Interleaved):
    """What the Government binds itself to, and what sources say has come of it."""

    kind = "strategies"

    def begun(self) -> Iterator[Turn]:
        """Divided, assigned measure by measure, and one day over."""
        strategy = self.new_id("strategy")
        yield strategy, (replace(x.ADOPTED, reference=f"XK-{self.number}"), x.DIVIDED)
        for n in range(1, self.random.randrange(2, 5)):
            code = f"1.1.{n}"
            plan = replace(x.PLAN, code=code)
            assigned: Event = replace(x.ASSIGNED, measure_id=measure_id(strategy, code), plan=plan)
            yield strategy, (assigned,)
            yield strategy, (x.RECORDED,)
        if self.random.random() < 0.7:
            yield strategy, (x.ENDED,)
