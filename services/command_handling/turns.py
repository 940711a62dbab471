"""First come, first served: what would fight over the same thing in one process waits for its turn instead."""

import asyncio
from collections import deque
from collections.abc import Collection, Hashable

Queue = deque[asyncio.Future[None]]


class OutOfPatience(Exception):
    """The turn did not come within the time that the caller was ready to wait."""


class Turns:
    """A queue per key that exists only while somebody holds or waits for the key's turn."""

    def __init__(self) -> None:
        self._waiting: dict[Hashable, Queue] = {}

    def turn(self, key: Hashable, patience: float | None = None) -> "Turn":
        """Hold the key's turn within `async with`; a cancelled waiter gives its place up.

        With `patience` it waits so many seconds. Raises, when entered: OutOfPatience.
        """
        return Turn(self._waiting, key, patience)

    @property
    def waiting(self) -> int:
        """How many turns are held, by whoever."""
        return len(self._waiting)

    def several(self, tenant_id: int) -> "Several":
        """Turns of one tenant's tags for a caller who learns only on its way which it needs."""
        return Several(self, tenant_id)


class Turn:
    """One caller's turn; a class, since a generator would cost more than everything else it does."""

    __slots__ = ("_key", "_patience", "_waiting")

    def __init__(self, waiting: dict[Hashable, Queue], key: Hashable, patience: float | None) -> None:
        self._waiting, self._key, self._patience = waiting, key, patience

    async def __aenter__(self) -> bool:
        """Whether somebody else had the turn before."""
        queue = self._waiting.get(self._key)
        if queue is None:
            self._waiting[self._key] = deque()
            return False
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(place)
        try:
            async with asyncio.timeout(self._patience):
                await place
        except TimeoutError as error:
            self._decline(place)
            raise OutOfPatience from error
        except asyncio.CancelledError:
            self._decline(place)
            raise
        return True

    async def __aexit__(self, *_: object) -> None:
        self.pass_on()

    def _decline(self, place: asyncio.Future[None]) -> None:
        """Give up a place whose turn may have come at the same moment."""
        if place.done() and not place.cancelled():
            self.pass_on()

    def pass_on(self) -> None:
        """Give the turn to whoever waits longest."""
        queue = self._waiting[self._key]
        while queue:
            place = queue.popleft()
            if not place.done():
                place.set_result(None)
                return
        del self._waiting[self._key]


class Several:
    """The turns that one caller holds until `give_up`; taken in the order of their tags: no two wait in a ring."""

    __slots__ = ("_held", "_tenant_id", "_turns")

    def __init__(self, turns: Turns, tenant_id: int) -> None:
        self._turns, self._tenant_id = turns, tenant_id
        self._held: dict[str, Turn] = {}

    async def take(self, tags: Collection[str]) -> bool:
        """Hold the turns of these tags too; whether anybody else may have had one of them meanwhile."""
        if self._held.keys() >= {*tags}:
            return False
        wanted, before = sorted({*tags, *self._held}), bool(self._held)
        self.give_up()
        for tag in wanted:
            turn = self._turns.turn((self._tenant_id, tag))
            before = await turn.__aenter__() or before
            self._held[tag] = turn
        return before

    def give_up(self) -> None:
        """Pass all of them on."""
        held, self._held = self._held, {}
        for turn in held.values():
            turn.pass_on()
