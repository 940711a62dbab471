"""A contract that was made and recorded elsewhere: taken over once with annexes and payments, corrected, struck."""

from collections.abc import Iterator
from datetime import date
from typing import Self
from uuid import UUID

from domain.contracts import citations
from domain.contracts.commands.recorded_contract import (
    CorrectRecordedContract,
    RecordAnnex,
    RecordContract,
    RecordPayment,
    ResolveSupplier,
    StrikeRecordedContract,
)
from domain.contracts.events.recorded_contract import (
    AnnexRecorded,
    ContractRecorded,
    PaymentRecorded,
    RecordedContractCorrected,
    RecordedContractStruck,
    SupplierResolved,
    recorded_contract_tag,
)
from domain.contracts.recorded_facts import Amount, ContractFacts, Procedure, require_exact, require_meant
from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.deadline import local_day, require_past
from domain.kernel.errors import Finding, InvalidValue, RuleViolated
from domain.kernel.findings import WARNING, finding
from domain.kernel.message import N_
from domain.recorded.given import require_reason
from domain.recorded.holders import NamedHolders
from domain.recorded.record import RecordsOf, require_counted, require_history

_HISTORY = "contract.recorded.history"
_ONCE = "contract.recorded.once"


class RecordsOfContract(RecordsOf):
    """Whether an institution has recorded the contract of one identifier already."""

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:  # noqa: ARG003 - the identifier decides, not the stream
        """The boundary of the identifier that the command names."""
        if not isinstance(command, RecordContract):
            raise TypeError(command)
        return recorded_contract_tag(command.facts.contract_id)


class SupplierHolders(NamedHolders):
    """Which organisation of the national register has the identifier of the only supplier that a command names."""

    @classmethod
    def named(cls, command: Command) -> str:
        """The identifier of the only supplier; '' where there are several, for then none of them is the one."""
        match command:
            case RecordContract():
                return _only_supplier(command.facts)
            case ResolveSupplier():
                return command.identifier
            case _:
                raise TypeError(command)


class RecordedContract(Aggregate):
    """History of a contract: who supplies what at which price since when, what was changed and what was paid."""

    initial = ContractRecorded

    @applies(ContractRecorded)
    def _recorded(self, event: ContractRecorded) -> None:
        self.currency = event.facts.currency
        self.price = event.facts.price
        self.signed_on = event.facts.signed_on
        self.supplier = _only_supplier(event.facts)
        self.supplier_id = event.supplier_id
        self.annexes: frozenset[int] = frozenset()
        self.payments: frozenset[int] = frozenset()
        self.struck = False

    @applies(AnnexRecorded)
    def _changed(self, event: AnnexRecorded) -> None:
        self.annexes |= {event.annex.number}

    @applies(PaymentRecorded)
    def _paid(self, event: PaymentRecorded) -> None:
        self.payments |= {event.payment.number}

    @applies(RecordedContractCorrected)
    def _corrected(self, event: RecordedContractCorrected) -> None:
        self.price = event.price
        self.signed_on = event.signed_on

    @applies(SupplierResolved)
    def _resolved(self, event: SupplierResolved) -> None:
        self.supplier_id = event.organisation_id

    @applies(RecordedContractStruck)
    def _struck(self, event: RecordedContractStruck) -> None:  # noqa: ARG002 - that it happened is all that counts
        self.struck = True

    @classmethod
    @creates(RecordContract, boundary=RecordsOfContract, register=(SupplierHolders,))
    def record(cls, command: RecordContract, ctx: Context, stream_id: UUID) -> Self:
        """Take the contract over, once, with what its record lacks."""
        facts = command.facts
        require_history(ctx, _HISTORY)
        require_meant(facts)
        if facts.signed_on is not None and local_day(ctx.now) != facts.signed_on:
            raise InvalidValue("/facts/signed_on", N_("A recorded contract is told at the day of its signing."))
        ctx.folded(RecordsOfContract).require_none(_ONCE, facts.contract_id)
        holder = ctx.registered(SupplierHolders).holding(_only_supplier(facts))
        return cls.begin(
            ctx, stream_id, ContractRecorded(facts=facts, supplier_id=holder, findings=tuple(_findings(facts)))
        )

    @decides(RecordAnnex)
    def record_annex(self, command: RecordAnnex, ctx: Context) -> None:
        """Take an annex over, once."""
        annex = command.annex
        self._require_further(command, ctx, ("/annex/signed_on", annex.signed_on), again=annex.number in self.annexes)
        require_exact("/annex/price", annex.price, self.currency)
        self.trigger(ctx, AnnexRecorded(annex=annex))

    @decides(RecordPayment)
    def record_payment(self, command: RecordPayment, ctx: Context) -> None:
        """Take a payment over, once."""
        one = command.payment
        self._require_further(command, ctx, ("/payment/paid_on", one.paid_on), again=one.number in self.payments)
        require_exact("/payment/amount", one.amount, self.currency)
        self.trigger(ctx, PaymentRecorded(payment=one))

    @decides(CorrectRecordedContract)
    def correct(self, command: CorrectRecordedContract, ctx: Context) -> None:
        """Say another price or day from here on."""
        require_counted(command, struck=self.struck)
        require_reason(command.reason)
        price = self.price if command.price is None else Amount(money=command.price)
        signed_on = command.signed_on or self.signed_on
        require_exact("/price", price, self.currency)
        if signed_on is not None:
            require_past(signed_on, "/signed_on", ctx.now)
        if (price, signed_on) == (self.price, self.signed_on):
            raise InvalidValue("/price", N_("Neither the price nor the day would change."))
        self.trigger(
            ctx,
            RecordedContractCorrected(
                reason=command.reason,
                previous_price=self.price,
                price=price,
                previous_signed_on=self.signed_on,
                signed_on=signed_on,
            ),
        )

    @decides(ResolveSupplier, register=(SupplierHolders,))
    def resolve(self, command: ResolveSupplier, ctx: Context) -> None:
        """Name the supplier as the national register does; nobody else can say who it is, and no name proves it."""
        require_counted(command, struck=self.struck)
        if self.supplier != command.identifier:
            raise InvalidValue("/identifier", N_("The record does not name it as its only supplier's identifier."))
        holder = ctx.registered(SupplierHolders).holding(command.identifier)
        if holder is None:
            raise RuleViolated(
                "contract.recorded.holder",
                N_("No verified organisation of the national register has the identifier {identifier}."),
                citation=citations.PROCUREMENT,
                identifier=command.identifier,
            )
        if holder != self.supplier_id:
            self.trigger(ctx, SupplierResolved(organisation_id=holder))

    @decides(StrikeRecordedContract)
    def strike(self, command: StrikeRecordedContract, ctx: Context) -> None:
        """Let it count no longer."""
        require_counted(command, struck=self.struck)
        require_reason(command.reason)
        self.trigger(ctx, RecordedContractStruck(reason=command.reason))

    def _require_further(self, command: Command, ctx: Context, said: tuple[str, date | None], *, again: bool) -> None:
        """That an annex or a payment of the past may follow: history, of a contract that counts, new, in its time."""
        pointer, day = said
        require_history(ctx, _HISTORY)
        require_counted(command, struck=self.struck)
        if again:
            raise RuleViolated(_ONCE, N_("This number is on record already; a second time it would be counted twice."))
        if day is not None and local_day(ctx.now) < day:
            raise InvalidValue(pointer, N_("What happened to a recorded contract is not told before its day."))


def _only_supplier(facts: ContractFacts) -> str:
    """The identifier of the only supplier; '' where the source names several, or none by an identifier."""
    return facts.suppliers[0].identifier if len(facts.suppliers) == 1 else ""


def _findings(facts: ContractFacts) -> Iterator[Finding]:
    """What the record lacks, and what makes one look: nothing is refused by it."""
    if facts.signed_on is None:
        yield _finding("contract.recorded.signed", "/facts/signed_on", N_("The source gives no day of signing."))
    if facts.price is None:
        yield _finding("contract.recorded.price", "/facts/price", N_("The source gives no price."))
    if not facts.suppliers:
        yield _finding("contract.recorded.supplier", "/facts/suppliers", N_("The source names no supplier."))
    for n, one in enumerate(facts.suppliers):
        if one.consortium:
            pointer = f"/facts/suppliers/{n}"
            yield _finding("contract.recorded.consortium", pointer, N_("The source names several suppliers as one."))
    if facts.procedure is Procedure.NEGOTIATED_WITHOUT_NOTICE:
        yield _finding("contract.recorded.notice", "/facts/procedure", N_("It was negotiated without any notice."))
    if facts.price and facts.estimate and facts.price.value > facts.estimate.value:
        yield _finding("contract.recorded.estimate", "/facts/price", N_("The price is above the estimate."))
    if facts.unread:
        yield _finding("contract.recorded.unread", "/facts/unread", N_("Cells of the source could not be read."))


def _finding(code: str, pointer: str, template: str) -> Finding:
    return finding(code, template, citation=citations.PROCUREMENT, pointer=pointer, severity=WARNING)
