"""The root over a log as it stands on a node, grown with it: what two nodes are compared by."""

from collections.abc import Mapping
from contextlib import aclosing

from infra.database.interface import MAIN_NODE, ConnectArguments, Database, OneNode, Role
from infra.eventstore.leaf import entry_of_envelope
from infra.eventstore.replay import envelopes
from infra.tlog.merkle import folded, leaf_hash, node_hash


class At(OneNode):
    """A database in which every tenant is looked for on one node."""

    def __init__(self, database: Database, node: str) -> None:
        self._database, self._node = database, node

    async def start(self) -> None:
        """Whoever has the database starts it."""

    async def stop(self) -> None:
        """Whoever has the database stops it."""

    def dsn(self, role: Role, node: str = MAIN_NODE) -> ConnectArguments:  # noqa: ARG002 - it is one
        """As the node says."""
        return self._database.dsn(role, self._node)


class Growth:
    """The tree over the first `size` events, as the roots of its perfect subtrees (RFC 9162)."""

    def __init__(self) -> None:
        self._subtrees: list[tuple[int, bytes]] = []  # height and hash, left to right
        self.size = 0

    @property
    def root(self) -> bytes:
        """Its root."""
        return folded([found for _, found in self._subtrees])

    def add(self, leaf: bytes) -> None:
        """One leaf more."""
        height = 0
        while self._subtrees and self._subtrees[-1][0] == height:
            leaf, height = node_hash(self._subtrees.pop()[1], leaf), height + 1
        self._subtrees.append((height, leaf))
        self.size += 1

    async def grow(self, database: Database, node: str, tenant_id: int, upto: int) -> Mapping[int, bytes]:
        """Take in what stands there after `size`, to position `upto`; answers the root after each page, by its size.

        Raises: HistoryCorrupt for a gap.
        """
        seen: dict[int, bytes] = {}
        if self.size >= upto:
            return seen
        async with aclosing(envelopes(At(database, node), tenant_id, self.size)) as pages:  # type: ignore[type-var]
            async for page in pages:
                for event in page[: upto - self.size]:
                    self.add(leaf_hash(entry_of_envelope(event)))
                seen[self.size] = self.root
                if self.size >= upto:
                    break
        return seen
