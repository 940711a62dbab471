"""The log of heads: every head that was signed for a tenant is a leaf of one national tree.

Its checkpoint stands for all of them: whoever witnesses it has witnessed every tenant's history.
"""

from collections.abc import Mapping, Sequence

from domain.kernel.ids import NATIONAL_SLUG, NATIONAL_TENANT
from infra.tlog.merkle import leaf_hash
from infra.tlog.note import Note
from infra.trees.interface import HEADS, Head, HeadEntry, TreeChanged, TreeId, TreeKeeper
from infra.trees.origins import origin_of
from services.sealer.growing import Grower, Held
from services.sealer.log import SealerLog

MOST = 2_000


class NationalLog:
    """Enters heads; any number of sealers may, each head is entered once."""

    def __init__(self, log: SealerLog, keeper: TreeKeeper, grower: Grower, name: str) -> None:
        self._log, self._keeper, self._grower, self._name = log, keeper, grower, name
        self._entered: dict[TreeId, int] = {}
        self._held: Held | None = None

    async def enter(self, sealed: Mapping[TreeId, int]) -> Head | None:
        """Enter the heads of these trees up to these sizes; None when all were entered, or another sealer was first.

        Raises: HistoryCorrupt, Unavailable: as `Grower.take_up`.
        """
        national = TreeId(NATIONAL_TENANT, await self._log.epoch(NATIONAL_TENANT), HEADS)
        held, self._held = self._held, None  # whatever fails below, it is taken up again
        if held is None or held.tree != national:
            self._entered.clear()
            held = await self._grower.take_up(national, origin_of(self._name, NATIONAL_SLUG, national))
        trees = sorted(sealed.items(), key=_order)
        heads = [head for tree, size in trees for head in await self._missing(national, tree, size)][:MOST]
        if not heads:
            self._held = held
            return None
        entries = [
            HeadEntry(held.growing.size + n, head.tree, head.size, Note.parse(head.note).text)
            for n, head in enumerate(heads)
        ]
        try:
            head = await self._grower.grow(held, [leaf_hash(one.entry.encode()) for one in entries], entries)
        except TreeChanged:
            return None
        self._held = held
        self._entered |= {one.of: one.size for one in entries}
        return head

    async def _missing(self, national: TreeId, tree: TreeId, size: int) -> Sequence[Head]:
        if self._entered.get(tree, -1) >= size:
            return ()
        after = await self._keeper.last_entered(national, tree)
        self._entered[tree] = after
        return await self._keeper.heads(tree, after, MOST) if after < size else ()


def _order(item: tuple[TreeId, int]) -> tuple[int, int]:
    tree, _ = item
    return tree.tenant_id, tree.epoch
