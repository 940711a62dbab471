"""Who succeeds whom, in the logs of both: with the decision, and how far the other's log was sealed then."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.succession import events as e
from domain.succession.vocabulary import Successor, TreeHead
from projections.read_model import ReadModel, Stored, folds


class Other(msgspec.Struct, frozen=True):
    """The institution on the other side, by its slug; `passed_at` is when a successor itself had ended."""

    slug: str
    decision_no: str
    since: datetime
    head: TreeHead | None = None
    passed_at: datetime | None = None


class SuccessionRow(msgspec.Struct, frozen=True):
    """Institutions to which (`direction` to) the duties of this one went, or the one from which (from) it has them.

    `how` is merged or split, '' where that stands in the other's log. `origin` is the national event that began it.
    """

    tenant_id: int
    succession_id: UUID
    direction: str
    how: str
    since: datetime
    origin: str
    others: tuple[Other, ...]


Row = SuccessionRow


class SuccessionRegister(ReadModel[SuccessionRow]):
    """Folds the beginnings of successions in the ended institution's log and in the successors'."""

    name = "succession_register"
    table = "succession_register"
    row = SuccessionRow
    key = ("succession_id",)

    @folds(e.SuccessionBegun, begins=True)
    def begun(self, _row: None, event: Stored, told: e.SuccessionBegun) -> Row:
        """Everything goes to them."""
        others = tuple(_other(one, told.decision_no, event) for one in told.successors)
        return Row(event.tenant_id, event.stream_id, "to", told.how.value, event.occurred_at, told.origin, others)

    @folds(e.SuccessionPassed)
    def passed(self, row: Row, event: Stored, told: e.SuccessionPassed) -> Row:
        """Some of them ended, others take their place."""
        over = tuple(
            replace(one, passed_at=event.occurred_at) if one.slug in told.ended and one.passed_at is None else one
            for one in row.others
        )
        known = {one.slug for one in over}
        new = (_other(one, told.decision_no, event) for one in told.successors if one.slug not in known)
        return replace(row, others=(*over, *new))

    @folds(e.SuccessionTaken, begins=True)
    def taken(self, _row: None, event: Stored, told: e.SuccessionTaken) -> Row:
        """It takes over from one."""
        other = Other(told.predecessor, told.decision_no, event.occurred_at, told.head)
        return Row(event.tenant_id, event.stream_id, "from", "", event.occurred_at, told.origin, (other,))


def _other(one: Successor, decision_no: str, event: Stored) -> Other:
    return Other(one.slug, decision_no, event.occurred_at, one.head)
