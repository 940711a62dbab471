"""How a call ends: evaluated, contracted and reported on, or cancelled, or void."""

from domain.grants.awards import Awards
from domain.grants.call_publication import CallPublication
from domain.grants.call_state import BEFORE_FINAL, PUBLIC
from domain.grants.commands.grant_call import (
    BeginEvaluation,
    CancelCall,
    MarkContracted,
    ReleaseFunding,
    ReportCall,
    VoidCall,
)
from domain.grants.contracting import Contracting
from domain.grants.events.grant_call import (
    CallCancelled,
    CallContracted,
    CallReported,
    CallVoided,
    EvaluationBegun,
    FundingReleased,
)
from domain.grants.funding import less, spread
from domain.grants.languages import require_languages
from domain.grants.vocabulary import CallStage
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition

_ENDED = (CallStage.CONTRACTED, CallStage.REPORTED, CallStage.VOID)


class CallCompletion(CallPublication):
    """Decisions after the time to apply."""

    @decides(BeginEvaluation)
    def begin_evaluation(self, command: BeginEvaluation, ctx: Context) -> None:
        """Hand the applications over; nothing can be added to them any more."""
        self.require(command, CallStage.CLOSED)
        self.trigger(ctx, EvaluationBegun(note=command.note))

    @decides(MarkContracted, boundary=Contracting)
    def mark_contracted(self, command: MarkContracted, ctx: Context) -> None:
        """When nothing of the final ranking is left to be agreed on; what no agreement took is free again."""
        self.require(command, CallStage.FINAL)
        contracting = ctx.folded(Contracting)
        contracting.require_settled(self.ranking)
        self.trigger(ctx, CallContracted(note=command.note))
        self._release(contracting, ctx)

    @decides(ReleaseFunding, boundary=Awards)
    def release_funding(self, command: ReleaseFunding, ctx: Context) -> None:
        """Once the call has ended; until then its reserve may be awarded what came free."""
        self.require(command, *_ENDED)
        self._release(ctx.folded(Awards), ctx)

    def _release(self, awards: Awards, ctx: Context) -> None:
        """Lines are used in the order in which the call names them, so the last ones are free first."""
        plan = self.facts.plan
        if plan is None or not self.held:
            return
        promised = awards.sum(self.held[0].amount.currency)
        free = less(self.held, spread(promised, plan.lines))
        if free:
            self.trigger(ctx, FundingReleased(plan_id=plan.plan_id, lines=free))

    @decides(ReportCall)
    def report(self, command: ReportCall, ctx: Context) -> None:
        """Publish what came of it."""
        self.require(command, CallStage.CONTRACTED)
        require_languages(command.summary, ctx)
        self.trigger(ctx, CallReported(files=command.files, summary=command.summary))

    @decides(CancelCall)
    def cancel(self, command: CancelCall, ctx: Context) -> None:
        """Give the call up, for a reason that all who applied can read."""
        self.require(command, *BEFORE_FINAL)
        if self.released:  # agreements may rest on it already: from here on only a decision declares it void
            raise IllegalTransition(state=self.stage, command=command.name)
        require_languages(command.reason, ctx)
        plan = self.facts.plan
        self.trigger(ctx, CallCancelled(reason=command.reason, plan_id=plan.plan_id if plan else None))

    @decides(VoidCall, boundary=Awards)
    def void(self, command: VoidCall, ctx: Context) -> None:
        """Declare void what was published; the plan gets its money back, but for what signed agreements took of it."""
        self.require(command, *PUBLIC)
        awards = ctx.folded(Awards)
        plan = None if awards.promised else self.facts.plan
        self.trigger(
            ctx,
            CallVoided(decision_no=command.decision_no, reason=command.reason, plan_id=plan.plan_id if plan else None),
        )
        if plan is None:
            self._release(awards, ctx)
