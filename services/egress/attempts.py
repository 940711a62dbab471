"""The log of attempts: what was sent where and when, and what came back. It holds nothing of what was sent."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from domain.kernel.ids import NATIONAL_TENANT
from infra.database.scope import scope
from infra.joining import Joined
from projections.connections import Connections

KEPT = timedelta(days=30)
_NOTE = """
INSERT INTO es.webhook_attempt (tenant_id, endpoint_id, attempt_id, at, message_id, type, of_tenant, epoch, position,
    number, status, failure, milliseconds)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING
"""
_FORGET = "DELETE FROM es.webhook_attempt WHERE tenant_id = $1 AND at < $2"


class Attempt(msgspec.Struct, frozen=True):
    """One try: `status` is 0 where nothing was answered, and `failure` says why."""

    endpoint_id: UUID
    attempt_id: UUID
    at: datetime
    message_id: UUID
    type: str
    of_tenant: str
    epoch: int
    position: int
    number: int
    status: int
    failure: str
    milliseconds: int


class Attempts:
    """`keeping` lends connections of the projector's role."""

    def __init__(self, keeping: Connections) -> None:
        self._keeping = keeping
        self._made: list[Attempt] = []
        self._write = Joined(self._written)

    async def note(self, attempt: Attempt) -> None:
        """It was made: before its outcome is, so that no attempt is missing. Those made at once are noted together."""
        self._made.append(attempt)
        await self._write()

    async def _written(self) -> None:
        made = list(self._made)
        async with (
            self._keeping.borrow(NATIONAL_TENANT) as lent,
            scope(lent, tenant=NATIONAL_TENANT, relaxed=True) as connection,
        ):
            rows = [(NATIONAL_TENANT, *msgspec.structs.astuple(one)) for one in made]
            await connection.executemany(_NOTE, rows)
        del self._made[: len(made)]

    async def forget(self, now: datetime) -> None:
        """Those that are older than `KEPT`."""
        async with self._keeping.borrow(NATIONAL_TENANT) as lent, scope(lent, tenant=NATIONAL_TENANT) as connection:
            await connection.execute(_FORGET, NATIONAL_TENANT, now - KEPT)
