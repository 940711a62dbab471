"""Random but plausible providers, opportunities and volunteers; the same seed tells the same ones."""

import random
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.volunteering.events.opportunity import OpportunityFilled, OpportunityVacant
from domain.volunteering.events.volunteer import volunteer_id
from tests.domain.volunteering import examples as x

Turn = tuple[UUID, Sequence[Event]]
_PROVIDER = (x.SUSPENDED, x.REINSTATED, x.RENEWED)
_OPPORTUNITY = (x.REVISED, x.PUBLISHED, x.CLOSED, OpportunityFilled(), OpportunityVacant())


class ProvidingByChance:
    """For whom people may volunteer in an institution, and what for."""

    def __init__(self, seed: int) -> None:
        self.random, self.seed = random.Random(seed), seed
        self.providers: list[UUID] = []
        self.opportunities: list[UUID] = []

    def next(self) -> Turn:
        """A new provider or opportunity, or what becomes of one."""
        kind, known = self.random.choice((("provider", self.providers), ("opportunity", self.opportunities)))
        if len(known) < 2 or self.random.random() < 0.3:
            known.append(derived_id("chance", kind, self.seed, len(known)))
            begun: tuple[tuple[Event, ...], ...] = (x.ACTIVE, x.ACTIVE[:2], (x.APPLIED, x.REFUSED))
            if kind == "opportunity":
                begun = ((x.DRAFTED,), (x.DRAFTED, x.PUBLISHED), (x.RECORDED,))
            return known[-1], self.random.choice(begun)
        happening: tuple[Event, ...] = _PROVIDER if kind == "provider" else _OPPORTUNITY
        return self.random.choice(known), (self.random.choice(happening),)


class VolunteersByChance:
    """Whom the nation knows as volunteers."""

    def __init__(self, seed: int) -> None:
        self.random, self.seed = random.Random(seed), seed
        self.people: list[UUID] = []

    def next(self) -> Turn:
        """Somebody new, or what somebody says of themselves."""
        if len(self.people) < 3 or self.random.random() < 0.3:
            self.people.append(derived_id("chance", "volunteer", self.seed, len(self.people)))
            return self._told(self.people[-1], x.REGISTERED)
        said = self.random.choice((*x.VOLUNTEERS[1:-1], *x.VOLUNTEERS[1:]))
        return self._told(self.random.choice(self.people), said)

    @staticmethod
    def _told(person: UUID, event: Any) -> Turn:
        return volunteer_id(person), (replace(event, person_id=person),)
