"""Duties of institutions that have ended: who answers for each, in the logs of both sides."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.succession import events as e
from projections.read_model import Key, ReadModel, Stored, folds

CARRIED, TAKEN = "carried", "taken"


class DutyRow(msgspec.Struct, frozen=True):
    """A stream in an ended institution's log of which something was to be done.

    In that log it is `carried` to the successor `other`, in the successor's `taken` from the predecessor `other`.
    `earlier` are successors that answered before, `handed_over_at` is when another institution took it. `due` is what
    was known when it was carried.
    """

    tenant_id: int
    direction: str
    duty_id: UUID
    kind: str
    other: str
    since: datetime
    due: datetime | None = None
    decision_no: str = ""
    earlier: tuple[str, ...] = ()
    handed_over_at: datetime | None = None


Row = DutyRow


def _carried(_event: Stored, told: Any) -> Iterable[Key]:
    return ((CARRIED, told.duty_id),)


def _taken(_event: Stored, told: Any) -> Iterable[Key]:
    return ((TAKEN, told.duty_id),)


class DutyRegister(ReadModel[DutyRow]):
    """Folds the duties of a log that has ended, and those that a log took over."""

    name = "duty_register"
    table = "duty_register"
    row = DutyRow
    key = ("direction", "duty_id")

    @folds(e.DutyCarried, keys=_carried, begins=True)
    def carried(self, row: Row | None, event: Stored, told: e.DutyCarried) -> Row:
        """A successor answers for it."""
        earlier = () if row is None else (*row.earlier, row.other)
        return Row(
            tenant_id=event.tenant_id,
            direction=CARRIED,
            duty_id=told.duty_id,
            kind=told.kind.value,
            other=told.to,
            since=event.occurred_at,
            due=told.due,
            earlier=earlier,
        )

    @folds(e.DutyAssigned, keys=_carried)
    def assigned(self, row: Row, event: Stored, told: e.DutyAssigned) -> Row:
        """Another one does."""
        return replace(
            row,
            other=told.to,
            since=event.occurred_at,
            decision_no=told.decision_no,
            earlier=(*row.earlier, told.before),
        )

    @folds(e.DutyTaken, keys=_taken, begins=True)
    def taken(self, _row: Row | None, event: Stored, told: e.DutyTaken) -> Row:
        """It is this institution's own now."""
        return Row(
            tenant_id=event.tenant_id,
            direction=TAKEN,
            duty_id=told.duty_id,
            kind=told.kind.value,
            other=told.predecessor,
            since=event.occurred_at,
            due=told.due,
        )

    @folds(e.DutyHandedOver, keys=_taken)
    def handed_over(self, row: Row, event: Stored, _told: e.DutyHandedOver) -> Row:
        """It is another's."""
        return replace(row, handed_over_at=event.occurred_at)
