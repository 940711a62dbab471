"""Follows the feed: event after event of all institutions, from where the reader was before it stopped.

The place of a reader is a cursor that the server makes, and how far the reader had been told of each log, by which it
proves that nothing was left out (`completeness`). Both are kept together after every batch has been handled, so an
event comes at least once: whoever handles one keeps its `id` with what it led to, and passes over one that it knows.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

from services.civikos.client.cloud_event import BATCHED, CloudEvent, read_batch
from services.civikos.client.completeness import Chain, Place
from services.civikos.client.durable import Places
from services.civikos.client.operations import FEED
from services.civikos.client.sending import Sender, Sent

WAIT = 25
"""Seconds for which the server holds a request when there is nothing new yet; a try's time limit is above it."""
NEXT = "pakt-cursor"
"""Header in which the feed says where to go on."""
Handle = Callable[[Sequence[CloudEvent]], Awaitable[None]]


class Told(msgspec.Struct, frozen=True):
    """A batch of events in the order of their logs, and where to go on."""

    events: list[CloudEvent]
    cursor: str


class _Kept(msgspec.Struct, frozen=True):
    """A reader's place as it is kept."""

    cursor: str = ""
    told: Mapping[str, Place] = {}


class Feed:
    """The feed as one reader asks for it; `chosen` are the filters of its address, such as `tenant` or `type`."""

    def __init__(self, sender: Sender, chosen: Mapping[str, str] | None = None) -> None:
        self._sender, self._chosen = sender, dict(chosen or {})

    async def after(self, cursor: str, *, wait: int = 0) -> Told:
        """What comes after a cursor, '' for the beginning; empty when nothing did within `wait` seconds.

        Raises: NotAnEvent, and what `Sender.send` raises: Refused for a cursor of somebody else.
        """
        query = self._chosen | {"wait": str(wait)} | ({"cursor": cursor} if cursor else {})
        answer = await self._sender.send(Sent(operation=FEED, query=query, headers={"accept": BATCHED}))
        return Told(read_batch(answer.content), answer.headers[NEXT])


class Follower:
    """One reader that goes on for ever; one process at a time on its place."""

    def __init__(self, feed: Feed, place: Places) -> None:
        self._feed, self._place = feed, place
        kept = place.read()
        self._at = msgspec.json.decode(kept, type=_Kept) if kept else _Kept()

    @property
    def told(self) -> Mapping[str, Place]:
        """By institution, the last event that was handled and kept."""
        return self._at.told

    async def run(self, handle: Handle) -> None:
        """Hand over batch by batch, until cancelled.

        Raises: EventsMissing when something was left out: nothing of that batch was handed over.
        """
        while True:
            await self.step(handle, wait=WAIT)

    async def step(self, handle: Handle, *, wait: int = 0) -> int:
        """Hand over the next batch; how many events it had."""
        told = await self._feed.after(self._at.cursor, wait=wait)
        chain = Chain(self._at.told)
        for event in told.events:
            chain.add(event)
        if told.events:
            await handle(told.events)
        if told.cursor != self._at.cursor:
            kept = _Kept(told.cursor, chain.told)
            await asyncio.to_thread(self._place.keep, msgspec.json.encode(kept).decode())
            self._at = kept
        return len(told.events)
