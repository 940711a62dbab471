"""The way of what was submitted: steps that are events, each with its time and its place in the log.

A journey holds what whoever has the code on the receipt may know, and nothing personal or sealed. What it is made of
stands beside this module: `contribution_journey` for consultations, `application_journey` for grants.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from domain.kernel.event import Event
from domain.kernel.ids import event_id
from domain.kernel.money import Money
from domain.kernel.registry import Registry
from domain.kernel.text import Text
from domain.kernel.vocabulary import LanguageFile
from infra.eventstore.codec import restore
from infra.eventstore.interface import StoredEvent


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that happened, and the event behind it. Which of the other members are there depends on the step.

    `article` is where the draft changed because of the contribution. `until` is UTC and exclusive, `score` in
    millionths of the highest possible, `number` that of the instalment or the report.
    """

    step: str
    at: datetime
    position: int
    event_id: UUID
    outcome: str = ""
    reason: Text | None = None
    article: str = ""
    withheld_reason: str = ""
    late: bool | None = None
    files: tuple[LanguageFile, ...] = ()
    decision_no: str = ""
    adopted_on: date | None = None
    act_id: str = ""
    url: str = ""
    published_on: date | None = None
    conclusion: str = ""
    until: datetime | None = None
    rank: int = 0
    score: int = 0
    number: int = 0
    amount: Money | None = None
    paid_on: date | None = None


class Journey(msgspec.Struct, frozen=True):
    """The steps in their order, and what became of what was submitted.

    `subject_id` is the contribution or application, `within_id` its consultation or call; `shown`: everybody can read
    it; `digest` is that of what was submitted. `told` are the steps whose events whoever has the code may read.
    """

    subject_id: UUID
    within_id: UUID
    state: str
    shown: bool
    digest: str
    steps: list[Step]
    told: frozenset[str]

    def at(self, position: int) -> Step | None:
        """The step at a position of the log."""
        return next((step for step in self.steps if step.position == position), None)


Told = Callable[[Any], dict[str, Any]]
Kinds = Mapping[type[Event], tuple[str, Told]]
"""For each kind of event that is a step: what the step is called, and what of the event it tells."""


def nothing(_: Any) -> dict[str, Any]:
    """Of an event whose step says no more than that it happened."""
    return {}


def steps_of(registry: Registry, stored: Iterable[StoredEvent], kinds: Kinds) -> list[Step]:
    """The steps among stored events, in the order in which they are given."""
    told = [(one, restore(registry, one)) for one in stored]
    return [step_of(one, event, kinds[type(event)]) for one, event in told if type(event) in kinds]


def step_of(stored: StoredEvent, event: Event, kind: tuple[str, Told]) -> Step:
    """The step that an event is."""
    name, tells = kind
    return Step(
        step=name,
        at=stored.occurred_at,
        position=stored.position,
        event_id=event_id(stored.command_id, stored.stream_id, stored.version),
        **tells(event),
    )
