"""The state of a measure: how each event changes it, and what every decision asks of it."""

from datetime import date
from uuid import UUID

from domain.action_measures import citations
from domain.action_measures.events.measure import (
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
from domain.action_measures.vocabulary import MeasurePlan, MeasureStage
from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, RuleViolated
from domain.kernel.message import N_

OPEN = (MeasureStage.PLANNED, MeasureStage.ACTIVE, MeasureStage.AT_RISK, MeasureStage.DELAYED)


class MeasureState(Aggregate):
    """What a measure remembers.

    `plan` is the baseline; `first_day`, `last_day` and `targets` (by code of the milestone) are what counts now.
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
        self.started_on: date | None = None

    @applies(MeasureStarted)
    def _started(self, event: MeasureStarted) -> None:
        self.started_on = event.on
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
    def _completed(self, _event: MeasureCompleted) -> None:
        self.stage = MeasureStage.DONE

    @applies(MeasureRescheduled)
    def _rescheduled(self, event: MeasureRescheduled) -> None:
        self.revisions = event.revision
        if event.last_day != self.last_day:
            self.stage = self._on_track()
        self.first_day, self.last_day, self.risk_from = event.first_day, event.last_day, event.risk_from
        self.targets |= {one.milestone: one.target for one in event.milestones}

    @applies(MeasureDropped)
    def _dropped(self, _event: MeasureDropped) -> None:
        self.stage = MeasureStage.DROPPED

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
