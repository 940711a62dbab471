"""The witnesses' port: who cosigns the checkpoints of our logs, by C2SP tlog-witness.

What a witness answers is checked behind the port: a signature that is returned holds. The contract suite is
`tests/contracts/test_witnesses.py`.
"""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from infra.tlog.note import COSIGNATURE, Note, NoteRefused, Verifier
from infra.tlog.witnessing import AddCheckpoint


class WitnessFailed(Exception):
    """No answer, none in time, or one that is no answer of a witness. Ask again later."""


class WitnessRefused(Exception):
    """The witness does not cosign this: `status` as C2SP tlog-witness gives it, the message as the witness does."""

    def __init__(self, status: int, told: str) -> None:
        super().__init__(f"{status} {told}")
        self.status = status


class OtherSize(Exception):
    """The witness knows the log at another size, `size`: prove the growth from there."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the witness knows the log at size {size}")
        self.size = size


class Cosigned(msgspec.Struct, frozen=True):
    """A verified signature line, ending with a newline, and when the witness made it (seconds since 1970)."""

    line: str
    at: int


class Witness(Protocol):
    """One witness, known by its key."""

    @property
    def verifier(self) -> Verifier:
        """The key its cosignatures verify with."""
        ...

    async def add(self, request: AddCheckpoint) -> Cosigned:
        """Have a checkpoint cosigned.

        Raises: OtherSize, WitnessRefused, WitnessFailed.
        """
        ...

    async def latest(self, origin: str) -> Note | None:
        """The checkpoint it cosigned last of a log, with a cosignature that holds; None when it never did.

        Raises: WitnessFailed.
        """
        ...


UNASKED = "-"
"""Stands where the address of a witness would that is not asked, and hands its cosignatures in."""


class Address(msgspec.Struct, frozen=True):
    """Where a witness answers, without a slash at the end ('' for one that is not asked), and its key."""

    url: str
    verifier: Verifier


def addresses(text: str) -> Sequence[Address]:
    """Witnesses as settings name them: `URL VKEY`, or `- VKEY` for one that is not asked, separated by commas.

    Raises: ValueError, naming the wrong one.
    """
    found: list[Address] = []
    for entry in (part.split() for part in text.split(",") if part.strip()):
        shown = " ".join(entry)[:120]
        url = entry[0].rstrip("/")
        asked = url.startswith(("http://", "https://"))
        if len(entry) != 2 or not (asked or url == UNASKED):  # noqa: PLR2004 - an address and a key
            msg = f"{shown!r} is no witness: give `URL VKEY`, several with commas between them"
            raise ValueError(msg)
        try:
            verifier = Verifier.parse(entry[1])
        except NoteRefused as error:
            raise ValueError(str(error)) from error
        if verifier.kind != COSIGNATURE:
            msg = f"{shown!r} names a key that does not cosign"
            raise ValueError(msg)
        found.append(Address(url if asked else "", verifier))
    if len({one.verifier.name for one in found}) != len(found):
        msg = "two witnesses have the same name"
        raise ValueError(msg)
    return found
