"""Having heads cosigned: after each new head every witness is asked, and what it signed is stored.

A log takes turns: one head is shown to all witnesses, so that they cosign the same one, then the newest head after it;
what was sealed in between needs no cosignature of its own. No turn waits for a witness longer than its time, and one
that fails is left alone for a while, so that neither sealing nor other logs are held up.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta

from domain.kernel.errors import Unavailable
from infra.clock import Clock
from infra.tlog.note import Note
from infra.tlog.witnessing import AddCheckpoint
from infra.trees.interface import Head, Quorum, TreeId, TreeKeeper, Trees
from infra.witnesses.interface import Cosigned, OtherSize, Witness, WitnessFailed, WitnessRefused
from services.epochs import current

AGAIN_AFTER = (1.0, 60.0)
"""Seconds until a witness that failed is asked again: at first, and at most."""
REFUSED_FOR = 60.0
"""Seconds until a log that a witness has refused is shown to it again."""
LOOK = 5.0
"""Seconds between two looks for heads that some witness has not cosigned."""
WIDTH = 8
"""Logs that are cosigned at once."""
AHEAD = timedelta(hours=1)
"""A cosignature dated further into the future is not believed."""
_TRIES = 3
_INCONSISTENT = 422

_log = logging.getLogger("pakt.witnesses")


class _Ahead(Exception):
    """The witness has cosigned a longer log than we have, or than we had a moment ago."""

    def __init__(self, size: int) -> None:
        self.size = size


class Asked:
    """What we know of one witness: the size it cosigned last of each log, and how long to leave it alone."""

    def __init__(self, witness: Witness, trees: Trees, keeper: TreeKeeper, clock: Clock) -> None:
        self.witness = witness
        self._trees, self._keeper, self._clock = trees, keeper, clock
        self._sizes: dict[TreeId, int] = {}
        self._pause = 0.0
        self._until = 0.0
        self._refused: dict[TreeId, float] = {}

    async def lacks(self, head: Head) -> bool:
        """Whether it has not cosigned this head, as far as we know. Raises: Unavailable."""
        if head.tree not in self._sizes:
            own = await self._trees.newest(head.tree, Quorum(1, (self.witness.verifier,)))
            self._sizes[head.tree] = own.size if own else 0
        return self._sizes[head.tree] < head.size

    def may_be_asked(self, tree: TreeId) -> bool:
        """Whether it is not to be left alone."""
        return asyncio.get_running_loop().time() >= max(self._until, self._refused.get(tree, 0.0))

    async def cosign(self, head: Head) -> None:
        """Have the head cosigned and store it; what goes wrong is told in the log. Raises: Unavailable."""
        name, now = self.witness.verifier.name, asyncio.get_running_loop().time()
        try:
            given = await self._ask(head)
        except WitnessFailed as error:
            if now >= self._until:  # else another log's question found it failing meanwhile: one failure, one pause
                self._pause = min(max(self._pause * 2, AGAIN_AFTER[0]), AGAIN_AFTER[1])
                self._until = asyncio.get_running_loop().time() + self._pause
                _log.warning("witness %s: %s; asked again in %d s", name, error, self._pause)
            return
        except WitnessRefused as error:
            self._refused[head.tree] = now + REFUSED_FOR
            level = logging.CRITICAL if error.status == _INCONSISTENT else logging.ERROR
            _log.log(level, "witness %s does not cosign %s: %s", name, head.checkpoint.origin, error)
            return
        except _Ahead as error:
            await self._tell_ahead(head, error.size)
            return
        self._pause, self._until = 0.0, 0.0
        at = datetime.fromtimestamp(given.at, UTC)
        await self._keeper.cosign(head, self.witness.verifier, given.line, at)
        self._sizes[head.tree] = head.size

    async def _ask(self, head: Head) -> Cosigned:
        """Show the head, from the size the witness says it knows.

        Raises: WitnessFailed, WitnessRefused, _Ahead.
        """
        known, note = self._sizes.get(head.tree, 0), Note.parse(head.note)
        for _ in range(_TRIES):
            proof = await self._trees.prove_consistency(head.tree, known, head.size)
            try:
                given = await self.witness.add(AddCheckpoint(known, proof, note))
            except OtherSize as error:
                if error.size > head.size:
                    raise _Ahead(error.size) from error
                known = error.size
                continue
            if given.at > (self._clock.now() + AHEAD).timestamp():
                raise WitnessFailed("its signature is dated into the future")
            return given
        raise WitnessFailed("it names another size each time")

    async def _tell_ahead(self, head: Head, size: int) -> None:
        """Nothing, when another sealer was faster; else the alarm that our log went back behind what was cosigned."""
        newest = await self._trees.newest(head.tree)
        if newest is not None and newest.size >= size:
            return
        self._refused[head.tree] = asyncio.get_running_loop().time() + REFUSED_FOR
        name, origin = self.witness.verifier.name, head.checkpoint.origin
        _log.critical("witness %s has cosigned %d entries of %s, and we have %d", name, size, origin, head.size)


class Witnesses:
    """Has the newest head of every log cosigned by every witness."""

    def __init__(
        self,
        witnesses: Sequence[Witness],
        trees: Trees,
        keeper: TreeKeeper,
        clock: Clock,
        tenants: Callable[[], Awaitable[Collection[int]]],
    ) -> None:
        self._asked = [Asked(witness, trees, keeper, clock) for witness in witnesses]
        self._trees, self._tenants = trees, tenants
        self._queue: asyncio.Queue[TreeId] = asyncio.Queue()
        self._waiting: set[TreeId] = set()
        self._under_way: set[TreeId] = set()
        self._lacking: set[TreeId] = set()

    def hear(self, head: Head) -> None:
        """A head was sealed and published."""
        self._want(head.tree)

    async def run(self) -> None:
        """Ask until cancelled; what was under way is asked again at the next start."""
        if not self._asked:
            return
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look())
            for _ in range(WIDTH):
                group.create_task(self._work())

    def _want(self, tree: TreeId) -> None:
        if self._asked and tree not in self._waiting:
            self._waiting.add(tree)
            if tree not in self._under_way:
                self._queue.put_nowait(tree)

    async def _look(self) -> None:
        """All logs at the start, for what was sealed before; then those that lack a cosignature."""
        while True:
            try:
                for tenant_id in await self._tenants():
                    for log in current(await self._trees.trees(tenant_id)):
                        self._want(log.tree)
                break
            except Unavailable:
                await asyncio.sleep(AGAIN_AFTER[0])
        while True:
            await asyncio.sleep(LOOK)
            for one in tuple(self._lacking):
                self._want(one)

    async def _work(self) -> None:
        while True:
            tree = await self._queue.get()
            self._waiting.discard(tree)
            self._under_way.add(tree)
            try:
                self._lacking.add(tree)
                if await self._turn(tree):
                    self._lacking.discard(tree)
            except Unavailable:
                _log.warning("the database is away; witnesses wait for it")
            except Exception:  # noqa: BLE001 - the edge of the process
                _log.exception("cosigning a log of tenant %d", tree.tenant_id)
            finally:
                self._under_way.discard(tree)
                if tree in self._waiting:
                    self._queue.put_nowait(tree)

    async def _turn(self, tree: TreeId) -> bool:
        """Show the tree's newest head to all who may be asked; whether nobody lacks it any more."""
        head = await self._trees.newest(tree)
        if head is None:
            return True
        lacking = [one for one in self._asked if await one.lacks(head)]
        asked = [one for one in lacking if one.may_be_asked(tree)]
        for error in await asyncio.gather(*(one.cosign(head) for one in asked), return_exceptions=True):
            if isinstance(error, BaseException):
                raise error
        return not [one for one in lacking if await one.lacks(head)]
