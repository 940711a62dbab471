"""Random but plausible programmes, issuers' keys and certificates of volunteering; by a seed."""

import random
from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from msgspec.structs import replace

from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from tests.domain.volunteering import certifying as x

Turn = tuple[UUID, Sequence[Event]]


class CertificatesByChance:
    """What an institution certifies, by which keys, and what becomes of it."""

    def __init__(self, seed: int) -> None:
        self.random, self.seed, self.told = random.Random(seed), seed, 0
        self.ring = derived_id("chance", "ring", seed)
        self.keys: list[str] = []
        self.programmes: list[UUID] = []
        self.counting: list[UUID] = []

    def next(self) -> Turn:
        """A key and a programme first; then certificates, their ends, and now and then another key or programme."""
        self.told += 1
        if not self.keys or self.random.random() < 0.1:
            return self.ring, self._signing()
        if not self.programmes or self.random.random() < 0.1:
            self.programmes.append(self._id("programme"))
            return self.programmes[-1], (x.ADOPTED,)
        if len(self.programmes) > 1 and self.random.random() < 0.1:
            return self.programmes.pop(), (x.RETIRED,)
        if self.counting and self.random.random() < 0.4:
            ended = self.counting.pop(self.random.randrange(len(self.counting)))
            return ended, (self.random.choice((x.REVOKED, x.SUPERSEDED)),)
        return self._issued()

    def _signing(self) -> Sequence[Event]:
        """The first key, another one, or the end of one that signed before."""
        if len(self.keys) > 1 and self.random.random() < 0.5:
            return (replace(x.LOST, public_key=self.keys.pop(0)),)
        self.keys.append(sha256(f"{self.seed} {self.told}".encode()).hexdigest())
        if len(self.keys) == 1:
            return (replace(x.MADE, public_key=self.keys[0]),)
        return (replace(x.ROTATED, public_key=self.keys[-1], previous=self.keys[-2]),)

    def _issued(self) -> Turn:
        certificate, person = self._id("certificate"), derived_id("person", self.random.randrange(4))
        self.counting.append(certificate)
        made = replace(x.ISSUED, programme_id=self.programmes[-1], minutes=self.random.randrange(480, 9_999))
        return certificate, (made, replace(x.HELD, person_id=person, agreement_ids=(self._id("agreement"),)))

    def _id(self, kind: str) -> UUID:
        return derived_id("chance", "certifying", kind, self.seed, self.told)
