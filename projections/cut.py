"""Where the logs were cut for an answer: a position per tenant, of today or of a moment; and which are not in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from projections.read_model import ReadModel
from projections.reading import IN_SCOPE, ReadConnection

_POSITIONS = (
    f"SELECT tenant_id, min(position) FROM checkpoint WHERE {IN_SCOPE} AND name = ANY ($1) GROUP BY 1 ORDER BY 1"  # noqa: S608
)
_BY_SLUG = f"""SELECT t.slug, c.position
    FROM (SELECT tenant_id, min(position) AS position FROM checkpoint WHERE {IN_SCOPE} GROUP BY tenant_id) c
    JOIN es.tenant t ON t.tenant_id = c.tenant_id ORDER BY t.slug COLLATE "C" """  # noqa: S608

_POINTS = f"""SELECT c.tenant_id, max(c.epoch), max(c.position), max(c.recorded_at),
        min(c.position) = max(c.position) AND bool_and(c.version = m.version)
    FROM checkpoint c JOIN unnest($1::text[], $2::int[]) AS m (name, version) USING (name)
    WHERE {IN_SCOPE} GROUP BY c.tenant_id ORDER BY c.tenant_id"""  # noqa: S608

_LEFT_OUT = f"""SELECT t.slug, l.reason FROM left_out l JOIN es.tenant t USING (tenant_id)
    WHERE {IN_SCOPE.replace("tenant_id", "l.tenant_id", 1)} ORDER BY t.slug COLLATE "C" """  # noqa: S608


class LeftOut(msgspec.Struct, frozen=True):
    """An institution of which an answer holds nothing; `reason` is the code of the problem that it alone would meet."""

    tenant: str
    reason: str


class Point(msgspec.Struct, frozen=True):
    """Where the live rows of a tenant end; `even` where all of its models, made by the code of now, end there."""

    epoch: int
    position: int
    recorded_at: datetime | None
    even: bool


async def points(connection: ReadConnection, models: Sequence[ReadModel[Any]]) -> dict[int, Point]:
    """Where the live rows of these models end, per tenant in scope that has any."""
    versions = {model.name: model.version for model in models}
    rows = await connection.fetch(_POINTS, list(versions), list(versions.values()))
    return {row[0]: Point(row[1], row[2], row[3], row[4]) for row in rows}


async def left_out(connection: ReadConnection) -> list[LeftOut]:
    """The tenants in scope that an answer about a moment does without, ascending by slug."""
    return [LeftOut(record[0], record[1]) for record in await connection.fetch(_LEFT_OUT)]


async def positions(connection: ReadConnection, names: Sequence[str]) -> dict[int, int]:
    """Up to which position the rows of all these read models go, per tenant in scope, ascending by tenant."""
    return {record[0]: record[1] for record in await connection.fetch(_POSITIONS, names)}


async def vector(connection: ReadConnection) -> dict[str, int]:
    """Up to which position all that is shown goes, by slug of the tenants in scope, ascending."""
    return {record[0]: record[1] for record in await connection.fetch(_BY_SLUG)}
