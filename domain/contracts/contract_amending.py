"""Changes of a contract in force: within the rule's share by consent, beyond it with an approval by somebody else.

What counts is how much lines grew since somebody approved last, at the signature or by an amendment: neither a chain of
small changes, nor a line that shrinks while another grows, nor fewer units for the same money go past the limit unseen.

No approval goes past the budget of the call: it is what the call took of the need, what was published, and what bids
were held to. Whoever needs more has a need assessed and calls for it, as everybody could then bid.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec.structs import replace

from domain.contracts import citations
from domain.contracts.bid import ON_CALL
from domain.contracts.call_state import call_of
from domain.contracts.commands.contract import AmendContract, ApproveAmendment, RejectAmendment
from domain.contracts.contract_parts import DeliveryStage, DueDelivery
from domain.contracts.contract_schedule import require_kept, scheduled
from domain.contracts.contract_signing import Signing
from domain.contracts.contract_state import IN_FORCE
from domain.contracts.events.contract import AmendmentProposed, AmendmentRejected, ContractAmended
from domain.contracts.languages import require_languages
from domain.contracts.vocabulary import PricedLine
from domain.kernel.aggregate import decides
from domain.kernel.amounts import LARGEST, require_once
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.kernel.money import Money
from domain.kernel.vocabulary import MILLION
from domain.licences.held import Licences
from domain.organisations.standing import Standing

SHARE = "contract.amendment.share"
THOUSANDTHS = MILLION // 1_000
"""The rule counts in thousandths, an amendment's `change` in millionths."""
MOST = 1_000 * MILLION
"""A thousandfold: the largest `change` that an event can tell."""


class Amending(Signing):
    """Decisions on amendments."""

    @decides(AmendContract, references=ON_CALL, register=(Standing, Licences))
    def amend(self, command: AmendContract, ctx: Context) -> None:
        """By somebody uninvolved; what was delivered stays, and the licence holds for the longer time, too."""
        self.require(command, *IN_FORCE)
        self.require_own(command.organisation_id)
        self.require_uninvolved(ctx)
        if self.proposal is not None:
            raise IllegalTransition(state="amendment_proposed", command=command.name)
        require_languages(command.reason, ctx)
        self._require_lines(command.lines)
        if command.last_day < self.first_day:
            raise InvalidValue("/last_day", N_("The contract ends before it begins."))
        require_kept(command.deliveries, self.deliveries)
        deliveries = self._moved(scheduled(command.deliveries, self.first_day, command.last_day, ctx))
        entry_ids = self._relied_on(command.last_day, ctx)
        change = growth(self.approved_lines, command.lines)
        if change > MOST:
            raise InvalidValue("/lines", N_("All lines together cost more than any contract."))
        proposal = AmendmentProposed(
            number=self.amendments + 1,
            lines=command.lines,
            last_day=command.last_day,
            deliveries=deliveries,
            value=Money(sum(one.amount.amount for one in command.lines), self.value.currency),
            change=change,
            reason=command.reason,
            proposed_by=ctx.actor,
        )
        self._require_budget(proposal.value, command, ctx)
        if change > ctx.rules.number(SHARE) * THOUSANDTHS:
            self.trigger(ctx, proposal)
        else:
            self._change(proposal, entry_ids, None, ctx)

    @decides(ApproveAmendment, references=ON_CALL, register=(Standing, Licences))
    def approve(self, command: ApproveAmendment, ctx: Context) -> None:
        """By another than who proposed it, uninvolved too; what was reported meanwhile must fit."""
        proposal = self._awaiting(command.number, command)
        self.require_own(command.organisation_id)
        self.require_uninvolved(ctx)
        if proposal.proposed_by == ctx.actor:
            raise RuleViolated(
                "contract.amendment.approver",
                N_("Whoever proposed the amendment does not approve it."),
                citation=citations.PROCUREMENT,
            )
        self._require_lines(proposal.lines)
        self._require_budget(proposal.value, command, ctx)
        moved = replace(proposal, deliveries=self._moved(proposal.deliveries))
        self._change(moved, self._relied_on(moved.last_day, ctx), command.decision_no, ctx)

    @decides(RejectAmendment)
    def reject(self, command: RejectAmendment, ctx: Context) -> None:
        """Leave the contract as it is; whoever proposed it may take it back."""
        self._awaiting(command.number, command)
        require_languages(command.reason, ctx)
        self.trigger(ctx, AmendmentRejected(number=command.number, reason=command.reason))

    def _awaiting(self, number: int, command: ApproveAmendment | RejectAmendment) -> AmendmentProposed:
        self.require(command, *IN_FORCE)
        if self.proposal is None:
            raise IllegalTransition(state=self.stage, command=command.name)
        if self.proposal.number != number:
            raise InvalidValue("/number", N_("Another amendment waits for an approval."))
        return self.proposal

    def _change(
        self, proposal: AmendmentProposed, entry_ids: tuple[UUID, ...], decision_no: str | None, ctx: Context
    ) -> None:
        before = {number: one.plan for number, one in self.deliveries.items()}
        self.trigger(
            ctx,
            ContractAmended(
                number=proposal.number,
                organisation_id=self.organisation_id,
                lines=proposal.lines,
                last_day=proposal.last_day,
                deliveries=proposal.deliveries,
                value=proposal.value,
                previous_value=self.value,
                change=proposal.change,
                reason=proposal.reason,
                entry_ids=entry_ids,
                decision_no=decision_no,
            ),
        )
        changed = [one for one in proposal.deliveries if before.get(one.number) != one]
        self._await([self.deliveries[one.number].plan for one in changed], ctx)

    def _require_budget(self, value: Money, command: AmendContract | ApproveAmendment, ctx: Context) -> None:
        """Refuse a dearer contract that costs more than its call may spend; history may have no budget."""
        budget = call_of(command, ctx, self.call_id).facts.budget or self.value
        if self.value < value and budget < value:
            raise RuleViolated(
                "contract.amendment.budget",
                N_("The contract would cost {value}; its call was published with a budget of {budget}."),
                citation=citations.PROCUREMENT,
                value=str(value),
                budget=str(budget),
            )

    def _relied_on(self, last_day: date, ctx: Context) -> tuple[UUID, ...]:
        """The licences that hold up to that day, refusing it where one is missing."""
        held = ctx.registered(Licences).require_all(self.service, self.places, self.first_day, last_day)
        return tuple(one.entry_id for one in held)

    def _moved(self, deliveries: Sequence[DueDelivery]) -> tuple[DueDelivery, ...]:
        """The new schedule, in which what was begun keeps the day that it was given last.

        Raises: InvalidValue where it would drop something that was begun meanwhile.
        """
        begun = {number: one.plan for number, one in self.deliveries.items() if one.stage is not DeliveryStage.AWAITED}
        if len(begun) > len(deliveries):
            raise InvalidValue("/deliveries", N_("What was reported or is overdue stays as it was."))
        return tuple(begun.get(one.number, one) for one in deliveries)

    def _require_lines(self, lines: Sequence[PricedLine]) -> None:
        """Sound lines that hold every unit which was delivered, at the price at which it was."""
        require_sound(lines, self.value.currency)
        told = {one.code: one for one in lines}
        for line in self.lines:
            taken, kept = self.taken(line.code), told.get(line.code)
            if taken and (kept is None or kept.unit_price != line.unit_price or kept.quantity < taken):
                raise InvalidValue(
                    "/lines",
                    N_("Of '{line}', {taken} units were reported at their price; the line must hold them as they are."),
                    line=line.code,
                    taken=taken,
                )


def require_sound(lines: Sequence[PricedLine], currency: str) -> None:
    """Refuse lines of one name, of another currency, of negative prices, and a sum that nobody can write down.

    Raises: InvalidValue at the place.
    """
    require_once((one.code for one in lines), "/lines", "code")
    for n, one in enumerate(lines):
        if one.unit_price.currency != currency:
            raise InvalidValue(
                f"/lines/{n}/unit_price/currency", N_("The contract is paid in {currency}."), currency=currency
            )
        if one.unit_price.amount < 0:
            raise InvalidValue(
                f"/lines/{n}/unit_price/amount", N_("{amount} is less than nothing."), amount=str(one.unit_price)
            )
    if sum(one.amount.amount for one in lines) > LARGEST:
        raise InvalidValue("/lines", N_("All lines together cost more than any contract."))


def growth(approved: Sequence[PricedLine], lines: Sequence[PricedLine]) -> int:
    """By how much lines cost more than approved, in millionths of everything that was approved, rounded up.

    A unit that costs more counts even where fewer units leave the sum as it was; other units or another title make
    another line, of which nothing was approved.
    """
    before = {(one.code, one.unit, one.title): one for one in approved}
    more = sum(_more(one, before.get((one.code, one.unit, one.title))) for one in lines)
    whole = sum(one.amount.amount for one in approved)
    return -(-more * MILLION // whole) if whole else MILLION


def _more(line: PricedLine, approved: PricedLine | None) -> int:
    """Minor units."""
    if approved is None:
        return line.amount.amount
    dearer = line.unit_price.amount - approved.unit_price.amount
    return max(0, line.amount.amount - approved.amount.amount, dearer * line.quantity)
