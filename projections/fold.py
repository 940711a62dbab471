"""Folding a tenant's events into rows in memory: the one policy of the engine, of rebuilds and of replays."""

from collections.abc import Iterable, Sequence
from typing import Generic
from uuid import UUID

import msgspec

from domain.kernel.errors import HistoryCorrupt
from domain.kernel.event import Event
from projections.columns import refuse_unstorable
from projections.read_model import Handler, Key, R, ReadModel, Stored, Told


class Parked(msgspec.Struct, frozen=True):
    """A stream that a read model has set aside at `first_position`, and how many of its events wait since then."""

    stream_id: UUID
    first_position: int
    events: int
    error: str


class Fold(Generic[R]):
    """Rows of one read model of one tenant. An event that cannot be applied parks its stream; the others go on.

    `rows` holds what is known: None where it is known that there is no row. `strict` checks every row against what the
    database can hold, which costs time and is asked for only after a write was refused. A `live` fold keeps note of
    what it changes.
    """

    def __init__(
        self, model: ReadModel[R], parked: Iterable[Parked] = (), *, strict: bool = False, live: bool = False
    ) -> None:
        self.model, self.live = model, live
        self.rows: dict[Key, R | None] = {}
        self.touched: dict[Key, None] = {}
        self.parked: dict[UUID, Parked] = {one.stream_id: one for one in parked}
        self.newly_parked: set[UUID] = set()
        self.strict = strict

    def take(self, event: Stored, told: Event) -> None:
        """Apply one event; events arrive in order of position. All of its rows change, or none."""
        model, rows = self.model, self.rows
        handler = model.handler(type(told))
        if handler is None:
            return
        if self.parked and event.stream_id in self.parked:
            self._set_aside(event, self.parked[event.stream_id].error)
            return
        try:
            changes = self._changes(handler, event, told)
        except HistoryCorrupt:
            raise  # metadata that cannot be read is no stream's own trouble
        except Exception as error:  # noqa: BLE001 - whatever a fold raises is that stream's trouble and nobody else's
            self._set_aside(event, f"{type(error).__name__}: {error}"[:500])
            return
        for key, row in changes:
            rows[key] = row
            if self.live:
                self.touched[key] = None

    def _changes(self, handler: Handler, event: Stored, told: Event) -> list[tuple[Key, R | None]]:
        model, changes = self.model, list[tuple[Key, R | None]]()
        for key in handler.keys(event, told):
            before = self.rows.get(key)
            after = model.apply(handler, key, before, event, told)
            if after is not before:
                changes.append((key, after))
                if model.grows and after is not None:
                    changes += [(model.key_of(one), one) for one in model.beside(after, event)]
        if self.strict:
            self._refuse_unstorable(row for _, row in changes)
        return changes

    def needs(self, events: Sequence[Told]) -> list[Key]:
        """Keys that the events will look at and that are not known yet."""
        if self.model.append_only:
            return []
        missing: dict[Key, None] = {}
        for event, told in events:
            handler = self.model.handler(type(told))
            if handler is None or event.stream_id in self.parked:
                continue
            if event.version == 1 and handler.own:
                self.rows.setdefault((event.stream_id,), None)  # the stream begins here: there is no row to read
                continue
            try:
                keys = tuple(handler.keys(event, told))
            except Exception:  # noqa: BLE001, S112 - `take` meets the same error and parks the stream
                continue
            missing.update((key, None) for key in keys if key not in self.rows)
        return list(missing)

    def learn(self, keys: Iterable[Key], rows: Iterable[R]) -> None:
        """Remember stored rows; a key without one is known to have none."""
        for key in keys:
            self.rows[key] = None
        for row in rows:
            self.rows[self.model.key_of(row)] = row

    def changes(self) -> tuple[list[R], list[Key]]:
        """Rows to write and keys to delete since the last call of `settle`."""
        written = [row for key in self.touched if (row := self.rows[key]) is not None]
        return written, [key for key in self.touched if self.rows[key] is None]

    def settle(self, keep: int) -> None:
        """The changes are stored; forget all rows when more than `keep` are held (they can be read again)."""
        if self.model.append_only or len(self.rows) > keep:
            self.rows.clear()
        self.touched.clear()
        self.newly_parked.clear()

    def ordered(self) -> list[R]:
        """All rows that exist, ascending by key."""
        present = [(key, row) for key, row in self.rows.items() if row is not None]
        present.sort(key=lambda item: item[0])
        return [row for _, row in present]

    def _refuse_unstorable(self, rows: Iterable[R | None]) -> None:
        for row in rows:
            if row is not None:
                refuse_unstorable(row, self.model.columns)

    def _set_aside(self, event: Stored, error: str) -> None:
        before = self.parked.get(event.stream_id)
        self.parked[event.stream_id] = (
            Parked(event.stream_id, event.position, 1, error)
            if before is None
            else msgspec.structs.replace(before, events=before.events + 1)
        )
        self.newly_parked.add(event.stream_id)
