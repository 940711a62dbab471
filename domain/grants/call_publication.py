"""A call in public: published when lawful, clarified for all alike, closed by the clock, true to the calendar."""

from datetime import datetime

from domain.grants.call_preparation import ON_PLAN, CallPreparation, checked
from domain.grants.call_state import BEFORE_PUBLICATION
from domain.grants.call_window import OPEN, call_end, clarified_in_time
from domain.grants.commands.grant_call import CloseCall, IssueClarification, PublishCall, RecomputeCallDeadline
from domain.grants.events.grant_call import CallClosed, CallDeadlineMoved, CallPublished, ClarificationIssued
from domain.grants.funding import Commitments
from domain.grants.languages import require_languages
from domain.grants.vocabulary import CallStage
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.deadline import Deadline, recomputed
from domain.kernel.errors import InvalidValue, NotLawful, NotPermitted, RuleViolated
from domain.kernel.findings import count_errors
from domain.kernel.manifest import Role
from domain.kernel.message import N_


class CallPublication(CallPreparation):
    """Decisions from publication to the end of the time to apply."""

    @decides(PublishCall, references=ON_PLAN, boundary=Commitments)
    def publish(self, command: PublishCall, ctx: Context) -> None:
        """Publish and freeze if the linter finds no error; history is taken as it was, with its findings."""
        self.require(command, *BEFORE_PUBLICATION)
        self.require_plan(command.plan_id)
        closes_at = _told_end(command.closes_at, ctx)
        findings = self.lint(ctx, self.cited(ctx), ctx.folded(Commitments), closes_at)
        if count_errors(findings) and not ctx.imported:
            raise NotLawful(findings)
        proof = call_end(ctx, ctx.now, self.facts.open_days) if closes_at is None else None
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
        notice = _notice(ctx)
        if notice is not None and notice.due_at > self.ends_at() and not ctx.imported:
            raise RuleViolated(
                notice.rule,
                N_("Clarifications leave applicants {n} days: one given now would need the call open until {until}."),
                citation=notice.citation,
                n=notice.n,
                until=notice.due_at.isoformat(),
            )
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
        if ctx.mandate.role != Role.CLOCK and not ctx.imported:
            raise NotPermitted(command.name, (Role.CLOCK,))
        self.require(command, CallStage.PUBLISHED)
        if ctx.now < self.ends_at():
            raise RuleViolated(
                self.deadline.rule if self.deadline else OPEN,
                N_("The call is open until {closes_at} and cannot be closed earlier."),
                citation=self.citation,
                closes_at=self.ends_at().isoformat(),
            )
        self.trigger(ctx, CallClosed(closes_at=self.ends_at()))

    @decides(RecomputeCallDeadline)
    def recompute(self, command: RecomputeCallDeadline, ctx: Context) -> None:
        """Let the end follow the calendar; it only ever moves to a later day."""
        del command
        running = self.stage is CallStage.PUBLISHED and ctx.now < self.ends_at()
        new = recomputed(self.deadline, ctx.calendar) if running and self.deadline else None
        if new is None or self.deadline is None or new.due_at <= self.ends_at():
            raise RuleViolated("grant.call.deadline_unchanged", N_("No deadline of this call depends on the change."))
        self.trigger(ctx, CallDeadlineMoved(previous=self.deadline, deadline=new))


def _told_end(closes_at: datetime | None, ctx: Context) -> datetime | None:
    """The end that history gives; nobody sets one by hand today."""
    if closes_at is None:
        return None
    if not ctx.imported:
        raise InvalidValue("/closes_at", N_("The end follows from the rule; give open_days instead."))
    if closes_at < ctx.now:
        raise InvalidValue(
            "/closes_at",
            N_("The call closes at {closes_at}, before it was published at {published_at}."),
            closes_at=closes_at.isoformat(),
            published_at=ctx.now.isoformat(),
        )
    return closes_at


def _notice(ctx: Context) -> Deadline | None:
    """What a clarification given now leaves applicants; None for history older than any published calendar."""
    try:
        return clarified_in_time(ctx, ctx.now)
    except RuleViolated:
        if ctx.imported:
            return None
        raise
