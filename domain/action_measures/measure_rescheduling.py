"""Other days for a measure, or its end before it is done: neither without a resolution of the Council."""

from datetime import date
from uuid import UUID

from domain.action_measures import citations
from domain.action_measures.commands.measure import DropMeasure, NewTarget, RescheduleMeasure
from domain.action_measures.events.measure import MeasureDropped, MeasureRescheduled, MovedTarget
from domain.action_measures.measure_running import Running, risk_from
from domain.action_measures.measure_state import OPEN
from domain.action_measures.planning import require_dated, require_said, undated
from domain.council.resolutions import Resolutions
from domain.council.vocabulary import ResolutionKind
from domain.kernel.aggregate import decides
from domain.kernel.amounts import require_once
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import Finding, InvalidValue, RuleViolated
from domain.kernel.message import N_


class Rescheduling(Running):
    """Decisions that rest on a resolution; each resolution serves once."""

    @decides(RescheduleMeasure, register=(Resolutions,))
    def reschedule(self, command: RescheduleMeasure, ctx: Context) -> None:
        """The baseline stays; what counts from now on, and why, is public."""
        self._require(command, *OPEN)
        findings = ctx.registered(Resolutions).require_unless_history(ctx, ResolutionKind.RESCHEDULE_MEASURE, self.id)
        self._require_unused(command.resolution_id)
        require_said(command.reason, "/reason", ctx)
        first_day, last_day = self._days(command, ctx)
        moved = self._moved(command.milestones, first_day, last_day, ctx)
        if (first_day, last_day) == (self.first_day, self.last_day) and not moved:
            raise InvalidValue("/last_day", N_("No day is moved."))
        self.trigger(
            ctx,
            MeasureRescheduled(
                revision=self.revisions + 1,
                resolution_id=command.resolution_id,
                decision_no=command.decision_no,
                first_day_before=self.first_day,
                last_day_before=self.last_day,
                first_day=first_day,
                last_day=last_day,
                risk_from=risk_from(first_day, last_day, ctx),
                milestones=moved,
                reason=command.reason,
                findings=(*findings, *_undated(command.milestones)),
            ),
        )

    @decides(DropMeasure, register=(Resolutions,))
    def drop(self, command: DropMeasure, ctx: Context) -> None:
        """For good."""
        self._require(command, *OPEN)
        findings = ctx.registered(Resolutions).require_unless_history(ctx, ResolutionKind.DROP_MEASURE, self.id)
        require_said(command.reason, "/reason", ctx)
        self.trigger(
            ctx,
            MeasureDropped(
                resolution_id=command.resolution_id,
                decision_no=command.decision_no,
                reason=command.reason,
                open=tuple(code for code in self.targets if code not in self.completed),
                awaited=None if self.awaited is None else self.awaited.period,
                findings=findings,
            ),
        )

    def _require_unused(self, resolution_id: UUID | None) -> None:
        """Raises: RuleViolated for a resolution by which something of the measure was decided before."""
        if resolution_id is not None and resolution_id in self.resolutions:
            raise RuleViolated(
                "measure.resolution.used",
                N_("By this resolution the measure was changed already; another change needs another one."),
                citation=citations.STRATEGY,
            )

    def _days(self, command: RescheduleMeasure, ctx: Context) -> tuple[date, date]:
        first_day, last_day = command.first_day or self.first_day, command.last_day or self.last_day
        if self.started_on is not None and first_day != self.first_day:
            raise InvalidValue("/first_day", N_("Work on the measure began on {day}."), day=self.started_on.isoformat())
        if last_day < first_day:
            raise InvalidValue("/last_day", N_("The period ends before it begins."))
        if last_day != self.last_day and last_day < local_day(ctx.now) and not ctx.imported:
            raise InvalidValue("/last_day", N_("{day} is over already."), day=last_day.isoformat())
        return first_day, last_day

    def _moved(
        self, told: tuple[NewTarget, ...], first_day: date, last_day: date, ctx: Context
    ) -> tuple[MovedTarget, ...]:
        """What changes of the milestones; afterwards each one that is open has its day within the measure's."""
        require_once((one.milestone for one in told), "/milestones", "milestone")
        for n, one in enumerate(told):
            if one.milestone not in self.targets:
                raise InvalidValue(
                    f"/milestones/{n}/milestone", N_("The measure has no milestone {code}."), code=one.milestone
                )
            if not ctx.imported:
                require_dated(one.milestone, one.target, one.target_words)
            if one.milestone in self.completed:
                raise InvalidValue(f"/milestones/{n}/milestone", N_("The milestone is reached already."))
        after = self.targets | {one.milestone: one.target for one in told}
        outside = [
            code
            for code, target in after.items()
            if code not in self.completed and target is not None and not first_day <= target <= last_day
        ]
        if outside and not ctx.imported:
            raise InvalidValue(
                "/milestones",
                N_("These milestones would lie outside of the measure's days: {codes}."),
                codes=", ".join(outside),
            )
        return tuple(
            MovedTarget(
                milestone=one.milestone,
                before=self.targets[one.milestone],
                target=one.target,
                target_words=one.target_words,
            )
            for one in told
            if one.target != self.targets[one.milestone] or one.target_words
        )


def _undated(told: tuple[NewTarget, ...]) -> tuple[Finding, ...]:
    return tuple(
        undated(one.milestone, one.target_words, f"/milestones/{n}/target")
        for n, one in enumerate(told)
        if one.target is None
    )
