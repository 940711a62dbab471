"""Replaying a log into scratch tables beside the live ones, and telling how they differ.

Everything is read as `pakt_auditor`: the log, the live rows in one snapshot, and the scratch tables that the same
queries then run on. Read models with a table are compared row by row, those made by a query entry by entry.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from domain.kernel.errors import StreamNotFound
from infra.database.interface import Role
from infra.database.scope import scope
from projections import rows
from projections.as_of import Past
from projections.auditor_log import AuditorLog
from projections.catalogue import CONSULTATIONS, READ_MODELS, ROLL_UPS
from projections.checksum import checksum, difference
from projections.history import NOW, History, Moment
from projections.national import NationalEngine
from projections.read_model import ReadModel
from projections.reading import ReadConnection
from projections.rebuild import Rebuilt
from services.bootstrap import System

LIVE_PATH = "rm, es"
_POSITION = "SELECT min(position) FROM es.checkpoint WHERE tenant_id = $1 AND name = ANY ($2)"
Entries = Mapping[str, Sequence[Any]]
"""Rows or entries by the read model's name."""


class BeyondTheLog(Exception):
    """The log ends before the position that was asked for; the message names both."""


class Replayed(msgspec.Struct, frozen=True):
    """One read model at the moment: its rows, their checksum, and what is not the same in the live table.

    `unexplained_rows` are live rows that the log up to `live_position` does not lead to: somebody changed them.
    """

    name: str
    rows: int
    checksum: str
    live_position: int
    differing_rows: int
    unexplained_rows: int


class Replay(msgspec.Struct, frozen=True):
    """A tenant's read models as of a moment; `position` is where the replayed log ends, `head` where the log does."""

    tenant: str
    tenant_id: int
    position: int
    head: int
    read_models: tuple[Replayed, ...]


async def replay(system: System, slug: str, moment: Moment = NOW) -> Replay:
    """Replay one tenant's log up to the moment; without one, up to where the live rows stand.

    Raises:
        StreamNotFound: no such tenant.
        BeyondTheLog: the moment is a position that the log does not have.
        HistoryCorrupt: the log has a gap, an unknown type or a payload that does not fit.
    """
    institution = (await system.handler.authority.national(fresh=True)).institutions.get(slug)
    if institution is None:
        raise StreamNotFound
    head = await AuditorLog(system.auditing).head(institution.tenant_id)
    if moment.position is not None and moment.position > head:
        raise BeyondTheLog(f"the log of {slug} ends at position {head}, before {moment.position}")
    tenant_id, models = institution.tenant_id, system.engine.models_of(institution.tenant_id)
    now = moment.as_of or moment.known_at or system.clock.now()
    await system.engine.catch_up(tenant_id)  # what is only late is not different; a running projector minds nothing
    live_position, live = await _live(system, models, tenant_id, now)
    upto_live = Moment(position=live_position)
    history = History(AuditorLog(system.auditing), system.registry)
    past = Past(system.database, Role.AUDITOR, history, width=1)
    try:
        replayed = await _scratch(past, models, tenant_id, upto_live if moment == NOW else moment, now)
        explained = replayed if moment == NOW else await _scratch(past, models, tenant_id, upto_live, now)
    finally:
        await past.close()
    position = live_position if moment == NOW else (await history.folded([], tenant_id, moment)).position
    by_name = {model.name: model for model in models}
    found = tuple(
        Replayed(
            name=name,
            rows=len(entries),
            checksum=checksum(entries),
            live_position=live_position,
            differing_rows=_differing(by_name.get(name), live[name], entries),
            unexplained_rows=_differing(by_name.get(name), live[name], explained[name]),
        )
        for name, entries in replayed.items()
    )
    return Replay(slug, tenant_id, position, await history.log.head(tenant_id), found)


async def _live(system: System, models: Sequence[ReadModel[Any]], tenant_id: int, now: datetime) -> tuple[int, Entries]:
    async with (
        system.auditing.borrow(tenant_id) as lent,
        scope(lent, tenants=[tenant_id], search_path=LIVE_PATH, snapshot=True) as connection,
    ):
        position = await connection.fetchval(_POSITION, tenant_id, [model.name for model in models])
        return position or 0, await _entries(connection, models, tenant_id, now)


async def _scratch(
    past: Past, models: Sequence[ReadModel[Any]], tenant_id: int, moment: Moment, now: datetime
) -> Entries:
    async with past.at(moment, models, [tenant_id], shared=True) as connection:
        return await _entries(connection, models, tenant_id, now)


async def _entries(
    connection: ReadConnection, models: Sequence[ReadModel[Any]], tenant_id: int, now: datetime
) -> Entries:
    entries: dict[str, Sequence[Any]] = {
        model.name: await rows.load_all(connection, model, tenant_id) for model in models
    }
    for name, made in ROLL_UPS.items():  # as plain values: years are keys there, and canonical JSON takes texts only
        entries[name] = [msgspec.to_builtins(entry, str_keys=True) for entry in await made(connection, now)]
    return entries


def _differing(model: ReadModel[Any] | None, live: Sequence[Any], other: Sequence[Any]) -> int:
    if model is not None:
        return difference(model, live, other).rows
    return len(_lines(live) ^ _lines(other))


def _lines(entries: Iterable[Any]) -> set[bytes]:
    return {msgspec.json.encode(entry, order="sorted") for entry in entries}


async def rebuild_all(system: System, name: str, slug: str | None) -> list[Rebuilt]:
    """Rebuild one read model, or `all`, for one tenant or every one that has it.

    For a read model that is made by a query, the one it rests on is rebuilt.

    Raises:
        KeyError: no read model of that name; holds the names there are.
        StreamNotFound: no such tenant.
    """
    names = [model.name for model in READ_MODELS]
    if name not in (*names, *ROLL_UPS, "all"):
        raise KeyError(", ".join((*names, *ROLL_UPS)))
    name = CONSULTATIONS.name if name in ROLL_UPS else name
    institutions = (await system.handler.authority.national(fresh=True)).institutions
    if slug is not None and slug not in institutions:
        raise StreamNotFound
    chosen = [one.tenant_id for one in institutions.values() if slug in (None, one.slug)]
    national, done = NationalEngine(system.engine, system.database), list[Rebuilt]()
    try:
        for tenant_id in sorted(chosen):
            for model in system.engine.models_of(tenant_id):
                if name in ("all", model.name):
                    done += await _rebuilt(system, national, tenant_id, model.name)
    finally:
        await national.close()
    return done


async def _rebuilt(system: System, national: NationalEngine, tenant_id: int, name: str) -> list[Rebuilt]:
    """Where the tenant is kept; where that is not home, its copy there, too, by which all are asked about it."""
    own = await system.engine.rebuild(tenant_id, name)
    done = [msgspec.structs.replace(own, node=system.database.placement(tenant_id))]
    if national.is_elsewhere(tenant_id):
        done.append(await national.rebuild(tenant_id, name))
    return done
