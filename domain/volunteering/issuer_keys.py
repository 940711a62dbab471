"""The keys that sign an institution's certificates, by their public halves; the private ones are no event's matter."""

from typing import Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import RuleViolated
from domain.kernel.ids import derived_id
from domain.kernel.message import N_
from domain.volunteering.commands.issuer import MakeIssuerKey, RetireIssuerKey, RotateIssuerKey
from domain.volunteering.events.issuer import IssuerKeyMade, IssuerKeyRetired, IssuerKeyRotated

RING = derived_id("issuer_keys")
"""The stream of the ring, the same in every institution's log."""


class IssuerKeyRing(Aggregate):
    """Every key that ever signed certificates: by public key whether it is `retired`, in order of making."""

    initial = IssuerKeyMade
    REFERENCED = True

    @property
    def current(self) -> str:
        """The key that signs now."""
        return next(reversed(self.retired))

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:
        """One ring in each log."""
        del tenant_id
        return RING if isinstance(command, MakeIssuerKey) else None

    @classmethod
    @creates(MakeIssuerKey)
    def make(cls, command: MakeIssuerKey, ctx: Context, stream_id: UUID) -> Self:
        """Whenever there is none."""
        return cls.begin(ctx, stream_id, IssuerKeyMade(command.public_key))

    @decides(RotateIssuerKey)
    def rotate(self, command: RotateIssuerKey, ctx: Context) -> None:
        """A key signs once in its life."""
        if command.public_key in self.retired:
            raise RuleViolated("volunteer.issuer.key", N_("The key has signed before; a rotation takes a new one."))
        self.trigger(ctx, IssuerKeyRotated(command.public_key, self.current, command.reason))

    @decides(RetireIssuerKey)
    def retire(self, command: RetireIssuerKey, ctx: Context) -> None:
        """Of a key that signs no more: another one signs before it is retired."""
        if self.retired.get(command.public_key) is not False or command.public_key == self.current:
            raise RuleViolated("volunteer.issuer.retired", N_("Only a key that signed earlier is retired, and once."))
        self.trigger(ctx, IssuerKeyRetired(command.public_key, command.reason))

    @applies(IssuerKeyMade)
    def _made(self, event: IssuerKeyMade) -> None:
        self.retired = {event.public_key: False}

    @applies(IssuerKeyRotated)
    def _rotated(self, event: IssuerKeyRotated) -> None:
        self.retired = {**self.retired, event.public_key: False}

    @applies(IssuerKeyRetired)
    def _retired(self, event: IssuerKeyRetired) -> None:
        self.retired = {**self.retired, event.public_key: True}
