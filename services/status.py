"""How the installation is, for everybody: what is behind, what was sealed, cosigned and copied last, which parts run.

It tells nothing that a reader of the public logs could not find out by waiting: times, sizes, and the names of parts.
What cannot be found out is unknown, and is no reason not to tell the rest.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from importlib.metadata import version
from typing import Any, TypeAlias

import msgspec

from domain.kernel.errors import PaktError
from domain.kernel.ids import NATIONAL_TENANT
from infra.clock import Clock
from infra.database.failures import DRIVER_ERRORS
from infra.database.interface import Database
from infra.database.migrate import FOLDER, read_folder
from infra.database.scope import scope
from infra.trees.interface import Quorum
from projections.connections import Connections
from projections.engine import Engine
from services.part_names import Part
from services.troubles import Troubles

log = logging.getLogger("pakt.status")
_troubles = Troubles(log)

Row: TypeAlias = Any
"""What a database answers, by column name and number."""
LOOK_WITHIN = 3.0
"""Seconds in which each node of the database must answer."""
ALIVE = 90.0
"""Seconds for which a process that said it runs is believed; it says so every 30."""
LATE = 60.0
"""Seconds by which what is shown may be behind."""
_NEEDED = frozenset({Part.GATEWAY, Part.PROJECTOR, Part.WORKER, Part.SEALER})
"""Without one of these the installation does not do its work, whoever runs it."""

_PARTS = """
SELECT p.part, max(p.seen_at) AS seen_at,
    count(*) FILTER (WHERE p.seen_at > clock_timestamp() - $2::float * interval '1 second')::int AS alive
FROM es.presence p WHERE p.tenant_id = $1 GROUP BY p.part
"""
_SCHEMA = "SELECT number FROM pakt.migration"
_BACKUP = """
SELECT b.kind, b.made_at, b.segment FROM es.backup b WHERE b.tenant_id = $1
UNION ALL SELECT 'log', a.last_archived_time, left(a.last_archived_wal, 24) FROM pg_stat_archiver a
    WHERE a.last_archived_time IS NOT NULL
ORDER BY 2
"""
_LOGS = """
SELECT c.tenant_id, h.position - c.position AS unshown,
    extract(epoch FROM clock_timestamp() - n.recorded_at)::float AS unshown_age, t.size, d.sealed_at,
    h.position - coalesce(t.size, 0) AS unsealed,
    extract(epoch FROM clock_timestamp() - u.recorded_at)::float AS unsealed_age, g.size AS cosigned, g.seen_at
FROM (SELECT m.tenant_id, min(coalesce(k.position, 0)) AS position
    FROM unnest($1::int[], $2::text[]) m (tenant_id, name)
    LEFT JOIN es.checkpoint k ON k.tenant_id = m.tenant_id AND k.name = m.name GROUP BY m.tenant_id) c
CROSS JOIN LATERAL (SELECT coalesce(max(e.position), 0) AS position FROM es.event e WHERE e.tenant_id = c.tenant_id) h
LEFT JOIN LATERAL (SELECT e.recorded_at FROM es.event e WHERE e.tenant_id = c.tenant_id
    AND e.position > c.position ORDER BY e.position LIMIT 1) n ON true
LEFT JOIN LATERAL (SELECT o.epoch, o.size FROM es.tree o WHERE o.tenant_id = c.tenant_id AND o.kind = 'events'
    ORDER BY o.epoch DESC LIMIT 1) t ON true
LEFT JOIN LATERAL (SELECT o.sealed_at FROM es.tree_head o WHERE o.tenant_id = c.tenant_id AND o.kind = 'events'
    AND o.epoch = t.epoch ORDER BY o.size DESC LIMIT 1) d ON true
LEFT JOIN LATERAL (SELECT o.size, o.seen_at FROM es.cosignature o WHERE o.tenant_id = c.tenant_id AND o.kind = 'events'
    AND o.epoch = t.epoch ORDER BY o.size DESC, o.seen_at DESC LIMIT 1) g ON true
LEFT JOIN LATERAL (SELECT e.recorded_at FROM es.event e WHERE e.tenant_id = c.tenant_id
    AND e.position > coalesce(t.size, 0) ORDER BY e.position LIMIT 1) u ON true
"""


class StatusState(StrEnum):
    """`ok`; `degraded`: something is late, behind or not there; `unknown`: it could not be found out."""

    OK = "ok"
    DEGRADED = "degraded"
    UNKNOWN = "unknown"


class PartState(StrEnum):
    """`silent`: it said that it runs, and does not any more; `absent`: not in the last day."""

    ALIVE = "alive"
    SILENT = "silent"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class Lagging(msgspec.Struct, frozen=True):
    """Events of the log that are not in it yet, and seconds since the oldest of them was stored; 0 and 0 for none."""

    events: int
    seconds: float


class SealStatus(msgspec.Struct, frozen=True):
    """The newest signed head of a log: how many events it covers, when it was signed, what it does not cover yet."""

    size: int
    sealed_at: datetime | None
    behind: Lagging


class CosignatureStatus(msgspec.Struct, frozen=True):
    """The largest head of a log for which we hold a witness's cosignature, and since when."""

    size: int
    seen_at: datetime


class LogStatus(msgspec.Struct, frozen=True):
    """One institution's log: how far what is shown of it is behind (the read model that is furthest), and its seal."""

    tenant: str
    state: StatusState
    projections: Lagging | None = None
    sealed: SealStatus | None = None
    cosigned: CosignatureStatus | None = None


class PartStatus(msgspec.Struct, frozen=True):
    """A part of the system: how many processes run it, and when one was last heard of."""

    part: str
    state: PartState
    processes: int = 0
    seen_at: datetime | None = None


class SchemaStatus(msgspec.Struct, frozen=True):
    """Numbers of the newest migration: which this release needs, and which was applied (None: unknown)."""

    needed: int
    applied: int | None


class BackupCopy(msgspec.Struct, frozen=True):
    """A copy, whole in the backup store: of all stored before `made_at`, up to this segment of PostgreSQL's log."""

    made_at: datetime
    segment: str


class BackupStatus(msgspec.Struct, frozen=True):
    """The newest base backup and the newest copy of the log. `unknown` also where no copy was ever noted."""

    state: StatusState
    base: BackupCopy | None = None
    log: BackupCopy | None = None


class WitnessStatus(msgspec.Struct, frozen=True):
    """How many witnesses there are, how many of them make a head public, and when one last cosigned any log."""

    witnesses: int
    quorum: int
    seen_at: datetime | None = None


class InstallationStatus(msgspec.Struct, frozen=True):
    """How the installation is, at `at`; of lags those of the institution that is furthest behind."""

    state: StatusState
    at: datetime
    release: str
    database: StatusState
    schema: SchemaStatus
    parts: tuple[PartStatus, ...]
    projections: Lagging | None
    seals: SealStatus | None
    cosignatures: WitnessStatus
    backup: BackupStatus
    institutions: tuple[LogStatus, ...]


class Whole(msgspec.Struct, frozen=True):
    """What is known of the installation as a whole."""

    schema: SchemaStatus
    parts: tuple[PartStatus, ...]
    backup: BackupStatus


class Inspector:
    """Looks. `auditing` lends connections that see keys and times of many logs at once."""

    def __init__(
        self,
        auditing: Connections,
        database: Database,
        engine: Engine,
        quorum: Quorum,
        clock: Clock,
        seal_within: float,
        *,
        within: float = LOOK_WITHIN,
    ) -> None:
        self._auditing, self._database, self._engine = auditing, database, engine
        self._quorum, self._clock = quorum, clock
        self._seal_within, self._within = seal_within, within
        self._needed = {one.number for one in read_folder(FOLDER)}

    async def look(self, institutions: Mapping[int, str]) -> InstallationStatus:
        """At the whole, and at the logs of these institutions (tenant id to slug). An outage raises nothing."""
        nodes: dict[str, list[int]] = {}
        for tenant_id in institutions:
            nodes.setdefault(self._database.placement(tenant_id), []).append(tenant_id)
        seeking = asyncio.gather(*(self._logs(tenants) for tenants in nodes.values()))
        whole, found = await asyncio.gather(self._whole(), seeking)
        known = {tenant_id: row for part in found for tenant_id, row in part.items()}
        logs = tuple(_log(slug, known.get(tenant_id)) for tenant_id, slug in institutions.items())
        return self._told(whole, logs)

    def _told(self, whole: Whole | None, logs: tuple[LogStatus, ...]) -> InstallationStatus:
        reached = whole is not None and all(one.state is not StatusState.UNKNOWN for one in logs)
        whole = whole or self._unknown()
        seen = [one.cosigned.seen_at for one in logs if one.cosigned]
        shown = [one.projections for one in logs if one.projections]
        sealed = [one.sealed for one in logs if one.sealed]
        projections, seals = max(shown, key=_lateness, default=None), _together(sealed)
        late = bool(projections and projections.seconds > LATE) or bool(
            seals and seals.behind.seconds > self._seal_within
        )
        state = StatusState.DEGRADED if late or not _runs(whole) else StatusState.OK
        return InstallationStatus(
            state=state if reached else StatusState.UNKNOWN,
            at=self._clock.now(),
            release=version("pakt"),
            database=StatusState.OK if reached else StatusState.UNKNOWN,
            schema=whole.schema,
            parts=whole.parts,
            projections=projections,
            seals=seals,
            cosignatures=WitnessStatus(len(self._quorum.witnesses), self._quorum.number, max(seen, default=None)),
            backup=whole.backup,
            institutions=logs,
        )

    def _unknown(self) -> Whole:
        parts = tuple(PartStatus(part.value, PartState.UNKNOWN) for part in Part)
        return Whole(SchemaStatus(max(self._needed), None), parts, BackupStatus(StatusState.UNKNOWN))

    async def _whole(self) -> Whole | None:
        nation = NATIONAL_TENANT
        try:
            async with (
                asyncio.timeout(self._within),
                self._auditing.borrow(nation) as lent,
                scope(lent, tenants=(nation,), snapshot=True) as connection,
            ):
                applied = {row["number"] for row in await connection.fetch(_SCHEMA)}
                if not self._needed <= applied:
                    return msgspec.structs.replace(
                        self._unknown(), schema=SchemaStatus(max(self._needed), max(applied, default=0))
                    )
                parts = await connection.fetch(_PARTS, nation, ALIVE)
                copies = await connection.fetch(_BACKUP, nation)
        except (TimeoutError, PaktError, *DRIVER_ERRORS) as error:
            _troubles.say("the status of the installation is not known", error)
            return None
        _troubles.over("the status of the installation is not known")
        return Whole(SchemaStatus(max(self._needed), max(applied)), _parts(parts), _backup(copies))

    async def _logs(self, tenants: Sequence[int]) -> Mapping[int, Row]:
        named = [(tenant_id, model.name) for tenant_id in tenants for model in self._engine.models_of(tenant_id)]
        try:
            async with (
                asyncio.timeout(self._within),
                self._auditing.borrow(tenants[0]) as lent,
                scope(lent, tenants=tenants, snapshot=True) as connection,
            ):
                rows = await connection.fetch(_LOGS, [one[0] for one in named], [one[1] for one in named])
        except (TimeoutError, PaktError, *DRIVER_ERRORS) as error:
            _troubles.say("the status of logs is not known", error)
            return {}
        _troubles.over("the status of logs is not known")
        return {row["tenant_id"]: row for row in rows}


def _log(slug: str, row: Row | None) -> LogStatus:
    if row is None:
        return LogStatus(slug, StatusState.UNKNOWN)
    return LogStatus(
        slug,
        StatusState.OK,
        _behind(row["unshown"], row["unshown_age"]),
        SealStatus(row["size"] or 0, row["sealed_at"], _behind(row["unsealed"], row["unsealed_age"])),
        None if row["cosigned"] is None else CosignatureStatus(row["cosigned"], row["seen_at"]),
    )


def _behind(events: int, seconds: float | None) -> Lagging:
    return Lagging(max(0, events), round(max(0.0, seconds or 0.0), 3))


def _lateness(of: Lagging) -> tuple[float, int]:
    return of.seconds, of.events


def _together(sealed: Sequence[SealStatus]) -> SealStatus | None:
    """All logs as one: what they cover together, when the newest head was signed, the furthest that one is behind."""
    if not sealed:
        return None
    newest = max((one.sealed_at for one in sealed if one.sealed_at), default=None)
    return SealStatus(sum(one.size for one in sealed), newest, max((one.behind for one in sealed), key=_lateness))


def _parts(rows: Collection[Row]) -> tuple[PartStatus, ...]:
    seen = {row["part"]: row for row in rows}
    return tuple(_part(part, seen.get(part.value)) for part in Part)


def _part(part: Part, row: Row | None) -> PartStatus:
    if row is None:
        return PartStatus(part.value, PartState.ABSENT)
    return PartStatus(part.value, PartState.ALIVE if row["alive"] else PartState.SILENT, row["alive"], row["seen_at"])


def _backup(rows: Collection[Row]) -> BackupStatus:
    newest = {row["kind"]: BackupCopy(row["made_at"], row["segment"]) for row in rows}
    return BackupStatus(StatusState.OK if newest else StatusState.UNKNOWN, newest.get("base"), newest.get("log"))


def _runs(whole: Whole) -> bool:
    """Whether the schema is this release's and every part does its work."""
    bad = {one.part for one in whole.parts if one.state is PartState.SILENT}
    bad |= {one.part for one in whole.parts if one.state is PartState.ABSENT and Part(one.part) in _NEEDED}
    return not bad and whole.schema.applied is not None and whole.schema.applied >= whole.schema.needed
