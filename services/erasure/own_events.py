"""Where a person stands in a tenant's log: what was sealed about them, what is told of them by id, what they did."""

from typing import Any
from uuid import UUID

import msgspec

from domain.kernel.event import about_tag
from infra.database.scope import scope
from infra.eventstore.interface import StoredEvent
from projections.connections import Connections

PAGE = 200
_KNOWN = """
SELECT EXISTS (SELECT FROM es.event_tag t WHERE t.tenant_id = $1 AND t.tag = $2)
    OR EXISTS (SELECT FROM es.upload u WHERE u.tenant_id = $1 AND u.person_id = $3)
    OR EXISTS (SELECT FROM es.subject_key k WHERE k.tenant_id = $1 AND k.subject_id = $3 AND k.wrapped_dek IS NOT NULL)
"""
_SHOWN = "SELECT position FROM es.checkpoint WHERE tenant_id = $1 AND name = 'audit_trail'"
_POSITIONS = """
SELECT p.position, bool_or(p.named) AS named FROM (
    (SELECT t.position, t.tag <> ($2::text[])[1] AS named FROM es.event_tag t
        WHERE t.tenant_id = $1 AND t.tag = ANY ($2::text[]) AND t.position > $3 ORDER BY t.position LIMIT $6)
    UNION ALL
    (SELECT a.position, false FROM rm.audit_trail a WHERE a.tenant_id = $1 AND a.actor_id = $4 AND a.position > $3
        ORDER BY a.position LIMIT $6)
    UNION ALL
    (SELECT e.position, false FROM es.event e WHERE e.tenant_id = $1 AND e.position > greatest($3, $7::bigint)
        AND position($8::bytea IN e.meta) > 0 ORDER BY e.position LIMIT $6)
) p WHERE p.position <= $5 GROUP BY p.position ORDER BY p.position LIMIT $6
"""
_EVENTS = """
SELECT e.tenant_id, e.position, e.epoch, e.stream_id, e.version, n.name AS type_name, e.occurred_at, e.recorded_at,
    e.command_id, e.subject_id, e.meta AS metadata, e.data, e.pii
FROM es.event e JOIN es.event_type n USING (type_id)
WHERE e.tenant_id = $1 AND e.position = ANY ($2) ORDER BY e.position
"""


class Found(msgspec.Struct, frozen=True):
    """An event of the person's; `named` where it is about the person as a whole, not only by what is sealed in it."""

    event: StoredEvent
    named: bool


class OwnEvents:
    """Over connections of the gateway's role."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def anything_sealed(self, tenant_id: int, person_id: UUID) -> bool:
        """Whether an erasure would find something of the person: a sealed value, a file, a key. Raises: Unavailable."""
        return bool(await self._ask(tenant_id, _KNOWN, tenant_id, about_tag(person_id), person_id))

    async def page(self, tenant_id: int, person_id: UUID, after: int, upto: int) -> list[Found]:
        """The next events of the person's, `PAGE` at most, with after < position <= upto, in order; [] at the end.

        Those that stand in the audit trail already are found there; the few after it by looking at each.
        Raises: Unavailable.
        """
        actor = f'"actor":"{person_id}"'.encode()
        async with (
            self._connections.borrow(tenant_id) as lent,
            scope(lent, tenant=tenant_id, snapshot=True) as connection,
        ):
            shown = await connection.fetchval(_SHOWN, tenant_id) or 0
            asked = (tenant_id, tags_of(person_id), after, person_id, upto, PAGE, shown, actor)
            named = {row["position"]: row["named"] for row in await connection.fetch(_POSITIONS, *asked)}
            rows = await connection.fetch(_EVENTS, tenant_id, list(named)) if named else []
        return [Found(StoredEvent(**dict(row)), named[row["position"]]) for row in rows]

    async def _ask(self, tenant_id: int, sql: str, *values: Any) -> Any:
        async with self._connections.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id) as connection:
            return await connection.fetchval(sql, *values)


def tags_of(person_id: UUID) -> list[str]:
    """The tags of events that are about the person, whether something is sealed in them or not."""
    return [about_tag(person_id), f"volunteer:{person_id}", f"volunteer_time:{person_id}"]
