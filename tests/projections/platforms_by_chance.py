"""Random but plausible calls for nominations, nominations and members; the same seed tells the same ones."""

import random
from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.platforms.events import member as m
from tests.domain.platforms import examples as x


class PlatformsByChance:
    """An institution asks, platforms nominate and keep their directories."""

    def __init__(self, seed: int) -> None:
        self.random, self.seed = random.Random(seed), seed
        self.calls: list[UUID] = []
        self.open: list[tuple[UUID, UUID]] = []
        self.named = 0
        self.members: dict[str, bool] = {}

    def next(self) -> tuple[UUID, Sequence[Event]]:
        """A call, a nomination, what becomes of one, or a member."""
        way = self.random.random()
        if not self.calls or way < 0.1:
            self.calls.append(self._id("call"))
            return self.calls[-1], (replace(x.ASKED, places=self.random.randint(1, 9)),)
        if not self.members:
            return self._member("1")
        if not self.named or way < 0.4:
            self.named += 1
            self.open.append((self._id("nomination"), self.random.choice(self.calls)))
            stream, call = self.open[-1]
            return stream, (replace(x.NOMINATED, call_id=call, nominee_id=self._id("nominee")),)
        if way < 0.6 and self.open:
            stream, call = self.open.pop(self.random.randrange(len(self.open)))
            end = self.random.choice((x.ACCEPTED, x.DECLINED, x.WITHDRAWN))
            return stream, (replace(end, call_id=call),)
        return self._member(str(self.random.randint(1, 12)))

    def _member(self, number: str) -> tuple[UUID, Sequence[Event]]:
        listed, stream = self.members.get(number), m.member_id(x.CLIENT, f"{self.seed}.{number}")
        facts = x.facts(title=f"Forumi {self.random.randint(1, 99)}")
        of: dict[str, object] = {"number": f"{self.seed}.{number}", "organisation_id": self._id("organisation")}
        if listed is None:
            event: Event = replace(x.LISTED, facts=facts, **of)
        elif not listed:
            event = replace(x.RELISTED, facts=facts, **of)
        elif self.random.random() < 0.5:
            event = replace(x.AMENDED, facts=facts, **of)
        else:
            event = replace(x.DELISTED, **of)
        self.members[number] = not isinstance(event, m.MemberDelisted)
        return stream, (event,)

    def _id(self, kind: str) -> UUID:
        return derived_id("chance", kind, self.seed, self.random.getrandbits(64))
