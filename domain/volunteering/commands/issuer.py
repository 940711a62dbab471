"""Commands on the keys that sign an institution's certificates; only the operator's own parts send them."""

from domain.kernel.command import Command
from domain.kernel.text import Line
from domain.transparency.commands import PublicKey


class MakeIssuerKey(Command, frozen=True):
    """Begin the institution's ring with the key that signs its certificates from now on."""

    public_key: PublicKey


class RotateIssuerKey(Command, frozen=True):
    """Let another key sign from now on; what the one before signed stays valid."""

    public_key: PublicKey
    reason: Line


class RetireIssuerKey(Command, frozen=True):
    """Say that a key was lost to somebody: what it signs counts only where the log held it before."""

    public_key: PublicKey
    reason: Line
