"""The receipt of an event, as its log stands now: the promise that it will be sealed, or the proof that it is.

A proof rests on the oldest checkpoint that has the event and enough cosignatures: it tells how soon the promise was
kept, and it is the same whenever it is asked for again.
"""

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from domain.kernel.ids import event_id
from infra.eventstore.interface import StoredEvent
from infra.eventstore.leaf import entry_of
from infra.keys.interface import SigningKeys
from infra.tlog.merkle import leaf_hash
from infra.tlog.promise import Promise
from infra.tlog.proof import TlogProof
from infra.trees.interface import ANYBODY, EVENTS, Head, NotSealed, Quorum, Tree, TreeId, Trees
from infra.trees.origins import origin_of

PROMISED, SEALED = "promised", "sealed"


class Receipt(msgspec.Struct, frozen=True):
    """What a receipt says, and `text`, which proves it: a C2SP tlog-proof, or the promise as a signed note.

    `leaf` is base64. Of a proof: the log's size in the checkpoint, when that was sealed and who cosigned it. Of a
    promise: `due_by`. `public` says that enough witnesses have cosigned for the checkpoint to count as public.
    """

    state: str
    log: str
    position: int
    event_id: str
    type: str
    occurred_at: datetime
    recorded_at: datetime
    leaf: str
    due_by: datetime
    text: str
    size: int | None = None
    sealed_at: datetime | None = None
    witnesses: tuple[str, ...] = ()
    public: bool = False


class Proved(msgspec.Struct, frozen=True):
    """An event in its log: its entry (base64), where it stands (from 0), and the hashes of the proof, each base64."""

    index: int
    entry: str
    hashes: tuple[str, ...]


class Bundle(msgspec.Struct, frozen=True):
    """Events of one log under one signed checkpoint; both empty as long as the last of them is not sealed."""

    checkpoint: str = ""
    events: tuple[Proved, ...] = ()


class Receipts:
    """Makes the receipts of one installation."""

    def __init__(
        self, trees: Trees, signing: SigningKeys, name: str, within: timedelta, quorum: Quorum = ANYBODY
    ) -> None:
        self._trees, self._signing, self._name, self._within, self._quorum = trees, signing, name, within, quorum

    async def of(self, slug: str, event: StoredEvent, *, entry: bool = True) -> Receipt:
        """The receipt of an event of that institution's log.

        Without `entry` it proves the leaf hash alone: for readers who may not see what the event says.
        """
        tree = await self._tree(event)
        head = None if tree is None else await self._head(tree.tree, event.position)
        if tree is None or head is None:
            first = TreeId(event.tenant_id, event.epoch)
            return self._promised(origin_of(self._name, slug, first) if tree is None else tree.origin, event)
        try:
            hashes = await self._trees.prove_inclusion(tree.tree, event.position - 1, head.size)
        except NotSealed:  # a head without its tiles proves nothing
            return self._promised(tree.origin, event)
        proof = TlogProof(event.position - 1, hashes, head.cosigned, entry_of(event) if entry else b"")
        return self._sealed(tree.origin, event, head, str(proof))

    async def together(self, events: Sequence[StoredEvent]) -> Bundle:
        """Proofs of several events of one log, in their order, under the first checkpoint that has them all."""
        last = max(events, key=lambda event: event.position)
        tree = await self._tree(last)
        head = None if tree is None else await self._head(tree.tree, last.position)
        if tree is None or head is None:
            return Bundle()
        try:
            proved = [await self._proved(tree.tree, event, head) for event in events]
        except NotSealed:
            return Bundle()
        return Bundle(str(head.cosigned), tuple(proved))

    async def _proved(self, tree: TreeId, event: StoredEvent, head: Head) -> Proved:
        hashes = await self._trees.prove_inclusion(tree, event.position - 1, head.size)
        return Proved(event.position - 1, _base64(entry_of(event)), tuple(map(_base64, hashes)))

    async def _tree(self, event: StoredEvent) -> Tree | None:
        """The tree of the newest epoch, unless the event began a newer one that has no tree yet."""
        events = [tree for tree in await self._trees.trees(event.tenant_id) if tree.tree.kind == EVENTS]
        newest = max(events, key=lambda tree: tree.tree.epoch, default=None)
        return None if newest is None or newest.tree.epoch < event.epoch else newest

    async def _head(self, tree: TreeId, position: int) -> Head | None:
        if self._quorum.number:
            cosigned = await self._trees.at_least(tree, position, self._quorum)
            if cosigned is not None:
                return cosigned
        return await self._trees.at_least(tree, position)

    def _promise(self, log: str, event: StoredEvent) -> Promise:
        return Promise.of(log, event.position, leaf_hash(entry_of(event)), event.recorded_at, self._within)

    def _promised(self, log: str, event: StoredEvent) -> Receipt:
        promise = self._promise(log, event)
        return _receipt(PROMISED, event, promise, str(promise.sign(self._signing.signer(promise.name))))

    def _sealed(self, log: str, event: StoredEvent, head: Head, text: str) -> Receipt:
        known = {(one.name, one.key_id) for one in self._quorum.witnesses}
        lines = head.cosigned.signatures
        witnesses = tuple(dict.fromkeys(line.name for line in lines if (line.name, line.key_id) in known))
        made = _receipt(SEALED, event, self._promise(log, event), text)
        return msgspec.structs.replace(
            made,
            size=head.size,
            sealed_at=head.sealed_at,
            witnesses=witnesses,
            public=len(witnesses) >= max(self._quorum.number, 1),
        )


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _receipt(state: str, event: StoredEvent, promise: Promise, text: str) -> Receipt:
    return Receipt(
        state=state,
        log=promise.log,
        position=event.position,
        event_id=str(event_id(event.command_id, event.stream_id, event.version)),
        type=event.type_name,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        leaf=_base64(promise.leaf),
        due_by=promise.due_by,
        text=text,
    )
