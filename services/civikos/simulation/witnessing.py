"""The platform as a witness: cosigns every log that has only grown, and finds in it the events that it was told of."""

from collections.abc import Sequence
from pathlib import Path

from services.civikos.client.durable import FilePlace
from services.civikos.client.ed25519 import private_key
from services.civikos.client.log_reader import HEADS
from services.civikos.client.model import LogView
from services.civikos.client.notes import Cosigner, decoded
from services.civikos.client.pakt import Pakt
from services.civikos.client.proof import prove
from services.civikos.client.witness import Witness
from services.civikos.simulation.inbox import Inbox


def cosigner_of(state: Path, name: str) -> Cosigner:
    """The key in the folder under this name; made where there is none. One key has one name for ever."""
    place = FilePlace(state / "witness.key")
    kept = place.read()
    if not kept:
        private = private_key()
        place.keep(f"{name}\n{private.private_bytes_raw().hex()}\n")
        return Cosigner(name, private)
    named, raw = kept.split()
    if named != name:
        msg = f"the key in {state} is {named}'s; a witness under another name needs another folder"
        raise ValueError(msg)
    return Cosigner(name, private_key(bytes.fromhex(raw)))


class Witnessing:
    """Looks at the logs of some institutions, of all where it is None; `cosigned` counts what was handed in."""

    def __init__(self, pakt: Pakt, witness: Witness, slugs: frozenset[str] | None) -> None:
        self._pakt, self._witness, self._slugs = pakt, witness, slugs
        self.cosigned = 0

    async def logs(self) -> list[LogView]:
        """The logs that are looked at."""
        return [log for log in await self._pakt.logs.logs() if self._slugs is None or log.slug in self._slugs]

    async def step(self) -> bool:
        """Look at each log once; whether one had grown.

        Raises: NotProved when one has not only grown: whoever runs the platform has to know.
        """
        grown = False
        for log in await self.logs():
            looked = await self._witness.look(log)
            if looked is not None:
                await self._pakt.hand_in(log, *looked)
                self.cosigned, grown = self.cosigned + 1, True
        return grown


async def prove_told(pakt: Pakt, keys: Sequence[bytes], inbox: Inbox, logs: Sequence[LogView]) -> int:
    """How many events that came are proved to stand in these logs. Raises: NotProved."""
    proved = 0
    for log in logs:
        told = {position: decoded(leaf) for position, leaf in inbox.leaves(log.slug, log.epoch)}
        proved += await prove(pakt.logs, keys, log, told) if told and log.kind != HEADS else 0
    return proved
