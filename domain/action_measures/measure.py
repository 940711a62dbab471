"""A measure of a strategy, in the log of the institution that leads it."""

from typing import Self
from uuid import UUID

from domain.action_measures.commands.measure import PlanMeasure
from domain.action_measures.events.measure import MeasurePlanned
from domain.action_measures.events.strategy import measure_id, strategy_id
from domain.action_measures.measure_reporting import Reporting
from domain.action_measures.measure_running import risk_from
from domain.action_measures.planning import plan_findings
from domain.kernel.aggregate import creates
from domain.kernel.command import Command
from domain.kernel.context import Context


class Measure(Reporting):
    """planned → active → at risk → delayed → done or dropped; a resolution that moves its last day sets it on track."""

    initial = MeasurePlanned
    REFERENCED = True

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:  # noqa: ARG003 - it follows from the plan
        """One for each code of a strategy."""
        if not isinstance(command, PlanMeasure):
            return None
        return measure_id(strategy_id(command.strategy), command.plan.code)

    @classmethod
    @creates(PlanMeasure)
    def take_over(cls, command: PlanMeasure, ctx: Context, stream_id: UUID) -> Self:
        """As it was assigned: what the plan must hold was decided there."""
        plan = command.plan
        event = MeasurePlanned(
            strategy_id=strategy_id(command.strategy),
            strategy=command.strategy,
            lead=command.lead,
            plan=plan,
            risk_from=risk_from(plan.first_day, plan.last_day, ctx),
            findings=plan_findings(plan),
        )
        return cls.begin(ctx, stream_id, event)
