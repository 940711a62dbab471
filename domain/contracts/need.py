"""A need for a service: assessed, and approved with a budget that its calls share; or withdrawn."""

from typing import Self
from uuid import UUID

from msgspec.structs import fields

from domain.contracts.commands.need import ApproveNeed, AssessNeed, WithdrawNeed
from domain.contracts.events.need import NeedApproved, NeedAssessed, NeedWithdrawn
from domain.contracts.facts import NeedFacts
from domain.contracts.languages import require_languages
from domain.contracts.vocabulary import NeedStage
from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.amounts import require_once, require_positive
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue
from domain.kernel.message import N_
from domain.kernel.money import Money


class ServiceNeed(Aggregate):
    """assessed, approved; or withdrawn."""

    initial = NeedAssessed
    REFERENCED = True

    @classmethod
    @creates(AssessNeed)
    def assess(cls, command: AssessNeed, ctx: Context, stream_id: UUID) -> Self:
        """In every language that the institution owes, at an estimate that can be meant."""
        ctx.tenant.require_active()
        require_languages(command.title, ctx)
        require_languages(command.description, ctx)
        require_positive(command.estimate, "/estimate")
        require_once((one.code for one in command.lines), "/lines", "code")
        require_once(command.places, "/places")
        facts = NeedFacts(**{one.name: getattr(command, one.name) for one in fields(NeedFacts)})
        return cls.begin(ctx, stream_id, NeedAssessed(facts=facts))

    @decides(ApproveNeed)
    def approve(self, command: ApproveNeed, ctx: Context) -> None:
        """For no more than the estimate: what costs more is assessed anew."""
        self.require(command, NeedStage.ASSESSED)
        budget = command.budget or self.facts.estimate
        require_positive(budget, "/budget")
        if budget.currency != self.facts.estimate.currency or self.facts.estimate < budget:
            raise InvalidValue(
                "/budget", N_("The need was estimated at {estimate}."), estimate=str(self.facts.estimate)
            )
        self.trigger(ctx, NeedApproved(decision_no=command.decision_no, budget=budget))

    @decides(WithdrawNeed)
    def withdraw(self, command: WithdrawNeed, ctx: Context) -> None:
        """Calls that are under way go on."""
        self.require(command, NeedStage.ASSESSED, NeedStage.APPROVED)
        require_languages(command.reason, ctx)
        self.trigger(ctx, NeedWithdrawn(reason=command.reason))

    @applies(NeedAssessed)
    def _assessed(self, event: NeedAssessed) -> None:
        self.stage = NeedStage.ASSESSED
        self.facts: NeedFacts = event.facts
        self.budget: Money | None = None

    @applies(NeedApproved)
    def _approved(self, event: NeedApproved) -> None:
        self.stage, self.budget = NeedStage.APPROVED, event.budget

    @applies(NeedWithdrawn)
    def _withdrawn(self, event: NeedWithdrawn) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = NeedStage.WITHDRAWN

    def require(self, command: Command, *stages: NeedStage) -> None:
        """Refuse the command unless the need stands in one of these stages."""
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)
