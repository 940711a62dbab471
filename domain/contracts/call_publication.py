"""A call in public: published when lawful, clarified for all alike, closed by the clock, true to the calendar."""

from uuid import UUID

from domain.contracts.call_planning import ON_NEED, CallPlanning, checked
from domain.contracts.call_state import CallState
from domain.contracts.call_window import BIDDING, CLARIFY, OPENING
from domain.contracts.commands.call import (
    ClarifyServiceCall,
    CloseServiceCall,
    PublishServiceCall,
    RecomputeServiceCallDeadline,
)
from domain.contracts.events.call import CallClosed, CallDeadlineMoved, CallPublished, ClarificationIssued
from domain.contracts.languages import require_languages
from domain.contracts.need_budget import NeedBudget
from domain.contracts.vocabulary import CallStage
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.deadline import deadline
from domain.kernel.errors import NotLawful, RuleViolated
from domain.kernel.findings import count_errors
from domain.kernel.message import N_
from domain.kernel.open_call import clarification_notice
from domain.kernel.window import recounted, require_clock

_TOO_LATE = N_("Clarifications leave bidders {n} days: one given now would need the call open until {until}.")


class CallPublication(CallPlanning):
    """Decisions from publication to the end of the time to bid."""

    @decides(PublishServiceCall, references=ON_NEED, boundary=NeedBudget)
    def publish(self, command: PublishServiceCall, ctx: Context) -> None:
        """Publish and freeze if the linter finds no error; history is taken as it was, with its findings."""
        self.require(command, CallStage.PLANNING)
        closes_at = BIDDING.told_end(command.closes_at, ctx.now, ctx)
        findings = self.lint(command, ctx, closes_at)
        if count_errors(findings) and not ctx.imported:
            raise NotLawful(findings)
        proof = BIDDING.end(ctx, ctx.now, self.facts.open_days) if closes_at is None else None
        self.trigger(ctx, checked(findings))
        self.trigger(
            ctx,
            CallPublished(
                facts=self.facts,
                closes_at=proof.due_at if proof else closes_at or ctx.now,
                languages=ctx.tenant.languages,
                deadline=proof,
                invited=self._invitations(ctx),
                need_id=command.need_id,
            ),
        )

    @decides(ClarifyServiceCall)
    def clarify(self, command: ClarifyServiceCall, ctx: Context) -> None:
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

    @decides(CloseServiceCall)
    def close(self, command: CloseServiceCall, ctx: Context) -> None:
        """Close at or after the end, by the clock alone; from the closing on bids are opened."""
        require_clock(command, ctx)
        self.require(command, CallStage.PUBLISHED)
        BIDDING.require_over(self.ends_at(), self.deadline, ctx)
        opening = deadline(ctx.rules[OPENING], ctx.now, "CallClosed", ctx.calendar)
        self.trigger(ctx, CallClosed(closes_at=self.ends_at(), opening=opening))

    @decides(RecomputeServiceCallDeadline)
    def recompute(self, command: RecomputeServiceCallDeadline, ctx: Context) -> None:
        """Let the end of what runs, the time to bid or to open bids, follow the calendar; it only ever moves later."""
        del command
        running = {CallStage.PUBLISHED: self.deadline, CallStage.CLOSED: self.opening}.get(self.stage)
        new = recounted(running, running.due_at, ctx) if running else None
        if new is None or running is None:
            raise RuleViolated(
                "contract.call.deadline_unchanged", N_("No deadline of this call depends on the change.")
            )
        self.trigger(ctx, CallDeadlineMoved(previous=running, deadline=new))

    def _invitations(self, ctx: Context) -> tuple[UUID, ...]:
        """Who alone may bid; () where everybody may."""
        listing = ctx.references["list"]
        if isinstance(listing, CallState):
            return tuple(one.organisation_id for one in listing.providers)
        return (self.facts.direct.organisation_id,) if self.facts.direct is not None else ()
