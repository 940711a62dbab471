"""Several histories by chance, each told in its order, and in between the others'; the same seed tells the same."""

import random
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar
from uuid import UUID

from domain.kernel.event import Event
from domain.kernel.ids import derived_id

T = TypeVar("T")
Turn = tuple[UUID, Sequence[Event]]


class Interleaved(ABC):
    """`kind` tells ids apart from those of others that begin with the same seed, `at_once` are under way together."""

    kind: str
    at_once = 2
    begins = 0.1
    """How likely another one begins at a turn, while fewer are under way."""

    def __init__(self, seed: int) -> None:
        self.random, self.seed = random.Random(seed), seed
        self.number = 0
        self.under_way: list[Iterator[Turn]] = []
        self.bags: dict[str, list[Any]] = {}

    @abstractmethod
    def begun(self) -> Iterator[Turn]:
        """A new history, turn by turn."""

    def new_id(self, kind: str) -> UUID:
        self.number += 1
        return derived_id("chance", self.kind, kind, self.seed, self.number)

    def drawn(self, what: str, choices: Sequence[T]) -> T:
        """One of them; under the same name every one comes before any comes again."""
        bag: list[T] = self.bags.setdefault(what, [])
        if not bag:
            bag.extend(self.random.sample(choices, len(choices)))
        return bag.pop()

    def next(self) -> Turn:
        """What happens next in one of them."""
        if not self.under_way or (len(self.under_way) < self.at_once and self.random.random() < self.begins):
            self.under_way.append(self.begun())
        history = self.random.choice(self.under_way)
        turn = next(history, None)
        if turn is None:
            self.under_way.remove(history)
            return self.next()
        return turn
