"""The state of a measure: how each event changes it, and what every decision asks of it."""

from datetime import date
from uuid import UUID

from msgspec.structs import replace

from domain.action_measures import citations
from domain.action_measures.events.measure import (
    Awaited,
    MeasureAtRisk,
    MeasureCompleted,
    MeasureDelayed,
    MeasureDropped,
    MeasurePlanned,
    MeasureRescheduled,
    MeasureRiskCleared,
    MeasureStarted,
    MilestoneCompleted,
)
from domain.action_measures.events.progress import (
    CommitmentRecorded,
    EvidenceAttached,
    MeasureScored,
    ProgressAccepted,
    ProgressContested,
    ProgressOverdue,
    ProgressReported,
    ProgressVerified,
    SpendingRecorded,
)
from domain.action_measures.measure_parts import Line, Progress
from domain.action_measures.vocabulary import MeasurePlan, MeasureStage
from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, RuleViolated
from domain.kernel.message import N_

OPEN = (MeasureStage.PLANNED, MeasureStage.ACTIVE, MeasureStage.AT_RISK, MeasureStage.DELAYED)


class MeasureState(Aggregate):
    """What a measure remembers.

    `plan` is the baseline; `first_day`, `last_day` and `targets` (by code of the milestone) are what counts now.
    `progress` by half-year; `overdue` are half-years that no report came for in time, and none has since.
    """

    @applies(MeasurePlanned)
    def _planned(self, event: MeasurePlanned) -> None:
        self.stage = MeasureStage.PLANNED
        self.strategy_id: UUID = event.strategy_id
        self.lead = event.lead
        self.plan: MeasurePlan = event.plan
        self.first_day, self.last_day, self.risk_from = event.plan.first_day, event.plan.last_day, event.risk_from
        self.targets: dict[str, date | None] = {one.code: one.target for one in event.plan.milestones}
        self.completed: dict[str, date] = {}
        self.revisions = 0
        self.resolutions: frozenset[UUID] = frozenset()
        self.started_on: date | None = None
        self.done_on: date | None = None
        self.awaited: Awaited | None = None
        self.overdue: frozenset[str] = frozenset()
        self.progress: dict[str, Progress] = {}
        self.transactions = 0
        none = {one.code: one.planned - one.planned for one in event.plan.budget}
        self.lines = {
            one.code: Line(planned=one.planned, committed=none[one.code], spent=none[one.code])
            for one in event.plan.budget
        }

    @applies(MeasureStarted)
    def _started(self, event: MeasureStarted) -> None:
        self.started_on, self.awaited = event.on, event.awaited
        if self.stage is MeasureStage.PLANNED:
            self.stage = MeasureStage.ACTIVE

    @applies(MeasureAtRisk)
    def _at_risk(self, _event: MeasureAtRisk) -> None:
        self.stage = MeasureStage.AT_RISK

    @applies(MeasureRiskCleared)
    def _risk_cleared(self, _event: MeasureRiskCleared) -> None:
        self.stage = self._on_track()

    @applies(MeasureDelayed)
    def _delayed(self, _event: MeasureDelayed) -> None:
        self.stage = MeasureStage.DELAYED

    @applies(MilestoneCompleted)
    def _milestone_completed(self, event: MilestoneCompleted) -> None:
        self.completed[event.milestone] = event.on

    @applies(MeasureCompleted)
    def _completed(self, event: MeasureCompleted) -> None:
        self.stage, self.done_on = MeasureStage.DONE, event.on

    @applies(MeasureRescheduled)
    def _rescheduled(self, event: MeasureRescheduled) -> None:
        self.revisions = event.revision
        self._rests_on(event.resolution_id)
        if event.last_day != self.last_day:
            self.stage = self._on_track()
        self.first_day, self.last_day, self.risk_from = event.first_day, event.last_day, event.risk_from
        self.targets |= {one.milestone: one.target for one in event.milestones}

    @applies(MeasureDropped)
    def _dropped(self, _event: MeasureDropped) -> None:
        self.stage, self.awaited = MeasureStage.DROPPED, None

    @applies(ProgressReported)
    def _reported(self, event: ProgressReported) -> None:
        self.progress[event.period] = Progress(
            number=event.number,
            completion=event.completion,
            hands=frozenset({event.reported_by}),
            evidence=event.evidence,
        )
        self.overdue -= {event.period}
        if self.awaited is not None and self.awaited.period == event.period:
            self.awaited = event.awaited

    @applies(EvidenceAttached)
    def _attached(self, event: EvidenceAttached) -> None:
        known = self.progress[event.period]
        self.progress[event.period] = replace(
            known, evidence=(*known.evidence, *event.evidence), hands=known.hands | {event.attached_by}
        )

    @applies(ProgressVerified)
    def _verified(self, event: ProgressVerified) -> None:
        self.progress[event.period] = replace(self.progress[event.period], verified=True)

    @applies(ProgressContested)
    def _contested(self, event: ProgressContested) -> None:
        known = self.progress[event.period]
        self.progress[event.period] = replace(known, contested_by=known.contested_by | {event.organisation_id})

    @applies(ProgressAccepted)
    def _accepted(self, event: ProgressAccepted) -> None:
        self.progress[event.period] = replace(self.progress[event.period], accepted=True)
        self._rests_on(event.resolution_id)

    @applies(ProgressOverdue)
    def _overdue(self, event: ProgressOverdue) -> None:
        self.overdue |= {event.period}
        self.awaited = event.awaited

    @applies(MeasureScored)
    def _scored(self, event: MeasureScored) -> None:
        """Nothing is decided by it."""

    @applies(CommitmentRecorded)
    def _committed(self, event: CommitmentRecorded) -> None:
        self.transactions = event.number
        self.lines[event.line] = replace(self.lines[event.line], committed=event.committed)

    @applies(SpendingRecorded)
    def _spent(self, event: SpendingRecorded) -> None:
        self.transactions = event.number
        self.lines[event.line] = replace(self.lines[event.line], spent=event.spent)

    def _rests_on(self, resolution_id: UUID | None) -> None:
        if resolution_id is not None:
            self.resolutions |= {resolution_id}

    def _on_track(self) -> MeasureStage:
        return MeasureStage.PLANNED if self.started_on is None else MeasureStage.ACTIVE

    def _require(self, command: Command, *stages: MeasureStage) -> None:
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def _require_started(self) -> date:
        """The day on which work began.

        Raises: RuleViolated before.
        """
        if self.started_on is None:
            raise RuleViolated(
                "measure.started",
                N_("Work on the measure has not begun: nothing of it can be done."),
                citation=citations.STRATEGY,
            )
        return self.started_on
