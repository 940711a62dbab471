"""Random but plausible indicators, counted by hand or by the system, with what is said of their values."""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from domain.kernel.event import Event
from tests.domain.action_measures import indicator_examples as y
from tests.projections.interleaved import Interleaved, Turn


class IndicatorsByChance(Interleaved):
    """How an institution measures what it does."""

    kind = "indicators"

    def begun(self) -> Iterator[Turn]:
        """Defined, filled period by period, and now and then given up."""
        indicator = self.new_id("indicator")
        by_hand = self.drawn("source", (True, True, False))
        yield indicator, (y.DEFINED if by_hand else y.COMPUTED,)
        for period in y.PERIODS:
            said: tuple[Any, ...] = tuple(self._by_hand() if by_hand else self._computed())
            at = self.random.randrange(1, len(said) + 1)
            for told in filter(None, (said[:at], said[at:])):
                yield indicator, tuple(replace(event, period=period.period) for event in told)
        if self.random.random() < 0.5:
            yield indicator, (y.WITHDRAWN,)

    def _by_hand(self) -> Iterator[Event]:
        """Shown and verified or disputed; what was accepted may be opened again."""
        yield y.REPORTED
        yield y.ATTACHED
        yield self.drawn("said", (y.VERIFIED, y.CONTESTED))
        yield from self.drawn("became", ((y.ACCEPTED,), (y.ACCEPTED, y.REOPENED, replace(y.REPORTED, revision=2)), ()))

    def _computed(self) -> Iterator[Event]:
        """Counted, and counted again where somebody asks."""
        positions = {"mflt": self.random.randrange(1, 999), "opm": self.random.randrange(1, 999)}
        yield replace(y.RECORDED, positions=positions)
        if self.drawn("asked", (True, False)):
            yield y.ASKED
            yield replace(y.RECORDED, revision=2, positions=positions)
