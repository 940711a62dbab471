"""A witness at its own pace: looks at every log, and cosigns what has only grown since it looked before.

It grows each tree itself from the hashes of all leaves, so it takes nobody's word for consistency. What it has seen of
a log is on disk before a cosignature leaves: after a crash it never signs a shorter or another history.
"""

import base64
import time
from collections.abc import Callable, Sequence

import msgspec

from services.civikos.client.durable import Places
from services.civikos.client.errors import NotProved
from services.civikos.client.log_reader import LogReader, grown
from services.civikos.client.model import LogView
from services.civikos.client.notes import Checkpoint, Cosigner
from services.civikos.client.proof import require_signed
from services.civikos.client.tree import Peaks


class _Seen(msgspec.Struct, frozen=True):
    """Of one log: its peaks in base64, and when its checkpoint was cosigned (seconds since 1970)."""

    size: int
    hashes: tuple[str, ...]
    at: int

    @property
    def peaks(self) -> Peaks:
        return Peaks(self.size, tuple(base64.b64decode(one) for one in self.hashes))


_decode = msgspec.json.Decoder(dict[str, _Seen]).decode


class Witness:
    """One cosigner, one process at a time on its place. `keys` are the installation's, known by another way."""

    def __init__(
        self,
        reader: LogReader,
        cosigner: Cosigner,
        place: Places,
        keys: Sequence[bytes],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._reader, self._cosigner, self._place, self._keys = reader, cosigner, place, keys
        self._clock = clock
        kept = place.read()
        self._seen: dict[str, _Seen] = _decode(kept.encode()) if kept else {}

    async def look(self, log: LogView) -> tuple[Checkpoint, str] | None:
        """The newest checkpoint of a log and the cosignature's line; None when there is nothing new to cosign.

        Raises: NotProved when it is not signed by the installation, or does not continue what was seen before: keep
        both checkpoints then, they are evidence.
        """
        checkpoint = await self._reader.head(log)
        if checkpoint is None:
            return None
        require_signed(checkpoint, log, self._keys)
        seen = self._seen.get(log.origin, _Seen(0, (), 0))
        if checkpoint.size < seen.size:
            raise NotProved(f"{log.origin} has shrunk from {seen.size} to {checkpoint.size} leaves")
        leaves = await self._reader.leaves(log.slug, log.epoch, seen.size, checkpoint.size)
        peaks = grown(seen.peaks, checkpoint, leaves)
        if checkpoint.size == seen.size:
            return None
        at = max(int(self._clock()), seen.at)
        self._keep(log.origin, peaks, at)
        return checkpoint, self._cosigner.cosign(checkpoint, at)

    def _keep(self, origin: str, peaks: Peaks, at: int) -> None:
        hashes = tuple(base64.b64encode(one).decode() for one in peaks.hashes)
        seen = self._seen | {origin: _Seen(peaks.size, hashes, at)}
        self._place.keep(msgspec.json.encode(seen).decode())
        self._seen = seen
