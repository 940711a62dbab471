"""Given / when / then for aggregates: past events, a command, and what becomes of it.

    given(Consultation, [planned(), opened()]).when(CloseConsultation()).then([ConsultationClosed(...)])
    given_nothing(Consultation).when(PlanConsultation(...), tenant=PRIZREN).then_refused(RuleViolated, rule="...")

`when` takes any field of Context as a keyword (now, actor, tenant, rules, calendar, references, boundary, registers,
imported).
Every emitted event is also encoded and decoded, so a payload that JSON cannot hold fails here.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import msgspec

from domain.kernel.aggregate import Aggregate, create, decide
from domain.kernel.command import Command
from domain.kernel.context import SECRET_BYTES, Context, Mandate, Tenant
from domain.kernel.errors import CommandRefused, PaktError
from domain.kernel.event import Event, Metadata, RecordedEvent
from domain.kernel.ids import derived_id
from domain.rules.shipped import shipped_calendar, shipped_rules

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
"""The default time of a decision: a Monday."""
STREAM = derived_id("test", "stream")
ACTOR = derived_id("test", "actor")
MINISTRY = Tenant(10, "mflt", "ministry")
MUNICIPALITY = Tenant(36, "prizren", "municipality", ("sq", "sr", "tr"))
NATIONAL = Tenant(1, "opm", "national")
SANDBOX = Tenant(55, "sandbox-ministry", "ministry", sandbox=True)


def context(**overrides: Any) -> Context:
    """A context with the shipped rules for the tenant's kind and the shipped calendar."""
    tenant = overrides.pop("tenant", MINISTRY)
    ids = count()
    made = Context(
        tenant=tenant,
        actor=ACTOR,
        mandate=Mandate("consultation_coordinator", "Appointment 1/2026"),
        now=NOW,
        new_id=lambda: derived_id("test", "new", next(ids)),
        new_secret=lambda: next(ids).to_bytes(SECRET_BYTES),
        rules=shipped_rules(tenant.kind),
        calendar=shipped_calendar(),
    )
    return msgspec.structs.replace(made, **overrides)


def new_id(n: int) -> UUID:
    """The nth id that the default context gives, from 0."""
    return derived_id("test", "new", n)


def built(of: type[Aggregate], events: Sequence[Event], stream_id: UUID = STREAM, *, at: datetime | None = None) -> Any:
    """An aggregate from its events; the nth happened n minutes after `at` (default: the day before NOW)."""
    start = at or NOW - timedelta(days=1)
    aggregate: Any = None
    for version, event in enumerate(events, 1):
        # a copy: stamping an event that a test compares or gives twice would leak the envelope
        fresh = msgspec.structs.replace(event).stamp(stream_id, version, start + timedelta(minutes=version))
        aggregate = fresh.mutate(aggregate)
    assert isinstance(aggregate, of), "the first event does not begin this aggregate"
    return aggregate


class Scenario:
    """What was given; `when` decides."""

    def __init__(self, of: type[Aggregate], aggregate: Aggregate | None, stream_id: UUID) -> None:
        self.of, self.aggregate, self.stream_id = of, aggregate, stream_id

    def when(self, command: Command, **overrides: Any) -> "Outcome":
        """Let the aggregate decide with the default context, changed by `overrides`."""
        ctx = context(**overrides)
        try:
            if self.aggregate is None:
                aggregate = create(self.of, command, ctx, self.stream_id)
            else:
                aggregate = self.aggregate
                decide(aggregate, command, ctx)
        except PaktError as refusal:
            pending = self.aggregate.collect() if self.aggregate else ()
            assert pending == (), f"refused after deciding: {pending}"
            return Outcome(self.of, self.aggregate, (), refusal)
        return Outcome(self.of, aggregate, aggregate.collect(), None)


class Outcome:
    """What came of it: `events`, the `aggregate` afterwards, or the `refusal`."""

    def __init__(
        self, of: type[Aggregate], aggregate: Any, events: tuple[Event, ...], refusal: PaktError | None
    ) -> None:
        self.of, self.aggregate, self.events, self.refusal = of, aggregate, events, refusal
        for event in events:
            assert type(event) in of.appliers
            assert msgspec.json.decode(msgspec.json.encode(event), type=type(event)) == event

    def then(self, expected: Sequence[Event]) -> "Outcome":
        """Exactly these events, compared by class and payload."""
        assert self.refusal is None, repr(self.refusal)
        assert list(self.events) == list(expected)
        return self

    def then_events(self, *classes: type[Event]) -> "Outcome":
        """Events of exactly these classes, whatever they carry; read them from `events`."""
        assert self.refusal is None, repr(self.refusal)
        assert [type(event) for event in self.events] == list(classes)
        return self

    def then_nothing(self) -> "Outcome":
        """Accepted, and nothing new to say."""
        return self.then([])

    def then_refused(
        self, error: type[PaktError] = CommandRefused, *, rule: str | None = None, pointer: str | None = None
    ) -> "Outcome":
        """Refused with this class; `rule` is the id a RuleViolated names, `pointer` the place of an InvalidValue."""
        assert self.refusal is not None, f"accepted: {self.events}"
        assert isinstance(self.refusal, error), repr(self.refusal)
        str(self.refusal)
        msgspec.json.encode(self.refusal.facts())
        if rule is not None:
            assert getattr(self.refusal, "rule", None) == rule, repr(self.refusal)
        if pointer is not None:
            assert getattr(self.refusal, "pointer", None) == pointer, repr(self.refusal)
        return self

    def then_state(self, check: Callable[[Any], object]) -> "Outcome":
        """A statement about the aggregate afterwards."""
        assert check(self.aggregate)
        return self

    def then_personal(self, expected: Mapping[str, str]) -> "Outcome":
        """Exactly these values were handed over for sealing, by field; none of them is in a payload or tag."""
        sealed = {value.field: value.value for event in self.events for value in event.personal}
        assert sealed == expected
        for event in self.events:
            public = msgspec.json.encode(event).decode() + " ".join(event.tags())
            assert not [value for value in sealed.values() if value in public]
        return self


def told(event: Event, stream_id: UUID = STREAM, *, tenant: Tenant = MINISTRY, position: int = 1) -> RecordedEvent:
    """The event as a policy gets it."""
    at = event.__dict__.get("timestamp", NOW)
    return RecordedEvent(
        tenant_id=tenant.tenant_id,
        epoch=1,
        position=position,
        stream_id=stream_id,
        version=event.__dict__.get("originator_version", 1),
        type_name=event.TOPIC,
        occurred_at=at,
        recorded_at=at,
        command_id=None,
        subject_id=None,
        metadata=Metadata(actor=ACTOR, role="clock", basis="system"),
        event=event,
    )


def given(
    of: type[Aggregate], events: Sequence[Event], *, stream_id: UUID = STREAM, at: datetime | None = None
) -> Scenario:
    """An aggregate with a past."""
    return Scenario(of, built(of, events, stream_id, at=at), stream_id)


def given_nothing(of: type[Aggregate], *, stream_id: UUID = STREAM) -> Scenario:
    """A stream that does not exist yet."""
    return Scenario(of, None, stream_id)
