"""Random but plausible publications; the same seed tells the same ones."""

import random
from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.vocabulary import LanguageFile
from tests.domain.publications import examples as x


class PublicationsByChance:
    """What an institution publishes, revises and withdraws."""

    def __init__(self, seed: int) -> None:
        self.random, self.seed = random.Random(seed), seed
        self.versions: list[int] = []

    def next(self) -> tuple[UUID, Sequence[Event]]:
        """A document more, or what becomes of one."""
        if len(self.versions) < 4 or self.random.random() < 0.3:
            self.versions.append(1)
            return self._stream(len(self.versions) - 1), (replace(x.PUBLISHED, files=self._files()),)
        which = self.random.randrange(len(self.versions))
        if self.random.random() < 0.3:
            return self._stream(which), (x.WITHDRAWN,)
        self.versions[which] += 1
        revised = replace(x.REVISED, number=self.versions[which], files=self._files())
        return self._stream(which), (revised,)

    def _stream(self, which: int) -> UUID:
        return derived_id("chance", "publication", self.seed, which)

    def _files(self) -> tuple[LanguageFile, ...]:
        return x.files(f"file-{self.random.getrandbits(32)}")
