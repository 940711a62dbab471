"""What a transparency log tells of itself: the keys that sign it, and the epochs that restores begin."""

from domain.kernel.manifest import Domain, Role
from domain.transparency.commands import BeginEpoch, MakeSigningKey, RetireSigningKey, RotateSigningKey
from domain.transparency.epochs import LogEpoch
from domain.transparency.events import EpochBegun, SigningKeyMade, SigningKeyRetired, SigningKeyRotated
from domain.transparency.signing_keys import SigningKeyRing

_OPERATOR = frozenset({Role.OPERATOR})

DOMAIN = Domain(
    name="transparency",
    aggregates=(SigningKeyRing, LogEpoch),
    events=(SigningKeyMade, SigningKeyRotated, SigningKeyRetired, EpochBegun),
    permissions={
        MakeSigningKey: _OPERATOR,
        RotateSigningKey: _OPERATOR,
        RetireSigningKey: _OPERATOR,
        BeginEpoch: _OPERATOR,
    },
    public=frozenset({SigningKeyMade, SigningKeyRotated, SigningKeyRetired, EpochBegun}),
)
