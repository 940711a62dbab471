"""A trial domain: the smallest one that uses everything the command path offers (reference, boundary, personal data)."""

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

    @applies(BoxOpened)
    def _opened(self, event: BoxOpened) -> None:
        self.closed = False

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
    aggregates=(Box, Slip),
    events=(BoxOpened, BoxClosed, SlipPut, SlipMarked),
    permissions={
        OpenBox: frozenset({Role.CONSULTATION_COORDINATOR}),
        CloseBox: frozenset({Role.CONSULTATION_COORDINATOR}),
        PutSlip: frozenset({Role.SIGNED_IN}),
        MarkSlip: frozenset({Role.SIGNED_IN}),
    },
)
