"""Random but plausible agreements with volunteers, their hours and the time claimed for these; by a seed."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.volunteering.events import hours as h
from domain.volunteering.hours_parts import ledger_id, time_id
from tests.domain.volunteering import hours_examples as y

Turn = tuple[UUID, Sequence[Event]]
_IN_VAIN = tuple((y.OFFERED, last) for last in (y.DECLINED, y.WITHDRAWN, y.LAPSED, y.CONSENT_REFUSED))


class HoursByChance:
    """An institution's agreements, and what is told and decided of the hours given under them."""

    def __init__(self, seed: int) -> None:
        self.random, self.seed, self.told = random.Random(seed), seed, 0
        self.agreements: list[UUID] = []
        self.ledgers: list[UUID] = []
        self.entries: list[tuple[UUID, UUID]] = []

    def next(self) -> Turn:
        """A new agreement, the first entries of one, or what becomes of an entry or an agreement."""
        self.told += 1
        if len(self.agreements) < 2 or self.random.random() < 0.2:
            return self._begun()
        if len(self.ledgers) < len(self.agreements) and self.random.random() < 0.5:
            agreement = self.agreements[len(self.ledgers)]
            self.ledgers.append(agreement)
            return ledger_id(agreement), (replace(y.OPENED, agreement_id=agreement), *self._logged(agreement))
        if not self.ledgers or self.random.random() < 0.15:
            last = self.random.choice((y.COMPLETED, y.ENDED, y.CONSENT_WITHDRAWN))
            agreement = self.random.choice(self.agreements)
            return agreement, (replace(last, agreement_id=agreement),)
        if self.random.random() < 0.4:
            agreement = self.random.choice(self.ledgers)
            return ledger_id(agreement), self._logged(agreement)
        return self._decided() if self.entries else self._begun()

    def _begun(self) -> Turn:
        agreement = derived_id("chance", "agreement", self.seed, len(self.agreements))
        self.agreements.append(agreement)
        known: dict[str, Any] = {"agreement_id": agreement, "person_id": derived_id("person", self.random.randrange(4))}
        past = self.random.choice((y.ADULTS, y.ADULTS, y.MINORS, y.MINORS, (y.OFFERED,), *_IN_VAIN))
        return agreement, tuple(replace(event, **known) for event in past)

    def _logged(self, agreement: UUID) -> Sequence[Event]:
        entry = derived_id("chance", "entry", self.seed, self.told)
        began = y.MORNING + timedelta(days=self.random.randrange(200), minutes=self.random.randrange(300))
        logged = y.logged(began, self.random.randrange(1, 200), entry)
        if self.random.random() < 0.1:
            return (replace(y.NOT_LOGGED, agreement_id=agreement, entry_id=derived_id("chance", "shift", entry)),)
        self.entries.append((agreement, entry))
        return (
            replace(logged, agreement_id=agreement),
            h.HoursClaimed(**y.WORK | {"agreement_id": agreement}, entry_id=entry),
        )

    def _decided(self) -> Turn:
        agreement, entry = self.random.choice(self.entries)
        event = self.random.choice((y.CONFIRMED, y.CONFIRMED, y.REJECTED, y.REFUSED, y.CORRECTED))
        turned = replace(event, agreement_id=agreement, entry_id=entry)
        totalled = replace(y.TOTALLED, agreement_id=agreement, minutes=self.random.randrange(1, 999))
        return ledger_id(agreement), (turned, totalled) if self.random.random() < 0.3 else (turned,)


class TimeByChance:
    """What the national log holds of some volunteers' time."""

    def __init__(self, seed: int) -> None:
        self.random, self.seed, self.told = random.Random(seed), seed, 0
        self.held: list[tuple[UUID, UUID]] = []
        self.begun: set[UUID] = set()

    def next(self) -> Turn:
        """A claim, or one that is given back."""
        self.told += 1
        if self.held and self.random.random() < 0.3:
            person, entry = self.random.choice(self.held)
            return time_id(person), (replace(y.TIME_RELEASED, person_id=person, entry_id=entry),)
        person = derived_id("chance", "volunteer", self.random.randrange(3))
        entry = derived_id("chance", "claimed", self.seed, self.told)
        self.held.append((person, entry))
        claimed = replace(y.TIME_CLAIMED, person_id=person, entry_id=entry)
        opened = () if person in self.begun else (replace(y.TIME_OPENED, person_id=person),)
        self.begun.add(person)
        return time_id(person), (*opened, claimed)
