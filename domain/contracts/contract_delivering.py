"""Deliveries of a service: reported by the provider, inspected, sent back or accepted; what never comes is overdue."""

from collections.abc import Sequence

from msgspec.structs import replace

from domain.contracts import citations
from domain.contracts.beneficiaries import published
from domain.contracts.commands.contract import (
    AcceptDelivery,
    ImposePenalty,
    InspectDelivery,
    MarkDeliveryOverdue,
    ReportDelivery,
    ReturnDelivery,
    WaiveDelivery,
)
from domain.contracts.contract_amending import THOUSANDTHS, Amending
from domain.contracts.contract_parts import (
    AWAITED,
    DeliveredUnits,
    Delivery,
    DeliveryStage,
    StandardFound,
    delivery_id,
    value_of,
)
from domain.contracts.contract_state import DELIVERED
from domain.contracts.events.contract import (
    DeliveryAccepted,
    DeliveryInspected,
    DeliveryOverdue,
    DeliveryReported,
    DeliveryReturned,
    DeliveryWaived,
    PenaltyImposed,
)
from domain.contracts.languages import require_languages
from domain.kernel.aggregate import decides
from domain.kernel.amounts import require_once
from domain.kernel.context import Context
from domain.kernel.deadline import end_of, local_day
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.licences.held import Licences
from domain.organisations.standing import Standing

K = "contract.beneficiaries.k"
PENALTY = "contract.penalty.share"
_TO_JUDGE = (DeliveryStage.REPORTED, DeliveryStage.INSPECTED)


class Delivering(Amending):
    """Decisions on what is delivered."""

    @decides(ReportDelivery)
    def report(self, command: ReportDelivery, ctx: Context) -> None:
        """By the provider, once the period is over, in order, and never more units than the lines hold."""
        self.require_provider(command, ctx)
        self.require(command, *DELIVERED)
        one = self.delivery(command.number, command, *AWAITED)
        if local_day(ctx.now) <= one.plan.last_day:
            raise _not_over(one)
        self._require_earlier(command.number)
        self._require_units(command)
        k = ctx.rules[K].number
        self.trigger(
            ctx,
            DeliveryReported(
                number=command.number,
                organisation_id=self.organisation_id,
                units=command.units,
                value=value_of(command.units, self.lines, self.value.currency),
                narrative=command.narrative,
                late=ctx.now >= one.plan.due_at,
                was_overdue=one.stage is DeliveryStage.OVERDUE,
                k=k,
                beneficiaries=published(command.beneficiaries, k, self.places),
                files=tuple(replace(file, file_name=f"delivery-{n}") for n, file in enumerate(command.files, 1)),
            ),
        )

    @decides(InspectDelivery, register=(Standing,))
    def inspect(self, command: InspectDelivery, ctx: Context) -> None:
        """By somebody who has nothing to do with the provider, standard by standard."""
        self.require(command, *DELIVERED)
        self.require_own(command.organisation_id)
        self.require_uninvolved(ctx)
        one = self.delivery(command.number, command, DeliveryStage.REPORTED)
        self._require_found(command.findings, ctx)
        if not one.plan.first_day <= command.inspected_on <= local_day(ctx.now):
            raise InvalidValue("/inspected_on", N_("An inspection lies between the period's first day and today."))
        self.trigger(
            ctx,
            DeliveryInspected(
                number=command.number,
                findings=command.findings,
                inspected_on=command.inspected_on,
                files=tuple(replace(file, file_name=f"inspection-{n}") for n, file in enumerate(command.files, 1)),
            ),
        )

    @decides(ReturnDelivery)
    def send_back(self, command: ReturnDelivery, ctx: Context) -> None:
        """For a reason, and until a day that has not passed."""
        self.require(command, *DELIVERED)
        self.delivery(command.number, command, *_TO_JUDGE)
        require_languages(command.reason, ctx)
        if command.due_on <= local_day(ctx.now):
            raise InvalidValue("/due_on", N_("There must be at least one day to mend the report."))
        self.trigger(ctx, DeliveryReturned(number=command.number, reason=command.reason, due_at=end_of(command.due_on)))

    @decides(ImposePenalty, register=(Standing,))
    def penalise(self, command: ImposePenalty, ctx: Context) -> None:
        """On what an inspection found, and in all not more than the rule's share of the delivery."""
        self.require(command, *DELIVERED)
        self.require_own(command.organisation_id)
        self.require_uninvolved(ctx)
        require_languages(command.reason, ctx)
        one = self.delivery(command.number, command, DeliveryStage.INSPECTED)
        self.require_own_currency(command.amount, "/amount")
        worth = value_of(one.units, self.lines, self.value.currency)
        most = worth.share(ctx.rules.number(PENALTY) * THOUSANDTHS)
        imposed = command.amount if one.penalty is None else one.penalty + command.amount
        if most < imposed:
            raise RuleViolated(
                PENALTY,
                N_("Penalties would make {imposed}; of this delivery the rule allows {most}."),
                citation=ctx.rules[PENALTY].citation,
                imposed=str(imposed),
                most=str(most),
            )
        self.trigger(
            ctx,
            PenaltyImposed(
                number=command.number,
                amount=command.amount,
                decision_no=command.decision_no,
                reason=command.reason,
            ),
        )

    @decides(AcceptDelivery, register=(Standing, Licences))
    def accept(self, command: AcceptDelivery, ctx: Context) -> None:
        """By somebody who has nothing to do with the provider, whose licence held on each day of the period."""
        self.require(command, *DELIVERED)
        self.require_own(command.organisation_id)
        one = self.delivery(command.number, command, *_TO_JUDGE)
        self.require_uninvolved(ctx)
        self.require_licensed(one, ctx)
        worth = value_of(one.units, self.lines, self.value.currency)
        amount = worth if one.penalty is None else worth - one.penalty
        self.trigger(ctx, DeliveryAccepted(number=command.number, amount=amount, accepted_by=ctx.actor))

    @decides(MarkDeliveryOverdue)
    def mark_overdue(self, command: MarkDeliveryOverdue, ctx: Context) -> None:
        """An awaited delivery whose day is over."""
        self.require(command, *DELIVERED)
        number = next((one for one in self.deliveries if delivery_id(one) == command.delivery_id), 0)
        one = self.delivery(number, command, DeliveryStage.AWAITED, DeliveryStage.RETURNED)
        if ctx.now < one.plan.due_at:
            raise RuleViolated(
                "contract.delivery.due",
                N_("The delivery is to be reported by {due_at}."),
                citation=citations.PROCUREMENT,
                due_at=one.plan.due_at.isoformat(),
            )
        self.trigger(ctx, DeliveryOverdue(number=number, organisation_id=self.organisation_id, due_at=one.plan.due_at))

    @decides(WaiveDelivery, register=(Standing,))
    def waive(self, command: WaiveDelivery, ctx: Context) -> None:
        """Of a period that was not reported, by a decision of somebody who has nothing to do with the provider."""
        self.require(command, *DELIVERED)
        self.require_own(command.organisation_id)
        self.require_uninvolved(ctx)
        require_languages(command.reason, ctx)
        one = self.delivery(command.number, command, *AWAITED)
        if local_day(ctx.now) <= one.plan.last_day:
            raise _not_over(one)
        self.trigger(
            ctx,
            DeliveryWaived(
                number=command.number,
                organisation_id=self.organisation_id,
                decision_no=command.decision_no,
                reason=command.reason,
                was_overdue=one.stage is DeliveryStage.OVERDUE,
            ),
        )

    def require_licensed(self, one: Delivery, ctx: Context) -> None:
        """Refuse a delivery on any day of which the provider had no licence for the service in each place."""
        ctx.registered(Licences).require(self.service, self.places, one.plan.first_day, one.plan.last_day)

    def _require_earlier(self, number: int) -> None:
        if any(one.is_awaited() for key, one in self.deliveries.items() if key < number):
            raise RuleViolated(
                "contract.delivery.order",
                N_("An earlier delivery is still to be reported."),
                citation=citations.PROCUREMENT,
            )

    def _require_units(self, command: ReportDelivery) -> None:
        lines = {one.code: one for one in self.lines}
        require_once((told.line for told in command.units), "/units", "line")
        for n, told in enumerate(command.units):
            line = lines.get(told.line)
            if line is None:
                raise InvalidValue(f"/units/{n}/line", N_("The contract has no line '{line}'."), line=told.line)
            self._require_left(command.number, told, line.quantity)

    def _require_left(self, number: int, told: DeliveredUnits, quantity: int) -> None:
        taken = self.taken(told.line, besides=number)
        if taken + told.quantity > quantity:
            raise RuleViolated(
                "contract.line",
                N_("Of '{line}', {told} more units would make {all}; the contract has {quantity}."),
                citation=citations.PROCUREMENT,
                line=told.line,
                told=told.quantity,
                all=taken + told.quantity,
                quantity=quantity,
            )

    def _require_found(self, findings: Sequence[StandardFound], ctx: Context) -> None:
        told = [one.code for one in findings]
        require_once(told, "/findings", "code")
        for n, one in enumerate(findings):
            if one.code not in self.standards:
                raise InvalidValue(f"/findings/{n}/code", N_("The contract has no standard '{code}'."), code=one.code)
            if one.note is not None:
                require_languages(one.note, ctx)
        missing = sorted(self.standards - set(told))
        if missing:
            raise InvalidValue(
                "/findings", N_("Nothing is said of these standards: {codes}."), codes=", ".join(missing)
            )


def _not_over(one: Delivery) -> RuleViolated:
    return RuleViolated(
        "contract.delivery.period",
        N_("The period ends on {day}; it is reported on after that."),
        citation=citations.PROCUREMENT,
        day=one.plan.last_day.isoformat(),
    )
