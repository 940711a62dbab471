"""Events of a contract that was made and recorded elsewhere."""

from datetime import date
from uuid import UUID

from domain.contracts.recorded_facts import Amount, AnnexFacts, ContractFacts, PaymentFacts
from domain.kernel.errors import Finding
from domain.kernel.event import Event, InitialEvent
from domain.kernel.ids import derived_id
from domain.kernel.text import Text


def recorded_contract_tag(contract_id: str) -> str:
    """Boundary of a contract's identifier, which may be long and hold anything: an institution records it once."""
    return f"recorded_contract:{derived_id('recorded contract', contract_id)}"


class ContractRecorded(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A contract of the past is on record, as another system told of it (procurement register; OCDS 1.1.5).

    `supplier_id` is the organisation of the national register that held the only supplier's identifier then; None where
    none did. `findings` say what the record lacks and what a contract of today would have been refused for.
    """

    TOPIC = "contracts.ContractRecorded.v1"

    facts: ContractFacts
    supplier_id: UUID | None = None
    findings: tuple[Finding, ...] = ()

    def tags(self) -> tuple[str, ...]:
        """The boundary of the contract's identifier."""
        return (recorded_contract_tag(self.facts.contract_id),)


class AnnexRecorded(Event, frozen=True, kw_only=True):
    """The source tells of an annex to the contract."""

    TOPIC = "contracts.AnnexRecorded.v1"

    annex: AnnexFacts


class PaymentRecorded(Event, frozen=True, kw_only=True):
    """The source tells of a payment on the contract."""

    TOPIC = "contracts.PaymentRecorded.v1"

    payment: PaymentFacts


class RecordedContractCorrected(Event, frozen=True, kw_only=True, omit_defaults=True):
    """From here on the record says another price or another day of signing; the earlier ones stay readable."""

    TOPIC = "contracts.RecordedContractCorrected.v1"

    reason: Text
    previous_price: Amount | None = None
    price: Amount | None = None
    previous_signed_on: date | None = None
    signed_on: date | None = None


class SupplierResolved(Event, frozen=True, kw_only=True):
    """The only supplier is this organisation of the national register, which holds the identifier on record."""

    TOPIC = "contracts.SupplierResolved.v1"

    organisation_id: UUID


class RecordedContractStruck(Event, frozen=True, kw_only=True):
    """The contract counts nowhere any more; that it was on record, and why it is not, stays readable."""

    TOPIC = "contracts.RecordedContractStruck.v1"

    reason: Text


EVENTS: tuple[type[Event], ...] = (
    ContractRecorded,
    AnnexRecorded,
    PaymentRecorded,
    RecordedContractCorrected,
    SupplierResolved,
    RecordedContractStruck,
)
"""Every event of a recorded contract, in the order of a life."""
