"""Commands on signing keys and epochs; only the installation's operator sends them, never over HTTP."""

from typing import Annotated

import msgspec

from domain.kernel.command import Command
from domain.kernel.text import END, Line, Prose

PublicKey = Annotated[str, msgspec.Meta(pattern=rf"^[0-9a-f]{{64}}{END}", description="Ed25519 public key, hex")]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**62)]


class MakeSigningKey(Command, frozen=True):
    """Begin the key ring with the key that signs from now on."""

    public_key: PublicKey


class RotateSigningKey(Command, frozen=True):
    """Let another key sign from now on; the one before stays known, so that what it signed verifies."""

    public_key: PublicKey
    reason: Line


class RetireSigningKey(Command, frozen=True):
    """Say that a key must not be trusted for anything signed from now on, as when it was lost to somebody."""

    public_key: PublicKey
    reason: Line


class BeginEpoch(Command, frozen=True):
    """Go on after a restore or a failover: the log stood at `position`, and an outsider may have seen more of it.

    `old_note` is the newest checkpoint of the epoch before that is known outside the database, '' when none was ever
    published; `old_size` is the size it states.
    """

    epoch: Annotated[int, msgspec.Meta(ge=2, le=2**31 - 1)]
    position: Count
    old_size: Count
    old_note: Annotated[str, msgspec.Meta(max_length=65_536)]
    reason: Prose


class BringLog(Command, frozen=True):
    """Go on with a log of another installation, which signed its first `position` events under the name `origin`.

    `note` is the newest checkpoint there, `keys` are those of that installation's keys that checkpoints were verified
    with when the log was brought here.
    """

    epoch: Annotated[int, msgspec.Meta(ge=2, le=2**31 - 1)]
    position: Annotated[int, msgspec.Meta(ge=1, le=2**62)]
    origin: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    note: Annotated[str, msgspec.Meta(min_length=1, max_length=65_536)]
    keys: Annotated[tuple[PublicKey, ...], msgspec.Meta(min_length=1, max_length=100)]
    reason: Prose
