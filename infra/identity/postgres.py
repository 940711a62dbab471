"""Uses of API clients in `es.client_use`, ended tokens in `es.ended_token`, both in the national tenant's rows."""

import math
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

import asyncpg

from domain.kernel.ids import NATIONAL_TENANT
from infra.database.scope import scope
from infra.identity.interface import Use

COUNT = """
INSERT INTO es.client_use AS u (tenant_id, client_id, used_at, minute, used)
VALUES ($1, $2, now(), date_trunc('minute', now()), 1)
ON CONFLICT (tenant_id, client_id) DO UPDATE SET
    used_at = greatest(u.used_at, excluded.used_at), minute = greatest(u.minute, excluded.minute),
    used = CASE WHEN u.minute >= excluded.minute THEN u.used + 1 ELSE 1 END
RETURNING used, minute + interval '1 minute' - clock_timestamp()
"""
FAIL = """
INSERT INTO es.client_use AS u (tenant_id, client_id, failed_minute, failed)
VALUES ($1, $2, date_trunc('minute', now()), 1)
ON CONFLICT (tenant_id, client_id) DO UPDATE SET
    failed_minute = greatest(u.failed_minute, excluded.failed_minute),
    failed = CASE WHEN u.failed_minute >= excluded.failed_minute THEN u.failed + 1 ELSE 1 END
RETURNING failed, failed_minute + interval '1 minute' - clock_timestamp()
"""
LAST_USED = "SELECT client_id, used_at FROM es.client_use WHERE tenant_id = $1 AND used_at IS NOT NULL"
END = """
INSERT INTO es.ended_token (tenant_id, token_id, expires_at) VALUES ($1, $2, $3)
ON CONFLICT (tenant_id, token_id) DO NOTHING
"""
FORGET = "DELETE FROM es.ended_token WHERE tenant_id = $1 AND expires_at < now() - interval '1 hour'"
IS_ENDED = "SELECT EXISTS (SELECT FROM es.ended_token WHERE tenant_id = $1 AND token_id = $2)"
_NATION = NATIONAL_TENANT


class Lender(Protocol):
    """Lends connections of the gateway's role to one task at a time; says Unavailable when there is no database."""

    def borrow(self, tenant_id: int) -> AbstractAsyncContextManager["asyncpg.Connection[asyncpg.Record]"]:
        """A connection to the tenant's node."""
        ...


class PostgresClientUses:
    """Over connections of the gateway's role. A count does not wait until it is on disk."""

    def __init__(self, connections: Lender) -> None:
        self._connections = connections

    async def count(self, client_id: UUID) -> Use:
        """As the port says."""
        return await self._counted(COUNT, client_id)

    async def fail(self, client_id: UUID) -> Use:
        """As the port says."""
        return await self._counted(FAIL, client_id)

    async def last_used(self) -> Mapping[UUID, datetime]:
        """As the port says."""
        async with self._connections.borrow(_NATION) as connection, scope(connection, tenant=_NATION):
            rows = await connection.fetch(LAST_USED, _NATION)
        return {row["client_id"]: row["used_at"] for row in rows}

    async def end(self, token_id: UUID, expires_at: datetime) -> None:
        """As the port says."""
        async with self._connections.borrow(_NATION) as connection, scope(connection, tenant=_NATION):
            await connection.execute(FORGET, _NATION)
            await connection.execute(END, _NATION, token_id, expires_at)

    async def is_ended(self, token_id: UUID) -> bool:
        """As the port says."""
        async with self._connections.borrow(_NATION) as connection, scope(connection, tenant=_NATION):
            ended: bool = await connection.fetchval(IS_ENDED, _NATION, token_id)
        return ended

    async def _counted(self, statement: str, client_id: UUID) -> Use:
        async with self._connections.borrow(_NATION) as connection, scope(connection, tenant=_NATION, relaxed=True):
            row = await connection.fetchrow(statement, _NATION, client_id)
        if row is None:
            raise AssertionError(client_id)
        return Use(row[0], max(1, math.ceil(row[1].total_seconds())))
