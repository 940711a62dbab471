"""How far each log is public: what we hold of its witnesses' cosignatures."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from infra.trees.interface import Quorum, Tree, Trees


class Cosigning(msgspec.Struct, frozen=True):
    """How far a log is sealed, and how far that is public; who is `lacking` has not cosigned `size`.

    `waiting_since` is when the first head was sealed that is not public, nor any after it.
    """

    origin: str
    size: int
    public: int
    lacking: tuple[str, ...]
    waiting_since: datetime | None


async def cosigning(trees: Trees, logs: Sequence[Tree], quorum: Quorum) -> list[Cosigning]:
    """What we hold of cosignatures, log by log."""
    found: list[Cosigning] = []
    for log in logs:
        newest, public = await trees.newest(log.tree), await trees.newest(log.tree, quorum)
        if newest is not None:
            upto = public.size if public else 0
            waiting = await trees.at_least(log.tree, upto + 1)
            signed = newest.cosigned.signed_by(quorum.witnesses)
            lacking = tuple(one.name for one in quorum.witnesses if one not in signed)
            since = waiting.sealed_at if waiting else None
            found.append(Cosigning(log.origin, newest.size, upto, lacking, since))
    return found
