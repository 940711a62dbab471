"""A workshop of an institution with civil society, for the whole country or in a municipality."""

from typing import Self
from uuid import UUID

from domain.council import citations
from domain.council.commands.workshop import AnnounceWorkshop, CancelWorkshop, RecordAttendance, RecordOutputs
from domain.council.events.workshop import AttendanceRecorded, OutputsRecorded, WorkshopAnnounced, WorkshopCancelled
from domain.council.saying import require_said
from domain.council.workshop_parts import WorkshopLevel, WorkshopStage
from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.amounts import require_once
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.message import N_


class Workshop(Aggregate):
    """announced → held, or cancelled; attendance and outputs are said once it began."""

    initial = WorkshopAnnounced

    @classmethod
    @creates(AnnounceWorkshop)
    def announce(cls, command: AnnounceWorkshop, ctx: Context, stream_id: UUID) -> Self:
        """Of a time to come, at a place where people can go or join."""
        ctx.tenant.require_active()
        require_said(command.title, "/title", ctx)
        require_said(command.summary, "/summary", ctx)
        _require_time(command, ctx)
        _require_place(command)
        return cls.begin(
            ctx, stream_id, WorkshopAnnounced(**{name: getattr(command, name) for name in command.__struct_fields__})
        )

    @decides(RecordAttendance)
    def attended(self, command: RecordAttendance, ctx: Context) -> None:
        """When it has begun: one line a side, and somebody came."""
        self._require_begun(command, ctx)
        require_once((one.side for one in command.attendance), "/attendance", "side")
        if not any(one.total for one in command.attendance):
            raise InvalidValue("/attendance", N_("Nobody came: cancel the workshop instead."))
        self.trigger(ctx, AttendanceRecorded(attendance=command.attendance))

    @decides(RecordOutputs)
    def concluded(self, command: RecordOutputs, ctx: Context) -> None:
        """When it is known who came."""
        if self.stage is not WorkshopStage.HELD:
            raise IllegalTransition(state=self.stage, command=command.name)
        require_said(command.outputs, "/outputs", ctx)
        files = command.files or ()
        require_once(((one.language, one.file.sha256) for one in files), "/files")
        self.trigger(ctx, OutputsRecorded(outputs=command.outputs, files=files))

    @decides(CancelWorkshop)
    def cancel(self, command: CancelWorkshop, ctx: Context) -> None:
        """As long as nobody is known to have come."""
        if self.stage is not WorkshopStage.ANNOUNCED:
            raise IllegalTransition(state=self.stage, command=command.name)
        require_said(command.reason, "/reason", ctx)
        self.trigger(ctx, WorkshopCancelled(reason=command.reason))

    @applies(WorkshopAnnounced)
    def _announced(self, event: WorkshopAnnounced) -> None:
        self.stage, self.begins_at = WorkshopStage.ANNOUNCED, event.begins_at

    @applies(AttendanceRecorded)
    def _attended(self, _event: AttendanceRecorded) -> None:
        self.stage = WorkshopStage.HELD

    @applies(OutputsRecorded)
    def _concluded(self, _event: OutputsRecorded) -> None:
        """Nothing else follows from it."""

    @applies(WorkshopCancelled)
    def _cancelled(self, _event: WorkshopCancelled) -> None:
        self.stage = WorkshopStage.CANCELLED

    def _require_begun(self, command: Command, ctx: Context) -> None:
        if self.stage is WorkshopStage.CANCELLED:
            raise IllegalTransition(state=self.stage, command=command.name)
        if ctx.now < self.begins_at:
            raise RuleViolated(
                "council.workshop.begun",
                N_("The workshop begins at {begins_at}; who comes is known after that."),
                citation=citations.STRATEGY,
                begins_at=self.begins_at.isoformat(),
            )


def _require_time(command: AnnounceWorkshop, ctx: Context) -> None:
    if command.ends_at <= command.begins_at:
        raise InvalidValue("/ends_at", N_("It ends before it begins."))
    if command.begins_at <= ctx.now and not ctx.imported:
        raise InvalidValue("/begins_at", N_("A workshop is announced before it begins."))


def _require_place(command: AnnounceWorkshop) -> None:
    place = command.place
    if place.room is None and place.page is None:
        raise InvalidValue("/place", N_("Say where it is: a room, a page to join it by, or both."))
    if (place.municipality is None) is (command.level is WorkshopLevel.LOCAL):
        raise InvalidValue("/place/municipality", N_("A local workshop is in a municipality, a central one in none."))
