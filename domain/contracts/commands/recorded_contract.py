"""Commands on a contract that was made and recorded elsewhere."""

from datetime import date

from domain.contracts.recorded_facts import AnnexFacts, ContractFacts, PaymentFacts
from domain.kernel.command import Command
from domain.kernel.money import Money
from domain.kernel.text import Text
from domain.recorded.given import Identifier


class RecordContract(Command, frozen=True, kw_only=True):
    """Take over a contract that another system recorded; told as history, at its day of signing where it has one."""

    facts: ContractFacts


class RecordAnnex(Command, frozen=True, kw_only=True):
    """Take over an annex of a recorded contract; told as history, not before its day."""

    annex: AnnexFacts


class RecordPayment(Command, frozen=True, kw_only=True):
    """Take over a payment on a recorded contract; told as history, not before its day."""

    payment: PaymentFacts


class CorrectRecordedContract(Command, frozen=True, kw_only=True):
    """Correct the price or the day of signing of a recorded contract, and say why; what is None stays."""

    reason: Text
    price: Money | None = None
    signed_on: date | None = None


class ResolveSupplier(Command, frozen=True, kw_only=True):
    """Look the supplier up in the national register again: whoever holds its identifier there is the supplier.

    `identifier` repeats what is on record, so that it is sure which one is looked up.
    """

    identifier: Identifier


class StrikeRecordedContract(Command, frozen=True, kw_only=True):
    """Take a contract out of the record that should not be in it: counted twice, or never made."""

    reason: Text
