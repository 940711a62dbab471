"""The register of consultation plans: one row each, with every act on it and what became of it."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.consultations import events as e
from domain.consultations.vocabulary import PlanStage
from domain.kernel.text import Text, Title
from infra.eventstore.codec import decode_metadata
from projections.read_model import ReadModel, Stored, folds


class PlannedActMove(msgspec.Struct, frozen=True):
    """An act slid from one quarter to another, and why."""

    from_year: int
    from_quarter: int
    to_year: int
    to_quarter: int
    reason: Text
    at: datetime


class PlannedAct(msgspec.Struct, frozen=True):
    """An item of a plan in its newest place; one that was dropped stays, with the reason.

    `added_reason` is given for what was put on an adopted plan.
    """

    item_id: UUID
    title: Title
    act_kind: str
    year: int
    quarter: int
    unit: str = ""
    added_reason: Text | None = None
    moved: tuple[PlannedActMove, ...] = ()
    dropped_at: datetime | None = None
    dropped_reason: Text | None = None


class ConsultedDraft(msgspec.Struct, frozen=True):
    """How the draft plan itself was consulted on; `remarks` came in."""

    starts_on: date
    ends_on: date
    remarks: int
    summary: Text


class PlanAdoption(msgspec.Struct, frozen=True):
    """The decision that put the plan in force; `items` stood on it then."""

    decision_no: str
    adopted_on: date
    items: int


class PlanRow(msgspec.Struct, frozen=True):
    """The plan of one year. `state` is draft, consulted, adopted or amended; `public` from the adoption on.

    `items` are all that were ever on it, in the order in which they came. `items_in_force` are what the public may
    know: those that the adoption found on it or that came later, and what happened to them since; none before that.
    """

    tenant_id: int
    plan_id: UUID
    state: str
    version: int
    year: int
    title: Title
    drafted_at: datetime
    changed_at: datetime
    public: bool = False
    items: tuple[PlannedAct, ...] = ()
    items_in_force: tuple[PlannedAct, ...] = ()
    consulted: ConsultedDraft | None = None
    adoption: PlanAdoption | None = None
    amended: bool = False
    source: str = ""
    source_id: str = ""


Row = PlanRow


class PlanRegister(ReadModel[PlanRow]):
    """Folds consultation plans."""

    name = "plan_register"
    table = "plan_register"
    row = PlanRow
    key = ("plan_id",)
    kept = True

    @folds(e.PlanDrafted, begins=True)
    def drafted(self, _row: None, event: Stored, told: e.PlanDrafted) -> Row:
        """A new plan."""
        metadata = decode_metadata(event.metadata)
        return Row(
            tenant_id=event.tenant_id,
            plan_id=event.stream_id,
            state=PlanStage.DRAFT,
            version=event.version,
            year=told.year,
            title=told.title,
            drafted_at=event.occurred_at,
            changed_at=event.occurred_at,
            source=metadata.source,
            source_id=metadata.source_id,
        )

    @folds(e.PlanItemAdded)
    def added(self, row: Row, _event: Stored, told: e.PlanItemAdded) -> Row:
        """One more act."""
        item = PlannedAct(
            item_id=told.item_id,
            title=told.title,
            act_kind=told.act_kind,
            year=row.year,
            quarter=told.quarter,
            unit=told.unit or "",
            added_reason=told.reason,
        )
        in_force = (*row.items_in_force, item) if row.adoption else ()
        return _amended(replace(row, items=(*row.items, item), items_in_force=in_force))

    @folds(e.PlanItemMoved)
    def moved(self, row: Row, event: Stored, told: e.PlanItemMoved) -> Row:
        """Another quarter; the one before stays readable."""
        move = PlannedActMove(
            told.from_year, told.from_quarter, told.to_year, told.to_quarter, told.reason, event.occurred_at
        )

        def slide(item: PlannedAct) -> PlannedAct:
            return replace(item, year=told.to_year, quarter=told.to_quarter, moved=(*item.moved, move))

        return _with_item(row, told.item_id, slide)

    @folds(e.PlanItemDropped)
    def dropped(self, row: Row, event: Stored, told: e.PlanItemDropped) -> Row:
        """Off the plan; it stays readable with its reason."""

        def drop(item: PlannedAct) -> PlannedAct:
            return replace(item, dropped_at=event.occurred_at, dropped_reason=told.reason)

        return _with_item(row, told.item_id, drop)

    @folds(e.PlanConsulted)
    def consulted(self, row: Row, _event: Stored, told: e.PlanConsulted) -> Row:
        """The draft was shown and remarked on."""
        consulted = ConsultedDraft(told.starts_on, told.ends_on, told.remarks, told.summary)
        return replace(row, state=PlanStage.CONSULTED, consulted=consulted)

    @folds(e.PlanAdopted)
    def adopted(self, row: Row, _event: Stored, told: e.PlanAdopted) -> Row:
        """In force and public from here on, with what stands on it."""
        return replace(
            row,
            state=PlanStage.ADOPTED,
            public=True,
            adoption=PlanAdoption(told.decision_no, told.adopted_on, told.items),
            items_in_force=tuple(replace(item, moved=()) for item in row.items if item.dropped_at is None),
        )


def _with_item(row: Row, item_id: UUID, change: Callable[[PlannedAct], PlannedAct]) -> Row:
    def changed(items: tuple[PlannedAct, ...]) -> tuple[PlannedAct, ...]:
        return tuple(change(item) if item.item_id == item_id else item for item in items)

    return _amended(replace(row, items=changed(row.items), items_in_force=changed(row.items_in_force)))


def _amended(row: Row) -> Row:
    """What changes after the adoption amends the plan."""
    return replace(row, state=PlanStage.AMENDED, amended=True) if row.adoption else row
