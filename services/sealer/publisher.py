"""Putting signed heads where the database cannot take them back, in order and none left out; then telling who waits."""

from collections.abc import Callable

from infra.objectstore.interface import NamedObjects
from infra.trees.interface import Head, TreeId, TreeKeeper
from infra.trees.origins import copy_name
from services.sealer.growing import forked, says

Listener = Callable[[Head], None]
PAGE = 100


class Publisher:
    """Copies heads create-only into object storage. What is published twice is published once."""

    def __init__(self, keeper: TreeKeeper, copies: NamedObjects) -> None:
        self._keeper, self._copies = keeper, copies
        self._reached: dict[TreeId, int] = {}
        self._listeners: list[Listener] = []

    def on_head(self, listener: Listener) -> None:
        """Call `listener(head)` after a head is outside the database. It must not block or raise; it may hear twice."""
        self._listeners.append(listener)

    async def publish(self, tree: TreeId, size: int) -> None:
        """Publish the tree's heads up to the one of `size` leaves.

        Raises:
            HistoryCorrupt: another head of such a size stands there: there are two histories.
            Unavailable: the database or the object store cannot be reached; the next call goes on.
        """
        after = self._reached.get(tree)
        if after is None:
            after = {one.tree: one.published for one in await self._keeper.trees(tree.tenant_id)}.get(tree, 0)
        while after < size and (heads := await self._keeper.heads(tree, after, PAGE)):
            for head in heads:
                await self._copy(head)
                after = head.size
                for listener in self._listeners:
                    listener(head)
            await self._keeper.published(tree, after)
        self._reached[tree] = after

    async def _copy(self, head: Head) -> None:
        origin = head.checkpoint.origin
        name = copy_name(origin, head.size)
        if await self._copies.add(name, head.note.encode()):
            return
        if not says(await self._copies.read(name), origin, head.size, head.root):
            raise forked(origin, head.size)
