"""Proof that a reader was told everything that is for it, event by event.

Each event of a feed says where it stands (`tenant`, `epoch`, `sequence`) and up to where the reader had been told of
that log (`previous`). So what was told forms a chain for each log: an event whose `previous` is not where the chain
ends shows that something was left out, wherever on the way that happened.

That the chain is of the log that everybody else is shown, its transparency log says: `leafhash` of the event at
`sequence` n is leaf n - 1 of the tree whose root the installation has signed (`proof`).
"""

from collections.abc import Mapping

import msgspec

from services.civikos.client.cloud_event import CloudEvent
from services.civikos.client.errors import EventsMissing, NotAnEvent


class Place(msgspec.Struct, frozen=True, order=True):
    """Where an event stands: positions of an epoch are counted from 1."""

    tenant: str
    epoch: int
    position: int


def place_of(event: CloudEvent) -> Place:
    """Raises: NotAnEvent for one that does not say where it stands."""
    epoch = event.extensions.get("epoch")
    if type(epoch) is not int:
        raise NotAnEvent(f"event {event.id} names no epoch")
    return Place(event.text("tenant"), epoch, _position(event, "sequence"))


def _position(event: CloudEvent, name: str) -> int:
    text = event.text(name)
    if not (text.isascii() and text.isdigit()):
        raise NotAnEvent(f"{name} of event {event.id} is no position")
    return int(text)


class Chain:
    """How far a reader has been told of each log. What it begins with is what it had been told before.

    Events of logs that it does not know yet begin their chain where the first one says. A new epoch goes on where the
    one before was left, or further back where a restore had lost what was told last.
    """

    def __init__(self, told: Mapping[str, Place] | None = None) -> None:
        self._told = dict(told or {})

    @property
    def told(self) -> Mapping[str, Place]:
        """By institution, the last place in its log that was told."""
        return dict(self._told)

    def add(self, event: CloudEvent) -> Place:
        """The place of an event that comes next.

        Raises: EventsMissing when something was left out before it or it was told already; NotAnEvent.
        """
        place, previous = place_of(event), _position(event, "previous")
        known = self._told.get(place.tenant)
        if known is not None and known.epoch == place.epoch and previous != known.position:
            raise EventsMissing(place.tenant, place.epoch, known.position, previous)
        if known is not None and known.epoch < place.epoch and previous > known.position:
            raise EventsMissing(place.tenant, place.epoch, known.position, previous)
        if place.position <= previous or (known is not None and place.epoch < known.epoch):
            raise EventsMissing(place.tenant, place.epoch, previous, place.position)
        self._told[place.tenant] = place
        return place
