"""A log read a second time, by the eventsourcing library's stock PostgreSQL recorder, and compared with our reading.

The recorder reads the view `lib.stored_events` (migration 0045) as `pakt_auditor`, by its own SQL over its own driver:
count, order and payload must agree. Both read one table, so both would believe what somebody wrote into it; where the
log is sealed, the hash of each event is therefore compared with the leaf that was sealed.

The library's driver (psycopg, LGPL) comes with the extra `audit`; nothing else of Pakt needs it.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from domain.kernel.errors import StreamNotFound
from infra.database.interface import Database, Role
from infra.database.scope import tenant_options
from infra.eventstore.interface import StoredEvent
from infra.eventstore.leaf import entry_of
from infra.tlog.merkle import HASH_BYTES, leaf_hash
from infra.tlog.tiles import HEIGHT, WIDTH, Tile
from infra.trees.interface import EVENTS, Tree, Trees
from projections.auditor_log import AuditorLog
from services.bootstrap import System, audited_trees

if TYPE_CHECKING:
    from eventsourcing.postgres import PostgresApplicationRecorder

PAGE = 8 * WIDTH
"""Events compared at a time: whole tiles."""
SCHEMA, TABLE = "lib", "stored_events"


class DriverMissing(Exception):
    """The library's recorder cannot be used here; the message says what to install."""


class Difference(msgspec.Struct, frozen=True):
    """The first place where the readings differ: the field, what our reading says, what the other one says."""

    position: int
    field: str
    ours: str
    theirs: str


class Compared(msgspec.Struct, frozen=True):
    """What was compared, up to where. `sealed` counts the events whose hash was compared with the sealed leaf."""

    tenant: str
    tenant_id: int
    events: int
    streams: int
    sealed: int
    head: int
    difference: Difference | None = None


class Streams:
    """A digest per stream over what both readings agreed on, to be compared with the streams read one by one."""

    def __init__(self) -> None:
        self.digests: dict[UUID, hashlib._Hash] = {}
        self.begun: dict[UUID, int] = {}

    def take(self, event: StoredEvent) -> None:
        """Add the next event of its stream."""
        digest = self.digests.get(event.stream_id)
        if digest is None:
            digest = self.digests[event.stream_id] = hashlib.sha256()
            self.begun[event.stream_id] = event.position
        _add(digest, event.version, event.type_name, event.data)


async def compare(system: System, slug: str) -> Compared:
    """Read one tenant's log twice, as far as it goes now.

    Raises:
        StreamNotFound: no such tenant.
        DriverMissing: the library's driver is not installed.
    """
    institution = (await system.handler.authority.national(fresh=True)).institutions.get(slug)
    if institution is None:
        raise StreamNotFound
    recorder = stock_recorder(system.database, institution.tenant_id)
    try:
        return await _compared(
            recorder, AuditorLog(system.auditing), audited_trees(system), slug, institution.tenant_id
        )
    finally:
        await asyncio.to_thread(recorder.datastore.close)


def stock_recorder(database: Database, tenant_id: int) -> "PostgresApplicationRecorder":
    """The library's recorder, as it comes, over one tenant's events. Raises: DriverMissing."""
    try:
        from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore  # noqa: PLC0415
        from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415
    except ImportError as error:
        raise DriverMissing(f"the library's recorder needs its driver: pip install 'pakt[audit]' ({error})") from error
    arguments = database.dsn(Role.AUDITOR, database.placement(tenant_id))
    given: dict[str, Any] = conninfo_to_dict(arguments.get("dsn", ""))
    given |= {name: arguments[name] for name in ("host", "port", "user", "password") if name in arguments}
    given |= {"dbname": arguments["database"]} if "database" in arguments else {}
    datastore = PostgresDatastore(
        dbname=given.pop("dbname", ""),
        host=given.pop("host", ""),
        port=given.pop("port", ""),
        user=given.pop("user", ""),
        password=given.pop("password", ""),
        schema=SCHEMA,
    )
    # The library opens transactions of its own: the tenant is said when the connection is, and there is one per tenant.
    datastore.pool.kwargs |= given | {"options": tenant_options(tenant_id)}  # type: ignore[operator] # it is a dict
    return PostgresApplicationRecorder(datastore, events_table_name=TABLE)


async def _compared(
    recorder: "PostgresApplicationRecorder", log: AuditorLog, trees: Trees, slug: str, tenant_id: int
) -> Compared:
    head = await log.head(tenant_id)
    tree = await _newest(trees, tenant_id)
    streams, after, sealed = Streams(), 0, 0
    found: Difference | None = None
    while after < head and found is None:
        limit = min(PAGE, head - after)
        ours, theirs = await asyncio.gather(
            log.read_log(tenant_id, after, limit),
            asyncio.to_thread(recorder.select_notifications, after, limit, head, inclusive_of_start=False),
        )
        leaves = await _leaves(trees, tree, after, limit)
        found = _first_difference(after, ours[: head - after], theirs, leaves, streams)
        sealed += len(leaves)
        after += limit
    if found is None:
        found = await asyncio.to_thread(_by_stream, recorder, streams, head)
    if found is None and tree is not None and tree.size > head:  # the end was cut off
        found = Difference(head + 1, "position", "nothing", "a sealed leaf")
    if found is None:
        highest = await asyncio.to_thread(recorder.max_notification_id) or 0
        if highest < head:
            found = Difference(head, "count", str(head), str(highest))
    events = head if found is None else found.position - 1
    return Compared(slug, tenant_id, events, len(streams.digests), min(sealed, events), head, found)


def _first_difference(
    after: int, ours: Sequence[StoredEvent], theirs: Sequence[Any], leaves: Sequence[bytes], streams: Streams
) -> Difference | None:
    for n, (event, other) in enumerate(zip_longest(ours, theirs)):
        position = after + 1 + n
        if event is None or event.position != position or other is None or other.id != position:
            return Difference(position, "position", _at(event, "position"), _at(other, "id"))
        for field, mine, other_one in (
            ("stream_id", event.stream_id, other.originator_id),
            ("version", event.version, other.originator_version),
            ("type_name", event.type_name, other.topic),
            ("data", event.data, other.state),
        ):
            if mine != other_one:
                return Difference(position, field, _shown(mine), _shown(other_one))
        if n < len(leaves) and leaf_hash(entry_of(event)) != leaves[n]:
            return Difference(position, "leaf", leaf_hash(entry_of(event)).hex(), leaves[n].hex())
        streams.take(event)
    return None


def _by_stream(recorder: "PostgresApplicationRecorder", streams: Streams, head: int) -> Difference | None:
    """Each stream by the library's other query: the same events in the same order, versions without a gap."""
    for stream_id, expected in streams.digests.items():
        digest = hashlib.sha256()
        events = recorder.select_events(stream_id)
        for version, event in enumerate(events, 1):
            if event.originator_version != version:
                place = streams.begun[stream_id]
                return Difference(place, "version", str(version), str(event.originator_version))
            _add(digest, event.originator_version, event.topic, event.state)
            if digest.digest() == expected.digest():  # what came after `head` was not read by the log's order
                break
        else:
            return Difference(min(streams.begun[stream_id], head), "stream", expected.hexdigest(), digest.hexdigest())
    return None


async def _newest(trees: Trees, tenant_id: int) -> Tree | None:
    """The tree of the newest epoch; none before the first seal."""
    found = [one for one in await trees.trees(tenant_id) if one.tree.kind == EVENTS]
    return max(found, key=lambda one: one.tree.epoch, default=None)


async def _leaves(trees: Trees, tree: Tree | None, after: int, limit: int) -> list[bytes]:
    """The sealed leaves of the positions after `after`, a multiple of a tile's width; fewer where less is sealed."""
    if tree is None or tree.size <= after:
        return []
    wanted = [Tile(0, number) for number in range(after >> HEIGHT, (min(after + limit, tree.size) - 1 >> HEIGHT) + 1)]
    tiles = await trees.tiles(tree.tree, wanted)
    hashes = b"".join(tiles[tile] for tile in wanted)[: min(limit, tree.size - after) * HASH_BYTES]
    return [hashes[n : n + HASH_BYTES] for n in range(0, len(hashes), HASH_BYTES)]


def _add(digest: "hashlib._Hash", version: int, topic: str, state: bytes) -> None:
    digest.update(b"%d %s %d " % (version, topic.encode(), len(state)))
    digest.update(state)


def _at(event: Any, name: str) -> str:
    return "nothing" if event is None else str(getattr(event, name))


def _shown(value: object) -> str:
    """Short, and without what a payload says."""
    return f"sha256:{hashlib.sha256(value).hexdigest()}" if isinstance(value, bytes) else str(value)
