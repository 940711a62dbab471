"""Where the logs were cut for an answer: a position per tenant, of today or of a moment; and which are not in it."""

from collections.abc import Sequence

import msgspec

from projections.reading import IN_SCOPE, ReadConnection

_POSITIONS = (
    f"SELECT tenant_id, min(position) FROM checkpoint WHERE {IN_SCOPE} AND name = ANY ($1) GROUP BY 1 ORDER BY 1"  # noqa: S608
)
_BY_SLUG = f"""SELECT t.slug, c.position
    FROM (SELECT tenant_id, min(position) AS position FROM checkpoint WHERE {IN_SCOPE} GROUP BY tenant_id) c
    JOIN es.tenant t ON t.tenant_id = c.tenant_id ORDER BY t.slug COLLATE "C" """  # noqa: S608

_LEFT_OUT = f"""SELECT t.slug, l.reason FROM left_out l JOIN es.tenant t USING (tenant_id)
    WHERE {IN_SCOPE.replace("tenant_id", "l.tenant_id", 1)} ORDER BY t.slug COLLATE "C" """  # noqa: S608


class LeftOut(msgspec.Struct, frozen=True):
    """An institution of which an answer holds nothing; `reason` is the code of the problem that it alone would meet."""

    tenant: str
    reason: str


async def left_out(connection: ReadConnection) -> list[LeftOut]:
    """The tenants in scope that an answer about a moment does without, ascending by slug."""
    return [LeftOut(record[0], record[1]) for record in await connection.fetch(_LEFT_OUT)]


async def positions(connection: ReadConnection, names: Sequence[str]) -> dict[int, int]:
    """Up to which position the rows of all these read models go, per tenant in scope, ascending by tenant."""
    return {record[0]: record[1] for record in await connection.fetch(_POSITIONS, names)}


async def vector(connection: ReadConnection) -> dict[str, int]:
    """Up to which position all that is shown goes, by slug of the tenants in scope, ascending."""
    return {record[0]: record[1] for record in await connection.fetch(_BY_SLUG)}
