"""The state of a contract: how each event changes it, and what every decision asks of it."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from msgspec.structs import replace

from domain.contracts import citations
from domain.contracts.contract_parts import ContractStage, Delivery, DeliveryStage, DueDelivery
from domain.contracts.events.contract import (
    AmendmentProposed,
    AmendmentRejected,
    ContractAccepted,
    ContractActivated,
    ContractAmended,
    ContractCompleted,
    ContractDrafted,
    ContractSigned,
    ContractTerminated,
    DeliveryAccepted,
    DeliveryInspected,
    DeliveryOverdue,
    DeliveryPaid,
    DeliveryReported,
    DeliveryReturned,
    DeliveryScheduled,
    DeliveryWaived,
    LicenceNoted,
    PenaltyImposed,
)
from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.message import N_
from domain.kernel.money import Money
from domain.organisations.standing import Standing

IN_FORCE = (ContractStage.SIGNED, ContractStage.ACTIVE)
DELIVERED = (ContractStage.ACTIVE, ContractStage.TERMINATED)
"""Stages in which deliveries are reported and settled: those of a contract that was ended, too."""
_SETTLED = (DeliveryStage.PAID, DeliveryStage.WAIVED)


class ContractState(Aggregate):
    """What a contract remembers: its lines as they are now, and its deliveries by number."""

    @applies(ContractDrafted)
    def _drafted(self, event: ContractDrafted) -> None:
        self.stage = ContractStage.DRAFTED
        self.call_id, self.organisation_id = event.call_id, event.organisation_id
        self.service, self.places = event.service, event.places
        self.first_day, self.last_day = event.first_day, event.last_day
        self.lines, self.value = event.lines, event.value
        self.approved_lines = event.lines
        self.standards = frozenset(one.code for one in event.standards)
        self.deliveries: dict[int, Delivery] = {}
        self.proposal: AmendmentProposed | None = None
        self.amendments = 0
        self.entry_ids: tuple[UUID, ...] = ()
        self.licences: dict[UUID, LicenceNoted] = {}
        self.signed_on: date | None = None
        self._schedule(event.deliveries)

    @applies(ContractSigned)
    def _signed(self, event: ContractSigned) -> None:
        self.stage, self.signed_on, self.entry_ids = ContractStage.SIGNED, event.signed_on, event.entry_ids

    @applies(ContractActivated)
    def _activated(self, event: ContractActivated) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = ContractStage.ACTIVE

    @applies(DeliveryScheduled)
    def _scheduled(self, event: DeliveryScheduled) -> None:
        self._put(replace(self.deliveries[event.delivery.number], plan=event.delivery))

    @applies(AmendmentProposed)
    def _proposed(self, event: AmendmentProposed) -> None:
        self.proposal, self.amendments = event, event.number

    @applies(AmendmentRejected)
    def _rejected(self, event: AmendmentRejected) -> None:  # noqa: ARG002 - an applier takes its event
        self.proposal = None

    @applies(ContractAmended)
    def _amended(self, event: ContractAmended) -> None:
        self.proposal, self.amendments, self.entry_ids = None, event.number, event.entry_ids
        self.lines, self.value, self.last_day = event.lines, event.value, event.last_day
        if event.decision_no is not None:
            self.approved_lines = event.lines
        self._schedule(event.deliveries)

    @applies(DeliveryReported)
    def _reported(self, event: DeliveryReported) -> None:
        one = self.deliveries[event.number]
        self._put(replace(one, stage=DeliveryStage.REPORTED, units=event.units, amount=event.value))

    @applies(DeliveryInspected)
    def _inspected(self, event: DeliveryInspected) -> None:
        self._put(replace(self.deliveries[event.number], stage=DeliveryStage.INSPECTED))

    @applies(DeliveryReturned)
    def _returned(self, event: DeliveryReturned) -> None:
        one = self.deliveries[event.number]
        plan = replace(one.plan, due_at=event.due_at, proof=None)
        self._put(replace(one, stage=DeliveryStage.RETURNED, plan=plan, units=(), penalty=None, amount=None))

    @applies(PenaltyImposed)
    def _penalised(self, event: PenaltyImposed) -> None:
        one = self.deliveries[event.number]
        self._put(replace(one, penalty=event.amount if one.penalty is None else one.penalty + event.amount))

    @applies(DeliveryAccepted)
    def _accepted(self, event: DeliveryAccepted) -> None:
        one = self.deliveries[event.number]
        self._put(replace(one, stage=DeliveryStage.ACCEPTED, amount=event.amount, accepted_by=event.accepted_by))

    @applies(DeliveryPaid)
    def _paid(self, event: DeliveryPaid) -> None:
        self._put(replace(self.deliveries[event.number], stage=DeliveryStage.PAID))

    @applies(DeliveryOverdue)
    def _overdue(self, event: DeliveryOverdue) -> None:
        self._put(replace(self.deliveries[event.number], stage=DeliveryStage.OVERDUE))

    @applies(DeliveryWaived)
    def _waived(self, event: DeliveryWaived) -> None:
        one = self.deliveries[event.number]
        self._put(replace(one, stage=DeliveryStage.WAIVED, units=(), penalty=None, amount=None))

    @applies(LicenceNoted)
    def _licence_noted(self, event: LicenceNoted) -> None:
        self.licences[event.entry_id] = event

    @applies(ContractTerminated)
    def _terminated(self, event: ContractTerminated) -> None:
        self.stage, self.last_day, self.proposal = ContractStage.TERMINATED, event.last_day, None
        self.deliveries = {number: one for number, one in self.deliveries.items() if number not in event.dropped}

    @applies(ContractCompleted)
    def _completed(self, event: ContractCompleted) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = ContractStage.COMPLETED

    @applies(ContractAccepted)
    def _final(self, event: ContractAccepted) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = ContractStage.ACCEPTED

    @property
    def paid(self) -> Money:
        """What was paid so far."""
        paid = (one.amount for one in self.deliveries.values() if one.stage is DeliveryStage.PAID)
        return self._sum(amount for amount in paid if amount is not None)

    @property
    def settled(self) -> bool:
        """Whether every delivery is paid or waived."""
        return all(one.stage in _SETTLED for one in self.deliveries.values())

    def taken(self, line: str, besides: int = 0) -> int:
        """Units of a line that deliveries, but for the one of a number, were reported with."""
        return sum(
            units.quantity
            for number, one in self.deliveries.items()
            for units in one.units
            if units.line == line and number != besides
        )

    def require(self, command: Command, *stages: ContractStage) -> None:
        """Refuse the command unless the contract stands in one of these stages."""
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def require_provider(self, command: Command, ctx: Context) -> None:
        """Refuse all but who acts for the provider now."""
        if not ctx.mandate.acts_for(self.organisation_id):
            raise NotPermitted(command.name, ("cso_delegate",))

    def require_own(self, organisation_id: UUID) -> None:
        """Refuse a command that looks at another organisation's standing."""
        if organisation_id != self.organisation_id:
            raise InvalidValue("/organisation_id", N_("The contract is another organisation's."))

    def delivery(self, number: int, command: Command, *stages: DeliveryStage) -> Delivery:
        """The delivery of that number, which must stand in one of these stages."""
        found = self.deliveries.get(number)
        if found is None:
            raise InvalidValue("/number", N_("The contract has no delivery of that number."))
        if found.stage not in stages:
            raise IllegalTransition(state=found.stage, command=command.name)
        return found

    def require_own_currency(self, amount: Money, pointer: str) -> None:
        """Refuse an amount of nothing or less, and one of another currency than the contract's."""
        if amount.amount <= 0:
            raise InvalidValue(f"{pointer}/amount", N_("{amount} is not more than nothing."), amount=str(amount))
        if amount.currency != self.value.currency:
            raise InvalidValue(
                f"{pointer}/currency", N_("The contract is paid in {currency}."), currency=self.value.currency
            )

    def require_nothing_overdue(self, ctx: Context) -> None:
        """Refuse while the provider owes the report of a delivery whose day is over."""
        owed = [number for number, one in self.deliveries.items() if one.is_overdue(ctx.now)]
        if owed:
            raise RuleViolated(
                "contract.delivery.overdue",
                N_("Delivery {number} was not reported in time; until it is, nothing more is paid."),
                citation=citations.PROCUREMENT,
                number=owed[0],
            )

    def require_uninvolved(self, ctx: Context) -> None:
        """Refuse an official who has, or had, to do with the provider; the decision looks at its `Standing`."""
        ctx.registered(Standing).require_uninvolved(ctx.actor, "contract.interest.own", citations.PROCUREMENT)

    def _sum(self, amounts: Iterable[Money]) -> Money:
        return sum(amounts, Money(0, self.value.currency))

    def _put(self, one: Delivery) -> None:
        self.deliveries[one.plan.number] = one

    def _schedule(self, deliveries: tuple[DueDelivery, ...]) -> None:
        """The new periods; what was begun keeps its place, its stage and the day it was given last."""
        before = self.deliveries
        self.deliveries = {
            one.number: before[one.number]
            if one.number in before and before[one.number].stage is not DeliveryStage.AWAITED
            else Delivery(one)
            for one in deliveries
        }
