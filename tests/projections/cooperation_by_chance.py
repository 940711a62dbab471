"""Random but plausible workshops and memoranda, and the nation's elections and working groups, in any order."""

import random
from collections.abc import Sequence
from uuid import UUID

from domain.council.events.election import ballot_id
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from tests.domain.council import cooperating as y
from tests.domain.council import voting as x
from tests.support.given import STREAM

Way = tuple[Event, ...]
_WORKSHOPS: tuple[Way, ...] = (
    (y.ANNOUNCED, y.ATTENDED, y.CONCLUDED, y.ATTENDED),
    (y.ANNOUNCED, y.CALLED_OFF),
)
_MEMORANDA: tuple[Way, ...] = (
    (*y.IN_FORCE, y.FULFILLED, y.REVIEWED),
    (*y.IN_FORCE, y.REVIEWED, y.FULFILLED, y.ENDED),
)
_ELECTIONS: tuple[Way, ...] = (
    (*x.OPEN_TO_VOTES, x.COUNTED),
    (x.OPENED, x.ANA_NAMED, x.ACCEPTED[0], x.WITHDRAWN, x.LAPSED),
    (*x.OPEN_TO_VOTES, x.CANCELLED),
)
_GROUPS: tuple[Way, ...] = ((*y.GROUP, y.ANA_LEFT), (*y.GROUP, y.DISSOLVED))


class _ByChance:
    """Lives that begin and go on by turns; `next` tells one event of one of them."""

    def __init__(self, seed: int, *kinds: tuple[Way, ...]) -> None:
        self.random, self.seed, self.kinds = random.Random(seed), seed, kinds
        self.lives: list[list[Event]] = []

    def next(self) -> tuple[UUID, Sequence[Event]]:
        """Something new, or what happens to it next."""
        going = [n for n, left in enumerate(self.lives) if left]
        if len(going) < 3:
            kind = self.kinds[len(self.lives) % len(self.kinds)]
            self.lives.append(list(self.random.choice(kind)))
            going = [len(self.lives) - 1]
        which = self.random.choice(going)
        return derived_id("chance", "cooperation", self.seed, which), (self.lives[which].pop(0),)


class CooperationByChance(_ByChance):
    """What an institution does with civil society."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, _WORKSHOPS, _MEMORANDA)


class ElectionsByChance(_ByChance):
    """What the nation's organisations do around the Council; each ballot once."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, _ELECTIONS, _GROUPS)
        self.ballots = list(x.BALLOTS)

    def next(self) -> tuple[UUID, Sequence[Event]]:
        """A ballot now and then."""
        if self.ballots and self.random.random() < 0.2:
            cast = self.ballots.pop()
            return ballot_id(STREAM, cast.organisation_id), (cast,)
        return super().next()
