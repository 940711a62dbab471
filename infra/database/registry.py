"""What every node knows besides its own tenants: the types of events, the other nodes, who the tenants are."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import asyncpg

from infra.database.administration import administering
from infra.database.interface import MAIN_NODE, Connection, Database, DatabaseError, NodeUnknown, Role
from infra.database.roles import OWNER

_TYPES = "SELECT type_id, name FROM es.event_type"
_REPEAT = """
INSERT INTO es.event_type (type_id, name) SELECT * FROM unnest($1::int[], $2::text[]) ON CONFLICT DO NOTHING
"""
_NAME = """
INSERT INTO es.node AS n (name, takes_tenants) SELECT u.name, true FROM unnest($1::text[]) u (name)
ON CONFLICT (name) DO UPDATE SET takes_tenants = true WHERE NOT n.takes_tenants
"""
_UNNAME = "UPDATE es.node SET takes_tenants = false WHERE takes_tenants AND name <> ALL ($1)"
_KEPT_BY = "SELECT DISTINCT node FROM es.placement WHERE node <> ALL ($1) ORDER BY node"
_TENANTS = """
SELECT t.tenant_id, t.slug, t.kind, t.sandbox, t.state, t.names, p.node, p.version
FROM es.tenant t LEFT JOIN es.placement p USING (tenant_id) ORDER BY t.tenant_id
"""
CHANNEL = "pakt_placement"
"""Rung at home when a tenant has its place, or another one."""
LOOK_EVERY = 1.0
"""Seconds after which a process finds a change of place that nobody told it of."""
_TELL = "SELECT es.register_tenant($1, $2, $3, $4, $5, $6, $7)"


class Reaching(Protocol):
    """Lends connections of the projector's role to any node."""

    def at(self, node: str) -> AbstractAsyncContextManager[Connection]:
        """A connection to that node."""
        ...


class Registry:
    """Tells the other nodes of the tenants that home has registered; what a node was told once it is not told again."""

    def __init__(self, reaching: Reaching, nodes: Sequence[str]) -> None:
        self._reaching = reaching
        self._told: dict[str, dict[int, asyncpg.Record]] = {node: {} for node in nodes if node != MAIN_NODE}

    async def spread(self) -> int:
        """Bring the nodes up to date; how many rows that took. A tenant may be written where it is placed from then on.

        Raises: Unavailable.
        """
        if not self._told:
            return 0
        async with self._reaching.at(MAIN_NODE) as connection:
            tenants = await connection.fetch(_TENANTS)
        told = sum([await self._tell(node, tenants) for node in self._told])
        if told:
            async with self._reaching.at(MAIN_NODE) as connection:
                await connection.execute("SELECT pg_notify($1, '')", CHANNEL)
        return told

    async def _tell(self, node: str, tenants: Sequence[asyncpg.Record]) -> int:
        told = self._told[node]
        new = [row for row in tenants if told.get(row["tenant_id"]) != row]
        if new:
            async with self._reaching.at(node) as connection:
                await connection.executemany(_TELL, [_arguments(row, node) for row in new])
            told |= {row["tenant_id"]: row for row in new}
        return len(new)


def _arguments(row: asyncpg.Record, node: str) -> tuple[Any, ...]:
    *described, kept_by, version = row
    return (*described, version if kept_by == node else None)


async def tenant_named(database: Database, slug: str) -> int | None:
    """The id of the tenant that has this slug. Raises: DatabaseError."""
    async with administering(database.dsn(Role.ADMIN)) as connection:
        found: int | None = await connection.fetchval("SELECT tenant_id FROM es.tenant WHERE slug = $1", slug)
    return found


async def repeat_types(connection: Connection, types: Sequence[asyncpg.Record] | None) -> Sequence[asyncpg.Record]:
    """Give the event types of home, as they are answered of it (then `types` is None), the same numbers on a node.

    Raises: DatabaseError for a node that has numbered a type otherwise: it belongs to another installation.
    """
    if types is not None:
        async with connection.transaction():
            await connection.execute(f"SET LOCAL ROLE {OWNER}")
            await connection.execute(_REPEAT, [row[0] for row in types], [row[1] for row in types])
    here = await connection.fetch(_TYPES)
    if types is not None and set(here) != set(types):
        raise DatabaseError("a node has numbered event types otherwise than home: is it of another installation?")
    return here


async def name_nodes(connection: Connection, nodes: Sequence[str]) -> None:
    """Keep which nodes there are; of one alone nothing needs to be known."""
    await require_nodes(connection, nodes)
    if await connection.fetchval("SELECT to_regclass('es.node') IS NOT NULL"):
        async with connection.transaction():
            await connection.execute(f"SET LOCAL ROLE {OWNER}")
            if len(nodes) > 1:
                await connection.execute(_NAME, list(nodes))
            await connection.execute(_UNNAME, list(nodes))


async def require_nodes(connection: Connection, nodes: Sequence[str]) -> None:
    """Nothing where every node that keeps tenants is one of `nodes`. Raises: NodeUnknown."""
    if await connection.fetchval("SELECT to_regclass('es.placement') IS NOT NULL"):
        missing = [row[0] for row in await connection.fetch(_KEPT_BY, list(nodes))]
        if missing:
            raise NodeUnknown(missing)
