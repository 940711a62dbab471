"""Events of signing keys (in the national log) and of epochs (in the log that was restored)."""

from domain.kernel.event import Event, InitialEvent


def _tagged_epochs(_event: Event) -> tuple[str, ...]:
    return (EPOCHS,)


EPOCHS = "epochs"
"""The tag by which a log's epochs are found."""


class SigningKeyMade(InitialEvent, frozen=True):
    """The installation has a key (Ed25519, hex) that signs its logs' checkpoints."""

    TOPIC = "transparency.SigningKeyMade.v1"
    public_key: str


class SigningKeyRotated(Event, frozen=True):
    """From here on `public_key` signs; what `previous` signed before stays valid."""

    TOPIC = "transparency.SigningKeyRotated.v1"
    public_key: str
    previous: str
    reason: str


class SigningKeyRetired(Event, frozen=True):
    """Nothing that the key signs from here on is to be trusted; what it signed before stays valid."""

    TOPIC = "transparency.SigningKeyRetired.v1"
    public_key: str
    reason: str


class EpochBegun(InitialEvent, frozen=True):
    """The log was restored and goes on after `position`; checkpoints of the epoch before reached up to `old_size`.

    Positions after `position` of the epoch before, if anybody saw them, are not part of this log any more: `old_note`
    is the signed proof of how far it had come.
    """

    TOPIC = "transparency.EpochBegun.v1"
    tags = _tagged_epochs
    epoch: int
    position: int
    old_size: int
    old_note: str
    reason: str


class LogBrought(Event, frozen=True):
    """Everything before this epoch was stored by another installation, whose checkpoints begin with another name.

    `note` is the last of them, over the `size` events before the epoch; `keys` (Ed25519, hex) are those that the
    checkpoints were verified with before the log was taken over. They vouch for logs of that name, for no other.
    """

    TOPIC = "transparency.LogBrought.v1"
    tags = _tagged_epochs
    origin: str
    size: int
    note: str
    keys: tuple[str, ...]
