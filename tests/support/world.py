"""A log in memory with the aggregates that fold it: what the state machines drive.

References, boundaries and registers of a decision are found in the log as the command path finds them; all streams
stand in one log.
"""

import os
from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from hypothesis import HealthCheck, settings

from domain.catalogue import REGISTRY
from domain.kernel.aggregate import Aggregate, Decision, create, decide
from domain.kernel.command import Boundary, Command
from domain.kernel.context import Context, Mandate
from domain.kernel.errors import CommandRefused, StreamNotFound
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from tests.support.given import NOW, context

B = TypeVar("B", bound=Boundary)
CLOCK = Mandate(Role.CLOCK, "system")
MACHINE = settings(
    max_examples=int(os.environ.get("HYPOTHESIS_MAX", "40")),
    stateful_step_count=int(os.environ.get("HYPOTHESIS_STEPS", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


class World:
    """A clock, a log, and the aggregates that fold it."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now
        self.log: list[tuple[UUID, Event]] = []
        self.aggregates: dict[UUID, Aggregate] = {}
        self._ids = count()

    def wait(self, by: timedelta) -> None:
        """Let time pass."""
        self.now += by

    def send(self, command: Command, stream_id: UUID, of: type[Aggregate], **overrides: Any) -> tuple[Event, ...]:
        """Decide and store; () when refused, and then nothing has changed."""
        ctx = self._context(command, stream_id, of.decisions[type(command)], overrides)
        held = self.aggregates.get(stream_id)
        before = None if held is None else deepcopy(vars(held))
        try:
            if held is None:
                held = create(of, command, ctx, stream_id)
            else:
                decide(held, command, ctx)
        except (CommandRefused, StreamNotFound) as refusal:
            msgspec.json.encode((str(refusal), refusal.facts()))
            after = self.aggregates.get(stream_id)
            assert before == (None if after is None else vars(after)), f"{command.name} was refused but changed state"
            return ()
        events = held.collect()
        assert events, f"{command.name} was accepted and nothing happened"
        self.aggregates[stream_id] = held
        self.log += [(stream_id, event) for event in events]
        return events

    def folded(self, of: type[B], stream_id: UUID, command: Command) -> B:
        """The fold of a boundary, from the log."""
        return self._taken(of(), of.tags(stream_id, command))

    def _taken(self, fold: B, tags: Iterable[str]) -> B:
        wanted, before = set(tags), -1
        while before < (before := len(wanted)):
            wanted |= {tag for _, event in self.log if wanted & set(event.tags()) for tag in fold.leads_to(event)}
        for stream, event in self.log:
            if wanted & set(event.tags()):
                fold.apply(stream, self._restored(stream, event))
        return fold

    def replayed(self, stream_id: UUID) -> Aggregate:
        """The aggregate from the stored bytes of its events."""
        made: Any = None
        for stream, event in self.log:
            if stream == stream_id:
                made = self._restored(stream, event).mutate(made)
        assert isinstance(made, Aggregate)
        return made

    def check_replay(self) -> None:
        """Every aggregate is what its stored events make of it."""
        for stream_id, aggregate in self.aggregates.items():
            assert vars(self.replayed(stream_id)) == vars(aggregate)

    @staticmethod
    def _restored(stream_id: UUID, event: Event) -> Event:
        envelope, payload = event.__dict__, REGISTRY.encode(event)
        return REGISTRY.restore(event.TOPIC, payload, stream_id, envelope["originator_version"], envelope["timestamp"])

    def _context(self, command: Command, stream_id: UUID, decision: Decision, overrides: dict[str, Any]) -> Context:
        nonce = next(self._ids)
        references = {
            name: None if (named := names(command)) is None else self.aggregates.get(named)
            for name, (_, names) in decision.references.items()
        }
        boundary = self.folded(decision.boundary, stream_id, command) if decision.boundary else None
        facts: dict[str, Any] = {
            "now": self.now,
            "references": references | overrides.pop("references", {}),
            "boundary": boundary,
            "registers": tuple(
                self._taken(of(), of.register_tags(stream_id, command, boundary)) for of in decision.register
            ),
        }
        ids = count()
        return msgspec.structs.replace(
            context(**(facts | overrides)), new_id=lambda: derived_id("machine", nonce, next(ids))
        )
