"""One consultation with its contributions, kept as the log would keep them: what the state machines drive."""

import os
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import HealthCheck, settings

from domain.consultations.consultation import Consultation
from domain.consultations.contribution import Contribution
from domain.consultations.events import EVENTS, consultation_tag
from domain.consultations.tally import Tally
from domain.kernel.aggregate import Aggregate, create, decide
from domain.kernel.command import Command
from domain.kernel.context import Context, Mandate
from domain.kernel.errors import CommandRefused
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.registry import Registry
from tests.domain.consultations.stories import PREPARED_AT
from tests.support.given import context

REGISTRY = Registry(EVENTS)
CLOCK = Mandate(Role.CLOCK, "system")
MACHINE = settings(
    max_examples=int(os.environ.get("HYPOTHESIS_MAX", "40")),
    stateful_step_count=int(os.environ.get("HYPOTHESIS_STEPS", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


class World:
    """A clock, a log, and the aggregates that fold it."""

    def __init__(self) -> None:
        self.now = PREPARED_AT
        self.log: list[tuple[UUID, Event]] = []
        self.aggregates: dict[UUID, Aggregate] = {}
        self._ids = count()

    def wait(self, by: timedelta) -> None:
        """Let time pass."""
        self.now += by

    def send(self, command: Command, stream_id: UUID, of: type[Aggregate], **overrides: Any) -> tuple[Event, ...]:
        """Decide and store; () when refused, and then nothing has changed."""
        ctx = self._context(command, stream_id, of, overrides)
        held = self.aggregates.get(stream_id)
        before = None if held is None else deepcopy(vars(held))
        try:
            if held is None:
                held = create(of, command, ctx, stream_id)
            else:
                decide(held, command, ctx)
        except CommandRefused as refusal:
            msgspec.json.encode((str(refusal), refusal.facts()))
            after = self.aggregates.get(stream_id)
            assert before == (None if after is None else vars(after)), f"{command.name} was refused but changed state"
            return ()
        events = held.collect()
        assert events, f"{command.name} was accepted and nothing happened"
        self.aggregates[stream_id] = held
        self.log += [(stream_id, event) for event in events]
        return events

    def tally(self, consultation_id: UUID) -> Tally:
        """The fold of the boundary, from the log."""
        fold = Tally()
        for stream_id, event in self.log:
            if consultation_tag(consultation_id) in event.tags():
                fold.apply(stream_id, event)
        return fold

    def replayed(self, stream_id: UUID) -> Aggregate:
        """The aggregate from the stored bytes of its events."""
        made: Any = None
        for stream, event in self.log:
            if stream == stream_id:
                envelope = event.__dict__
                payload = REGISTRY.encode(event)
                made = REGISTRY.restore(
                    event.TOPIC, payload, stream, envelope["originator_version"], envelope["timestamp"]
                ).mutate(made)
        assert isinstance(made, Aggregate)
        return made

    def check_replay(self) -> None:
        """Every aggregate is what its stored events make of it."""
        for stream_id, aggregate in self.aggregates.items():
            assert vars(self.replayed(stream_id)) == vars(aggregate)

    def _context(self, command: Command, stream_id: UUID, of: type[Aggregate], overrides: dict[str, Any]) -> Context:
        consultation_id = getattr(command, "consultation_id", None)
        named = self.aggregates.get(consultation_id) if consultation_id else None
        nonce = next(self._ids)
        facts: dict[str, Any] = {
            "now": self.now,
            "references": {"consultation": named if isinstance(named, Consultation) else None},
            "boundary": self.tally(stream_id) if of is Consultation else None,
        }
        ids = count()
        return replace(context(**(facts | overrides)), new_id=lambda: derived_id("machine", nonce, next(ids)))


def is_later(now: datetime, then: datetime | None) -> bool:
    """Whether `now` is at or after `then`; never before anything is due."""
    return then is not None and now >= then


__all__ = ["CLOCK", "MACHINE", "Consultation", "Contribution", "World", "is_later"]
