"""Random but plausible successions: what goes from an institution to others, and what it takes over from some."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from domain.kernel.ids import derived_id
from domain.succession import events as e
from domain.succession.vocabulary import DutyKind, Ending, Successor, TreeHead
from tests.projections.interleaved import Interleaved, Turn
from tests.support.given import NOW

_HEAD = TreeHead(1, 40, "ab" * 32)


class SuccessionsByChance(Interleaved):
    """Duties that an institution leaves behind, and duties that it has from others."""

    kind = "successions"

    def begun(self) -> Iterator[Turn]:
        """Of either direction."""
        return self._left() if self.drawn("direction", (True, False)) else self._taken()

    def _left(self) -> Iterator[Turn]:
        """Carried, assigned to another, and carried on when that one ends."""
        stream, name = self.new_id("succession"), f"heir-{self.number}"
        north, south, whole = Successor(f"{name}-n", _HEAD), Successor(f"{name}-s"), Successor(f"{name}-w", _HEAD)
        yield stream, (e.SuccessionBegun(Ending.SPLIT, (north, south), "4/2026", f"1:1:{self.number}"),)
        duties = self._duties()
        yield stream, tuple(e.DutyCarried(duty, kind, north.slug, NOW) for duty, kind in duties)
        for duty, kind in duties[1:]:
            yield stream, (e.DutyAssigned(duty, north.slug, south.slug, "5/2026"),)
            if self.random.random() < 0.5:
                passed = e.SuccessionPassed((south.slug,), (whole,), "9/2026", f"1:1:{self.number + 7}")
                yield stream, (passed, e.DutyCarried(duty, kind, whole.slug))

    def _taken(self) -> Iterator[Turn]:
        """Some of them are another's later."""
        stream, predecessor = self.new_id("inheritance"), f"predecessor-{self.number}"
        yield stream, (e.SuccessionTaken(predecessor, "2/2026", _HEAD, f"1:1:{self.number}"),)
        for duty, kind in self._duties():
            due = NOW + timedelta(days=self.random.randrange(90))
            yield stream, (e.DutyTaken(predecessor, duty, kind, self.random.choice((None, due))),)
            if self.random.random() < 0.5:
                yield stream, (e.DutyHandedOver(predecessor, duty),)

    def _duties(self) -> list[tuple[UUID, DutyKind]]:
        kinds = self.random.sample(list(DutyKind), 3)
        return [(derived_id("chance", "duty", self.seed, self.number, kind), kind) for kind in kinds]
