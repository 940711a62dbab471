"""The leaves of a tree made anew from what they are of: the events of a log, or the entries of the log of heads.

A page comes as one leaf hash an index, None where the row is missing. Everything that the rows show of themselves is
looked at on the way: order, times, types, and for events streams, commands and tags.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import msgspec

from domain.kernel.errors import HistoryCorrupt
from domain.kernel.event import Event, InitialEvent, about_tag
from domain.kernel.registry import Registry
from infra.database.interface import Connection
from infra.eventstore.leaf import entry_of_envelope
from infra.eventstore.replay import Envelope
from infra.tlog.merkle import leaf_hash
from infra.trees.interface import TreeId
from services.audit.faults import Faults
from services.vault import Sealed

PAGE = 16_384
"""Leaves of a page: 64 tiles."""
_EVENTS = """
SELECT position, epoch, stream_id, version, type_id, timestamptz_send(occurred_at), timestamptz_send(recorded_at),
       command_id, subject_id, meta, data, pii
  FROM es.event WHERE tenant_id = $1 AND position > $2 AND position <= $3 ORDER BY position
"""
_ENTRIES = """
SELECT index, of_tenant, of_epoch, size, entry FROM es.head_entry
 WHERE tenant_id = $1 AND epoch = $2 AND index >= $3 AND index < $4 ORDER BY index
"""
_STREAMS = """
SELECT x.position, x.version, x.expected FROM (
    SELECT e.position, e.version, row_number() OVER (PARTITION BY e.stream_id ORDER BY e.position) AS expected
      FROM es.event e WHERE e.tenant_id = $1) x
 WHERE x.version <> x.expected ORDER BY x.position LIMIT 100
"""
_COMMANDS = """
SELECT coalesce(e.first, c.first_position), coalesce(c.command_id, e.command_id)::text, e.first, e.last, e.n,
       c.first_position, c.last_position
  FROM (SELECT command_id, min(position) AS first, max(position) AS last, count(*) AS n
          FROM es.event WHERE tenant_id = $1 AND command_id IS NOT NULL GROUP BY command_id) e
  FULL JOIN (SELECT * FROM es.command WHERE tenant_id = $1) c ON c.command_id = e.command_id
 WHERE e.first IS DISTINCT FROM c.first_position OR e.last IS DISTINCT FROM c.last_position
    OR e.last - e.first + 1 <> e.n
 ORDER BY 1 LIMIT 100
"""
_LOST_TAGS = """
SELECT u.position, u.tag FROM unnest($2::bigint[], $3::text[]) u (position, tag)
 WHERE NOT EXISTS (SELECT FROM es.event_tag t WHERE t.tenant_id = $1 AND t.tag = u.tag AND t.position = u.position)
"""
_STRAY_TAGS = """
SELECT t.position, t.tag FROM es.event_tag t WHERE t.tenant_id = $1
   AND NOT EXISTS (SELECT FROM es.event e WHERE e.tenant_id = $1 AND e.position = t.position)
 ORDER BY t.position LIMIT 100
"""
_PLANTED_TAGS = """
SELECT t.position, t.n, t.said FROM (
    SELECT position, count(*) AS n, get_byte($2, (position - 1)::int) AS said FROM es.event_tag
     WHERE tenant_id = $1 AND position BETWEEN 1 AND length($2) GROUP BY position) t
 WHERE t.said <> $3 AND t.n > t.said ORDER BY t.position LIMIT 100
"""
_OUT_OF_PLACE = """
SELECT position FROM es.event WHERE tenant_id = $1 AND (position < 1 OR position > $2) ORDER BY position LIMIT 100
"""
_UNKNOWN = 255
"""Number of tags of an event that cannot be read."""
_SERVERS_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

Page = Sequence[bytes | None]


class EventLeaves:
    """The leaves of one tenant's events; what is wrong with the rows themselves goes to `faults`."""

    def __init__(self, connection: Connection, tenant_id: int, registry: Registry, faults: Faults) -> None:
        self._connection, self._tenant_id, self._faults = connection, tenant_id, faults
        self._registry, self._classes = registry, {cls.TOPIC: cls for cls in registry.classes}
        self._names: dict[int, str] = {}
        self._recorded = b"\x00" * 8
        self._referenced = _referenced(registry)
        self._sealed = msgspec.json.Decoder(Sealed)
        self._tagged = bytearray()

    async def page(self, begin: int, end: int) -> Page:
        """The leaves from index `begin` up to `end`."""
        if not self._names:
            self._names = {row[0]: row[1] for row in await self._connection.fetch("SELECT * FROM es.event_type")}
        rows = await self._connection.fetch(_EVENTS, self._tenant_id, begin, end)
        leaves: list[bytes | None] = [None] * (end - begin)
        tags: list[tuple[int, str]] = []
        self._tagged.extend(bytes(end - begin))
        for row in rows:
            envelope = self._envelope(row)
            if envelope is not None and self._alone(leaves, row[0] - begin - 1, row[0]):
                leaves[row[0] - begin - 1] = leaf_hash(entry_of_envelope(envelope))
                said = self._tags(envelope)
                self._tagged[row[0] - 1] = _UNKNOWN if said is None else len(said)
                tags += [(row[0], tag) for tag in said or ()]
        if None in leaves:
            self._missing(leaves, begin)
        await self._look_up(tags)
        return leaves

    async def whole(self) -> None:
        """What is to be seen of the log as a whole: versions of streams, commands, tags without an event."""
        for (position,) in await self._connection.fetch(_OUT_OF_PLACE, self._tenant_id, len(self._tagged)):
            detail = f"an event stands beyond the {len(self._tagged)} positions that the log can have"
            self._faults.add("event", position, detail, field="position")
        for position, version, expected in await self._connection.fetch(_STREAMS, self._tenant_id):
            self._faults.add("stream", position, f"version {version} stands where {expected} should", field="version")
        for position, command_id, first, last, count, *told in await self._connection.fetch(_COMMANDS, self._tenant_id):
            seen = f"{count} events from {first} to {last}" if count else "no event"
            self._faults.add(
                "command", position, f"{command_id} has {seen}, its row says {told[0]} to {told[1]}", field="command_id"
            )
        for position, tag in await self._connection.fetch(_STRAY_TAGS, self._tenant_id):
            self._faults.add("tag", position, f"{tag} is a tag of no event", field="tag")
        planted = await self._connection.fetch(_PLANTED_TAGS, self._tenant_id, bytes(self._tagged), _UNKNOWN)
        for position, count, said in planted:
            self._faults.add("tag", position, f"the event has {count} tags, of which {said} are its own", field="tag")

    def _envelope(self, row: Any) -> Envelope | None:
        position, name, recorded = row[0], self._names.get(row[4]), row[6]
        if recorded <= self._recorded:
            self._faults.add("event", position, "recorded no later than the event before it", field="recorded_at")
        self._recorded = recorded
        if name is None:
            self._faults.add("event", position, f"type {row[4]} is none that is registered", field="type_id")
            return None
        return Envelope(self._tenant_id, position, name, row[10], row)

    def _alone(self, leaves: Sequence[bytes | None], index: int, position: int) -> bool:
        if leaves[index] is not None:
            self._faults.add("event", position, "the position stands twice", field="position")
        return leaves[index] is None

    def _missing(self, leaves: Page, begin: int) -> None:
        """One fault for a run of them: a log from which much was taken still shows what else is wrong."""
        position = begin + 1
        for gone, run in groupby(leaves, lambda leaf: leaf is None):
            last = position + sum(1 for _ in run) - 1
            if gone:
                detail = "the event is missing" if last == position else f"the events up to {last} are missing"
                self._faults.add("event", position, detail, field="position")
            position = last + 1

    def _tags(self, envelope: Envelope) -> set[str] | None:
        """What finds the event: what it says, its stream, the persons it is about. None if it is unreadable."""
        cls = self._classes.get(envelope.type_name)
        found = {f"stream:{envelope.stream_id}"} if envelope.type_name in self._referenced else set()
        try:
            if envelope.raw[11] is not None:
                found |= {about_tag(one.subject) for one in self._sealed.decode(envelope.raw[11]).values}
            if cls is not None and cls.tags is not Event.tags:
                at = _SERVERS_EPOCH + timedelta(microseconds=int.from_bytes(envelope.raw[5], signed=True))
                of = envelope.type_name, envelope.data, envelope.stream_id, envelope.version, at
                found |= set(self._registry.restore(*of).tags())
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._faults.add("event", envelope.position, "what it has sealed cannot be read", field="pii")
            return None
        except HistoryCorrupt as error:
            self._faults.add("event", envelope.position, str(error), field="data")
            return None
        return found

    async def _look_up(self, tags: Sequence[tuple[int, str]]) -> None:
        if tags:
            positions, names = [position for position, _ in tags], [tag for _, tag in tags]
            for position, tag in await self._connection.fetch(_LOST_TAGS, self._tenant_id, positions, names):
                self._faults.add("tag", position, f"the tag {tag} is missing", field="tag")


def _referenced(registry: Registry) -> frozenset[str]:
    """Events of aggregates that other decisions read."""
    begun = [cls.originates for cls in registry.classes if issubclass(cls, InitialEvent) and cls.originates]
    return frozenset(event.TOPIC for of in begun if of.REFERENCED for event in of.appliers)


class EntryLeaves:
    """The leaves of the national log of heads; `texts` afterwards holds each entry by tree and size."""

    def __init__(self, connection: Connection, tree: TreeId, faults: Faults) -> None:
        self._connection, self._tree, self._faults = connection, tree, faults
        self.texts: dict[tuple[TreeId, int], str] = {}

    async def page(self, begin: int, end: int) -> Page:
        """The leaves from index `begin` up to `end`."""
        rows = await self._connection.fetch(_ENTRIES, self._tree.tenant_id, self._tree.epoch, begin, end)
        leaves: list[bytes | None] = [None] * (end - begin)
        for index, tenant_id, epoch, size, entry in rows:
            leaves[index - begin] = leaf_hash(entry.encode())
            self.texts[TreeId(tenant_id, epoch), size] = entry
        for index, leaf in enumerate(leaves, begin):
            if leaf is None:
                self._faults.add("entry", index + 1, "the entry is missing", field="index")
        return leaves

    async def whole(self) -> None:
        """Nothing more."""


class NoLeaves:
    """Of a tree of an earlier epoch: what it was over may have been rewound since."""

    async def page(self, begin: int, end: int) -> Page:
        """Nothing to compare with."""
        del begin, end
        return ()

    async def whole(self) -> None:
        """Nothing more."""


Leaves = EventLeaves | EntryLeaves | NoLeaves
