"""A contract on a service: signed, delivered period by period under a licence, paid, and accepted at the end.

Its decisions stand in one module per concern, each class building on the one before:
`contract_state` < `contract_signing` < `contract_amending` < `contract_delivering` < this module.
"""

from domain.contracts import citations
from domain.contracts.commands.contract import (
    AcceptContract,
    CompleteContract,
    NoteLicence,
    PayDelivery,
    TerminateContract,
)
from domain.contracts.contract_delivering import Delivering
from domain.contracts.contract_parts import ContractStage, DeliveryStage
from domain.contracts.contract_schedule import shortened
from domain.contracts.contract_state import DELIVERED, IN_FORCE
from domain.contracts.events.contract import (
    ContractAccepted,
    ContractCompleted,
    ContractDrafted,
    ContractTerminated,
    DeliveryPaid,
    DeliveryScheduled,
    LicenceNoted,
)
from domain.contracts.languages import require_languages
from domain.funding_claims.events import claim_id
from domain.funding_claims.ledger import Claims
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.licences.citations import SOCIAL_SERVICES
from domain.licences.held import Licences
from domain.licences.vocabulary import LicenceStage
from domain.organisations.standing import Standing

_WITHDRAWN = (LicenceStage.SUSPENDED, LicenceStage.REVOKED)


class ServiceContract(Delivering):
    """drafted, signed, active, completed or terminated, accepted."""

    initial = ContractDrafted

    @decides(PayDelivery, register=(Standing, Claims, Licences))
    def pay(self, command: PayDelivery, ctx: Context) -> None:
        """By another than who accepted it, when today everything is still in order, the licence above all."""
        self.require(command, *DELIVERED)
        self.require_own(command.organisation_id)
        one = self.delivery(command.number, command, DeliveryStage.ACCEPTED)
        today = local_day(ctx.now)
        if not one.plan.last_day < command.paid_on <= today:
            raise InvalidValue("/paid_on", N_("It is paid after its period, and not before the day has come."))
        if one.accepted_by == ctx.actor:
            raise RuleViolated(
                "contract.payment.separate",
                N_("Whoever accepted the delivery does not pay it."),
                citation=citations.PROCUREMENT,
            )
        standing = ctx.registered(Standing)
        self.require_uninvolved(ctx)
        for day in sorted({command.paid_on, today}):
            standing.require_in_good_standing(day, self.organisation_id)
        claims = ctx.registered(Claims)
        claims.require_no_overdue_report()
        claims.require_settled(claim_id(ctx.tenant.tenant_id, self.id), ctx.rules)
        self.require_nothing_overdue(ctx)
        self._require_licence(ctx)
        self.require_licensed(one, ctx)
        amount = one.amount
        if amount is None or self.value < self.paid + amount:
            raise RuleViolated(
                "contract.value",
                N_("With this payment {paid} would be paid; the contract is worth {value}."),
                citation=citations.PROCUREMENT,
                paid=str(self.paid if amount is None else self.paid + amount),
                value=str(self.value),
            )
        self.trigger(
            ctx,
            DeliveryPaid(number=command.number, amount=amount, paid_on=command.paid_on, reference=command.reference),
        )

    @decides(NoteLicence)
    def note_licence(self, command: NoteLicence, ctx: Context) -> None:
        """Each news of the licence once, whatever the contract has come to."""
        if command.entry_id not in self.entry_ids:
            raise InvalidValue("/entry_id", N_("The contract does not rely on this licence."))
        noted = self.licences.get(command.entry_id)
        if noted is not None and noted.origin == command.origin:
            raise IllegalTransition(state="noted", command=command.name)
        self.trigger(
            ctx,
            LicenceNoted(entry_id=command.entry_id, status=command.status, since=command.since, origin=command.origin),
        )

    @decides(TerminateContract)
    def terminate(self, command: TerminateContract, ctx: Context) -> None:
        """Before its time, not before what was reported already; the period under way ends with it."""
        self.require(command, *IN_FORCE)
        require_languages(command.reason, ctx)
        self._require_end(command, ctx)
        dropped = tuple(number for number, one in self.deliveries.items() if one.plan.first_day > command.last_day)
        self.trigger(
            ctx,
            ContractTerminated(
                organisation_id=self.organisation_id,
                decision_no=command.decision_no,
                reason=command.reason,
                last_day=command.last_day,
                dropped=dropped,
            ),
        )
        for one in list(self.deliveries.values()):
            if one.plan.last_day > command.last_day:
                self.trigger(ctx, DeliveryScheduled(delivery=shortened(one.plan, command.last_day, ctx)))

    @decides(CompleteContract)
    def complete(self, command: CompleteContract, ctx: Context) -> None:
        """When every delivery is paid or waived."""
        self.require(command, ContractStage.ACTIVE)
        self._require_settled()
        self.trigger(
            ctx,
            ContractCompleted(organisation_id=self.organisation_id, paid=self.paid),
        )

    @decides(AcceptContract)
    def accept_whole(self, command: AcceptContract, ctx: Context) -> None:
        """The final acceptance, once the contract has ended."""
        self.require(command, ContractStage.COMPLETED, ContractStage.TERMINATED)
        require_languages(command.note, ctx)
        self._require_settled()
        self.trigger(
            ctx,
            ContractAccepted(
                organisation_id=self.organisation_id,
                paid=self.paid,
                unpaid=self.value - self.paid,
                decision_no=command.decision_no,
                note=command.note,
            ),
        )

    def _require_settled(self) -> None:
        if not self.settled:
            raise RuleViolated(
                "contract.settled",
                N_("Deliveries are not reported, accepted or paid yet."),
                citation=citations.PROCUREMENT,
            )

    def _require_end(self, command: TerminateContract, ctx: Context) -> None:
        reported = [one.plan.last_day for one in self.deliveries.values() if one.stage is not DeliveryStage.AWAITED]
        earliest, latest = max(reported, default=self.signed_on or self.first_day), local_day(ctx.now)
        if not earliest <= command.last_day <= min(latest, self.last_day):
            raise InvalidValue(
                "/last_day",
                N_("The contract may end from {earliest} on, which holds what was reported, and by {latest}."),
                earliest=earliest.isoformat(),
                latest=min(latest, self.last_day).isoformat(),
            )

    def _require_licence(self, ctx: Context) -> None:
        """Refuse while a licence is suspended or revoked today, by what was told or by the national register.

        Not where the provider holds another one today, for the service in each place: a revoked licence never comes
        back, and days that were licensed would stay unpaid for ever.
        """
        today, licences = local_day(ctx.now), ctx.registered(Licences)
        withdrawn = [one for one in self.licences.values() if one.status in _WITHDRAWN and one.since <= today]
        if licences.holds_others((one.entry_id for one in withdrawn), self.service, self.places, today):
            return
        if withdrawn:
            noted = withdrawn[0]
            raise RuleViolated(
                f"licence.{noted.status}",
                N_("The licence is {status} since {day} (event {event}): nothing is paid until one is valid again."),
                citation=SOCIAL_SERVICES,
                status=noted.status,
                day=noted.since.isoformat(),
                event=noted.origin,
            )
        licences.require_not_withdrawn(self.entry_ids, today)
