"""Questions to the register of releases: pages that several logs grow at once, and processes whole.

An `Offset` says how far somebody has read each log. A page goes on from there in the order in which events were
recorded, whatever was added to which log meanwhile: nobody who follows misses a release, or gets one twice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from projections.reading import IN_SCOPE, ReadConnection, maker, selected
from projections.release_parts import Content, Tag

Offset = Mapping[int, int]
"""Position up to which each tenant's log was read; 0 for one that is not named."""


class PublicRelease(msgspec.Struct, frozen=True):
    """A release as everybody sees it; `tenant` is the slug of the institution whose process it is about."""

    tenant_id: int
    tenant: str
    process_id: UUID
    position: int
    epoch: int
    recorded_at: datetime
    released_at: datetime
    tags: tuple[Tag, ...]
    content: Content


class Stretch(msgspec.Struct, frozen=True):
    """Releases in the order in which they were recorded. `next` goes on after them, `previous` is a page before them.

    `more` says that there is a next page by now; `previous` is None where nothing lies before.
    """

    items: list[PublicRelease]
    next: Offset
    more: bool
    previous: Offset | None


class Process(msgspec.Struct, frozen=True):
    """The releases of one process, by their dates."""

    process_id: UUID
    releases: list[PublicRelease]

    @property
    def tenant(self) -> str:
        """The slug of its institution."""
        return self.releases[0].tenant


_COLUMNS = selected(PublicRelease).replace("tenant_id, tenant,", "t.tenant_id, t.slug AS tenant,")
_FIRST = " AND r.number = 1 AND r.about_id = r.process_id"
_PAGE = f"""SELECT {_COLUMNS} FROM (
        SELECT t.tenant_id, t.slug, coalesce(s.read, 0) AS read
        FROM es.tenant t LEFT JOIN unnest($1::int[], $2::bigint[]) AS s (tenant_id, read) USING (tenant_id)
        WHERE {IN_SCOPE.replace("tenant_id", "t.tenant_id", 1)}
    ) t CROSS JOIN LATERAL (
        SELECT process_id, position, epoch, recorded_at, released_at, tags, content FROM release_register r
        WHERE r.tenant_id = t.tenant_id AND r.public AND r.position {{side}} t.read{{first}}
        ORDER BY r.position {{way}} LIMIT $3
    ) r ORDER BY r.recorded_at {{way}}, t.tenant_id {{way}}, r.position {{way}} LIMIT $3"""  # noqa: S608 - our own text
_PROCESSES = f"""SELECT {_COLUMNS} FROM release_register r JOIN es.tenant t USING (tenant_id)
    WHERE {IN_SCOPE.replace("tenant_id", "r.tenant_id", 1)} AND r.public AND r.process_id = ANY ($1)
    ORDER BY r.tenant_id, r.process_id, r.released_at, r.position"""  # noqa: S608 - our own text
_ONE = f"""SELECT {_COLUMNS} FROM release_register r JOIN es.tenant t USING (tenant_id)
    WHERE {IN_SCOPE.replace("tenant_id", "r.tenant_id", 1)} AND r.public AND t.slug = $1 AND r.epoch = $2
    AND r.position = $3"""  # noqa: S608 - our own text
_NEWEST = f"SELECT max(recorded_at) FROM release_register WHERE {IN_SCOPE} AND public"  # noqa: S608 - our own text
_make = maker(PublicRelease)


async def releases(
    connection: ReadConnection, after: Offset, limit: int, *, first: bool = False, back: bool = True
) -> Stretch:
    """Releases of the tenants in scope that were recorded after an offset; `first`: the first of each process.

    Without `back` nobody looks what lies before.
    """
    found = await _rows(connection, after, limit + 1, ">", "ASC", first=first)
    before = await _rows(connection, after, limit, "<=", "DESC", first=first) if after and back else []
    items = found[:limit]
    previous = None if not before else dict(after) | {one.tenant_id: one.position - 1 for one in before}
    return Stretch(
        items=items,
        next=dict(after) | {one.tenant_id: one.position for one in items},
        more=len(found) > limit,
        previous=previous,
    )


async def processes(connection: ReadConnection, process_ids: Sequence[UUID]) -> list[Process]:
    """The processes of these ids among the tenants in scope, each whole, in the order of the ids."""
    found: dict[UUID, list[PublicRelease]] = {}
    for record in await connection.fetch(_PROCESSES, process_ids):
        one = _make(record)
        found.setdefault(one.process_id, []).append(one)
    return [Process(key, found[key]) for key in process_ids if key in found]


async def release(connection: ReadConnection, tenant: str, epoch: int, position: int) -> PublicRelease | None:
    """The release that an event made, None where it made none."""
    found = await connection.fetchrow(_ONE, tenant, epoch, position)
    return None if found is None else _make(found)


async def newest(connection: ReadConnection) -> datetime | None:
    """When the newest release of the tenants in scope was recorded; None where there is none."""
    found = await connection.fetchrow(_NEWEST)
    at: datetime | None = found[0] if found else None
    return at


async def _rows(
    connection: ReadConnection, after: Offset, limit: int, side: str, way: str, *, first: bool
) -> list[PublicRelease]:
    sql = _PAGE.format(side=side, way=way, first=_FIRST if first else "")
    return [_make(record) for record in await connection.fetch(sql, list(after), list(after.values()), limit)]
