"""Where the logs were cut for an answer: a position per tenant, of today or of a moment."""

from projections.reading import IN_SCOPE, ReadConnection

_POSITIONS = f"SELECT tenant_id, position FROM checkpoint WHERE {IN_SCOPE} AND name = $1 ORDER BY tenant_id"  # noqa: S608
_BY_SLUG = f"""SELECT t.slug, c.position
    FROM (SELECT tenant_id, min(position) AS position FROM checkpoint WHERE {IN_SCOPE} GROUP BY tenant_id) c
    JOIN es.tenant t ON t.tenant_id = c.tenant_id ORDER BY t.slug COLLATE "C" """  # noqa: S608


async def positions(connection: ReadConnection, name: str) -> dict[int, int]:
    """Up to which position the rows of a read model go, per tenant in scope, ascending by tenant."""
    return {record[0]: record[1] for record in await connection.fetch(_POSITIONS, name)}


async def vector(connection: ReadConnection) -> dict[str, int]:
    """Up to which position all that is shown goes, by slug of the tenants in scope, ascending."""
    return {record[0]: record[1] for record in await connection.fetch(_BY_SLUG)}
