"""A trial domain: the smallest one that uses everything the command path offers.

A reference, a boundary, folds of the national log (permits, which only the national tenant gives), personal data.
"""

from typing import Any, ClassVar
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Boundary, Command
from domain.kernel.errors import IllegalTransition, RuleViolated
from domain.kernel.event import Event, InitialEvent, Personal
from domain.kernel.manifest import Domain, Role


class OpenBox(Command, frozen=True):
    label: str = ""


class CloseBox(Command, frozen=True):
    """Needs the number of slips put in so far: a boundary."""

    slips: int


class PutSlip(Command, frozen=True):
    box_id: UUID
    text: str
    writer: str = ""


class MarkSlip(Command, frozen=True):
    mark: int = 1


class GivePermit(Command, frozen=True):
    holder: UUID
    most: int = 1


class EndPermit(Command, frozen=True):
    holder: UUID


class LabelBox(Command, frozen=True):
    """Needs a permit of the national log that is not ended."""

    holder: UUID


class PermitGiven(InitialEvent, frozen=True):
    TOPIC: ClassVar[str] = "trial.PermitGiven.v1"
    holder: UUID
    most: int

    def tags(self) -> tuple[str, ...]:
        return (f"holder:{self.holder}",)


class PermitEnded(Event, frozen=True):
    TOPIC: ClassVar[str] = "trial.PermitEnded.v1"
    holder: UUID

    def tags(self) -> tuple[str, ...]:
        return (f"holder:{self.holder}",)


class BoxLabelled(Event, frozen=True):
    TOPIC: ClassVar[str] = "trial.BoxLabelled.v1"
    holder: UUID


class BoxOpened(InitialEvent, frozen=True):
    TOPIC: ClassVar[str] = "trial.BoxOpened.v1"
    label: str


class BoxClosed(Event, frozen=True):
    TOPIC: ClassVar[str] = "trial.BoxClosed.v1"
    slips: int


class SlipPut(InitialEvent, frozen=True):
    TOPIC: ClassVar[str] = "trial.SlipPut.v1"
    box_id: UUID
    text: str

    def tags(self) -> tuple[str, ...]:
        return (f"box:{self.box_id}",)


class SlipMarked(Event, frozen=True):
    TOPIC: ClassVar[str] = "trial.SlipMarked.v1"
    mark: int


class Slips(Boundary):
    def __init__(self) -> None:
        self.count = 0

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        return f"box:{stream_id}"

    def apply(self, stream_id: UUID, event: object) -> None:
        self.count += isinstance(event, SlipPut)


class Permits(Boundary):
    """Permits of a holder that were not ended."""

    def __init__(self) -> None:
        self.open = 0

    @classmethod
    def tag(cls, stream_id: UUID, command: Any) -> str:
        return f"holder:{command.holder}"

    def apply(self, stream_id: UUID, event: object) -> None:
        self.open += isinstance(event, PermitGiven) - isinstance(event, PermitEnded)


class Given(Permits):
    """Permits of a holder that were ever given."""

    def apply(self, stream_id: UUID, event: object) -> None:
        self.open += isinstance(event, PermitGiven)


class Permit(Aggregate):
    initial = PermitGiven

    @classmethod
    @creates(GivePermit, register=(Permits,))
    def give(cls, command: GivePermit, ctx: Any, stream_id: UUID) -> "Permit":
        if ctx.registered(Permits).open >= command.most:
            raise RuleViolated("trial.permits", "There are {found} permits.", found=ctx.registered(Permits).open)
        return cls.begin(ctx, stream_id, PermitGiven(holder=command.holder, most=command.most))

    @decides(EndPermit)
    def end(self, command: EndPermit, ctx: Any) -> None:
        self.trigger(ctx, PermitEnded(holder=command.holder))

    @applies(PermitGiven, PermitEnded)
    def _seen(self, _event: PermitGiven | PermitEnded) -> None:
        pass


class Box(Aggregate):
    initial = BoxOpened
    REFERENCED = True

    @classmethod
    @creates(OpenBox)
    def open(cls, command: OpenBox, ctx: Any, stream_id: UUID) -> "Box":
        return cls.begin(ctx, stream_id, BoxOpened(label=command.label))

    @decides(CloseBox, boundary=Slips)
    def close(self, command: CloseBox, ctx: Any) -> None:
        if self.closed:
            raise IllegalTransition(state="closed", command="CloseBox")
        if ctx.folded(Slips).count != command.slips:
            raise RuleViolated("trial.count", "There are {found} slips.", found=ctx.folded(Slips).count)
        self.trigger(ctx, BoxClosed(slips=command.slips))

    @decides(LabelBox, register=(Given, Permits))
    def label(self, command: LabelBox, ctx: Any) -> None:
        if not ctx.registered(Permits).open:
            raise RuleViolated("trial.permit", "{given} given, none open.", given=ctx.registered(Given).open)
        self.trigger(ctx, BoxLabelled(holder=command.holder))

    @applies(BoxOpened)
    def _opened(self, event: BoxOpened) -> None:
        self.closed = False

    @applies(BoxLabelled)
    def _labelled(self, event: BoxLabelled) -> None:
        pass

    @applies(BoxClosed)
    def _closed(self, event: BoxClosed) -> None:
        self.closed = True


class Slip(Aggregate):
    initial = SlipPut

    @classmethod
    @creates(PutSlip, references={"box": (Box, lambda command: command.box_id)})
    def put(cls, command: PutSlip, ctx: Any, stream_id: UUID) -> "Slip":
        if ctx.reference("box", Box).closed:
            raise RuleViolated("trial.closed", "The box is closed.")
        event = SlipPut(box_id=command.box_id, text=command.text)
        writer = Personal(ctx.actor, "name", command.writer) if command.writer else None
        return cls.begin(ctx, stream_id, event.about(writer))

    @decides(MarkSlip)
    def mark(self, command: MarkSlip, ctx: Any) -> None:
        if self.marks >= 100_000:
            raise RuleViolated("trial.marks", "Enough.")
        self.trigger(ctx, SlipMarked(mark=command.mark))

    @applies(SlipPut)
    def _put(self, event: SlipPut) -> None:
        self.marks, self.sum = 0, 0

    @applies(SlipMarked)
    def _marked(self, event: SlipMarked) -> None:
        self.marks, self.sum = self.marks + 1, self.sum + event.mark


TRIAL = Domain(
    name="trial",
    aggregates=(Box, Slip, Permit),
    events=(BoxOpened, BoxClosed, BoxLabelled, SlipPut, SlipMarked, PermitGiven, PermitEnded),
    permissions={
        GivePermit: frozenset({Role.REGISTRAR}),
        EndPermit: frozenset({Role.REGISTRAR}),
        LabelBox: frozenset({Role.CONSULTATION_COORDINATOR}),
        OpenBox: frozenset({Role.CONSULTATION_COORDINATOR}),
        CloseBox: frozenset({Role.CONSULTATION_COORDINATOR}),
        PutSlip: frozenset({Role.SIGNED_IN}),
        MarkSlip: frozenset({Role.SIGNED_IN}),
    },
)
