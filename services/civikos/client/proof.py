"""Proof that what a reader was told stands in the log that everybody is shown, word for word.

The whole tree of a log is grown from its leaves and must have the root that the installation has signed; then each
event that was told must be the leaf at its place. What this cannot show is what was never for the reader: of that, the
log says no more than that there is something.
"""

from collections.abc import Mapping, Sequence

from services.civikos.client.errors import NotProved
from services.civikos.client.log_reader import LogReader, grown
from services.civikos.client.model import LogView
from services.civikos.client.notes import Checkpoint
from services.civikos.client.tree import Peaks


async def prove(reader: LogReader, keys: Sequence[bytes], log: LogView, told: Mapping[int, bytes]) -> int:
    """How many of the events that were `told`, leaf hashes by position, stand in the log as it is signed by now.

    Later ones are not sealed yet. Raises: NotProved when one of them is something else, or the log does not hold.
    """
    checkpoint = await reader.checkpoint(log)
    if checkpoint is None:
        return 0
    require_signed(checkpoint, log, keys)
    leaves = await reader.leaves(log.slug, log.epoch, 0, checkpoint.size)
    grown(Peaks(), checkpoint, leaves)
    sealed = {position: leaf for position, leaf in told.items() if position <= checkpoint.size}
    for position, leaf in sealed.items():
        if position < 1 or leaves[position - 1] != leaf:
            raise NotProved(f"what was told as {position} of {log.origin} is not what stands there")
    return len(sealed)


def require_signed(checkpoint: Checkpoint, log: LogView, keys: Sequence[bytes]) -> None:
    """Raises: NotProved unless the checkpoint is one of this log, signed by one of the installation's keys."""
    if checkpoint.origin != log.origin:
        raise NotProved(f"the checkpoint of {log.origin} is one of {checkpoint.origin}")
    if not any(checkpoint.signed_by(key) for key in keys):
        raise NotProved(f"the checkpoint of {log.origin} is signed by no key of the installation")
