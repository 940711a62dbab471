"""A strategy of the Government in the national log: its objectives, and who answers for which measure."""

from datetime import date
from typing import Self
from uuid import UUID

from domain.action_measures import citations
from domain.action_measures.commands.strategy import (
    AddSpecificObjective,
    AdoptStrategy,
    AssignMeasure,
    EndStrategy,
    RecordOutput,
)
from domain.action_measures.events.strategy import (
    MeasureAssigned,
    OutputRecorded,
    SpecificObjectiveAdded,
    StrategyAdopted,
    StrategyEnded,
    measure_id,
    strategy_id,
)
from domain.action_measures.planning import plan_findings, require_plan, require_said
from domain.action_measures.said_date import require_said as require_said_date
from domain.action_measures.vocabulary import MeasurePlan
from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.amounts import require_once
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.deadline import local_day, require_past
from domain.kernel.errors import Finding, IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.findings import WARNING, finding
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.message import N_
from domain.tenants.register import Institution, InstitutionRegister, InstitutionState


def _institutions(_command: Command) -> UUID:
    return derived_id(InstitutionRegister.SINGLETON, NATIONAL_TENANT)


class Strategy(Aggregate):
    """adopted → ended. `specific` has the strategic objective of each specific one; `measures` are ids by code."""

    initial = StrategyAdopted
    REFERENCED = True

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:  # noqa: ARG003 - one log has strategies
        """One for each reference."""
        return strategy_id(command.reference) if isinstance(command, AdoptStrategy) else None

    @classmethod
    @creates(AdoptStrategy)
    def adopt(cls, command: AdoptStrategy, ctx: Context, stream_id: UUID) -> Self:
        """With a decision, unless history does not tell of one."""
        ctx.tenant.require_national()
        require_said(command.title, "/title", ctx)
        if command.last_day < command.first_day:
            raise InvalidValue("/last_day", N_("The period ends before it begins."))
        require_past(command.adopted_on, "/adopted_on", ctx.now)
        require_once((one.code for one in command.objectives), "/objectives", "code")
        for n, one in enumerate(command.objectives):
            require_said(one.title, f"/objectives/{n}/title", ctx)
        _require_note(command, ctx)
        facts = {field: getattr(command, field) for field in command.__struct_fields__}
        return cls.begin(ctx, stream_id, StrategyAdopted(**facts, findings=_findings(command, ctx)))

    @decides(AddSpecificObjective)
    def divide(self, command: AddSpecificObjective, ctx: Context) -> None:
        """Below a strategic objective; codes are used once."""
        self._require_open(command)
        self._require_strategic(command.objective)
        self._require_new(command.code, "/code")
        require_said(command.title, "/title", ctx)
        self.trigger(ctx, SpecificObjectiveAdded(objective=command.objective, code=command.code, title=command.title))

    @decides(AssignMeasure, references={"institutions": (InstitutionRegister, _institutions)})
    def assign(self, command: AssignMeasure, ctx: Context) -> None:
        """To an institution that there is, within the strategy's period."""
        self._require_open(command)
        plan = command.plan
        if plan.objective not in self.specific and plan.objective not in self.objectives:
            raise InvalidValue("/plan/objective", N_("The strategy has no objective {code}."), code=plan.objective)
        self._require_new(plan.code, "/plan/code")
        require_plan(plan, ctx)
        self._require_within(plan, ctx)
        lead = _lead(command.lead, ctx)
        self.trigger(
            ctx,
            MeasureAssigned(
                measure_id=measure_id(self.id, plan.code),
                strategy=self.reference,
                lead=lead.slug,
                tenant_id=lead.tenant_id,
                plan=plan,
                findings=plan_findings(plan),
            ),
        )

    @decides(RecordOutput)
    def record_output(self, command: RecordOutput, ctx: Context) -> None:
        """As exactly dated as the source dates it; also after the end, for sources are found late."""
        if command.objective is not None:
            self._require_strategic(command.objective)
        require_said_date(command.on, "/on", local_day(ctx.now))
        if not command.text.languages:
            raise InvalidValue("/text", N_("The text is empty."))
        facts = {field: getattr(command, field) for field in command.__struct_fields__}
        self.trigger(ctx, OutputRecorded(**facts))

    @decides(EndStrategy)
    def end(self, command: EndStrategy, ctx: Context) -> None:
        """Once."""
        self._require_open(command)
        require_said(command.reason, "/reason", ctx)
        self.trigger(ctx, StrategyEnded(decision_no=command.decision_no, reason=command.reason))

    @applies(StrategyAdopted)
    def _adopted(self, event: StrategyAdopted) -> None:
        self.reference, self.title = event.reference, event.title
        self.first_day: date = event.first_day
        self.last_day: date = event.last_day
        self.objectives = {one.code: one for one in event.objectives}
        self.specific: dict[str, str] = {}
        self.measures: dict[str, UUID] = {}
        self.ended = False

    @applies(SpecificObjectiveAdded)
    def _divided(self, event: SpecificObjectiveAdded) -> None:
        self.specific[event.code] = event.objective

    @applies(MeasureAssigned)
    def _assigned(self, event: MeasureAssigned) -> None:
        self.measures[event.plan.code] = event.measure_id

    @applies(OutputRecorded)
    def _output(self, event: OutputRecorded) -> None:
        """Nothing is decided by it."""

    @applies(StrategyEnded)
    def _ended(self, _event: StrategyEnded) -> None:
        self.ended = True

    def _require_open(self, command: Command) -> None:
        if self.ended:
            raise IllegalTransition(state="ended", command=command.name)

    def _require_strategic(self, code: str) -> None:
        if code not in self.objectives:
            raise InvalidValue("/objective", N_("The strategy has no objective {code}."), code=code)

    def _require_new(self, code: str, pointer: str) -> None:
        if code in self.objectives or code in self.specific or code in self.measures:
            raise InvalidValue(pointer, N_("The name '{code}' is given twice."), code=code)

    def _require_within(self, plan: MeasurePlan, ctx: Context) -> None:
        if ctx.imported or (self.first_day <= plan.first_day and plan.last_day <= self.last_day):
            return
        raise RuleViolated(
            "measure.period",
            N_("A measure lies within its strategy, {first} to {last}."),
            citation=citations.STRATEGY,
            first=self.first_day.isoformat(),
            last=self.last_day.isoformat(),
        )


def _require_note(command: AdoptStrategy, ctx: Context) -> None:
    """What is missing of the plan is said; only a living decision needs its number."""
    if not command.plan_known and not command.note.languages:
        raise InvalidValue("/note", N_("Say what is not known of the plan."))
    if command.decision_no is None and not ctx.imported:
        raise RuleViolated(
            "strategy.decision",
            N_("A strategy is adopted by a decision that has a number."),
            citation=citations.STRATEGY,
        )


def _findings(command: AdoptStrategy, ctx: Context) -> tuple[Finding, ...]:
    if command.decision_no is not None or not ctx.imported:
        return ()
    said = N_("No source tells the number of the decision.")
    return (finding("strategy.decision", said, citation=citations.STRATEGY, pointer="/decision_no", severity=WARNING),)


def _lead(slug: str, ctx: Context) -> Institution:
    found = ctx.reference("institutions", InstitutionRegister).institutions.get(slug)
    if found is None:
        raise InvalidValue("/lead", N_("The register has no such institution."))
    if found.state is not InstitutionState.ACTIVE and not ctx.imported:
        raise RuleViolated(
            "measure.lead.active",
            N_("{institution} has ended; its successor leads what is new."),
            citation=citations.STRATEGY,
            institution=slug,
        )
    return found
