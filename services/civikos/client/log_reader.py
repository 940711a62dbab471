"""Reads the transparency logs as everybody may: checkpoints and tiles of hashes (C2SP tlog-tiles)."""

from collections.abc import Mapping

import msgspec

from services.civikos.client.errors import NotProved, Refused
from services.civikos.client.model import LogView, SigningKeys
from services.civikos.client.notes import Checkpoint
from services.civikos.client.operations import CHECKPOINT, HEAD, LOGS, SIGNING_KEYS, TILE
from services.civikos.client.sending import Sender, Sent
from services.civikos.client.tree import Peaks

NATION = "opm"
"""The institution in whose log platforms, their members and their endpoints stand, and to which the heads belong."""
HEADS = "heads"
_WIDTH, _HASH = 256, 32
_NOT_FOUND = 404


class LogReader:
    """The logs of one installation."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def keys(self) -> list[bytes]:
        """The public keys by which its checkpoints verify; who keeps them asks once, and compares by another way."""
        answer = await self._sender.send(Sent(operation=SIGNING_KEYS))
        known = msgspec.json.decode(answer.content, type=SigningKeys).keys
        return [bytes.fromhex(one.public_key) for one in known if one.state != "retired"]

    async def logs(self) -> list[LogView]:
        """Every sealed log, those of sandboxes too."""
        pages = await self._sender.pages(Sent(operation=LOGS, query={"limit": "200"}))
        return [msgspec.json.decode(one, type=LogView) for one in pages]

    async def checkpoint(self, log: LogView) -> Checkpoint | None:
        """The newest checkpoint that is public, None before there is one; its signatures are unchecked.

        Raises: NotProved.
        """
        return await self._note(Sent(operation=CHECKPOINT, path={"slug": log.slug, "epoch": log.epoch}))

    async def head(self, log: LogView) -> Checkpoint | None:
        """The newest checkpoint, which may still wait for its witnesses: for one of them. Raises: NotProved."""
        path, query = self.place(log)
        return await self._note(Sent(operation=HEAD, path=path, query=query))

    @staticmethod
    def place(log: LogView) -> tuple[Mapping[str, object], Mapping[str, str]]:
        """How the addresses for witnesses name a log: path and query."""
        tenant = NATION if log.kind == HEADS else log.slug
        return {"tenant": tenant, "epoch": log.epoch}, {"of": log.kind}

    async def _note(self, sent: Sent) -> Checkpoint | None:
        try:
            answer = await self._sender.send(sent)
        except Refused as refusal:
            if refusal.problem.status == _NOT_FOUND:
                return None
            raise
        return Checkpoint.parse(answer.text)

    async def leaves(self, slug: str, epoch: int, begin: int, end: int) -> list[bytes]:
        """Hashes of the leaves from `begin` up to `end`, which is a size that was sealed. Raises: NotProved."""
        found: list[bytes] = []
        for number in range(begin // _WIDTH, -(-end // _WIDTH)):
            wide = min(_WIDTH, end - number * _WIDTH)
            path = {"slug": slug, "epoch": epoch, "path": tile_path(number, wide)}
            raw = (await self._sender.send(Sent(operation=TILE, path=path))).content
            if len(raw) != wide * _HASH:
                raise NotProved(f"tile {number} of {slug} has not the hashes that were asked for")
            hashes = [raw[n : n + _HASH] for n in range(0, len(raw), _HASH)]
            found += hashes[max(0, begin - number * _WIDTH) :]
        return found


def tile_path(number: int, wide: int) -> str:
    """Path of a tile of leaf hashes, such as `0/x001/234` or, of a partial one, `0/000.p/17`."""
    digits = f"{number:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[n : n + 3] for n in range(0, len(digits), 3)]
    path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"0/{path}" + ("" if wide == _WIDTH else f".p/{wide}")


def grown(peaks: Peaks, checkpoint: Checkpoint, leaves: list[bytes]) -> Peaks:
    """The tree of a checkpoint, which begins with the one that is known. Raises: NotProved when it does not."""
    made = peaks.extended(leaves)
    if (made.size, made.root) != (checkpoint.size, checkpoint.root):
        raise NotProved(f"{checkpoint.origin} did not grow from the {peaks.size} leaves that it had")
    return made
