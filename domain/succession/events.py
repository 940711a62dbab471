"""Events of succession: in the ended institution's log who answers for what, in each successor's what it took over.

What stands in the ended institution's log governs there: an append to it proves who may act for whom.
"""

from datetime import datetime
from uuid import UUID

from domain.kernel.event import Event, InitialEvent
from domain.kernel.governing import governs
from domain.kernel.ids import derived_id
from domain.succession.vocabulary import DutyKind, Ending, Successor, TreeHead


class SuccessionBegun(InitialEvent, frozen=True):
    """The institution of this log has ended and others succeed it; of a split one the first-named answers at first."""

    TOPIC = "succession.SuccessionBegun.v1"
    tags = governs
    how: Ending
    successors: tuple[Successor, ...]
    decision_no: str
    origin: str


class SuccessionPassed(Event, frozen=True):
    """Successors (`ended`) have ended themselves: whoever succeeds them takes their place here, and their duties."""

    TOPIC = "succession.SuccessionPassed.v1"
    tags = governs
    ended: tuple[str, ...]
    successors: tuple[Successor, ...]
    decision_no: str
    origin: str


class DutyCarried(Event, frozen=True):
    """Something of this log is still to be done, and the successor `to` answers for it."""

    TOPIC = "succession.DutyCarried.v1"
    tags = governs
    duty_id: UUID
    kind: DutyKind
    to: str
    due: datetime | None = None


class DutyAssigned(Event, frozen=True):
    """Another of the successors answers for the duty by a decision."""

    TOPIC = "succession.DutyAssigned.v1"
    tags = governs
    duty_id: UUID
    before: str
    to: str
    decision_no: str


class SuccessionTaken(InitialEvent, frozen=True):
    """The institution of this log succeeds another, whose log goes on by itself; `head` is how far it was sealed."""

    TOPIC = "succession.SuccessionTaken.v1"
    predecessor: str
    decision_no: str
    head: TreeHead | None
    origin: str


class DutyTaken(Event, frozen=True):
    """The institution of this log answers for a stream in the predecessor's log."""

    TOPIC = "succession.DutyTaken.v1"
    predecessor: str
    duty_id: UUID
    kind: DutyKind
    due: datetime | None = None


class DutyHandedOver(Event, frozen=True):
    """Another institution answers for it from now on."""

    TOPIC = "succession.DutyHandedOver.v1"
    predecessor: str
    duty_id: UUID


EVENTS = (
    SuccessionBegun,
    SuccessionPassed,
    DutyCarried,
    DutyAssigned,
    SuccessionTaken,
    DutyTaken,
    DutyHandedOver,
)


def succession_id(tenant_id: int) -> UUID:
    """The stream in an ended institution's log that says who succeeds it."""
    return derived_id("succession", tenant_id)


def inheritance_id(tenant_id: int, predecessor: str) -> UUID:
    """The stream in a successor's log of what it took over from one predecessor, named by its slug."""
    return derived_id("inheritance", tenant_id, predecessor)
