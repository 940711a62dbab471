"""The register of strategies: objectives, who leads which measure, and what sources attest to."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.action_measures.events import strategy as e
from domain.action_measures.vocabulary import Field, OutputKind, OutputStatus, Source
from domain.kernel.errors import Finding
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.text import Text, Title
from projections.read_model import ReadModel, Stored, folds


class SpecificObjective(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a strategic objective."""

    code: str
    title: Title


class StrategicObjective(msgspec.Struct, frozen=True, kw_only=True):
    """An objective with its parts. `also_titled` is what other sources call it."""

    code: str
    field: Field
    title: Title
    also_titled: Title | None
    specific: tuple[SpecificObjective, ...] = ()


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """Who leads a measure, as it was assigned; how it stands, the register of measures says."""

    measure_id: UUID
    code: str
    objective: str
    title: Title
    lead: str
    tenant_id: int
    first_day: date
    last_day: date


class AttestedOutput(msgspec.Struct, frozen=True, kw_only=True):
    """What a source says has come of an objective, or (None) of the whole; `on` is a year, a month or a day."""

    objective: str | None
    on: str
    kind: OutputKind
    reference: str
    text: Text
    figure: int | None
    responsible: tuple[str, ...]
    status: OutputStatus
    source: Source


class StrategyFacts(msgspec.Struct, frozen=True):
    """What everybody may know of a strategy. `state` is adopted or ended.

    `plan_known` is false where no source holds the action plan's own table, as `note` says.
    """

    tenant_id: int
    strategy_id: UUID
    reference: str
    title: Title
    state: str
    version: int
    first_day: date
    last_day: date
    adopted_on: date
    decision_no: str | None
    adopting_body: str
    coordinator: str
    partner: str | None
    plan_known: bool
    note: Text
    recorded_at: datetime
    changed_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
    end_reason: Text | None = None
    objectives: tuple[StrategicObjective, ...] = ()
    measures: tuple[Assignment, ...] = ()
    outputs: tuple[AttestedOutput, ...] = ()
    sources: tuple[Source, ...] = ()
    findings: tuple[Finding, ...] = ()


class StrategyRow(StrategyFacts, frozen=True):
    """A strategy as it is stored; all of it is public."""

    public: bool = True


Row = StrategyRow


class StrategyRegister(ReadModel[StrategyRow]):
    """Folds the strategies of the national log."""

    name = "strategy_register"
    table = "strategy_register"
    row = StrategyRow
    key = ("strategy_id",)
    only_tenant = NATIONAL_TENANT

    @folds(e.StrategyAdopted, begins=True)
    def adopted(self, _row: None, event: Stored, told: e.StrategyAdopted) -> Row:
        """It binds the Government."""
        return Row(
            tenant_id=event.tenant_id,
            strategy_id=event.stream_id,
            reference=told.reference,
            title=told.title,
            state="adopted",
            version=event.version,
            first_day=told.first_day,
            last_day=told.last_day,
            adopted_on=told.adopted_on,
            decision_no=told.decision_no,
            adopting_body=told.adopting_body,
            coordinator=told.coordinator,
            partner=told.partner,
            plan_known=told.plan_known,
            note=told.note,
            recorded_at=event.occurred_at,
            changed_at=event.occurred_at,
            objectives=tuple(
                StrategicObjective(code=one.code, field=one.field, title=one.title, also_titled=one.also_titled)
                for one in told.objectives
            ),
            sources=told.sources,
            findings=told.findings,
        )

    @folds(e.SpecificObjectiveAdded)
    def divided(self, row: Row, _event: Stored, told: e.SpecificObjectiveAdded) -> Row:
        """A part of an objective."""
        added = SpecificObjective(code=told.code, title=told.title)
        return replace(
            row,
            objectives=tuple(
                replace(one, specific=(*one.specific, added)) if one.code == told.objective else one
                for one in row.objectives
            ),
        )

    @folds(e.MeasureAssigned)
    def assigned(self, row: Row, _event: Stored, told: e.MeasureAssigned) -> Row:
        """Somebody leads it."""
        plan = told.plan
        made = Assignment(
            measure_id=told.measure_id,
            code=plan.code,
            objective=plan.objective,
            title=plan.title,
            lead=told.lead,
            tenant_id=told.tenant_id,
            first_day=plan.first_day,
            last_day=plan.last_day,
        )
        return replace(row, measures=(*row.measures, made), findings=(*row.findings, *told.findings))

    @folds(e.OutputRecorded)
    def recorded(self, row: Row, _event: Stored, told: e.OutputRecorded) -> Row:
        """A source attests to it."""
        output = AttestedOutput(**{field: getattr(told, field) for field in told.__struct_fields__})
        return replace(row, outputs=(*row.outputs, output))

    @folds(e.StrategyEnded)
    def ended(self, row: Row, event: Stored, told: e.StrategyEnded) -> Row:
        """Nothing is added any more."""
        return replace(
            row, state="ended", ended_at=event.occurred_at, ended_by=told.decision_no, end_reason=told.reason
        )
