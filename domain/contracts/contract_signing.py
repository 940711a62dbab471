"""A contract until the service begins: drawn up on an award, signed while everything that made it lawful holds."""

from collections.abc import Sequence
from datetime import date
from typing import Self
from uuid import UUID

from domain.contracts import citations
from domain.contracts.bid import ON_CALL
from domain.contracts.call_planning import need_named
from domain.contracts.call_state import CallState
from domain.contracts.commands.contract import ActivateContract, DraftContract, SignContract
from domain.contracts.contract_parts import ContractStage, DueDelivery
from domain.contracts.contract_schedule import scheduled
from domain.contracts.contract_state import ContractState
from domain.contracts.events.call import AwardConfirmed, contract_id
from domain.contracts.events.contract import (
    ContractActivated,
    ContractDrafted,
    ContractSigned,
    DeliveryScheduled,
)
from domain.contracts.facts import CallFacts, NeedFacts
from domain.contracts.need import ServiceNeed
from domain.contracts.vocabulary import CallStage
from domain.funding_claims.events import claim_id
from domain.funding_claims.ledger import Claims
from domain.kernel.aggregate import creates, decides
from domain.kernel.command import Command, References
from domain.kernel.context import Context
from domain.kernel.deadline import local_day, require_past, start_of
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.kernel.window import require_clock
from domain.licences.held import Licences
from domain.organisations.standing import Standing

ON_NEED: References = {"need": (ServiceNeed, need_named)}


class Signing(ContractState):
    """Decisions before the service begins."""

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:
        """An award of a call leads to one contract."""
        del tenant_id
        if not isinstance(command, DraftContract):
            return None
        return contract_id(command.call_id, command.organisation_id)

    @classmethod
    @creates(DraftContract, references={**ON_CALL, **ON_NEED}, register=(Standing,))
    def draft(cls, command: DraftContract, ctx: Context, stream_id: UUID) -> Self:
        """On the confirmed award of a call, at its prices."""
        call = ctx.reference("call", CallState)
        award, facts = _awarded(command, call), call.facts
        need, standing = _needed(command, call, ctx), ctx.registered(Standing)
        first_day, last_day = _days(facts)
        event = ContractDrafted(
            call_id=command.call_id,
            need_id=command.need_id,
            organisation_id=award.organisation_id,
            organisation_name=standing.name,
            identifiers=standing.identifiers,
            title=facts.title or need.title,
            service=facts.service or need.service,
            places=facts.places or need.places,
            first_day=first_day,
            last_day=last_day,
            lines=award.lines,
            value=award.total,
            beneficiaries=need.beneficiaries,
            budget_code=need.budget_code,
            deliveries=scheduled(command.deliveries, first_day, last_day, ctx),
            standards=facts.standards or (),
            subcontractors=award.subcontractors,
        )
        return cls.begin(ctx, stream_id, event)

    @decides(SignContract, references=ON_CALL, register=(Standing, Claims, Licences))
    def sign(self, command: SignContract, ctx: Context) -> None:
        """Before the service begins, with a licence that holds on each of its days and in each of its places."""
        self.require(command, ContractStage.DRAFTED)
        self.require_own(command.organisation_id)
        if command.call_id != self.call_id:
            raise InvalidValue("/call_id", N_("The contract is of another call."))
        award = _awarded(command, ctx.reference("call", CallState))
        require_past(command.signed_on, "/signed_on", ctx.now)
        self._require_signature_day(command.signed_on, local_day(award.occurred_at))
        self.require_uninvolved(ctx)
        ctx.registered(Standing).require_in_good_standing(local_day(ctx.now), self.organisation_id)
        claims, claim = ctx.registered(Claims), claim_id(ctx.tenant.tenant_id, self.id)
        claims.require_no_overdue_report()
        if not (ctx.tenant.sandbox or ctx.imported):
            claims.require_reserved(claim)
        claims.require_settled(claim, ctx.rules)
        held = ctx.registered(Licences).require_all(self.service, self.places, self.first_day, self.last_day)
        self.trigger(
            ctx,
            ContractSigned(
                call_id=self.call_id,
                organisation_id=self.organisation_id,
                entry_ids=tuple(one.entry_id for one in held),
                decision_no=command.decision_no,
                signed_on=command.signed_on,
                service=self.service,
                places=self.places,
                first_day=self.first_day,
                last_day=self.last_day,
                value=self.value,
            ),
        )
        self._await([one.plan for one in self.deliveries.values()], ctx)
        if ctx.now >= start_of(self.first_day):
            self.trigger(ctx, ContractActivated())

    @decides(ActivateContract)
    def activate(self, command: ActivateContract, ctx: Context) -> None:
        """When the first day has come, by the clock alone."""
        require_clock(command, ctx)
        self.require(command, ContractStage.SIGNED)
        if ctx.now < start_of(self.first_day):
            raise RuleViolated(
                "contract.period",
                N_("The service begins on {day}."),
                citation=citations.PROCUREMENT,
                day=self.first_day.isoformat(),
            )
        self.trigger(ctx, ContractActivated())

    def _await(self, deliveries: Sequence[DueDelivery], ctx: Context) -> None:
        for one in deliveries:
            self.trigger(ctx, DeliveryScheduled(delivery=one))

    def _require_signature_day(self, signed_on: date, awarded_on: date) -> None:
        if signed_on < awarded_on:
            raise RuleViolated(
                "contract.signature.award",
                N_("The award was confirmed on {day}; before that nothing could be signed."),
                citation=citations.PROCUREMENT,
                day=awarded_on.isoformat(),
            )
        if signed_on > self.first_day:
            raise RuleViolated(
                "contract.signature",
                N_("The service begins on {day}; a contract is signed before that, or the call is made anew."),
                citation=citations.PROCUREMENT,
                day=self.first_day.isoformat(),
            )


def _awarded(command: DraftContract | SignContract, call: CallState) -> AwardConfirmed:
    """The confirmed award of the call to this organisation."""
    call.require(command, CallStage.AWARDED)
    award = call.award
    if award is None or award.organisation_id != command.organisation_id:
        raise RuleViolated(
            "contract.award",
            N_("The call has no confirmed award to this organisation; without one there is no contract."),
            citation=citations.PROCUREMENT,
        )
    return award


def _needed(command: DraftContract, call: CallState, ctx: Context) -> NeedFacts:
    if command.need_id != call.facts.need_id:
        raise InvalidValue("/need_id", N_("The call is for another need."))
    return ctx.reference("need", ServiceNeed).facts


def _days(facts: CallFacts) -> tuple[date, date]:
    """The first and last day of the service, which every published call has."""
    if facts.first_day is None or facts.last_day is None:
        raise TypeError(facts)
    return facts.first_day, facts.last_day
