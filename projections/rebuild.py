"""Rebuilding a read model of one tenant beside the live one, and switching in one transaction.

The new rows are folded from the first event in memory. The checkpoint is then locked, the two sets of rows are compared
at the very position the live ones stand at, and only what differs is written. Readers see the old rows until the
commit, other tenants nothing; a process killed at any point leaves the live rows as they were. No effect of a live
projection happens here.
"""

from typing import Any

import asyncpg
import msgspec

from infra.database.interface import MAIN_NODE, SchemaDiffers
from infra.database.scope import scope
from projections import checkpoints, rows, stored_past
from projections.checkpoints import Checkpoint
from projections.checksum import checksum, difference
from projections.connections import Connections
from projections.fold import Fold
from projections.history import History, Moment
from projections.read_model import ReadModel

SEARCH_PATH = "rm, es"


class Rebuilt(msgspec.Struct, frozen=True):
    """What a rebuild found. Both checksums are of the rows at `compared_at`; `differing_rows` tells them apart.

    `position` is where the rows stand now, `rows` how many there are, `parked` how many streams are set aside, `node`
    where that is.
    """

    tenant_id: int
    name: str
    compared_at: int
    live_checksum: str
    folded_checksum: str
    differing_rows: int
    position: int
    rows: int
    parked: int
    node: str = MAIN_NODE


class RowsNewer(SchemaDiffers):
    """A later version of Pakt keeps the read model."""

    def __init__(self, model: ReadModel[Any], tenant_id: int, version: int) -> None:
        super().__init__(
            f"{model.name} of tenant {tenant_id} is kept by a newer version of Pakt (its version {version}, here"
            f" {model.version}): rebuild it with the version that the other processes run"
        )


async def rebuild(connections: Connections, history: History, model: ReadModel[Any], tenant_id: int) -> Rebuilt:
    """Fold the tenant's whole log anew and put the result in the place of the live rows.

    Raises: HistoryCorrupt, Unavailable, RowsNewer; the live rows are then untouched.
    """
    try:
        return await _rebuild(connections, history, model, tenant_id, strict=False)
    except asyncpg.DataError:  # a row that no database holds: fold again and set its stream aside, as the engine does
        return await _rebuild(connections, history, model, tenant_id, strict=True)


async def _rebuild(
    connections: Connections, history: History, model: ReadModel[Any], tenant_id: int, *, strict: bool
) -> Rebuilt:
    fold: Fold[Any] = Fold(model, strict=strict)
    async with connections.borrow(tenant_id) as borrowed:
        async with scope(borrowed, tenant=tenant_id) as connection:
            found = (await checkpoints.read(connection, tenant_id, [model]))[model.name]
        if found.is_newer_than(model):
            raise RowsNewer(model, tenant_id, found.version)
        live_at = found.position
        position = await history.fold_into([fold], tenant_id, 0, Moment(position=live_at))
        async with scope(borrowed, tenant=tenant_id, search_path=SEARCH_PATH, relaxed=True) as connection:
            point = await checkpoints.lock(connection, tenant_id, model.name)
            if point.is_newer_than(model):
                raise RowsNewer(model, tenant_id, point.version)
            position = await history.fold_into([fold], tenant_id, position, Moment(position=point.position))
            live = await rows.load_all(connection, model, tenant_id)
            compared = difference(model, live, fold.ordered()).rows
            checksums = checksum(live), checksum(fold.ordered())
            position = await history.fold_into([fold], tenant_id, position)  # what came meanwhile, or all of it
            await _switch(connection, tenant_id, fold, live, await _point(history, point, model, tenant_id, position))
    return Rebuilt(
        tenant_id, model.name, point.position, *checksums, compared, position, len(fold.ordered()), len(fold.parked)
    )


async def _switch(connection: Any, tenant_id: int, fold: Fold[Any], live: list[Any], point: Checkpoint) -> None:
    model = fold.model
    changed = difference(model, live, fold.ordered())
    await rows.delete(connection, model, tenant_id, changed.delete)
    await rows.write(connection, model, tenant_id, changed.write)
    if model.kept:
        await stored_past.forget(connection, tenant_id, model)
    await checkpoints.unpark_all(connection, tenant_id, model.name)
    await checkpoints.park(connection, tenant_id, model.name, fold.parked.values())
    await checkpoints.replace(connection, tenant_id, point)


async def _point(history: History, old: Checkpoint, model: ReadModel[Any], tenant_id: int, position: int) -> Checkpoint:
    last = (await history.log.read_log(tenant_id, position - 1, 1)) if position else []
    return msgspec.structs.replace(
        old,
        position=position,
        version=model.version,
        epoch=last[0].epoch if last else old.epoch,
        recorded_at=last[0].recorded_at if last else None,
    )
