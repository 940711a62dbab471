"""What a successor took over from one predecessor: a stream in the successor's log."""

from typing import Self
from uuid import UUID

import msgspec

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_
from domain.succession.commands import HandOverDuties, TakeDuties, TakeSuccession
from domain.succession.events import DutyHandedOver, DutyTaken, SuccessionTaken, inheritance_id


class Inheritance(Aggregate):
    """`duties` are the streams in the predecessor's log for which the institution answers now."""

    initial = SuccessionTaken

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:
        """One for each predecessor."""
        return inheritance_id(tenant_id, command.predecessor) if isinstance(command, TakeSuccession) else None

    @classmethod
    @creates(TakeSuccession)
    def take(cls, command: TakeSuccession, ctx: Context, stream_id: UUID) -> Self:
        """From somebody else."""
        if command.predecessor == ctx.tenant.slug:
            raise RuleViolated("succession.self", N_("{slug} cannot succeed itself."), slug=ctx.tenant.slug)
        return cls.begin(ctx, stream_id, SuccessionTaken(**msgspec.structs.asdict(command)))

    @decides(TakeDuties)
    def take_duties(self, command: TakeDuties, ctx: Context) -> None:
        """Those that it does not have."""
        for duty in command.duties:
            if duty.duty_id not in self.duties:
                self.trigger(ctx, DutyTaken(self.predecessor, duty.duty_id, duty.kind, duty.due))

    @decides(HandOverDuties)
    def hand_over(self, command: HandOverDuties, ctx: Context) -> None:
        """Those that it has."""
        for duty_id in command.duty_ids:
            if duty_id in self.duties:
                self.trigger(ctx, DutyHandedOver(self.predecessor, duty_id))

    @applies(SuccessionTaken)
    def _taken(self, event: SuccessionTaken) -> None:
        self.predecessor = event.predecessor
        self.duties: set[UUID] = set()

    @applies(DutyTaken)
    def _duty_taken(self, event: DutyTaken) -> None:
        self.duties.add(event.duty_id)

    @applies(DutyHandedOver)
    def _handed_over(self, event: DutyHandedOver) -> None:
        self.duties.discard(event.duty_id)
