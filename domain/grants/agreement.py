"""A grant agreement: signed, paid part by part after accepted reports, and, where it went wrong, recovered.

Its decisions stand in one module per concern, each class building on the one before:
`agreement_state` < `agreement_signing` < `agreement_reporting` < this module.
"""

from datetime import date

from domain.funding_claims.events import claim_id
from domain.funding_claims.ledger import Claims
from domain.grants import citations
from domain.grants.agreement_parts import PlannedInstalment
from domain.grants.agreement_reporting import Reporting
from domain.grants.agreement_signing import require_eligible
from domain.grants.application_state import ON_CALL
from domain.grants.call_state import RANKED
from domain.grants.commands.agreement import (
    CheckInstalment,
    OrderRecovery,
    PayInstalment,
    RecordRecovery,
    RequestInstalment,
    WithholdInstalment,
)
from domain.grants.events.agreement import (
    AgreementDrafted,
    InstalmentChecked,
    InstalmentPaid,
    InstalmentRequested,
    InstalmentWithheld,
    RecoveryOrdered,
    RecoveryReceived,
)
from domain.grants.four_eyes import require_another
from domain.grants.grant_call import GrantCall
from domain.grants.impartiality import require_impartial
from domain.grants.vocabulary import AgreementStage, InstalmentStage, ReportStage
from domain.kernel.aggregate import decides
from domain.kernel.amounts import require_positive
from domain.kernel.context import Context
from domain.kernel.deadline import local_day, require_past
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.kernel.money import Money
from domain.organisations.standing import Standing

_IN_FORCE = (AgreementStage.ACTIVE, AgreementStage.SUSPENDED)
_ENDED = (AgreementStage.TERMINATED, AgreementStage.COMPLETED)


class GrantAgreement(Reporting):
    """drafted, active, suspended, completed or terminated."""

    initial = AgreementDrafted
    REFERENCED = True

    @decides(RequestInstalment)
    def request(self, command: RequestInstalment, ctx: Context) -> None:
        """By the organisation, the next one, when its day has come and its reports are accepted."""
        self.require_beneficiary(command, ctx)
        self.require(command, AgreementStage.ACTIVE)
        plan = self.instalment(command.number, command, InstalmentStage.PLANNED)
        self._require_payable(plan, local_day(ctx.now), ctx)
        self.trigger(ctx, InstalmentRequested(number=command.number))

    @decides(CheckInstalment, register=(Standing,))
    def check(self, command: CheckInstalment, ctx: Context) -> None:
        """By an officer without an interest, before it goes to whoever pays."""
        self.require(command, AgreementStage.ACTIVE)
        plan = self.instalment(command.number, command, InstalmentStage.REQUESTED)
        self.require_of(command.organisation_id)
        require_impartial(ctx.registered(Standing), ctx)
        self._require_payable(plan, local_day(ctx.now), ctx)
        self.trigger(ctx, InstalmentChecked(number=command.number, note=command.note, checked_by=ctx.actor))

    @decides(PayInstalment, references=ON_CALL, register=(Standing, Claims))
    def pay(self, command: PayInstalment, ctx: Context) -> None:
        """By somebody else than who checked it, when on the day of payment, and now, everything is still in order."""
        self.require(command, AgreementStage.ACTIVE)
        plan = self.instalment(command.number, command, InstalmentStage.CHECKED)
        self.require_of(command.organisation_id)
        if command.call_id != self.call_id:
            raise InvalidValue("/call_id", N_("The agreement is of another call."))
        require_impartial(ctx.registered(Standing), ctx)
        require_another(ctx, self.instalments[command.number].checked_by)
        call, today = ctx.reference("call", GrantCall), local_day(ctx.now)
        call.require_award(command, self.application_id, *RANKED)
        require_past(command.paid_on, "/paid_on", ctx.now)
        self._require_payable(plan, command.paid_on, ctx)
        for day in sorted({command.paid_on, today}):
            require_eligible(ctx.registered(Standing), self.organisation_id, call, day)
        claims = ctx.registered(Claims)
        claims.require_no_overdue_report()
        claims.require_settled(claim_id(ctx.tenant.tenant_id, self.id), ctx.rules)
        self.trigger(
            ctx,
            InstalmentPaid(
                number=command.number, amount=plan.amount, paid_on=command.paid_on, reference=command.reference
            ),
        )

    @decides(WithholdInstalment)
    def withhold(self, command: WithholdInstalment, ctx: Context) -> None:
        """Never paid: the money is the institution's."""
        self.require(command, *_IN_FORCE)
        plan = self.instalment(
            command.number, command, InstalmentStage.PLANNED, InstalmentStage.REQUESTED, InstalmentStage.CHECKED
        )
        self.trigger(ctx, InstalmentWithheld(number=command.number, amount=plan.amount, reason=command.reason))

    @decides(OrderRecovery)
    def order_recovery(self, command: OrderRecovery, ctx: Context) -> None:
        """Of what was paid, and not more than that."""
        self.require(command, *_IN_FORCE, *_ENDED)
        self._require_own_currency(command.amount)
        if self.paid < self.to_recover + command.amount:
            raise RuleViolated(
                "grant.recovery.paid",
                N_("{paid} was paid; {ordered} is demanded back already."),
                citation=citations.FINANCING,
                paid=str(self.paid),
                ordered=str(self.to_recover),
            )
        self.trigger(
            ctx, RecoveryOrdered(decision_no=command.decision_no, amount=command.amount, reason=command.reason)
        )

    @decides(RecordRecovery)
    def record_recovery(self, command: RecordRecovery, ctx: Context) -> None:
        """Of what was demanded back, and not more than that."""
        self.require(command, *_IN_FORCE, *_ENDED)
        self._require_own_currency(command.amount)
        require_past(command.received_on, "/received_on", ctx.now)
        if self.to_recover < self.recovered + command.amount:
            raise RuleViolated(
                "grant.recovery.ordered",
                N_("{ordered} was demanded back; {recovered} came already."),
                citation=citations.FINANCING,
                ordered=str(self.to_recover),
                recovered=str(self.recovered),
            )
        self.trigger(
            ctx,
            RecoveryReceived(amount=command.amount, received_on=command.received_on, reference=command.reference),
        )

    def _require_payable(self, plan: PlannedInstalment, day: date, ctx: Context) -> None:
        """In order, from its day on, after the reports it waits for, and while no report is overdue."""
        begins = max(plan.payable_from, self.signed_on or plan.payable_from)  # nothing is owed before the signature
        if day < begins:
            raise RuleViolated(
                "grant.instalment.day",
                N_("Instalment {number} is payable from {day} on."),
                citation=citations.FINANCING,
                number=plan.number,
                day=begins.isoformat(),
            )
        settled = (InstalmentStage.PAID, InstalmentStage.WITHHELD)
        if any(one.stage not in settled for number, one in self.instalments.items() if number < plan.number):
            raise RuleViolated(
                "grant.instalment.order",
                N_("An earlier instalment is neither paid nor withheld."),
                citation=citations.FINANCING,
            )
        waiting = [
            number
            for number, one in self.reports.items()
            if (number <= plan.after_report and one.stage is not ReportStage.ACCEPTED) or one.is_overdue(ctx.now)
        ]
        if waiting:
            raise RuleViolated(
                "grant.instalment.report",
                N_("Report {number} is not accepted; until then nothing more is paid."),
                citation=citations.FINANCING,
                number=waiting[0],
            )

    def _require_own_currency(self, amount: Money) -> None:
        require_positive(amount, "/amount")
        if amount.currency != self.award.currency:
            raise InvalidValue("/amount/currency", N_("The grant is paid in {currency}."), currency=self.award.currency)
