"""What is reported of a measure, by whom it is verified, contested, accepted and scored."""

from collections.abc import Mapping

from domain.action_measures import citations
from domain.action_measures.awaiting import DUE, awaited
from domain.action_measures.commands.progress import (
    AcceptProgress,
    AttachProgressEvidence,
    ContestProgress,
    MarkProgressOverdue,
    ReportProgress,
    ScoreMeasure,
    VerifyProgress,
)
from domain.action_measures.events.measure import Awaited
from domain.action_measures.events.progress import (
    EvidenceAttached,
    MeasureScored,
    ProgressAccepted,
    ProgressContested,
    ProgressOverdue,
    ProgressReported,
    ProgressVerified,
    progress_id,
)
from domain.action_measures.half_year import first_day_of, half_year_of, last_day_of, next_half_year
from domain.action_measures.measure_parts import Progress
from domain.action_measures.measure_spending import Spending
from domain.action_measures.planning import require_said
from domain.action_measures.vocabulary import Completion, MeasureStage, ProgressStage, Side
from domain.council.resolutions import Resolutions
from domain.council.vocabulary import ResolutionKind
from domain.kernel.aggregate import decides
from domain.kernel.amounts import require_once
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.manifest import Role
from domain.kernel.message import N_

_REPORTED = (MeasureStage.ACTIVE, MeasureStage.AT_RISK, MeasureStage.DELAYED, MeasureStage.DONE)
_BARE = (Completion.NO_EVIDENCE, Completion.NOT_STARTED)
_SIDES: Mapping[str, Side] = {
    Role.MEASURE_LEAD: Side.GOVERNMENT,
    Role.CSO_DELEGATE: Side.CIVIL_SOCIETY,
    Role.INDEPENDENT_EVALUATOR: Side.EVALUATOR,
}
"""For which side somebody scores by the role of their mandate."""


class Reporting(Spending):
    """Decisions on half-years."""

    @decides(ReportProgress)
    def report(self, command: ReportProgress, ctx: Context) -> None:
        """In order, when the half-year is over or the measure done; late is taken, and says so."""
        self._require(command, *_REPORTED)
        self._require_over(command.period, ctx)
        known = self.progress.get(command.period)
        if known is not None and known.accepted:
            raise IllegalTransition(state=known.stage, command=command.name)
        require_said(command.narrative, "/narrative", ctx)
        require_once((one.sha256 for one in command.evidence), "/evidence", "sha256")
        due = self.awaited is not None and self.awaited.period == command.period
        self.trigger(
            ctx,
            ProgressReported(
                period=command.period,
                number=1 if known is None else known.number + 1,
                narrative=command.narrative,
                completion=command.completion,
                early_results=command.early_results,
                evidence=command.evidence,
                late=self._is_late(command.period, ctx),
                reported_by=ctx.actor,
                awaited=self._next(command.period, ctx) if due else None,
            ),
        )

    @decides(AttachProgressEvidence)
    def attach(self, command: AttachProgressEvidence, ctx: Context) -> None:
        """Until somebody has verified what there is: from then on no file is exchanged or added."""
        known = self._reported_on(command, command.period)
        if known.verified or known.accepted:
            raise RuleViolated(
                "measure.evidence.fixed",
                N_("The evidence was verified as it is: another file needs a new report."),
                citation=citations.STRATEGY,
            )
        require_once((*known.hashes, *(one.sha256 for one in command.evidence)), "/evidence", "sha256")
        self.trigger(
            ctx,
            EvidenceAttached(
                period=command.period, number=known.number, evidence=command.evidence, attached_by=ctx.actor
            ),
        )

    @decides(VerifyProgress)
    def verify(self, command: VerifyProgress, ctx: Context) -> None:
        """By somebody who neither reported nor attached, and who names every file as it is."""
        known = self._reported_on(command, command.period)
        if known.verified or known.accepted:
            raise IllegalTransition(state=known.stage, command=command.name)
        if ctx.actor in known.hands:
            raise RuleViolated(
                "measure.progress.own",
                N_("Nobody verifies what they reported or attached themselves."),
                citation=citations.STRATEGY,
            )
        if sorted(command.evidence) != sorted(known.hashes):
            raise RuleViolated(
                "measure.evidence.seen",
                N_("The evidence is not what was looked at: read it again."),
                citation=citations.STRATEGY,
            )
        if not known.evidence and known.completion not in _BARE:
            raise RuleViolated(
                "measure.progress.evidence",
                N_("Nothing shows what was reported: without a file it cannot be verified."),
                citation=citations.STRATEGY,
            )
        self.trigger(
            ctx,
            ProgressVerified(period=command.period, number=known.number, evidence=known.hashes, verified_by=ctx.actor),
        )

    @decides(ContestProgress)
    def contest(self, command: ContestProgress, ctx: Context) -> None:
        """By each organisation once for each report, before the Council accepts it."""
        known = self._reported_on(command, command.period)
        if not ctx.mandate.acts_for(command.organisation_id):
            raise RuleViolated(
                "measure.contest.mandate",
                N_("To contest for an organisation, use a mandate that it gave."),
                citation=citations.STRATEGY,
            )
        if known.accepted or command.organisation_id in known.contested_by:
            raise IllegalTransition(state=known.stage, command=command.name)
        if not command.reason.languages:
            raise InvalidValue("/reason", N_("The text is empty."))
        self.trigger(
            ctx,
            ProgressContested(
                period=command.period,
                number=known.number,
                organisation_id=command.organisation_id,
                completion=command.completion,
                reason=command.reason,
            ),
        )

    @decides(AcceptProgress, register=(Resolutions,))
    def accept(self, command: AcceptProgress, ctx: Context) -> None:
        """What was verified, by a resolution about this half-year; contested or not."""
        known = self._reported_on(command, command.period)
        findings = ctx.registered(Resolutions).require_unless_history(
            ctx, ResolutionKind.ACCEPT_PROGRESS, self.id, command.period
        )
        if known.accepted:
            raise IllegalTransition(state=known.stage, command=command.name)
        if not known.verified:
            raise RuleViolated(
                "measure.progress.verified",
                N_("The Council accepts what somebody verified."),
                citation=citations.STRATEGY,
            )
        self._require_unused(command.resolution_id)
        self.trigger(
            ctx,
            ProgressAccepted(
                period=command.period,
                number=known.number,
                resolution_id=command.resolution_id,
                decision_no=command.decision_no,
                contested=len(known.contested_by),
                findings=findings,
            ),
        )

    @decides(MarkProgressOverdue)
    def mark_overdue(self, command: MarkProgressOverdue, ctx: Context) -> None:
        """When its time is over; the half-year after it is awaited then."""
        waiting = self.awaited
        if waiting is None or progress_id(waiting.period) != command.progress_id:
            raise IllegalTransition(state=ProgressStage.REPORTED, command=command.name)
        if ctx.now < waiting.due.due_at:
            raise RuleViolated(
                "measure.progress.due",
                N_("The report is due by {due_at}."),
                citation=ctx.rules[DUE].citation,
                due_at=waiting.due.due_at.isoformat(),
            )
        self.trigger(
            ctx,
            ProgressOverdue(period=waiting.period, due_at=waiting.due.due_at, awaited=self._next(waiting.period, ctx)),
        )

    @decides(ScoreMeasure)
    def score(self, command: ScoreMeasure, ctx: Context) -> None:
        """Each for their own side; again whenever they see it differently."""
        self._require(command, *_REPORTED)
        self._require_begun(command.period, ctx)
        _require_side(command, ctx)
        if not command.reasons.languages:
            raise InvalidValue("/reasons", N_("The text is empty."))
        facts = {field: getattr(command, field) for field in command.__struct_fields__}
        self.trigger(ctx, MeasureScored(**facts))

    def _reported_on(self, command: Command, period: str) -> Progress:
        known = self.progress.get(period)
        if known is None:
            raise InvalidValue("/period", N_("Nothing was reported for {period}."), period=period)
        if self.stage is MeasureStage.DROPPED:
            raise IllegalTransition(state=self.stage, command=command.name)
        return known

    def _require_begun(self, period: str, ctx: Context) -> None:
        """Refuse a half-year before the work began, or that has not begun."""
        began = self._require_started()
        if period < half_year_of(began):
            raise InvalidValue("/period", N_("Work on the measure began on {day}."), day=began.isoformat())
        if first_day_of(period) > local_day(ctx.now):
            raise InvalidValue("/period", N_("{period} has not begun."), period=period)

    def _require_over(self, period: str, ctx: Context) -> None:
        self._require_begun(period, ctx)
        if self.done_on is None and local_day(ctx.now) <= last_day_of(period):
            raise InvalidValue("/period", N_("{period} is not over."), period=period)
        if self.awaited is not None and self.awaited.period < period:
            raise InvalidValue("/period", N_("First comes the report on {period}."), period=self.awaited.period)

    def _is_late(self, period: str, ctx: Context) -> bool:
        """By the deadline that was set; a period that is not awaited any more was late, or was reported before."""
        if self.awaited is not None and self.awaited.period == period:
            return ctx.now >= self.awaited.due.due_at
        return period in self.overdue

    def _next(self, period: str, ctx: Context) -> Awaited | None:
        """The half-year after it, unless the measure was done by its end."""
        if self.done_on is not None and half_year_of(self.done_on) <= period:
            return None
        return awaited(next_half_year(period), ctx)


def _require_side(command: ScoreMeasure, ctx: Context) -> None:
    """Civil society scores for an organisation that gave the mandate, the others for nobody but their side."""
    speaks = command.organisation_id is None
    if command.side is Side.CIVIL_SOCIETY:
        speaks = command.organisation_id is not None and ctx.mandate.acts_for(command.organisation_id)
    if not speaks or _SIDES.get(ctx.mandate.role) is not command.side:
        raise RuleViolated(
            "measure.score.side",
            N_("One scores for the side that one's mandate speaks for."),
            citation=citations.STRATEGY,
        )
