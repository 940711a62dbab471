"""Work in `es.work`, under row-level security like everything of a tenant.

Two clocks: when work is due says `clock`, which sandboxes and tests may set; how long it is held says the database,
whose time all processes share.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import asyncpg

from infra.clock import Clock
from infra.database.interface import Connection
from infra.database.lending import Lender, fetch_over
from infra.database.scope import scope
from infra.work.interface import Again, Done, GivenUp, Held, Outcome, Work

REASON = 1000
"""Characters kept of a reason."""

_ADD = """
INSERT INTO es.work (tenant_id, kind, subject, lane, rank, traceparent, due_at)
SELECT $1, u.kind, u.subject, u.lane, u.rank, u.traceparent, $7
FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[]) u (kind, subject, lane, rank, traceparent)
ON CONFLICT (tenant_id, kind, subject) DO NOTHING RETURNING kind, subject
"""
_FREE = "w.state = 'pending' AND (w.held_until IS NULL OR w.held_until < clock_timestamp())"
_FIRST = """
(w.lane = '' OR NOT EXISTS (SELECT FROM es.work b WHERE b.tenant_id = w.tenant_id AND b.kind = w.kind
    AND b.lane = w.lane AND b.lane <> '' AND b.state = 'pending' AND (b.rank, b.subject) < (w.rank, w.subject)))
"""
_COLUMNS = "w.tenant_id, w.kind, w.subject, w.lane, w.rank, w.attempts, w.traceparent"
_DUE = f"""
SELECT {_COLUMNS} FROM es.work w
WHERE w.tenant_id = ANY ($1) AND w.kind = ANY ($2) AND {_FREE} AND w.due_at <= $3 AND {_FIRST}
    AND (w.tried_at IS NOT NULL OR w.held_until IS NOT NULL OR w.made_at <= clock_timestamp() - $4::interval)
ORDER BY w.due_at, w.tenant_id, w.kind, w.rank, w.subject LIMIT $5
"""  # noqa: S608 - parts of our own
_NAMED = "w.tenant_id = $1 AND w.kind = ANY ($2) AND w.subject = ANY ($3)"
"""Finds rows by their key, whatever the database thinks of a table that is filled and emptied all the time."""
_CLAIM = f"""
UPDATE es.work c SET holder = $4, held_until = clock_timestamp() + $5::interval,
    interrupted = c.interrupted + (c.held_until IS NOT NULL)::int
FROM (SELECT w.tenant_id, w.kind, w.subject FROM es.work w
      JOIN unnest($2::text[], $3::text[]) u (kind, subject) ON w.kind = u.kind AND w.subject = u.subject
      WHERE {_NAMED} AND {_FREE} AND w.due_at <= $6 AND {_FIRST} FOR UPDATE OF w SKIP LOCKED) w
WHERE c.tenant_id = $1 AND c.kind = w.kind AND c.subject = w.subject
RETURNING c.tenant_id, c.kind, c.subject, c.lane, c.rank, c.attempts, c.traceparent, c.interrupted
"""  # noqa: S608 - parts of our own
_NEXT = f"""
SELECT * FROM (
    SELECT {_COLUMNS}, w.state, w.held_until, w.due_at FROM es.work w
    WHERE w.tenant_id = $1 AND w.kind = $2 AND w.lane = $3 AND w.lane <> '' AND w.state = 'pending'
    ORDER BY w.rank, w.subject LIMIT 1) w WHERE {_FREE} AND w.due_at <= $4
"""  # noqa: S608 - parts of our own
_MINE = f"""
unnest($2::text[], $3::text[], $4::uuid[]) u (kind, subject, holder)
WHERE {_NAMED} AND w.kind = u.kind AND w.subject = u.subject AND w.holder = u.holder
"""
_KEPT = "RETURNING w.kind, w.subject, w.holder"
_KEEP = f"UPDATE es.work w SET held_until = clock_timestamp() + $5::interval FROM {_MINE} {_KEPT}"  # noqa: S608
_LET_GO = f"UPDATE es.work w SET holder = NULL, held_until = NULL FROM {_MINE}"  # noqa: S608 - a part of our own
_DONE_TOGETHER = f"DELETE FROM es.work w USING {_MINE} {_KEPT}"  # noqa: S608 - parts of our own
_HELD = "tenant_id = $1 AND kind = $2 AND subject = $3 AND holder = $4"
_DONE = f"DELETE FROM es.work WHERE {_HELD}"  # noqa: S608 - a part of our own
_FAILED = f"""
UPDATE es.work SET attempts = attempts + 1, interrupted = 0, reason = $5, state = $6, due_at = $7,
    tried_at = clock_timestamp(), holder = NULL, held_until = NULL WHERE {_HELD}
"""  # noqa: S608 - a part of our own
_REVIVE = """
UPDATE es.work SET state = 'pending', attempts = 0, interrupted = 0, due_at = least(due_at, $4)
WHERE tenant_id = $1 AND kind = $2 AND subject = $3 AND holder IS NULL
"""


class PostgresWorkList:
    """`keeping` lends connections of the projector's role, `auditing` of the auditor's, who sees several tenants."""

    def __init__(self, keeping: Lender, auditing: Lender, clock: Clock) -> None:
        self._keeping, self._auditing, self._clock = keeping, auditing, clock

    async def add(self, works: Sequence[Work], *, within: "Connection | None" = None) -> Sequence[Work]:
        """As the port says."""
        if not works:
            return []
        tenant_id = _tenant_of(works)
        columns = zip(*((w.kind, w.subject, w.lane, w.rank, w.traceparent) for w in works), strict=True)
        arguments = (tenant_id, *(list(column) for column in columns), self._clock.now())
        if within is None:
            async with self._scoped(tenant_id) as connection:
                added = await connection.fetch(_ADD, *arguments)
        else:
            added = await within.fetch(_ADD, *arguments)
        new = {(row[0], row[1]) for row in added}
        return [work for work in works if (work.kind, work.subject) in new]

    async def due(
        self, tenants: Collection[int], kinds: Collection[str], limit: int, *, rested: float = 0.0
    ) -> Sequence[Work]:
        """As the port says."""
        if not tenants or not kinds:
            return []
        asked = list(kinds), self._clock.now(), timedelta(seconds=rested), limit
        rows = await fetch_over(self._auditing, tenants, _DUE, *asked)
        return [Work(*row) for row in rows]

    async def claim(self, works: Sequence[Work], seconds: float) -> Sequence[Held]:
        """As the port says. A claim that a crash forgets was nobody's: its holder cannot end the work."""
        if not works:
            return []
        tenant_id, holder, lease = _tenant_of(works), uuid4(), timedelta(seconds=seconds)
        kinds, subjects = [one.kind for one in works], [one.subject for one in works]
        async with self._scoped(tenant_id, relaxed=True) as connection:
            rows = await connection.fetch(_CLAIM, tenant_id, kinds, subjects, holder, lease, self._clock.now())
        return [_held(row, holder) for row in rows]

    async def next_in_lane(self, work: Work) -> Work | None:
        """As the port says."""
        async with self._scoped(work.tenant_id, relaxed=True) as connection:
            row = await connection.fetchrow(_NEXT, work.tenant_id, work.kind, work.lane, self._clock.now())
        return None if row is None else Work(*row[:7])

    async def keep(self, held: Collection[Held], seconds: float) -> Collection[Held]:
        """As the port says."""
        if not held:
            return []
        tenant_id = _tenant_of([one.work for one in held])
        async with self._scoped(tenant_id, relaxed=True) as connection:
            rows = await connection.fetch(_KEEP, tenant_id, *_keys(held), timedelta(seconds=seconds))
        return _found(held, rows)

    async def let_go(self, held: Collection[Held]) -> None:
        """As the port says."""
        if not held:
            return
        tenant_id = _tenant_of([one.work for one in held])
        async with self._scoped(tenant_id, relaxed=True) as connection:
            await connection.execute(_LET_GO, tenant_id, *_keys(held))

    async def end(self, held: Held, outcome: Outcome) -> bool:
        """As the port says; the row goes first, so that nobody else can take it while the effect is made."""
        work = held.work
        key = (work.tenant_id, work.kind, work.subject, held.holder)
        async with self._scoped(work.tenant_id) as connection:
            if isinstance(outcome, Done):
                ended = await connection.execute(_DONE, *key)
            else:
                ended = await connection.execute(_FAILED, *key, outcome.reason[:REASON], *self._next(outcome))
            if ended.endswith(" 0"):
                return False
            if outcome.effect is not None:
                await outcome.effect(connection)
        return True

    async def end_all(self, held: Collection[Held]) -> Collection[Held]:
        """As the port says."""
        if not held:
            return []
        tenant_id = _tenant_of([one.work for one in held])
        async with self._scoped(tenant_id) as connection:
            rows = await connection.fetch(_DONE_TOGETHER, tenant_id, *_keys(held))
        return _found(held, rows)

    async def revive(self, tenant_id: int, kind: str, subject: str, *, within: Connection) -> bool:
        """As the port says."""
        done = await within.execute(_REVIVE, tenant_id, kind, subject, self._clock.now())
        return not done.endswith(" 0")

    def _next(self, outcome: Again | GivenUp) -> tuple[str, datetime]:
        """State, and when it is due."""
        if isinstance(outcome, Again):
            return "pending", self._clock.now() + timedelta(seconds=outcome.after)
        return "failed", self._clock.now()

    @asynccontextmanager
    async def _scoped(self, tenant_id: int, *, relaxed: bool = False) -> AsyncIterator[Connection]:
        async with (
            self._keeping.borrow(tenant_id) as lent,
            scope(lent, tenant=tenant_id, relaxed=relaxed) as connection,
        ):
            yield connection


def _tenant_of(works: Collection[Work]) -> int:
    (tenant_id,) = {one.tenant_id for one in works}
    return tenant_id


def _found(held: Collection[Held], rows: Sequence["asyncpg.Record"]) -> Collection[Held]:
    """Those whose key and holder came back."""
    keys = {tuple(row) for row in rows}
    return [one for one in held if (one.work.kind, one.work.subject, one.holder) in keys]


def _keys(held: Collection[Held]) -> tuple[list[object], list[object], list[object]]:
    return [h.work.kind for h in held], [h.work.subject for h in held], [h.holder for h in held]


def _held(row: "asyncpg.Record", holder: UUID) -> Held:
    return Held(Work(*row[:7]), holder, row[7])
