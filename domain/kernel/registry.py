"""The closed list of stored event types: names to classes and bytes to events, and nothing else."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from domain.kernel.errors import HistoryCorrupt
from domain.kernel.event import Event, Run, Upcaster
from domain.kernel.message import N_


class Upcast(msgspec.Struct, frozen=True):
    """How a payload of the old stored name becomes one of the next name."""

    old: str
    new: str
    change: Upcaster


class Registry:
    """Encodes and decodes events by their stored names; refuses every name it was not given."""

    def __init__(self, events: Iterable[type[Event]], upcasts: Iterable[Upcast] = ()) -> None:
        self._classes: dict[str, type[Event]] = {}
        for event in events:
            if not event.TOPIC:
                msg = f"{event.__name__} has no TOPIC"
                raise TypeError(msg)
            if self._classes.setdefault(event.TOPIC, event) is not event:
                msg = f"{event.TOPIC} names two classes"
                raise TypeError(msg)
        self._upcasts: Mapping[str, Upcast] = {upcast.old: upcast for upcast in upcasts}
        self._decoders: dict[str, msgspec.json.Decoder[Any]] = {
            name: msgspec.json.Decoder(cls) for name, cls in self._classes.items()
        }
        self._by_name: dict[str, Callable[[bytes], Event]] = {
            name: decoder.decode for name, decoder in self._decoders.items()
        }
        self._many: dict[str, Callable[[bytes], list[Event]]] = {
            name: msgspec.json.Decoder(list[cls]).decode  # type: ignore[valid-type] # a class that was given
            for name, cls in self._classes.items()
        }
        self._encode = msgspec.json.Encoder().encode

    @property
    def names(self) -> tuple[str, ...]:
        """Every stored name that can be read, newest and older versions, sorted."""
        return tuple(sorted({*self._classes, *self._upcasts}))

    @property
    def classes(self) -> tuple[type[Event], ...]:
        """The event classes, in order of their stored names."""
        return tuple(self._classes[name] for name in sorted(self._classes))

    def stored_names(self, *classes: type[Event]) -> frozenset[str]:
        """Every name under which events of these classes stand in logs: the newest, and older versions'."""
        found = {event.TOPIC for event in classes}
        while more := {old for old, upcast in self._upcasts.items() if upcast.new in found} - found:
            found |= more
        return frozenset(found)

    def encode(self, event: Event) -> bytes:
        """The payload as JSON; the envelope is not in it."""
        return self._encode(event)

    def decode(self, name: str, data: bytes) -> Event:
        """The event without its envelope; older versions arrive as the newest class.

        Raises: HistoryCorrupt for an unknown name or a payload that does not fit.
        """
        decoder = self._decoders.get(name)
        try:
            if decoder is not None:
                decoded: Event = decoder.decode(data)
                return decoded
            return self._upcast(name, data)
        except msgspec.DecodeError as error:
            raise HistoryCorrupt(
                N_("An event of type {name} does not fit its type: {error}."), name=name, error=str(error)
            ) from error

    def decoder(self, name: str) -> Callable[[bytes], Event]:
        """What decodes payloads of that stored name; a payload that does not fit raises msgspec.DecodeError."""
        return self._by_name.get(name) or partial(self.decode, name)

    def decode_run(self, run: Run) -> list[Event]:
        """The events of a run without their envelopes, at once: a third of what one by one takes.

        Raises: HistoryCorrupt as `decode` does.
        """
        decode_many = self._many.get(run.type_name)
        if decode_many is not None:
            try:
                events = decode_many(b"[%b]" % run.joined)
            except msgspec.DecodeError:
                pass  # one by one, it is said which
            else:
                if len(events) == len(run.lengths):
                    return events
        return [self.decode(run.type_name, payload) for payload in run.payloads()]

    def restore(self, name: str, data: bytes, stream_id: UUID, version: int, occurred_at: datetime) -> Event:
        """The event with its envelope, ready to be applied."""
        return self.decode(name, data).stamp(stream_id, version, occurred_at)

    def _upcast(self, name: str, data: bytes) -> Event:
        step = self._upcasts.get(name)
        if step is None:
            raise HistoryCorrupt(N_("The log holds an event of the unknown type {name}."), name=name)
        payload: dict[str, Any] = msgspec.json.decode(data)
        while step is not None:
            payload, name = step.change(payload), step.new
            step = self._upcasts.get(name)
        return msgspec.convert(payload, self._classes[name])
