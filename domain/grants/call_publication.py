"""A call in public: published when lawful, clarified for all alike, closed by the clock, true to the calendar."""

from domain.grants.call_preparation import ON_PLAN, CallPreparation, checked
from domain.grants.call_state import BEFORE_PUBLICATION
from domain.grants.call_window import CLARIFY, OPENING
from domain.grants.commands.grant_call import CloseCall, IssueClarification, PublishCall, RecomputeCallDeadline
from domain.grants.events.grant_call import CallClosed, CallDeadlineMoved, CallPublished, ClarificationIssued
from domain.grants.funding import Commitments
from domain.grants.languages import require_languages
from domain.grants.vocabulary import CallStage
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.errors import NotLawful, RuleViolated
from domain.kernel.findings import count_errors
from domain.kernel.message import N_
from domain.kernel.open_call import clarification_notice
from domain.kernel.window import recounted, require_clock

_TOO_LATE = N_("Clarifications leave applicants {n} days: one given now would need the call open until {until}.")


class CallPublication(CallPreparation):
    """Decisions from publication to the end of the time to apply."""

    @decides(PublishCall, references=ON_PLAN, boundary=Commitments)
    def publish(self, command: PublishCall, ctx: Context) -> None:
        """Publish and freeze if the linter finds no error; history is taken as it was, with its findings."""
        self.require(command, *BEFORE_PUBLICATION)
        self.require_plan(command.plan_id)
        closes_at = OPENING.told_end(command.closes_at, ctx.now, ctx)
        findings = self.lint(ctx, self.cited(ctx), ctx.folded(Commitments), closes_at)
        if count_errors(findings) and not ctx.imported:
            raise NotLawful(findings)
        proof = OPENING.end(ctx, ctx.now, self.facts.open_days) if closes_at is None else None
        self.trigger(ctx, checked(findings))
        self.trigger(
            ctx,
            CallPublished(
                facts=self.facts,
                form_version=self.form_version,
                closes_at=proof.due_at if proof else closes_at or ctx.now,
                languages=ctx.tenant.languages,
                deadline=proof,
                plan_id=command.plan_id,
            ),
        )

    @decides(IssueClarification)
    def clarify(self, command: IssueClarification, ctx: Context) -> None:
        """Answer one question to everybody, while there is time to make use of the answer."""
        self.require(command, CallStage.PUBLISHED)
        notice = clarification_notice(ctx.rules[CLARIFY], self.ends_at(), _TOO_LATE, ctx)
        require_languages(command.question, ctx)
        require_languages(command.answer, ctx)
        self.trigger(
            ctx,
            ClarificationIssued(
                clarification_id=ctx.new_id(), question=command.question, answer=command.answer, notice=notice
            ),
        )

    @decides(CloseCall)
    def close(self, command: CloseCall, ctx: Context) -> None:
        """Close at or after the end, by the clock alone; history says when it was closed."""
        require_clock(command, ctx)
        self.require(command, CallStage.PUBLISHED)
        OPENING.require_over(self.ends_at(), self.deadline, ctx)
        self.trigger(ctx, CallClosed(closes_at=self.ends_at()))

    @decides(RecomputeCallDeadline)
    def recompute(self, command: RecomputeCallDeadline, ctx: Context) -> None:
        """Let the end follow the calendar; it only ever moves to a later day."""
        del command
        new = recounted(self.deadline, self.ends_at(), ctx) if self.stage is CallStage.PUBLISHED else None
        if new is None or self.deadline is None:
            raise RuleViolated("grant.call.deadline_unchanged", N_("No deadline of this call depends on the change."))
        self.trigger(ctx, CallDeadlineMoved(previous=self.deadline, deadline=new))
