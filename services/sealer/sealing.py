"""Sealing one tenant's log: what was appended since the last seal becomes leaves of its tree, under a new head."""

from collections.abc import Sequence
from itertools import count

from domain.kernel.errors import HistoryCorrupt
from domain.kernel.message import N_
from infra.eventstore.leaf import entry_of_envelope
from infra.eventstore.replay import Envelope
from infra.tlog.merkle import leaf_hash
from infra.trees.interface import Head, TreeChanged, TreeId
from infra.trees.origins import origin_of
from services.sealer.growing import Grower, Held
from services.sealer.log import SealerLog

MOST = 2_000
"""Events under one seal at most: a page that is read, hashed and written within some tens of milliseconds."""


class Sealing:
    """Seals any tenant. What it holds of a tree is forgotten on any doubt and taken up again, with all checks.

    `name` is the installation's, with which the name of every log begins.
    """

    def __init__(self, log: SealerLog, grower: Grower, name: str) -> None:
        self._log, self._grower, self._name = log, grower, name
        self._held: dict[int, Held] = {}

    def size(self, tenant_id: int) -> int:
        """How many events are known to be sealed; -1 when this process has not looked."""
        held = self._held.get(tenant_id)
        return -1 if held is None else held.growing.size

    def tree(self, tenant_id: int) -> TreeId | None:
        """The tree that is held of a tenant."""
        held = self._held.get(tenant_id)
        return None if held is None else held.tree

    async def seal(self, tenant_id: int, limit: int = MOST) -> Head | None:
        """Seal at most `limit` events; None when there were none, or another sealer was first.

        Raises:
            HistoryCorrupt: the log is not what was sealed of it, or has a gap; nothing was signed.
            Unavailable: the database or the object store cannot be reached.
        """
        held = self._held.pop(tenant_id, None)
        fresh = held is None
        if held is None:
            held = await self._take_up(tenant_id)
        size = held.growing.size
        events = await self._log.read_log(tenant_id, max(0, size - 1), limit + (size > 0))
        if not fresh and events and events[-1].epoch > held.tree.epoch:
            return None  # a new epoch has begun: the next call takes its tree up
        leaves = follow(held, events)
        head = None
        if leaves:
            try:
                head = await self._grower.grow(held, leaves)
            except TreeChanged:
                return None
        self._held[tenant_id] = held
        return head

    def forget(self, tenant_id: int) -> None:
        """Take the tree up again before the next seal."""
        self._held.pop(tenant_id, None)

    async def _take_up(self, tenant_id: int) -> Held:
        tree = TreeId(tenant_id, await self._log.epoch(tenant_id))
        return await self._grower.take_up(tree, origin_of(self._name, await self._log.slug(tenant_id), tree))


def follow(held: Held, events: Sequence[Envelope]) -> list[bytes]:
    """The leaves after those of the tree, of a page that begins with the last event that it holds.

    Raises: HistoryCorrupt with the position at which the log is not what the tree says, or has a gap.
    """
    size, tenant_id = held.growing.size, held.tree.tenant_id
    first = max(1, size)
    for position, event in zip(count(first), events, strict=False):
        if event.position != position:
            raise HistoryCorrupt(
                N_("Tenant {tenant}: position {expected} is missing, {found} stands there."),
                tenant=tenant_id,
                expected=position,
                found=event.position,
            )
        if event.epoch > held.tree.epoch:
            raise HistoryCorrupt(
                N_("Tenant {tenant}: the event at position {position} is of epoch {epoch}, which has not begun."),
                tenant=tenant_id,
                position=position,
                epoch=event.epoch,
            )
    leaves = [leaf_hash(entry_of_envelope(event)) for event in events]
    if size and not leaves:
        raise HistoryCorrupt(
            N_("Tenant {tenant}: position {position} was sealed and is missing."), tenant=tenant_id, position=size
        )
    if size and leaves.pop(0) != held.last:
        raise HistoryCorrupt(
            N_("Tenant {tenant}: the event at position {position} is not the one that was sealed."),
            tenant=tenant_id,
            position=size,
        )
    return leaves
