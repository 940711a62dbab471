"""A deadline as a row, and what may become of it; each domain's module of deadlines says when."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.kernel.command import Command
from domain.kernel.deadline import Deadline
from domain.kernel.ids import derived_id
from projections.read_model import Key, Keys, Stored


class Moved(msgspec.Struct, frozen=True):
    """A date that no longer counts: when it was replaced, by what event, and its proof."""

    due_at: datetime
    replaced_at: datetime
    by: str
    proof: Deadline | None = None


class DeadlineRow(msgspec.Struct, frozen=True):
    """A deadline of a stream, or of the part `part_id` of it; `state` is pending, met, missed or cancelled.

    Its id stays the same when its date moves; `moved` holds the earlier dates. `proof` is None for what was counted
    elsewhere. Whether a pending one is overdue is a question of now, so not in here.
    `action` names the command that the clock sends to the stream when the time has come, '' where it has nothing to do.
    """

    tenant_id: int
    deadline_id: UUID
    stream_id: UUID
    kind: str
    state: str
    due_at: datetime
    set_at: datetime
    position: int
    epoch: int
    action: str = ""
    part_id: UUID | None = None
    rule: str = ""
    calendar: str = ""
    proof: Deadline | None = None
    moved: tuple[Moved, ...] = ()
    settled_at: datetime | None = None


def deadline_id(stream_id: UUID, kind: str, part_id: UUID | None = None) -> UUID:
    """The id of the one deadline of a kind that a stream, or a part of it, has."""
    return derived_id("deadline", stream_id, kind, *(() if part_id is None else (part_id,)))


def of_stream(*kinds: str) -> Keys:
    """Finds, for `folds`, the deadlines of these kinds that the event's stream has."""

    def found(event: Stored, _told: Any) -> Iterable[Key]:
        return [(deadline_id(event.stream_id, kind),) for kind in kinds]

    return found


def set_deadline(
    event: Stored,
    kind: str,
    due_at: datetime,
    proof: Deadline | None,
    *,
    action: type[Command] | None = None,
    part_id: UUID | None = None,
) -> DeadlineRow:
    """A deadline that the event sets; `action` is a command without fields, or with one for the part's id.

    Raises: TypeError for any other command: the clock knows nothing else to put into it.
    """
    if action is not None and len(action.__struct_fields__) != (part_id is not None):
        raise TypeError(action)
    return DeadlineRow(
        tenant_id=event.tenant_id,
        deadline_id=deadline_id(event.stream_id, kind, part_id),
        stream_id=event.stream_id,
        kind=kind,
        state="pending",
        due_at=due_at,
        set_at=event.occurred_at,
        position=event.position,
        epoch=event.epoch,
        action=action.name if action else "",
        part_id=part_id,
        rule=proof.rule if proof else "",
        calendar=proof.calendar if proof else "",
        proof=proof,
    )


def move_deadline(row: DeadlineRow, event: Stored, due_at: datetime, proof: Deadline | None) -> DeadlineRow:
    """The deadline at another date, pending again; the earlier date is kept."""
    if due_at == row.due_at and proof == row.proof:
        return row
    earlier = Moved(row.due_at, event.occurred_at, event.type_name, row.proof)
    return replace(
        row,
        state="pending",
        due_at=due_at,
        position=event.position,
        proof=proof or row.proof,
        rule=proof.rule if proof else row.rule,
        calendar=proof.calendar if proof else row.calendar,
        moved=(*row.moved, earlier),
    )


def settle_deadline(row: DeadlineRow, event: Stored, state: str) -> DeadlineRow:
    """The deadline met, missed or cancelled by the event."""
    return replace(row, state=state, settled_at=event.occurred_at)
