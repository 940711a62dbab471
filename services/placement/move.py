"""A tenant goes to another node while others write into it: copied, caught up with, compared, switched.

Nothing is decided before the switch: until then a move that ends, however it ends, leaves the tenant where it was. The
order after it is the promise: the old node is closed, then home says where the tenant is, then the new node is opened.
At no moment do two nodes take anything for one tenant.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from enum import StrEnum
from time import monotonic

import msgspec

from domain.kernel.ids import NATIONAL_TENANT
from infra.database.administration import administering, owning
from infra.database.failures import LOCKED
from infra.database.interface import MAIN_NODE, Connection, Database, DatabaseError, Role
from infra.database.registry import CHANNEL, LOOK_EVERY
from infra.database.tenant_rows import Kind, TenantRows, carry, carry_changes, reading, writing
from services.placement.roots import Growth

FEW = 500
"""Events that are copied while the tenant waits: with more, another round goes before."""
ROUNDS = 20
WAITS = "3s"
"""How long the tenant's lock is waited for: appends queue behind whoever waits for it."""
HOLDS = "60s"
"""After so long in which nothing is heard of whoever holds the lock the server lets go of it."""
BESIDE = (Kind.SEALS, Kind.KEYS, Kind.WORK)
"""What goes with the log: copied beside appends, and while they wait only what has changed of it since."""
_CLAIM = "INSERT INTO es.placement (tenant_id, node) VALUES ($1, 'main') ON CONFLICT DO NOTHING"
_PLACED = "SELECT node, version FROM es.placement WHERE tenant_id = $1 FOR UPDATE NOWAIT"
_PLACE = "UPDATE es.placement SET node = $2, version = $3, placed_at = now() WHERE tenant_id = $1"
_HEAD = "SELECT coalesce(max(position), 0) FROM es.event WHERE tenant_id = $1"
_STATE = "SELECT state::text FROM es.tenant_lock WHERE tenant_id = $1"
_TENANT = "SELECT tenant_id, slug, kind, sandbox, state, names FROM es.tenant WHERE tenant_id = $1"
_EXPECT = """
INSERT INTO es.tenant_lock AS l (tenant_id, epoch, state, placed) VALUES ($1, $2, 'i', $3)
ON CONFLICT (tenant_id) DO UPDATE SET epoch = excluded.epoch, state = 'i', placed = excluded.placed
WHERE l.state IN ('i', 'e')
"""
_REOPEN = "UPDATE es.tenant_lock SET state = 'a' WHERE tenant_id = $1 AND state = 'm'"
_OPEN = "UPDATE es.tenant_lock SET state = 'a' WHERE tenant_id = $1 AND state = 'i' AND placed = $2"


class Step(StrEnum):
    """Where a move is."""

    PREPARED = "prepared"
    COPIED = "copied"
    CAUGHT_UP = "caught up"
    HELD = "held"
    COMPARED = "compared"
    CLOSED = "closed"
    SWITCHED = "switched"
    OPENED = "opened"


class MoveRefused(DatabaseError):
    """The tenant stays where it is."""


class Moved(msgspec.Struct, frozen=True):
    """A tenant with `events` in its log is on `node`; `root` (hex) is that of both copies, `blocked` seconds waited.

    Both are empty where the tenant was there already. `left` are the nodes that still have its log.
    """

    tenant_id: int
    node: str
    events: int
    root: str = ""
    blocked: float = 0.0
    left: tuple[str, ...] = ()


Told = Callable[[Step], Awaitable[None]]


async def tell_nobody(step: Step) -> None:
    """Go on."""


class Move:
    """One tenant to one node. `told` hears of each step when it is done."""

    def __init__(self, database: Database, tenant_id: int, to: str, told: Told = tell_nobody) -> None:
        self._database, self._tenant, self._to, self._told = database, tenant_id, to, told
        self._here, self._there = Growth(), Growth()

    async def run(self, *, forget: bool = False) -> Moved:
        """Move it; `forget`: nothing of its log stays where it was. Cut short, it is run again.

        Raises: MoveRefused, saying why; DatabaseError when a node is away; HistoryCorrupt for a log with a gap.
        """
        if self._tenant == NATIONAL_TENANT:
            raise MoveRefused("the national institution stays at home, with what belongs to the whole installation")
        if self._to not in self._database.nodes:
            raise MoveRefused(f"there is no node {self._to}; there are: {', '.join(self._database.nodes)}")
        async with administering(self._database.dsn(Role.ADMIN)) as home, owning(home):
            source, version = await self._claim(home)
            if source == self._to:
                await self._open(version, _REOPEN)
                moved = Moved(self._tenant, self._to, await self._head(self._to))
            else:
                moved = await self._moved(home, source, version + 1)
        await asyncio.sleep(2 * LOOK_EVERY)  # until everybody knows: what is taken away now nobody looks for
        async with administering(self._database.dsn(Role.ADMIN)) as home, owning(home):
            if (await self._claim(home))[0] != self._to:
                raise MoveRefused("the institution has been moved again meanwhile")
            others = [node for node in self._database.nodes if node != self._to]
            left = [node for node in others if await self._clear(node, forget=forget)]
        return msgspec.structs.replace(moved, left=tuple(left))

    async def _claim(self, home: Connection) -> tuple[str, int]:
        """The tenant's node and the placement's version, held by us until the transaction of `home` ends."""
        try:
            await home.execute("SET LOCAL lock_timeout = '1s'")
            await home.execute(_CLAIM, self._tenant)
            row = await home.fetchrow(_PLACED, self._tenant)
        except LOCKED as error:
            raise MoveRefused("the institution is being moved already") from error
        if row is None or await home.fetchval(_STATE, self._tenant) is None:
            raise MoveRefused("there is no such institution")
        return row[0], row[1]

    async def _moved(self, home: Connection, source: str, version: int) -> Moved:
        await self._prepare(home, source, version)
        await self._told(Step.PREPARED)
        since = await self._copied(source)
        await self._told(Step.COPIED)
        await self._catch_up(source)
        await self._told(Step.CAUGHT_UP)
        async with administering(self._database.dsn(Role.ADMIN, source)) as holding:
            began = await self._close(holding, source, since)
            await self._told(Step.CLOSED)
            await self._switch(home, version)
            await self._told(Step.SWITCHED)
            await self._open(version)
            blocked = monotonic() - began
        await self._told(Step.OPENED)
        return Moved(self._tenant, self._to, self._there.size, self._there.root.hex(), round(blocked, 3))

    async def _prepare(self, home: Connection, source: str, version: int) -> None:
        """Whoever held the tenant before us is gone: it is open where it was. The new node expects it."""
        described = await home.fetchrow(_TENANT, self._tenant)
        async with self._owner(source) as connection:
            await connection.execute(_REOPEN, self._tenant)
            row = await connection.fetchrow(
                "SELECT state::text, epoch FROM es.tenant_lock WHERE tenant_id = $1", self._tenant
            )
        if row is None or row[0] != "a":
            raise MoveRefused(f"node {source} does not keep the institution open; is a projector running?")
        async with self._owner(self._to) as connection:
            if self._to != MAIN_NODE and described is not None:
                await connection.execute("SELECT es.register_tenant($1, $2, $3, $4, $5, $6, NULL)", *described)
            done = await connection.execute(_EXPECT, self._tenant, row[1], version)
            if done != "INSERT 0 1":
                raise MoveRefused(f"node {self._to} keeps an institution of that number itself")

    @asynccontextmanager
    async def _both(self, source: str) -> AsyncIterator[tuple[TenantRows, TenantRows]]:
        async with (
            reading(self._database.dsn(Role.ADMIN, source), self._tenant) as of,
            writing(self._database.dsn(Role.ADMIN, self._to), self._tenant) as into,
        ):
            yield of, into

    async def _log(self, of: TenantRows, into: TenantRows) -> None:
        """The log from where the copy ends."""
        after = await into.connection.fetchval(_HEAD, self._tenant)
        for table in of.of(Kind.LOG):
            await carry(of, into, table, after, renumber=False)

    async def _copied(self, source: str) -> int:
        """The log, read models, then what goes with the log; answers since when its changes are to be looked for.

        Last, because an erasure does not reach a copy of a key before the end of the move.
        """
        async with self._both(source) as (of, into):
            await self._log(of, into)
            if self._to != MAIN_NODE:  # home has everybody's read models
                await _anew(of, into, Kind.MODELS)
        async with self._both(source) as (of, into):
            since = await of.oldest()
            await _anew(of, into, *BESIDE)
        return since

    async def _catch_up(self, source: str) -> None:
        """Copy what was appended meanwhile, and what was appended while that was copied, until there is little."""
        for _ in range(ROUNDS):
            head = await self._head(self._to)
            await self._grow(source, head)
            if await self._head(source) - head <= FEW:
                break
            async with self._both(source) as (of, into):
                await self._log(of, into)

    async def _close(self, holding: Connection, source: str, since: int) -> float:
        """Copy the last, compare, and close the old node; answers when appends began to wait.

        What can be opened before is: a connection takes longer than the rows.
        """
        async with AsyncExitStack() as bringing:
            into = await bringing.enter_async_context(writing(self._database.dsn(Role.ADMIN, self._to), self._tenant))
            began = monotonic()
            async with owning(holding):
                await self._hold(holding)
                await self._told(Step.HELD)
                async with reading(self._database.dsn(Role.ADMIN, source), self._tenant) as of:
                    await self._log(of, into)
                    await carry_changes(of, into, since, *BESIDE)
                    heads = [await rows.connection.fetchval(_HEAD, self._tenant) for rows in (of, into)]
                await bringing.aclose()
                await self._compare(source, *heads)
                await self._told(Step.COMPARED)
        return began

    async def _hold(self, holding: Connection) -> None:
        """From here on whoever appends waits for the end of this transaction, and finds the tenant closed."""
        try:
            await holding.execute(
                f"SET LOCAL lock_timeout = '{WAITS}'; SET LOCAL idle_in_transaction_session_timeout = '{HOLDS}'"
            )
            await holding.execute("SELECT FROM es.tenant_lock WHERE tenant_id = $1 FOR UPDATE", self._tenant)
        except LOCKED as error:
            raise MoveRefused("the institution is never quiet: try again") from error
        await holding.execute("UPDATE es.tenant_lock SET state = 'm' WHERE tenant_id = $1", self._tenant)

    async def _grow(self, source: str, upto: int) -> None:
        await asyncio.gather(
            self._here.grow(self._database, source, self._tenant, upto),
            self._there.grow(self._database, self._to, self._tenant, upto),
        )

    async def _compare(self, source: str, *heads: int) -> None:
        await self._grow(source, max(heads))
        if heads != (self._here.size, self._there.size) or self._here.root != self._there.root:
            raise MoveRefused(
                f"the copy on node {self._to} is not the log ({heads[1]} of {heads[0]} events, root "
                f"{self._there.root.hex()[:16]} instead of {self._here.root.hex()[:16]}): `pakt tenant move` back to "
                "where it is with --forget takes the copy away"
            )

    async def _switch(self, home: Connection, version: int) -> None:
        await home.execute(_PLACE, self._tenant, self._to, version)
        if self._to == MAIN_NODE:
            await home.execute(_OPEN, self._tenant, version)
        await home.execute("SELECT pg_notify($1, $2)", CHANNEL, str(self._tenant))
        await home.execute("COMMIT")

    async def _open(self, version: int, *first: str) -> None:
        async with self._owner(self._to) as connection:
            for statement in first:
                await connection.execute(statement, self._tenant)
            await connection.execute(_OPEN, self._tenant, version)
            if await connection.fetchval(_STATE, self._tenant) != "a":
                raise MoveRefused(f"node {self._to} does not open the institution; is a projector running?")

    async def _clear(self, node: str, *, forget: bool) -> bool:
        """Take away what must not stay behind; whether a log is left there.

        Keys would outlive an erasure there, and read models show what was erased. Those at home are everybody's.
        """
        async with writing(self._database.dsn(Role.ADMIN, node), self._tenant) as rows:
            done = await rows.connection.execute(
                "UPDATE es.tenant_lock SET state = 'e' WHERE tenant_id = $1 AND state IN ('m', 'i', 'e')", self._tenant
            )
            if done == "UPDATE 0":
                return False
            gone = [Kind.KEYS, Kind.WORK, *([] if node == MAIN_NODE else [Kind.MODELS])]
            await _take_away(rows, *gone, *([Kind.SEALS, Kind.LOG] if forget else []))
            return bool(await rows.connection.fetchval(_HEAD, self._tenant))

    async def _head(self, node: str) -> int:
        async with self._owner(node) as connection:
            head: int = await connection.fetchval(_HEAD, self._tenant)
        return head

    @asynccontextmanager
    async def _owner(self, node: str) -> AsyncIterator[Connection]:
        async with administering(self._database.dsn(Role.ADMIN, node)) as connection, owning(connection):
            yield connection


async def _anew(of: TenantRows, into: TenantRows, *kinds: Kind) -> None:
    await _take_away(into, *kinds)
    for table in of.of(*kinds):
        await carry(of, into, table)


async def _take_away(rows: TenantRows, *kinds: Kind) -> None:
    for table in reversed(rows.of(*kinds)):
        await rows.clear(table)
