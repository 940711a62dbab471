"""Aggregates: the library's `BaseAggregate` behind a thin layer of our own (`infra/adr/0001`).

A subclass names its `initial` event and marks its methods:

- `@creates(Command)` on a classmethod `(cls, command, ctx, stream_id) -> aggregate`
- `@decides(Command)` on a method `(self, command, ctx) -> None`, which triggers events or raises a refusal
- `@applies(Event)` on a method `(self, event) -> None`, the only place where state changes
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar
from uuid import UUID

from eventsourcing.domain import BaseAggregate, CanMutateAggregate

from domain.kernel.command import Boundary, Command, References, Register
from domain.kernel.errors import InvalidValue
from domain.kernel.event import EPOCH, Event, InitialEvent, Run
from domain.kernel.ids import derived_id
from domain.kernel.message import N_

if TYPE_CHECKING:
    from domain.kernel.context import Context
    from domain.kernel.registry import Registry

F = TypeVar("F", bound=Callable[..., Any])
_MARK = "_pakt_mark"


class Decision:
    """How one command is decided: the method, whether it begins a stream, and what else it must know."""

    __slots__ = ("boundary", "command", "creates", "method", "references", "register")

    def __init__(
        self,
        command: type[Command],
        method: str,
        *,
        creates: bool,
        references: References,
        boundary: type[Boundary] | None,
        register: Register,
    ) -> None:
        self.command, self.method, self.creates = command, method, creates
        self.references, self.boundary, self.register = references, boundary, register


def creates(
    command: type[Command],
    *,
    references: References | None = None,
    boundary: type[Boundary] | None = None,
    register: Register = (),
) -> Callable[[F], F]:
    """Mark a classmethod's function as the decision that begins a stream (put it below `@classmethod`).

    `register`: folds over one tag of the national log, which the decision may look at too.
    """
    return _mark(("creates", command, references or {}, boundary, register))


def decides(
    command: type[Command],
    *,
    references: References | None = None,
    boundary: type[Boundary] | None = None,
    register: Register = (),
) -> Callable[[F], F]:
    """Mark a method as the decision on an existing stream; `register` as in `creates`."""
    return _mark(("decides", command, references or {}, boundary, register))


def applies(*events: type[Event]) -> Callable[[F], F]:
    """Mark a method as the one that takes these events into the state."""
    return _mark(("applies", events))


def _mark(mark: tuple[Any, ...]) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        setattr(function, _MARK, mark)
        return function

    return decorate


class Aggregate(BaseAggregate[UUID]):
    """Base of all aggregates. State attributes are set by appliers only; no class-level annotations of state.

    `REFERENCED` aggregates are read by other aggregates' decisions: their events get the tag `stream:<id>`.
    `SINGLETON` names an aggregate of which a tenant has exactly one: its address needs no stream id.
    """

    initial: ClassVar[type[InitialEvent]] = InitialEvent
    REFERENCED: ClassVar[bool] = False
    SINGLETON: ClassVar[str] = ""
    appliers: ClassVar[Mapping[type[Event], Callable[[Any, Any], None]]] = {}
    decisions: ClassVar[Mapping[type[Command], Decision]] = {}

    def withheld_from(self, reader: UUID | None) -> bool:
        """Whether the reader may not see it as it stands, whatever their role: what is still its authors' alone."""
        del reader
        return False

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        appliers: dict[type[Event], Callable[[Any, Any], None]] = dict(cls.appliers)
        decisions: dict[type[Command], Decision] = dict(cls.decisions)
        for name, value in list(vars(cls).items()):
            mark = getattr(getattr(value, "__func__", value), _MARK, None)
            if mark is None:
                continue
            if mark[0] == "applies":
                appliers.update(dict.fromkeys(mark[1], value))
            else:
                decisions[mark[1]] = Decision(
                    mark[1],
                    name,
                    creates=mark[0] == "creates",
                    references=mark[2],
                    boundary=mark[3],
                    register=mark[4],
                )
        cls.appliers, cls.decisions = appliers, decisions
        if cls.initial is not InitialEvent:
            cls.initial.originates = cls

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:
        """The stream id where tenant and command settle it; None where the caller or the command's id chooses one."""
        del command
        return derived_id(cls.SINGLETON, tenant_id) if cls.SINGLETON else None

    @classmethod
    def begin(cls, ctx: "Context", stream_id: UUID, event: InitialEvent) -> Self:
        """A new aggregate whose first event is `event`."""
        event.stamp(stream_id, 1, ctx.now)
        made: Self = event.mutate(None)
        made._pending_events.append(event)
        return made

    def trigger(self, ctx: "Context", event: Event) -> None:
        """Make `event` the stream's next: stamp it, apply it, keep it for the append.

        Raises: InvalidValue when imported history would run backwards within the stream.
        """
        at = ctx.now
        if at < self._modified_on:
            if ctx.imported:
                raise InvalidValue(
                    "/occurred_at",
                    N_("{at} lies before {last}, the time of the last event of this stream."),
                    at=at.isoformat(),
                    last=self._modified_on.isoformat(),
                )
            at = self._modified_on  # clocks of two machines differ; a stream's own time never runs backwards
        event.stamp(self._id, self._version + 1, at)
        event.mutate(self)
        self._pending_events.append(event)

    def advance(self, events: int, modified_on: datetime) -> None:
        """Count events that were applied without `mutate`."""
        self._version += events
        self._modified_on = modified_on

    def collect(self) -> tuple[Event, ...]:
        """The events triggered since the last call, in order; hands them over."""
        pending: list[CanMutateAggregate[UUID]] = self._pending_events
        events = tuple(event for event in pending if isinstance(event, Event))
        self._pending_events = []
        return events


def replayed(
    aggregate: Aggregate | None, stream_id: UUID, runs: Iterable[Run], registry: "Registry"
) -> Aggregate | None:
    """The aggregate with stored events taken in, in order.

    The quick way of mutating by each event in turn: the caller vouches that the events are consecutive and the
    stream's own. None when there is nothing, or when the first event begins no aggregate.

    Raises: HistoryCorrupt for an unknown name or a payload that does not fit; the aggregate is then half folded.
    """
    count = at = 0
    for run in runs:
        events = registry.decode_run(run)
        if aggregate is None:
            if not isinstance(events[0], InitialEvent):
                return None
            aggregate = events[0].begun(stream_id, run.times[0])
        apply = aggregate.appliers[type(events[0])]
        for event, at in zip(events, run.times, strict=True):
            event.__dict__["timestamp"] = at
            apply(aggregate, event)
        count += len(events)
    if aggregate is not None and count:
        aggregate.advance(count, EPOCH + timedelta(microseconds=at))
    return aggregate


def decide(aggregate: Aggregate, command: Command, ctx: "Context") -> None:
    """Let an existing aggregate decide; events are pending on it afterwards, or a refusal is raised."""
    getattr(aggregate, aggregate.decisions[type(command)].method)(command, ctx)


def create(of: type[Aggregate], command: Command, ctx: "Context", stream_id: UUID) -> Aggregate:
    """Let a creating command make a new aggregate."""
    made: Aggregate = getattr(of, of.decisions[type(command)].method)(command, ctx, stream_id)
    return made
