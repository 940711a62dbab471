"""Epochs: what happens to a log that was restored to less than others have seen of it.

A checkpoint that was published outside the database and reaches beyond the log proves that the log was rewound. To go
on would give positions a second time, so nothing is served until the operator begins a new epoch: a new origin for the
transparency log, and a first event that says how far the old one had been seen.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from domain.kernel.ids import NATIONAL_SLUG, NATIONAL_TENANT, derived_id
from domain.transparency.commands import BeginEpoch
from domain.transparency.events import EPOCHS, EpochBegun
from infra.database.lending import fetch_over
from infra.database.provision import raise_epoch
from infra.eventstore.codec import recorded
from infra.objectstore.interface import NamedObjects
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.note import Note, NoteRefused
from infra.trees.interface import EVENTS, HEADS, Tree, TreeId
from infra.trees.origins import epoch_of, origin_of
from services.bootstrap import System
from services.command_handling.request import OPERATOR, Request

_STANDS = """
SELECT l.tenant_id, l.epoch,
    coalesce((SELECT t.size FROM es.tree t WHERE t.tenant_id = l.tenant_id AND t.kind = $2 AND t.epoch = l.epoch), 0),
    coalesce((SELECT e.position FROM es.event e WHERE e.tenant_id = l.tenant_id ORDER BY e.position DESC LIMIT 1), 0)
FROM es.tenant_lock l WHERE l.tenant_id = ANY ($1)
"""


class Published:
    """The copies of signed heads that stand outside the database."""

    def __init__(self, copies: NamedObjects) -> None:
        self._copies = copies

    async def newest(self, origin: str) -> Note | None:
        """The checkpoint of the largest tree ever published of a log. Raises: NoteRefused for a damaged copy."""
        name = await self._copies.last_name(origin)
        return None if name is None else Note.parse(await self._copies.read(name))


class Stand(msgspec.Struct, frozen=True):
    """Where a log stands in the database: `size` of its tree, and `position` of its last event (0 for the heads).

    A head is published after its tree is stored, so no copy outside is ahead of the tree unless this was restored.
    """

    tenant_id: int
    slug: str
    kind: str
    epoch: int
    size: int
    position: int = 0


class Rewound(msgspec.Struct, frozen=True):
    """A log of which `stands` entries are sealed although `note`, a checkpoint over `seen` of them, was published."""

    tenant_id: int
    slug: str
    kind: str
    origin: str
    epoch: int
    position: int
    stands: int
    seen: int
    note: str


class Epoch(msgspec.Struct, frozen=True):
    """An epoch after a log's first: since when, after which position, and how far the one before had been seen."""

    tenant: str
    epoch: int
    begun_at: datetime
    after_position: int
    old_size: int
    old_note: str
    reason: str


class Declared(msgspec.Struct, frozen=True):
    """What restores have declared of a tenant's logs: by epoch the checkpoint that was seen before it, None for none.

    Of the log of heads none is named: the national log's epochs speak for it.
    """

    seen: Mapping[int, Checkpoint | None]

    def names(self, tree: TreeId, head: Checkpoint | None) -> bool:
        """Whether this head is the one with which a restore has ended its log, or a later log has been ended since."""
        told = [one for epoch, one in self.seen.items() if epoch > tree.epoch]
        if tree.kind == HEADS:
            return bool(told)
        return any(one == head or epoch_of(one.origin) > tree.epoch for one in told if one is not None)

    def reaches(self, tree: TreeId, head: Checkpoint) -> bool:
        """Whether a checkpoint that somebody saw of an ended log goes no further than what was declared of its end."""
        told = [one for epoch, one in self.seen.items() if epoch > tree.epoch and one is not None]
        return self.names(tree, head) or any(one.size > head.size for one in told)


def declared(notes: Mapping[int, str]) -> Declared:
    """From what the first event of each epoch holds; a note that cannot be read names no head."""
    seen: dict[int, Checkpoint | None] = dict.fromkeys(notes)
    for epoch, note in notes.items():
        with contextlib.suppress(NoteRefused):
            seen[epoch] = Checkpoint.parse(Note.parse(note).text)
    return Declared(seen)


def current(logs: Iterable[Tree]) -> list[Tree]:
    """Of each log that of the newest epoch: what a restore has ended grows no more, and others may hold more of it."""
    newest = {(log.tree.tenant_id, log.tree.kind): log for log in sorted(logs, key=lambda log: log.tree.epoch)}
    return list(newest.values())


class Epochs:
    """The epochs of every log of an installation."""

    def __init__(self, system: System) -> None:
        self._system, self._published = system, Published(system.copies)

    async def rewound(self) -> list[Rewound]:
        """Logs of which less is sealed here than was published of them; usually none."""
        found = await asyncio.gather(*(self._compare(one) for one in await self._stands()))
        if not (ahead := [one for one in found if one is not None]):
            return []
        # A sealer at work seals and publishes between the two looks: what it had sealed by now was not lost.
        now = {(one.tenant_id, one.kind, one.epoch): one.size for one in await self._stands()}
        return [one for one in ahead if one.seen > now.get((one.tenant_id, one.kind, one.epoch), 0)]

    async def begin(self, reason: str, *, every: bool = False) -> list[Epoch]:
        """Begin a new epoch of each tenant with a rewound log, or of every tenant; half begun before, it is completed.

        `every` is for a restore of which no checkpoint can tell: what was stored after the last one left no trace.
        """
        logs: dict[int, list[Rewound]] = {}
        for one in await self.rewound():
            logs.setdefault(one.tenant_id, []).append(one)
        for stand in await self._stands():
            seen = [one.epoch for one in logs.get(stand.tenant_id, [])]
            if stand.kind != HEADS and (seen or every):
                await raise_epoch(self._system.database, stand.tenant_id, stand.epoch, max([stand.epoch, *seen]) + 1)
        begun: list[Epoch] = []
        for stand in await self._stands():
            if stand.kind != HEADS and stand.epoch > 1:
                begun += await self._say(stand, logs.get(stand.tenant_id, []), reason)
        return begun

    async def of(self, tenant_id: int, slug: str) -> list[Epoch]:
        """The epochs that a tenant's log tells of, in their order."""
        told: list[Epoch] = []
        for stored in await self._system.store.read_tag(tenant_id, EPOCHS):
            event = recorded(self._system.registry, stored).event
            if isinstance(event, EpochBegun):
                told.append(
                    Epoch(
                        tenant=slug,
                        epoch=event.epoch,
                        begun_at=stored.recorded_at,
                        after_position=event.position,
                        old_size=event.old_size,
                        old_note=event.old_note,
                        reason=event.reason,
                    )
                )
        return told

    async def declared(self, tenant_id: int) -> Declared:
        """What the tenant's log tells of the ends of its epochs."""
        return declared({one.epoch: one.old_note for one in await self.of(tenant_id, "")})

    async def _stands(self) -> list[Stand]:
        institutions = (await self._system.handler.authority.national(fresh=True)).institutions.values()
        slugs = {one.tenant_id: one.slug for one in institutions}
        if not slugs:  # nothing stored, or everything lost: the national log's name is known all the same
            return [Stand(NATIONAL_TENANT, NATIONAL_SLUG, EVENTS, 1, 0, 0)]
        rows = await fetch_over(self._system.auditing, list(slugs), _STANDS, EVENTS)
        epoch = next(row[1] for row in rows if row[0] == NATIONAL_TENANT)
        found = [Stand(row[0], slugs[row[0]], EVENTS, row[1], row[2], row[3]) for row in rows]
        heads = TreeId(NATIONAL_TENANT, epoch, HEADS)
        sizes = [tree.size for tree in await self._system.trees.trees(NATIONAL_TENANT) if tree.tree == heads]
        return [*found, Stand(NATIONAL_TENANT, HEADS, HEADS, epoch, sum(sizes))]

    async def _compare(self, stand: Stand) -> Rewound | None:
        """The newest epoch of which anything was published counts, even one that the database knows nothing of."""
        epoch, note = stand.epoch, None
        while (found := await self._published.newest(self._origin(stand, epoch))) is not None:
            note, epoch = found, epoch + 1
        if note is None:
            return None
        seen = Checkpoint.parse(note.text).size
        if epoch - 1 == stand.epoch and seen <= stand.size:
            return None
        origin = self._origin(stand, epoch - 1)
        return Rewound(
            tenant_id=stand.tenant_id,
            slug=stand.slug,
            kind=stand.kind,
            origin=origin,
            epoch=epoch - 1,
            position=stand.position,
            stands=stand.size,
            seen=seen,
            note=str(note),
        )

    def _origin(self, stand: Stand, epoch: int) -> str:
        return origin_of(self._system.settings.log_name, stand.slug, TreeId(stand.tenant_id, epoch, stand.kind))

    async def _say(self, stand: Stand, logs: Sequence[Rewound], reason: str) -> list[Epoch]:
        """Append the epoch's first event unless the log tells of the epoch already."""
        if any(one.epoch == stand.epoch for one in await self.of(stand.tenant_id, stand.slug)):
            return []
        old = next((one for one in logs if one.kind == EVENTS), None)
        if old is None:  # cut short between raising and saying: what was seen is still outside
            note = await self._published.newest(self._origin(stand, stand.epoch - 1))
        else:
            note = Note.parse(old.note)
        size = 0 if note is None else Checkpoint.parse(note.text).size
        command = BeginEpoch(stand.epoch, stand.position, size, "" if note is None else str(note), reason)
        key = derived_id("epoch", "begin", stand.tenant_id, stand.epoch)
        await self._system.handler.execute(Request(stand.slug, command, key, OPERATOR))
        return (await self.of(stand.tenant_id, stand.slug))[-1:]
