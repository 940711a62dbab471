"""Rows of the register of releases: one for each release, and one for what is known of a process."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.contracts.contract_parts import DueDelivery
from domain.contracts.facts import CallFacts, NeedFacts
from domain.contracts.vocabulary import PricedLine
from domain.kernel.ids import derived_id
from domain.kernel.text import Title
from projections.read_model import Stored
from projections.release_parts import Amendment, Content, Organisation, Party, Reference, Tag, Words

_NEXT = timedelta(microseconds=1)


class KnownNeed(msgspec.Struct, frozen=True, tag="need", omit_defaults=True):
    """A need as it was assessed."""

    facts: NeedFacts


class KnownCall(msgspec.Struct, frozen=True, tag="call", omit_defaults=True):
    """A published call, and who bid; nothing of a bid before it was opened is told."""

    facts: CallFacts
    closed: bool = False
    bidders: dict[str, Party] = {}
    opened: tuple[str, ...] = ()
    awards: tuple[str, ...] = ()


class KnownContract(msgspec.Struct, frozen=True, tag="contract", omit_defaults=True):
    """A contract on a service. `deducted` are the numbers of deliveries for which less is paid."""

    award_id: str
    title: Title
    supplier: Party
    lines: tuple[PricedLine, ...]
    deliveries: tuple[DueDelivery, ...]
    deducted: tuple[int, ...] = ()
    under_way: bool = False


class KnownRecord(msgspec.Struct, frozen=True, tag="record", omit_defaults=True):
    """A contract that was recorded elsewhere."""

    suppliers: tuple[Organisation, ...]
    under_way: bool = False


Known = KnownNeed | KnownCall | KnownContract | KnownRecord


class ReleaseRow(msgspec.Struct, frozen=True):
    """A release, or what is known of the thing that releases are about: that row is its stream's, and never public.

    `number` counts the releases about it from 1; 0 is what is known, and repeats the newest release. `about_id` is the
    stream of the need, call or contract, `process_id` the stream that names the process. A release's date,
    `released_at`, is its event's time, or a microsecond after the release before where that is not earlier, so that
    dates order releases as the log does.
    """

    tenant_id: int
    entry_id: UUID
    about_id: UUID
    number: int
    process_id: UUID
    released: int
    position: int
    epoch: int
    recorded_at: datetime
    released_at: datetime
    tags: tuple[Tag, ...] = ()
    content: Content | None = None
    known: Known | None = None
    public: bool = False


Row = ReleaseRow


def begun(event: Stored, process_id: UUID, known: Known) -> Row:
    """What is known from now on; nothing is released yet."""
    return Row(
        tenant_id=event.tenant_id,
        entry_id=event.stream_id,
        about_id=event.stream_id,
        number=0,
        process_id=process_id,
        released=0,
        position=event.position,
        epoch=event.epoch,
        recorded_at=event.recorded_at,
        released_at=event.occurred_at,
        known=known,
    )


def knowing(row: Row, known: Known) -> Row:
    """The row when more is known, and nothing was released."""
    return replace(row, known=known)


def releasing(row: Row, event: Stored, tags: tuple[Tag, ...], content: Content, known: Known | None = None) -> Row:
    """The row after a release."""
    at = max(event.occurred_at, row.released_at + _NEXT) if row.released else event.occurred_at
    return replace(
        row,
        released=row.released + 1,
        position=event.position,
        epoch=event.epoch,
        recorded_at=event.recorded_at,
        released_at=at,
        tags=tags,
        content=content,
        known=known or row.known,
    )


def amendment(row: Row, event: Stored, rationale: Words = "") -> Amendment:
    """What the release that the event makes changes of the one before it, and why."""
    return Amendment(
        id=str(event.version),
        date=event.occurred_at,
        rationale=rationale,
        release_id=Reference(epoch=event.epoch, position=event.position),
        amends_release_id=Reference(epoch=row.epoch, position=row.position),
    )


def released(row: Row, event: Stored) -> tuple[Row, ...]:
    """The release that the event made of the row, if it made one."""
    if not row.released or row.position != event.position:
        return ()
    entry_id = derived_id("release", row.about_id, row.released)
    return (replace(row, entry_id=entry_id, number=row.released, known=None, public=True),)
