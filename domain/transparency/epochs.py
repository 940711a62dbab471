"""Epochs of a log: each restore or move begins one, and its first event says how far the log had been seen before."""

from typing import Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue
from domain.kernel.ids import derived_id
from domain.kernel.message import N_
from domain.transparency.commands import BeginEpoch, BringLog
from domain.transparency.events import EpochBegun, LogBrought


class LogEpoch(Aggregate):
    """One epoch; a tenant's stream for each number is settled, so that none begins twice."""

    initial = EpochBegun

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:
        """The epoch's own stream."""
        return derived_id("epoch", tenant_id, command.epoch) if isinstance(command, BeginEpoch | BringLog) else None

    @classmethod
    @creates(BeginEpoch)
    def begin_epoch(cls, command: BeginEpoch, ctx: Context, stream_id: UUID) -> Self:
        """A note and the size it states come together."""
        if bool(command.old_note) != bool(command.old_size):
            raise InvalidValue("/old_size", N_("A published checkpoint has a size; without one the size is 0."))
        event = EpochBegun(command.epoch, command.position, command.old_size, command.old_note, command.reason)
        return cls.begin(ctx, stream_id, event)

    @classmethod
    @creates(BringLog)
    def bring_log(cls, command: BringLog, ctx: Context, stream_id: UUID) -> Self:
        """Of the name that the log has here nobody has seen anything."""
        made = cls.begin(ctx, stream_id, EpochBegun(command.epoch, command.position, 0, "", command.reason))
        made.trigger(ctx, LogBrought(command.origin, command.position, command.note, command.keys))
        return made

    @applies(LogBrought)
    def _brought(self, event: LogBrought) -> None:
        self.origin, self.keys = event.origin, event.keys

    @applies(EpochBegun)
    def _begun(self, event: EpochBegun) -> None:
        self.epoch, self.position = event.epoch, event.position
        self.old_size, self.old_note = event.old_size, event.old_note
