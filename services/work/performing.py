"""Doing work: told by messages, and by a look at what is due, which finds what no message told of.

Messages only say that work is there: who takes one waits until it has room, and looks. Those that come while somebody
looks are answered by one look after it, and what is due is claimed together; so a message that comes twice, late or
never costs time and nothing else. What a look has to leave is begun as soon as there is room, before others look again.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence

from domain.kernel.errors import Unavailable
from infra.broker.interface import Job
from infra.telemetry.propagation import continued, current_traceparent
from infra.telemetry.spans import span
from infra.work.interface import Again, Done, GivenUp, Held, Outcome, Work, WorkList
from services.stopping import finishing
from services.troubles import Troubles
from services.work.ending import Ending
from services.work.failures import reason_of
from services.work.kinds import Kind
from services.work.room import Room

WIDTH = 16
"""Pieces of work done at once in a process."""
AT_ONCE = 256
"""Pieces that one look asks for together."""
EVERY = 0.5
"""Seconds between two looks at what is due."""
INTERRUPTIONS = 20
"""After so many holders who never said how it ended, the work is taken to be what ends them."""
FAREWELL = 10.0
"""Seconds in which work that has begun may end when the process is asked to."""

log = logging.getLogger("pakt.work")
Tenants = Callable[[], Awaitable[Collection[int]]]


class Performing:
    """Does work of some kinds, `width` pieces at once, over all tenants.

    New work is left to messages for `rested` seconds: where other processes hear them, each takes what it has room for.
    """

    def __init__(
        self, works: WorkList, tenants: Tenants, kinds: Sequence[Kind], *, width: int = WIDTH, rested: float = 0.0
    ) -> None:
        self._works, self._tenants, self._rested = works, tenants, rested
        self._kinds = {kind.name: kind for kind in kinds}
        self._room = Room(width, kinds)
        self._running: dict[asyncio.Task[None], Held] = {}
        self._offered: set[asyncio.Task[None]] = set()
        self._over, self._troubles = False, Troubles(log)
        self._ending = Ending(works)
        self._turn = asyncio.Lock()
        self._asked = self._answered = 0
        """Messages that have come, and how many of them a look has begun after."""
        self._left, self._more, self._freed = list[Work](), False, asyncio.Event()
        """What the last look had to leave, whether there was more, and that there may be room for it."""

    async def take(self, job: Job) -> None:
        """A message says that work is there: begin what is due as soon as there is room. Raises: Unavailable."""
        await self._room.wait(job.name)
        self._asked = mine = self._asked + 1
        async with self._turn:
            if self._left or self._more or self._answered >= mine or self._over:
                return  # it is begun when what was left is, or a look has begun since and seen it
            await self._look(0.0)

    async def missed(self, job: Job, error: Exception) -> None:
        """A message could not be followed; the look finds its work."""
        log.warning("%s of tenant %s waits for the next look: %s", job.name, job.ids["tenant_id"], reason_of(error))

    async def run(self, every: float = EVERY) -> None:
        """Look for what is due, and hold on to what is being done, until cancelled; then let what has begun end."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._looking(every))
                group.create_task(self._holding())
        finally:
            await self._farewell()

    async def look(self) -> int:
        """Begin what is due, as far as there is room; how much that was. Raises: Unavailable."""
        async with self._turn:
            return await self._look(self._rested)

    async def _look(self, rested: float) -> int:
        """Kinds of which there is more than there is room for are left for later, and keep no others out of sight."""
        self._answered, begun = self._asked, 0
        self._left, self._more = [], False
        while kinds := [name for name in self._kinds if self._room.free(name) and name not in _kinds_of(self._left)]:
            due = await self._works.due(await self._tenants(), kinds, AT_ONCE, rested=rested)
            some, self._more = await self._begin(due), len(due) == AT_ONCE
            begun += some
            if not (some and self._more):
                break
        return begun

    async def _go_on(self) -> None:
        """There is room: begin what the last look had to leave, or what is due by now."""
        async with self._turn:
            self._freed.clear()
            if self._left:
                left, self._left = self._left, []
                await self._begin(left)
            else:
                await self._look(0.0)

    async def idle(self) -> None:
        """Wait until nothing is being done."""
        while waiting := {*self._running, *self._offered}:
            await asyncio.wait(waiting)

    async def _offer(self, work: Work) -> None:
        await self._room.enter(work.kind)
        if self._over:
            self._room.leave(work.kind)
        else:
            await self._claimed([work], self._kinds[work.kind])

    async def _begin(self, due: Sequence[Work]) -> int:
        """Begin what there is room for, and remember the rest; how much was begun."""
        begun = 0
        for tenant_id, kind in dict.fromkeys((work.tenant_id, work.kind) for work in due):
            some = [work for work in due if (work.tenant_id, work.kind) == (tenant_id, kind)]
            room = await self._room.enter_now(kind, len(some))
            self._left += some[room:]
            begun += await self._claimed(some[:room], self._kinds[kind])
        return begun

    async def _claimed(self, works: Sequence[Work], kind: Kind) -> int:
        """Begin of this work what can be claimed; a place was taken for each, and those of the rest are given back."""
        held: Sequence[Held] = ()
        try:
            held = await self._works.claim(works, kind.lease)
        finally:
            self._room.leave(kind.name, len(works) - len(held))
        if self._over:  # asked to stop while it was being claimed
            self._room.leave(kind.name, len(held))
            for one in held:
                await self._let_go(one)
            return 0
        for one in held:
            task = asyncio.create_task(self._perform(one, kind))
            self._running[task] = one
            task.add_done_callback(self._ended)
        return len(held)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._room.leave(self._running.pop(task).work.kind)
        if self._left or self._more:
            self._freed.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a piece of work ended without a word", exc_info=error)

    async def _perform(self, held: Held, kind: Kind) -> None:
        """Do it and say how it ended."""
        with continued(_parent(held.work)), span(f"perform {kind.name}", tenant_id=held.work.tenant_id):
            try:
                await self._end(held, kind, await self._outcome(held, kind))
            except Unavailable as error:  # it is held until the lease is over, and then somebody's again
                log.warning("how %s of tenant %d ended is not known: %s", kind.name, held.work.tenant_id, error)
                return
        if held.work.lane:
            self._next(held.work)

    async def _outcome(self, held: Held, kind: Kind) -> Outcome:
        if held.interrupted >= INTERRUPTIONS:
            return GivenUp(f"interrupted: {held.interrupted} processes began it and never ended it")
        try:
            return await kind.perform(held.work)
        except Exception as error:  # noqa: BLE001 - the edge of a piece of work: whatever it was, it is tried again or told
            return _broken(held, kind, error)

    async def _end(self, held: Held, kind: Kind, outcome: Outcome) -> None:
        try:
            if outcome == Done():
                ended = await self._ending.done(held)
            else:
                ended = await self._works.end(held, outcome)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the effect was refused: as if the work itself had raised it
            outcome = _broken(held, kind, error)
            ended = await self._works.end(held, outcome)
        if not ended:
            log.warning("%s of tenant %d was taken over by another process", kind.name, held.work.tenant_id)
        elif isinstance(outcome, GivenUp):
            log.critical(
                "%s %s of tenant %d failed: %s", kind.name, held.work.subject, held.work.tenant_id, outcome.reason
            )

    def _next(self, work: Work) -> None:
        """What stands next in the lane has its turn once all others had theirs."""
        task = asyncio.create_task(self._follow(work))
        self._offered.add(task)
        task.add_done_callback(self._offered.discard)

    async def _follow(self, work: Work) -> None:
        try:
            if (following := await self._works.next_in_lane(work)) is not None:
                await self._offer(following)
        except Unavailable as error:  # the look finds it
            log.warning("the lane of %s of tenant %d waits: %s", work.kind, work.tenant_id, error)

    async def _looking(self, every: float) -> None:
        while True:
            try:
                await finishing(self._go_on() if self._freed.is_set() else self.look())
            except Unavailable as error:
                self._troubles.say("work waits", error)
            else:
                self._troubles.over("work waits")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._freed.wait(), every)

    async def _holding(self) -> None:
        """What is being done stays in our hands; what we have lost is stopped."""
        pause = min((kind.lease for kind in self._kinds.values()), default=60.0) / 3
        while True:
            await asyncio.sleep(pause)
            for tenant_id, name in {(held.work.tenant_id, held.work.kind) for held in self._running.values()}:
                await self._hold(tenant_id, self._kinds[name])

    async def _hold(self, tenant_id: int, kind: Kind) -> None:
        mine = {
            task: held
            for task, held in self._running.items()
            if (held.work.tenant_id, held.work.kind) == (tenant_id, kind.name) and held not in self._ending.under_way
        }
        try:
            kept = await self._works.keep(list(mine.values()), kind.lease)
        except Unavailable as error:
            log.warning("work of tenant %d cannot be held: %s", tenant_id, error)
            return
        for task, held in mine.items():
            if held not in kept:
                task.cancel()

    async def _farewell(self) -> None:
        """Begin nothing more, and let go of what does not end in time."""
        self._over = True
        running = dict(self._running)
        begun = {*running, *self._offered}
        if not begun:
            return
        _, late = await asyncio.wait(begun, timeout=FAREWELL)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
        for task in late & running.keys():
            await self._let_go(running[task])

    async def _let_go(self, held: Held) -> None:
        try:
            await self._works.let_go([held])
        except Unavailable as error:  # the lease ends by itself
            log.warning("%s of tenant %d stays held: %s", held.work.kind, held.work.tenant_id, error)


def _parent(work: Work) -> str:
    """The trace of the message, where one told of this work; else that of what the work follows from."""
    running = current_traceparent()
    return running if running.split("-")[1:2] == work.traceparent.split("-")[1:2] else work.traceparent


def _broken(held: Held, kind: Kind, error: Exception) -> Outcome:
    """What becomes of work that raised."""
    reason, after = reason_of(error), kind.retry(held.work.attempts + 1)
    if after is None:
        return GivenUp(reason)
    log.warning("%s of tenant %d is tried again in %.0f s: %s", kind.name, held.work.tenant_id, after, reason)
    return Again(after, reason)


def _kinds_of(works: Sequence[Work]) -> set[str]:
    return {work.kind for work in works}
