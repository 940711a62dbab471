"""Epochs of a log: each restore begins one, and says in its first event how far the log before had been seen."""

from typing import Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue
from domain.kernel.ids import derived_id
from domain.kernel.message import N_
from domain.transparency.commands import BeginEpoch
from domain.transparency.events import EpochBegun


class LogEpoch(Aggregate):
    """One epoch; a tenant's stream for each number is settled, so that none begins twice."""

    initial = EpochBegun

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:
        """The epoch's own stream."""
        return derived_id("epoch", tenant_id, command.epoch) if isinstance(command, BeginEpoch) else None

    @classmethod
    @creates(BeginEpoch)
    def begin_epoch(cls, command: BeginEpoch, ctx: Context, stream_id: UUID) -> Self:
        """A note and the size it states come together."""
        if bool(command.old_note) != bool(command.old_size):
            raise InvalidValue("/old_size", N_("A published checkpoint has a size; without one the size is 0."))
        event = EpochBegun(command.epoch, command.position, command.old_size, command.old_note, command.reason)
        return cls.begin(ctx, stream_id, event)

    @applies(EpochBegun)
    def _begun(self, event: EpochBegun) -> None:
        self.epoch, self.position = event.epoch, event.position
        self.old_size, self.old_note = event.old_size, event.old_note
