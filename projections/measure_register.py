"""The register of measures: what was promised for when, how the days were moved, what was reached and what it cost."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.action_measures.events import measure as e
from domain.action_measures.events import progress as p
from domain.action_measures.vocabulary import BudgetSource, MeasureStage, Partner, Source
from domain.kernel.errors import Finding
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import File
from projections.read_model import ReadModel, Stored, folds
from projections.searching import searchable


class MilestoneState(msgspec.Struct, frozen=True, kw_only=True):
    """A milestone: `baseline` as first planned, `target` as it counts now, `completed_on` as it was reached."""

    code: str
    title: Title
    measurement: str
    target_words: str
    baseline: date | None
    target: date | None
    completed_on: date | None = None
    evidence: tuple[File, ...] = ()


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """A time at which the days were moved: from which to which, by which resolution and why."""

    number: int
    at: datetime
    resolution_id: UUID | None
    decision_no: str | None
    first_day_before: date
    last_day_before: date
    first_day: date
    last_day: date
    milestones: tuple[e.MovedTarget, ...]
    reason: Text
    findings: tuple[Finding, ...]


class BudgetState(msgspec.Struct, frozen=True, kw_only=True):
    """Money of a measure from one source, in minor units of the measure's currency."""

    code: str
    source: BudgetSource
    funder: str | None
    planned: int
    committed: int = 0
    spent: int = 0


class MeasureFacts(msgspec.Struct, frozen=True):
    """What everybody may know of a measure. `state` is planned, active, at_risk, delayed, done or dropped.

    `next_target` is the earliest day of a milestone that is not reached. Progress in `progress_period` is awaited by
    `progress_due`; on the half-years `missing_reports`, `overdue_reports` in number, no report has come at all. Amounts
    are in minor units of `currency`. `risk_reason` is what its lead says of a risk, None where its last day alone makes
    one.
    """

    tenant_id: int
    measure_id: UUID
    strategy_id: UUID
    strategy: str
    code: str
    objective: str
    lead: str
    title: Title
    description: Text
    state: str
    version: int
    planned_at: datetime
    changed_at: datetime
    baseline_first_day: date
    baseline_last_day: date
    first_day: date
    last_day: date
    risk_from: date
    currency: str = ""
    planned: int = 0
    committed: int = 0
    spent: int = 0
    overdue_reports: int = 0
    weight: int | None = None
    next_target: date | None = None
    started_on: date | None = None
    done_on: date | None = None
    in_time: bool | None = None
    as_planned: bool | None = None
    progress_period: str | None = None
    progress_due: datetime | None = None
    risk_reason: Text | None = None
    summary: Text | None = None
    dropped_reason: Text | None = None
    dropped_by: UUID | None = None
    missing_reports: tuple[str, ...] = ()
    partners: tuple[Partner, ...] = ()
    milestones: tuple[MilestoneState, ...] = ()
    revisions: tuple[Revision, ...] = ()
    budget: tuple[BudgetState, ...] = ()
    sources: tuple[Source, ...] = ()
    findings: tuple[Finding, ...] = ()


class MeasureRow(MeasureFacts, frozen=True):
    """A measure as it is stored; all of it is public."""

    searched: str = ""
    public: bool = True


Row = MeasureRow


class MeasureRegister(ReadModel[MeasureRow]):
    """Folds the measures that an institution leads."""

    name = "measure_register"
    table = "measure_register"
    row = MeasureRow
    key = ("measure_id",)
    version = 2

    @folds(e.MeasurePlanned, begins=True)
    def planned(self, _row: None, event: Stored, told: e.MeasurePlanned) -> Row:
        """Its days are the baseline."""
        plan = told.plan
        budget = tuple(
            BudgetState(code=one.code, source=one.source, funder=one.funder, planned=one.planned.amount)
            for one in plan.budget
        )
        row = Row(
            tenant_id=event.tenant_id,
            measure_id=event.stream_id,
            strategy_id=told.strategy_id,
            strategy=told.strategy,
            code=plan.code,
            objective=plan.objective,
            lead=told.lead,
            title=plan.title,
            description=plan.description,
            state=MeasureStage.PLANNED.value,
            version=event.version,
            planned_at=event.occurred_at,
            changed_at=event.occurred_at,
            baseline_first_day=plan.first_day,
            baseline_last_day=plan.last_day,
            first_day=plan.first_day,
            last_day=plan.last_day,
            risk_from=told.risk_from,
            currency=plan.budget[0].planned.currency if plan.budget else "",
            planned=sum(one.planned for one in budget),
            weight=plan.weight,
            partners=plan.partners,
            milestones=tuple(
                MilestoneState(
                    code=one.code,
                    title=one.title,
                    measurement=one.measurement,
                    target_words=one.target_words,
                    baseline=one.target,
                    target=one.target,
                )
                for one in plan.milestones
            ),
            budget=budget,
            sources=plan.sources,
            findings=told.findings,
            searched=searchable(plan.title, plan.description, plan.code),
        )
        return _with_milestones(row, row.milestones)

    @folds(e.MeasureStarted)
    def started(self, row: Row, _event: Stored, told: e.MeasureStarted) -> Row:
        """It is worked on; what is at risk or delayed stays so."""
        state = MeasureStage.ACTIVE.value if row.state == MeasureStage.PLANNED else row.state
        return replace(_awaiting(row, told.awaited), state=state, started_on=told.on)

    @folds(e.MeasureAtRisk)
    def at_risk(self, row: Row, _event: Stored, told: e.MeasureAtRisk) -> Row:
        """For a reason, or because its last day is near."""
        return replace(row, state=MeasureStage.AT_RISK.value, risk_reason=told.reason)

    @folds(e.MeasureRiskCleared)
    def risk_cleared(self, row: Row, _event: Stored, _told: e.MeasureRiskCleared) -> Row:
        """As before."""
        return _on_track(row)

    @folds(e.MeasureDelayed)
    def delayed(self, row: Row, _event: Stored, _told: e.MeasureDelayed) -> Row:
        """Its last day is over."""
        return replace(row, state=MeasureStage.DELAYED.value)

    @folds(e.MilestoneCompleted)
    def milestone_completed(self, row: Row, _event: Stored, told: e.MilestoneCompleted) -> Row:
        """Reached on a day."""
        return _with_milestones(
            row,
            tuple(
                replace(one, completed_on=told.on, evidence=told.evidence) if one.code == told.milestone else one
                for one in row.milestones
            ),
        )

    @folds(e.MeasureCompleted)
    def completed(self, row: Row, _event: Stored, told: e.MeasureCompleted) -> Row:
        """Done, in time or late."""
        return replace(
            row,
            state=MeasureStage.DONE.value,
            done_on=told.on,
            summary=told.summary,
            in_time=told.in_time,
            as_planned=told.as_planned,
        )

    @folds(e.MeasureRescheduled)
    def rescheduled(self, row: Row, event: Stored, told: e.MeasureRescheduled) -> Row:
        """Other days count; the baseline stays."""
        revision = Revision(
            number=told.revision,
            at=event.occurred_at,
            resolution_id=told.resolution_id,
            decision_no=told.decision_no,
            first_day_before=told.first_day_before,
            last_day_before=told.last_day_before,
            first_day=told.first_day,
            last_day=told.last_day,
            milestones=told.milestones,
            reason=told.reason,
            findings=told.findings,
        )
        moved = {one.milestone: one for one in told.milestones}
        known = _on_track(row) if told.last_day != told.last_day_before else row
        known = replace(
            known,
            first_day=told.first_day,
            last_day=told.last_day,
            risk_from=told.risk_from,
            revisions=(*row.revisions, revision),
        )
        return _with_milestones(known, tuple(_moved(one, moved.get(one.code)) for one in row.milestones))

    @folds(e.MeasureDropped)
    def dropped(self, row: Row, _event: Stored, told: e.MeasureDropped) -> Row:
        """Given up; nothing is awaited any more."""
        return replace(
            row,
            state=MeasureStage.DROPPED.value,
            progress_period=None,
            progress_due=None,
            dropped_reason=told.reason,
            dropped_by=told.resolution_id,
            findings=(*row.findings, *told.findings),
        )

    @folds(p.ProgressReported)
    def reported(self, row: Row, _event: Stored, told: p.ProgressReported) -> Row:
        """What was awaited came, or what was missing."""
        known = _awaiting(row, told.awaited) if row.progress_period == told.period else row
        missing = tuple(one for one in row.missing_reports if one != told.period)
        return replace(known, missing_reports=missing, overdue_reports=len(missing))

    @folds(p.ProgressOverdue)
    def report_missing(self, row: Row, _event: Stored, told: p.ProgressOverdue) -> Row:
        """It did not come in time."""
        missing = (*row.missing_reports, told.period)
        return replace(_awaiting(row, told.awaited), missing_reports=missing, overdue_reports=len(missing))

    @folds(p.CommitmentRecorded)
    def committed_to(self, row: Row, _event: Stored, told: p.CommitmentRecorded) -> Row:
        """So much of a line is bound."""
        return _with_budget(
            row,
            tuple(
                replace(one, committed=told.committed.amount) if one.code == told.line else one for one in row.budget
            ),
        )

    @folds(p.SpendingRecorded)
    def spent_of(self, row: Row, _event: Stored, told: p.SpendingRecorded) -> Row:
        """So much of a line is spent."""
        return _with_budget(
            row, tuple(replace(one, spent=told.spent.amount) if one.code == told.line else one for one in row.budget)
        )


def _awaiting(row: Row, awaited: e.Awaited | None) -> Row:
    if awaited is None:
        return replace(row, progress_period=None, progress_due=None)
    return replace(row, progress_period=awaited.period, progress_due=awaited.due.due_at)


def _with_budget(row: Row, budget: tuple[BudgetState, ...]) -> Row:
    return replace(
        row, budget=budget, committed=sum(one.committed for one in budget), spent=sum(one.spent for one in budget)
    )


def _moved(milestone: MilestoneState, to: e.MovedTarget | None) -> MilestoneState:
    return milestone if to is None else replace(milestone, target=to.target, target_words=to.target_words)


def _on_track(row: Row) -> Row:
    stage = MeasureStage.PLANNED if row.started_on is None else MeasureStage.ACTIVE
    return replace(row, state=stage.value, risk_reason=None)


def _with_milestones(row: Row, milestones: tuple[MilestoneState, ...]) -> Row:
    targets = [one.target for one in milestones if one.completed_on is None and one.target is not None]
    return replace(row, milestones=milestones, next_target=min(targets, default=None))
