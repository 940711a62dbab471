"""How far each read model of a tenant has come, and which streams it has set aside."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from infra.database.interface import Connection
from projections.fold import Parked
from projections.read_model import ReadModel
from projections.reading import ReadConnection
from projections.rows import LostRowsError


class Fenced(Exception):
    """Somebody else moved the checkpoint: nothing of this transaction may stay, and what is held in memory is old."""


class Checkpoint(msgspec.Struct, frozen=True):
    """The rows hold every event up to `position` of `epoch`. `generation` rises when a rebuild replaces them.

    `version` is that of the read model's code which wrote them; `recorded_at` is the last event's, None before any.
    """

    name: str
    position: int
    epoch: int
    generation: int
    version: int
    recorded_at: datetime | None = None

    def is_newer_than(self, model: ReadModel[Any]) -> bool:
        """Whether a later version of the model's code wrote the rows."""
        return self.version > model.version


_READ = """SELECT name, position, epoch, generation, version, recorded_at FROM es.checkpoint
    WHERE tenant_id = $1 AND name = ANY ($2)"""
_BEGIN = """INSERT INTO es.checkpoint (tenant_id, name, version) SELECT $1, u.name, u.version
    FROM unnest($2::text[], $3::int[]) AS u (name, version) ON CONFLICT DO NOTHING"""
_MOVE = """UPDATE es.checkpoint c SET position = $4, epoch = $5, recorded_at = $6, updated_at = now()
    FROM unnest($2::text[], $3::int[]) AS u (name, generation)
    WHERE c.tenant_id = $1 AND c.name = u.name AND c.position = $7 AND c.epoch = $8 AND c.generation = u.generation"""
_REPLACE = """UPDATE es.checkpoint SET position = $3, epoch = $4, recorded_at = $5, version = $6,
    generation = generation + 1, updated_at = now() WHERE tenant_id = $1 AND name = $2"""
_PARKED = """SELECT name, stream_id, first_position, events, error FROM es.parked
    WHERE tenant_id = $1 AND name = ANY ($2)"""
_PARK = """INSERT INTO es.parked (tenant_id, name, stream_id, first_position, events, error)
    SELECT $1, $2, u.s, u.p, u.n, u.e FROM unnest($3::uuid[], $4::bigint[], $5::int[], $6::text[]) AS u (s, p, n, e)
    ON CONFLICT (tenant_id, name, stream_id) DO UPDATE SET events = EXCLUDED.events, error = EXCLUDED.error"""


async def read(connection: Connection, tenant_id: int, models: Sequence[ReadModel[Any]]) -> dict[str, Checkpoint]:
    """The checkpoints of these models, by name; position 0 is stored for a model that has none yet."""
    names = [model.name for model in models]
    records = await connection.fetch(_READ, tenant_id, names)
    if len(records) < len(names):
        await connection.execute(_BEGIN, tenant_id, names, [model.version for model in models])
        records = await connection.fetch(_READ, tenant_id, names)
    return {record["name"]: Checkpoint(**dict(record)) for record in records}


async def seen(connection: ReadConnection, tenant_id: int, models: Sequence[ReadModel[Any]]) -> dict[str, Checkpoint]:
    """The checkpoints of those of the models that have one, by name; nothing is stored."""
    records = await connection.fetch(_READ, tenant_id, [model.name for model in models])
    return {record["name"]: Checkpoint(**dict(record)) for record in records}


async def lock(connection: Connection, tenant_id: int, name: str) -> Checkpoint:
    """The checkpoint, held until the transaction ends: whoever wants to move it waits."""
    record = await connection.fetchrow(_READ.replace("ANY ($2)", "$2") + " FOR UPDATE", tenant_id, name)
    if record is None:
        raise Fenced
    return Checkpoint(**dict(record))


async def move(
    connection: Connection,
    tenant_id: int,
    held: Sequence[Checkpoint],
    position: int,
    epoch: int,
    recorded_at: datetime,
) -> None:
    """Compare-and-set several checkpoints that stand at one position. Raises: Fenced when one of them has moved."""
    moved = await connection.execute(
        _MOVE,
        tenant_id,
        [one.name for one in held],
        [one.generation for one in held],
        position,
        epoch,
        recorded_at,
        held[0].position,
        held[0].epoch,
    )
    if int(moved.rsplit(" ", 1)[1]) != len(held):
        raise Fenced


async def replace(connection: Connection, tenant_id: int, checkpoint: Checkpoint) -> None:
    """Put a locked checkpoint where a rebuild ended; engines that hold the old generation are fenced."""
    await connection.execute(
        _REPLACE,
        tenant_id,
        checkpoint.name,
        checkpoint.position,
        checkpoint.epoch,
        checkpoint.recorded_at,
        checkpoint.version,
    )


async def parked(connection: ReadConnection, tenant_id: int, names: Sequence[str]) -> Mapping[str, list[Parked]]:
    """Streams that the models have set aside, by name of the model."""
    found: dict[str, list[Parked]] = {name: [] for name in names}
    for record in await connection.fetch(_PARKED, tenant_id, list(names)):
        found[record["name"]].append(
            Parked(record["stream_id"], record["first_position"], record["events"], record["error"])
        )
    return found


async def park(connection: Connection, tenant_id: int, name: str, streams: Iterable[Parked]) -> None:
    """Remember the streams as set aside, with the number of their events that wait."""
    rows = list(streams)
    if rows:
        stored = await connection.execute(
            _PARK,
            tenant_id,
            name,
            [row.stream_id for row in rows],
            [row.first_position for row in rows],
            [row.events for row in rows],
            [row.error for row in rows],
        )
        if int(stored.rsplit(" ", 1)[1]) != len(rows):
            raise LostRowsError(name)


async def unpark_all(connection: Connection, tenant_id: int, name: str) -> None:
    """Forget which streams were set aside: a rebuild finds out anew."""
    await connection.execute("DELETE FROM es.parked WHERE tenant_id = $1 AND name = $2", tenant_id, name)
