"""The values of an indicator: said or computed, shown by evidence, verified or contested, accepted and reopened."""

from domain.action_measures import citations
from domain.action_measures.commands.indicator import (
    AcceptValue,
    AttachValueEvidence,
    ContestValue,
    RecomputeValue,
    RecordComputedValue,
    ReopenPeriod,
    ReportValue,
    VerifyValue,
)
from domain.action_measures.computed import COMPUTED
from domain.action_measures.events.indicator import (
    PeriodReopened,
    RecomputationAsked,
    ValueAccepted,
    ValueComputed,
    ValueContested,
    ValueEvidenceAttached,
    ValueReported,
    ValueVerified,
)
from domain.action_measures.figures import reaches
from domain.action_measures.indicator_periods import PeriodName, Span
from domain.action_measures.indicator_state import IndicatorState
from domain.action_measures.indicator_vocabulary import Figure, ValueStage
from domain.action_measures.planning import require_said
from domain.council.resolutions import Resolutions
from domain.council.vocabulary import ResolutionKind
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_

_SAID = (ValueStage.REPORTED, ValueStage.EVIDENCED, ValueStage.VERIFIED, ValueStage.CONTESTED)


class Valuing(IndicatorState):
    """Decisions on the value of a period."""

    @decides(ReportValue)
    def report(self, command: ReportValue, ctx: Context) -> None:
        """Once the period is over, and anew as long as it is not locked."""
        value = self._sayable(command, command.period, ctx)
        self._require_source(computed=False)
        figure = self.measuring.settled(command.figure, "/figure")
        event = ValueReported(
            period=command.period,
            revision=value.revision + 1,
            figure=figure,
            parts=self.measuring.parted(figure, command.parts),
            reported_by=ctx.actor,
        )
        self.trigger(ctx, event)

    @decides(RecomputeValue)
    def recompute(self, command: RecomputeValue, ctx: Context) -> None:
        """What was computed once, and is not locked."""
        self._require_source(computed=True)
        value = self._sayable(command, command.period, ctx)
        if not value.asked and value.stage is not ValueStage.AWAITED:
            self.trigger(ctx, RecomputationAsked(period=command.period, revision=value.revision))

    @decides(RecordComputedValue)
    def compute(self, command: RecordComputedValue, ctx: Context) -> None:
        """As of the period's last instant, once, and again where somebody asked for it."""
        value = self._sayable(command, command.period, ctx)
        self._require_source(computed=True)
        if self.query is None or command.query != self.query:
            raise InvalidValue("/query", N_("The indicator is computed by another query."))
        if command.as_of != Span.of(command.period).as_of:
            raise InvalidValue("/as_of", N_("A value is computed as of the end of its period."))
        figure = COMPUTED[self.query].figure(command.numerator, command.denominator)
        if value.stage is not ValueStage.AWAITED and not value.asked:
            return
        event = ValueComputed(
            period=command.period,
            revision=value.revision + 1,
            query=command.query,
            query_hash=command.query_hash,
            as_of=command.as_of,
            positions=dict(command.positions),
            figure=figure,
        )
        self.trigger(ctx, event)

    @decides(AttachValueEvidence)
    def attach(self, command: AttachValueEvidence, ctx: Context) -> None:
        """Until somebody has verified the value by what is there: other files need another report."""
        value = self._said(command, command.period, *_SAID)
        self._require_source(computed=False)
        if value.verified:
            raise RuleViolated(
                "indicator.evidence",
                N_("The value was verified by the evidence that is there; other evidence needs a new report."),
                citation=citations.STRATEGY,
            )
        files = tuple(one for one in command.files if one.sha256 not in value.evidence)
        if files:
            event = ValueEvidenceAttached(
                period=command.period, revision=value.revision, files=files, attached_by=ctx.actor
            )
            self.trigger(ctx, event)

    @decides(VerifyValue)
    def verify(self, command: VerifyValue, ctx: Context) -> None:
        """By somebody else than whoever brought value or evidence."""
        value = self._said(command, command.period, ValueStage.EVIDENCED)
        if ctx.actor in value.brought_by:
            raise RuleViolated(
                "indicator.own_value",
                N_("Nobody verifies what they reported or showed evidence for themselves."),
                citation=citations.STRATEGY,
            )
        self.trigger(ctx, ValueVerified(period=command.period, revision=value.revision, verified_by=ctx.actor))

    @decides(ContestValue)
    def contest(self, command: ContestValue, ctx: Context) -> None:
        """On the organisation's own mandate, each organisation once for what was said."""
        value = self._said(command, command.period, *_SAID)
        if not ctx.mandate.acts_for(command.organisation_id):
            raise RuleViolated(
                "indicator.contest",
                N_("To contest a value, use a mandate that the organisation gave."),
                citation=citations.STRATEGY,
            )
        if command.organisation_id in value.contested_by:
            raise RuleViolated(
                "indicator.contested",
                N_("The organisation contests this value already."),
                citation=citations.STRATEGY,
            )
        if not command.reason.languages:
            raise InvalidValue("/reason", N_("The text is empty."))
        event = ValueContested(
            period=command.period,
            revision=value.revision,
            figure=value.figure,
            organisation_id=command.organisation_id,
            reason=command.reason,
            own=None if command.own is None else self.measuring.settled(command.own, "/own"),
        )
        self.trigger(ctx, event)

    @decides(AcceptValue, register=(Resolutions,))
    def accept(self, command: AcceptValue, ctx: Context) -> None:
        """What was verified, or is contested: then the Council knew of it."""
        value = self._said(command, command.period, ValueStage.VERIFIED, ValueStage.CONTESTED)
        if value.figure.value is None:
            raise RuleViolated(
                "indicator.no_case",
                N_("There was no case in {period}, so there is no value to accept."),
                citation=citations.STRATEGY,
                period=command.period,
            )
        self._resolved(command, ResolutionKind.ACCEPT_VALUE, ctx)
        event = ValueAccepted(
            measure_id=self.measure_id,
            period=command.period,
            revision=value.revision,
            figure=value.figure,
            resolution_id=command.resolution_id,
            contested=bool(value.contested_by),
            met=self._met(command.period, value.figure),
        )
        self.trigger(ctx, event)

    @decides(ReopenPeriod, register=(Resolutions,))
    def reopen(self, command: ReopenPeriod, ctx: Context) -> None:
        """A locked period, for everybody to see why."""
        self._said(command, command.period, ValueStage.ACCEPTED)
        require_said(command.reason, "/reason", ctx)
        self._resolved(command, ResolutionKind.REOPEN_PERIOD, ctx)
        event = PeriodReopened(
            measure_id=self.measure_id,
            period=command.period,
            resolution_id=command.resolution_id,
            reason=command.reason,
        )
        self.trigger(ctx, event)

    def _resolved(self, command: AcceptValue | ReopenPeriod, kind: ResolutionKind, ctx: Context) -> None:
        """Raises: RuleViolated unless the Council resolved this about the period, and nothing was done by it yet."""
        self._require_new_resolution(command.resolution_id)
        ctx.registered(Resolutions).require(kind, ctx.tenant.slug, self.id, command.period)

    def _met(self, period: PeriodName, figure: Figure) -> bool | None:
        target = self.target_of(period)
        if target is None or figure.value is None:
            return None
        return reaches(figure.value, target, self.direction)
