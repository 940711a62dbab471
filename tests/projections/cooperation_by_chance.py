"""Random but plausible workshops and memoranda, and the nation's elections and working groups, in any order."""

from collections.abc import Iterator

from domain.council.events.election import ballot_id
from domain.kernel.event import Event
from tests.domain.council import cooperating as y
from tests.domain.council import voting as x
from tests.projections.interleaved import Interleaved, Turn
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


class _LivesByChance(Interleaved):
    """Lives of one kind after another; each turn tells some events of one of them."""

    kinds: tuple[tuple[Way, ...], ...]

    def begun(self) -> Iterator[Turn]:
        """Any way of the next kind."""
        ways = self.drawn("kind", self.kinds)
        left, stream = list(self.drawn(type(ways[0][0]).__name__, ways)), self.new_id("life")
        while left:
            some = self.random.randrange(1, 5)
            yield stream, left[:some]
            del left[:some]


class CooperationByChance(_LivesByChance):
    """What an institution does with civil society."""

    kind = "cooperation"
    kinds = (_WORKSHOPS, _MEMORANDA)


class ElectionsByChance(_LivesByChance):
    """What the nation's organisations do around the Council; each ballot once."""

    kind = "elections"
    kinds = (_ELECTIONS, _GROUPS)

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.ballots = list(x.BALLOTS)

    def next(self) -> Turn:
        """A ballot now and then."""
        if self.ballots and self.random.random() < 0.2:
            cast = self.ballots.pop()
            return ballot_id(STREAM, cast.organisation_id), (cast,)
        return super().next()
