"""What a transparency log tells of itself: the keys that sign it, and the epochs that restores begin."""

from domain.kernel.manifest import Domain, Role, Scope
from domain.transparency.commands import BeginEpoch, BringLog, MakeSigningKey, RetireSigningKey, RotateSigningKey
from domain.transparency.epochs import LogEpoch
from domain.transparency.events import (
    EpochBegun,
    LogBrought,
    SigningKeyMade,
    SigningKeyRetired,
    SigningKeyRotated,
)
from domain.transparency.signing_keys import SigningKeyRing

_OPERATOR = frozenset({Role.OPERATOR})
_WITNESSES = frozenset({Role.API_CLIENT})

DOMAIN = Domain(
    name="transparency",
    aggregates=(SigningKeyRing, LogEpoch),
    events=(SigningKeyMade, SigningKeyRotated, SigningKeyRetired, EpochBegun, LogBrought),
    permissions={
        MakeSigningKey: _OPERATOR,
        RotateSigningKey: _OPERATOR,
        RetireSigningKey: _OPERATOR,
        BeginEpoch: _OPERATOR,
        BringLog: _OPERATOR,
    },
    queries={"log_head": _WITNESSES, "cosignatures": _WITNESSES},
    scopes={Scope.WITNESS: frozenset({"log_head", "cosignatures"})},
    public=frozenset({SigningKeyMade, SigningKeyRotated, SigningKeyRetired, EpochBegun, LogBrought}),
)
