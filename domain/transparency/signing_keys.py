"""The ring of keys that sign the logs, by their public halves; the private ones are no event's matter."""

from typing import Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.context import Context
from domain.kernel.errors import RuleViolated
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.message import N_
from domain.transparency.commands import MakeSigningKey, RetireSigningKey, RotateSigningKey
from domain.transparency.events import SigningKeyMade, SigningKeyRetired, SigningKeyRotated


class SigningKeyRing(Aggregate):
    """Every key that ever signed: `current`, and by public key whether it is `retired`, in order of making."""

    initial = SigningKeyMade
    SINGLETON = "signing_keys"

    @property
    def current(self) -> str:
        """The key that signs now."""
        return next(reversed(self.retired))

    @classmethod
    @creates(MakeSigningKey)
    def make(cls, command: MakeSigningKey, ctx: Context, stream_id: UUID) -> Self:
        """One ring serves all logs of the installation."""
        if ctx.tenant.tenant_id != NATIONAL_TENANT:
            raise RuleViolated("signing_key.national", N_("The signing keys stand in the national log."))
        return cls.begin(ctx, stream_id, SigningKeyMade(command.public_key))

    @decides(RotateSigningKey)
    def rotate(self, command: RotateSigningKey, ctx: Context) -> None:
        """A key that was used before does not come back."""
        if command.public_key in self.retired:
            raise RuleViolated("signing_key.used", N_("This key has signed before: a rotation needs a new one."))
        self.trigger(ctx, SigningKeyRotated(command.public_key, self.current, command.reason))

    @decides(RetireSigningKey)
    def retire(self, command: RetireSigningKey, ctx: Context) -> None:
        """The key that signs is rotated first: there is always one."""
        if command.public_key not in self.retired:
            raise RuleViolated("signing_key.unknown", N_("This key has never signed here."))
        if command.public_key == self.current:
            raise RuleViolated("signing_key.current", N_("This key signs at present: rotate it first."))
        if self.retired[command.public_key]:
            raise RuleViolated("signing_key.retired", N_("This key is retired already."))
        self.trigger(ctx, SigningKeyRetired(command.public_key, command.reason))

    @applies(SigningKeyMade)
    def _made(self, event: SigningKeyMade) -> None:
        self.retired: dict[str, bool] = {event.public_key: False}

    @applies(SigningKeyRotated)
    def _rotated(self, event: SigningKeyRotated) -> None:
        self.retired[event.public_key] = False

    @applies(SigningKeyRetired)
    def _retired(self, event: SigningKeyRetired) -> None:
        self.retired[event.public_key] = True
