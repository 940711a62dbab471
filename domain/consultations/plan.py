"""The consultation plan of an institution for one year: draft, consulted, adopted, amended."""

from typing import Self
from uuid import UUID

import msgspec

from domain.consultations import citations
from domain.consultations.commands import (
    AddPlanItem,
    AdoptPlan,
    ConsultPlan,
    DraftPlan,
    DropPlanItem,
    MovePlanItem,
)
from domain.consultations.events import (
    PlanAdopted,
    PlanConsulted,
    PlanDrafted,
    PlanItemAdded,
    PlanItemDropped,
    PlanItemMoved,
    year_tag,
)
from domain.consultations.vocabulary import ActKind, PlanStage
from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command, Once
from domain.kernel.context import Context
from domain.kernel.deadline import require_past
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.kernel.text import Text

_IN_FORCE = (PlanStage.ADOPTED, PlanStage.AMENDED)


class PlanItem(msgspec.Struct, frozen=True):
    """An act on the plan."""

    item_id: UUID
    act_kind: ActKind
    year: int
    quarter: int


class PlansOfYear(Once):
    """Whether an institution has begun its plan of one year."""

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:  # noqa: ARG003 - the year decides, not the stream
        """The boundary of the year the command names."""
        if not isinstance(command, DraftPlan):
            raise TypeError(command)
        return year_tag(command.year)


class ConsultationPlan(Aggregate):
    """What an institution will consult on in one year; consultations cite its items once it is adopted."""

    initial = PlanDrafted
    REFERENCED = True

    @applies(PlanDrafted)
    def _drafted(self, event: PlanDrafted) -> None:
        self.year = event.year
        self.stage = PlanStage.DRAFT
        self.items: dict[UUID, PlanItem] = {}

    @applies(PlanItemAdded)
    def _added(self, event: PlanItemAdded) -> None:
        self.items[event.item_id] = PlanItem(event.item_id, event.act_kind, self.year, event.quarter)
        self._amended()

    @applies(PlanItemMoved)
    def _moved(self, event: PlanItemMoved) -> None:
        self.items[event.item_id] = msgspec.structs.replace(
            self.items[event.item_id], year=event.to_year, quarter=event.to_quarter
        )
        self._amended()

    @applies(PlanItemDropped)
    def _dropped(self, event: PlanItemDropped) -> None:
        del self.items[event.item_id]
        self._amended()

    @applies(PlanConsulted)
    def _consulted(self, event: PlanConsulted) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = PlanStage.CONSULTED

    @applies(PlanAdopted)
    def _adopted(self, event: PlanAdopted) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = PlanStage.ADOPTED

    def _amended(self) -> None:
        if self.stage in _IN_FORCE:
            self.stage = PlanStage.AMENDED

    @classmethod
    @creates(DraftPlan, boundary=PlansOfYear)
    def draft(cls, command: DraftPlan, ctx: Context, stream_id: UUID) -> Self:
        """Begin the only plan of its year."""
        ctx.tenant.require_active()
        if ctx.folded(PlansOfYear).begun:
            raise RuleViolated(
                "consultation.plan.one_per_year",
                N_("There is a plan for {year} already."),
                citation=citations.standards(ctx.tenant.kind),
                year=command.year,
            )
        return cls.begin(ctx, stream_id, PlanDrafted(year=command.year, title=command.title))

    @decides(AddPlanItem)
    def add(self, command: AddPlanItem, ctx: Context) -> None:
        """Put an act on the plan; once adopted, only with a reason."""
        self._needs_reason(command.reason, ctx)
        self.trigger(
            ctx,
            PlanItemAdded(
                item_id=ctx.new_id(),
                title=command.title,
                act_kind=command.act_kind,
                quarter=command.quarter,
                unit=command.unit,
                reason=command.reason,
            ),
        )

    @decides(MovePlanItem)
    def move(self, command: MovePlanItem, ctx: Context) -> None:
        """Let an item slide, never into the past and never silently."""
        item = self._item(command.item_id)
        to_year = item.year if command.to_year is None else command.to_year
        if to_year < self.year:
            raise InvalidValue(
                "/to_year", N_("{year} lies before the plan's year {plan}."), year=to_year, plan=self.year
            )
        if (to_year, command.to_quarter) == (item.year, item.quarter):
            raise InvalidValue("/to_quarter", N_("The item stands in that quarter already."))
        self.trigger(
            ctx,
            PlanItemMoved(
                item_id=item.item_id,
                from_year=item.year,
                from_quarter=item.quarter,
                to_year=to_year,
                to_quarter=command.to_quarter,
                reason=command.reason,
            ),
        )

    @decides(DropPlanItem)
    def drop(self, command: DropPlanItem, ctx: Context) -> None:
        """Take an item off, with a reason."""
        item = self._item(command.item_id)
        self.trigger(ctx, PlanItemDropped(item_id=item.item_id, reason=command.reason))

    @decides(ConsultPlan)
    def consult(self, command: ConsultPlan, ctx: Context) -> None:
        """Record that the draft plan was consulted on."""
        if self.stage is not PlanStage.DRAFT:
            raise IllegalTransition(state=self.stage, command=command.name)
        if command.ends_on < command.starts_on:
            raise InvalidValue("/ends_on", N_("The consultation ends before it starts."))
        require_past(command.ends_on, "/ends_on", ctx.now)
        self.trigger(
            ctx,
            PlanConsulted(
                starts_on=command.starts_on, ends_on=command.ends_on, remarks=command.remarks, summary=command.summary
            ),
        )

    @decides(AdoptPlan)
    def adopt(self, command: AdoptPlan, ctx: Context) -> None:
        """Put the consulted plan in force; history may show a plan that never was consulted on."""
        if self.stage is not PlanStage.CONSULTED and not (ctx.imported and self.stage is PlanStage.DRAFT):
            raise IllegalTransition(state=self.stage, command=command.name)
        if not self.items:
            raise RuleViolated(
                "consultation.plan.items",
                N_("A plan without a single item cannot be adopted."),
                citation=citations.standards(ctx.tenant.kind),
            )
        require_past(command.adopted_on, "/adopted_on", ctx.now)
        self.trigger(
            ctx,
            PlanAdopted(decision_no=command.decision_no, adopted_on=command.adopted_on, items=len(self.items)),
        )

    def require_citable(self, item_id: UUID, ctx: Context) -> None:
        """Refuse unless a consultation may rest on the item: it stands on this plan, and the plan is in force."""
        if item_id not in self.items:
            raise InvalidValue("/plan_item/item_id", N_("The plan has no such item."))
        if self.stage not in _IN_FORCE and not ctx.imported:
            raise RuleViolated(
                "consultation.plan",
                N_("The plan of {year} is not adopted; only an adopted plan can be cited."),
                citation=citations.standards(ctx.tenant.kind),
                year=self.year,
            )

    def _needs_reason(self, reason: Text | None, ctx: Context) -> None:
        if self.stage in _IN_FORCE and reason is None:
            raise RuleViolated(
                "consultation.plan.amendment",
                N_("An adopted plan is amended only with a reason."),
                citation=citations.standards(ctx.tenant.kind),
            )

    def _item(self, item_id: UUID) -> PlanItem:
        item = self.items.get(item_id)
        if item is None:
            raise InvalidValue("/item_id", N_("The plan has no such item."))
        return item
