"""What a read model is: a table's rows as a pure fold over one tenant's log.

A subclass names its row, its table and its key, and marks one method per kind of event:

    class Register(ReadModel[RegisterRow]):
        name, table, row, key = "register", "register", RegisterRow, ("consultation_id",)

        @folds(ConsultationPlanned, begins=True)
        def planned(self, row, event, told): ...

The same fold serves the live table, a rebuild, a replay by an auditor and a look into the past. It reads no clock and
calls nothing outside: what depends on the time of reading (is it overdue?) is said by the queries.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

import msgspec

from domain.kernel.event import Event
from infra.database.interface import Connection
from infra.eventstore.interface import StoredEvent
from infra.eventstore.replay import Envelope
from projections.columns import Column, columns_of, row_maker

R = TypeVar("R", bound=msgspec.Struct)
F = TypeVar("F", bound=Callable[..., Any])
Key = tuple[Any, ...]
"""Values of a model's key columns after `tenant_id`; the tenant is that of the log."""
Stored = StoredEvent | Envelope
"""An event as its log gives it: who, when and where, and the payload and metadata as bytes."""
Told = tuple[Stored, Event]
"""An event as its log gives it, and what it tells: the decoded payload, without an envelope of its own."""
Keys = Callable[[Stored, Any], Iterable[Key]]
Folding = Callable[[Any, Any, Stored, Any], Any]
_MARK = "_pakt_folds"


class Handler(msgspec.Struct, frozen=True):
    """How one kind of event changes the rows: which keys it touches, each at most once, and by what method.

    `begins` says that there may be no row before it, `own` that it touches its own stream's row.
    """

    method: Folding
    keys: Keys
    begins: bool
    own: bool


def folds(*events: type[Event], keys: Keys | None = None, begins: bool = False) -> Callable[[F], F]:
    """Mark `(self, row, event, told) -> row | None` as the fold of these events; `told` is the decoded payload.

    Without `keys` they touch the row of their own stream.
    """

    def decorate(function: F) -> F:
        marks = getattr(function, _MARK, ())
        setattr(function, _MARK, (*marks, (events, Handler(function, keys or _own_stream, begins, keys is None))))
        return function

    return decorate


def _handlers(cls: type) -> dict[type[Event], Handler]:
    """The marked methods of a class and of what it is composed of. Raises: TypeError where two take the same event."""
    found: dict[type[Event], Handler] = {}
    for part in reversed(cls.__mro__):
        for function in vars(part).values():
            for events, handler in getattr(function, _MARK, ()):
                for event in events:
                    other = found.setdefault(event, handler).method.__name__
                    if other != handler.method.__name__:
                        msg = f"{cls.__name__}: {event.__name__} is folded by {other} and {handler.method.__name__}"
                        raise TypeError(msg)
                    found[event] = handler
    return found


def _own_stream(event: Stored, _told: Any) -> Iterable[Key]:
    return ((event.stream_id,),)


class ReadModel(Generic[R]):
    """Base of all read models. `version` rises with every change of the fold or the row: the table is then rebuilt.

    `append_only` models write one new row per event, with its position and times, and never look at an older one.
    `kept` models have a table in schema `past`, where their rows are kept as they stood at boundaries of the log.
    `grows` models add rows beside the one that an event changes (`beside`).
    """

    name: ClassVar[str]
    table: ClassVar[str]
    row: ClassVar[type[Any]]
    key: ClassVar[tuple[str, ...]]
    version: ClassVar[int] = 1
    append_only: ClassVar[bool] = False
    kept: ClassVar[bool] = False
    grows: ClassVar[bool] = False
    only_tenant: ClassVar[int | None] = None
    dated: ClassVar[bool]
    columns: ClassVar[tuple[Column, ...]]
    make: ClassVar["staticmethod[[Any], Any]"]
    handlers: ClassVar[Mapping[type[Event], Handler]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.columns = columns_of(cls.row)
        cls.make = staticmethod(row_maker(cls.row, cls.columns))
        cls.handlers = _handlers(cls)
        cls.dated = {"version", "changed_at"} <= set(cls.row.__struct_fields__)
        if cls.row.__struct_fields__[0] != "tenant_id":
            msg = f"{cls.__name__}: a row begins with its tenant"
            raise TypeError(msg)
        missing = set(cls.key) - set(cls.row.__struct_fields__)
        if missing:
            msg = f"{cls.__name__}: the row has no {', '.join(sorted(missing))}"
            raise TypeError(msg)

    @property
    def handles(self) -> frozenset[type[Event]] | None:
        """The kinds of events that may touch a row; None: all of them."""
        return frozenset(self.handlers)

    def handler(self, event: type[Event]) -> Handler | None:
        """How events of that kind change the rows; None: not at all."""
        return self.handlers.get(event)

    def apply(self, handler: Handler, key: Key, row: R | None, event: Stored, told: Event) -> R | None:  # noqa: ARG002 - subclasses may ask
        """The row after the event; None: no such row. Raises whatever shows that the event cannot be meant."""
        if row is None and not handler.begins:
            if handler.own:
                msg = f"{event.type_name} at {event.position} comes before its stream's first event"
                raise LookupError(msg)
            return None  # tells of something that this view does not show
        changed: R | None = handler.method(self, row, event, told)
        return self.followed(changed, event, told) if handler.own and changed is not None else changed

    def followed(self, row: R, event: Stored, told: Event) -> R:  # noqa: ARG002 - subclasses ask
        """The row after an event of its own stream: `version` and `changed_at`, where it has both, are the event's."""
        if not self.dated:
            return row
        return msgspec.structs.replace(row, version=event.version, changed_at=event.occurred_at)

    def beside(self, row: R, event: Stored) -> Sequence[R]:  # noqa: ARG002 - subclasses ask
        """Rows that come with a changed one: new, under keys of their own, and no other event looks at them."""
        return ()

    async def after_write(self, connection: Connection, rows: Sequence[R]) -> None:
        """What else happens in the transaction that stores rows live; never on a rebuild or a replay."""

    def key_of(self, row: R) -> Key:
        """The row's own key."""
        return tuple(getattr(row, name) for name in self.key)
