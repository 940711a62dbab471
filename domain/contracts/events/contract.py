"""Events of a contract on a service: signed, delivered period by period, inspected, paid, changed, and ended.

A contract decides alone, on its own stream and on what it reads in the national log; its signature alone has a tag, so
that the call's award cannot lapse beside it.
"""

from datetime import date, datetime
from uuid import UUID

from domain.contracts.beneficiaries import BeneficiaryCell
from domain.contracts.contract_parts import (
    DeliveredUnits,
    DueDelivery,
    StandardFound,
)
from domain.contracts.vocabulary import PricedLine, QualityStandard, Subcontractor
from domain.kernel.event import Event, InitialEvent
from domain.kernel.money import Money
from domain.kernel.text import Line, Prose, Slug, Text, Title
from domain.kernel.vocabulary import BudgetCode, Count, DecisionNo, File
from domain.licences.vocabulary import EventReference, LicenceStage, ServiceType
from domain.organisations.vocabulary import Identifier


def signature_tag(call_id: UUID) -> str:
    """Boundary of what became of the awards of one call: which of them were signed."""
    return f"service_signature:{call_id}"


class ContractDrafted(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The contract on an award is ready to be signed; lines and prices are those of the award."""

    TOPIC = "contracts.ContractDrafted.v1"

    call_id: UUID
    need_id: UUID
    organisation_id: UUID
    organisation_name: Title
    identifiers: tuple[Identifier, ...]
    title: Title
    service: ServiceType
    places: tuple[Slug, ...]
    first_day: date
    last_day: date
    lines: tuple[PricedLine, ...]
    value: Money
    beneficiaries: Count
    budget_code: BudgetCode
    deliveries: tuple[DueDelivery, ...]
    standards: tuple[QualityStandard, ...] = ()
    subcontractors: tuple[Subcontractor, ...] = ()


class ContractSigned(Event, frozen=True, kw_only=True):
    """Both sides signed. `entry_ids` are the licences, in the national register, on which the contract relies."""

    TOPIC = "contracts.ContractSigned.v1"

    call_id: UUID
    organisation_id: UUID
    entry_ids: tuple[UUID, ...]
    decision_no: DecisionNo
    signed_on: date
    service: ServiceType
    places: tuple[Slug, ...]
    first_day: date
    last_day: date
    value: Money

    def tags(self) -> tuple[str, ...]:
        """The boundary of the call's signatures."""
        return (signature_tag(self.call_id),)


class ContractActivated(Event, frozen=True, kw_only=True):
    """Its first day came: the service is delivered from here on."""

    TOPIC = "contracts.ContractActivated.v1"


class DeliveryScheduled(Event, frozen=True, kw_only=True):
    """The delivery of a period is to be reported by then."""

    TOPIC = "contracts.DeliveryScheduled.v1"

    delivery: DueDelivery


class AmendmentProposed(Event, frozen=True, kw_only=True):
    """A change goes beyond what the contract's manager may agree on alone; it waits for an approval.

    `change` is by how much lines grew since somebody approved last, in millionths of the value approved then.
    """

    TOPIC = "contracts.AmendmentProposed.v1"

    number: Count
    lines: tuple[PricedLine, ...]
    last_day: date
    deliveries: tuple[DueDelivery, ...]
    value: Money
    change: Count
    reason: Text
    proposed_by: UUID


class AmendmentRejected(Event, frozen=True, kw_only=True):
    """The change was not approved, and the contract is what it was."""

    TOPIC = "contracts.AmendmentRejected.v1"

    number: Count
    reason: Text


class ContractAmended(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Lines, prices or the last day changed by consent of both sides, for a reason.

    `entry_ids` are the licences on which it relies now; `decision_no` is the approval's, where the change needed one.
    """

    TOPIC = "contracts.ContractAmended.v1"

    number: Count
    organisation_id: UUID
    lines: tuple[PricedLine, ...]
    last_day: date
    deliveries: tuple[DueDelivery, ...]
    value: Money
    previous_value: Money
    change: Count
    reason: Text
    entry_ids: tuple[UUID, ...]
    decision_no: DecisionNo | None = None


class DeliveryReported(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The provider told what was delivered in a period.

    `beneficiaries` are the cells of `k` persons and more; what is not listed is fewer or none, and no sum holds it.
    """

    TOPIC = "contracts.DeliveryReported.v1"

    number: Count
    organisation_id: UUID
    units: tuple[DeliveredUnits, ...]
    value: Money
    narrative: Prose
    late: bool
    was_overdue: bool
    k: Count
    beneficiaries: tuple[BeneficiaryCell, ...] = ()
    files: tuple[File, ...] = ()


class DeliveryInspected(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody looked at the delivery, standard by standard."""

    TOPIC = "contracts.DeliveryInspected.v1"

    number: Count
    findings: tuple[StandardFound, ...]
    inspected_on: date
    files: tuple[File, ...] = ()


class DeliveryReturned(Event, frozen=True, kw_only=True):
    """The report has to be mended, for a reason, before `due_at`."""

    TOPIC = "contracts.DeliveryReturned.v1"

    number: Count
    reason: Text
    due_at: datetime


class PenaltyImposed(Event, frozen=True, kw_only=True):
    """Less is paid for the delivery, by a decision that rests on what its inspection found."""

    TOPIC = "contracts.PenaltyImposed.v1"

    number: Count
    amount: Money
    decision_no: DecisionNo
    reason: Text


class DeliveryAccepted(Event, frozen=True, kw_only=True):
    """The delivery stands: `amount` is to be paid for it, penalties deducted, by another than who accepted it."""

    TOPIC = "contracts.DeliveryAccepted.v1"

    number: Count
    amount: Money
    accepted_by: UUID


class DeliveryPaid(Event, frozen=True, kw_only=True):
    """The money was sent, after everything that makes it lawful was looked at again on that day."""

    TOPIC = "contracts.DeliveryPaid.v1"

    number: Count
    amount: Money
    paid_on: date
    reference: Line


class DeliveryOverdue(Event, frozen=True, kw_only=True):
    """The day passed and nothing was reported: no payment and no award, anywhere, until it is."""

    TOPIC = "contracts.DeliveryOverdue.v1"

    number: Count
    organisation_id: UUID
    due_at: datetime


class DeliveryWaived(Event, frozen=True, kw_only=True):
    """Nothing is awaited, and nothing paid, for the period any more, by a decision; `was_overdue` ends with it."""

    TOPIC = "contracts.DeliveryWaived.v1"

    number: Count
    organisation_id: UUID
    decision_no: DecisionNo
    reason: Text
    was_overdue: bool


class LicenceNoted(Event, frozen=True, kw_only=True):
    """A licence on which the contract relies stands so since a day, by the event `origin` of its issuer's log."""

    TOPIC = "contracts.LicenceNoted.v1"

    entry_id: UUID
    status: LicenceStage
    since: date
    origin: EventReference


class ContractTerminated(Event, frozen=True, kw_only=True):
    """It ends before its time, with `last_day`, by a decision; what was delivered until then is still settled.

    `dropped` are the deliveries of later periods.
    """

    TOPIC = "contracts.ContractTerminated.v1"

    organisation_id: UUID
    decision_no: DecisionNo
    reason: Text
    last_day: date
    dropped: tuple[int, ...]


class ContractCompleted(Event, frozen=True, kw_only=True):
    """Everything was delivered, accepted and paid, or is not awaited any more."""

    TOPIC = "contracts.ContractCompleted.v1"

    organisation_id: UUID
    paid: Money


class ContractAccepted(Event, frozen=True, kw_only=True):
    """The final acceptance: neither side owes the other anything, and `unpaid` is free again."""

    TOPIC = "contracts.ContractAccepted.v1"

    organisation_id: UUID
    paid: Money
    unpaid: Money
    decision_no: DecisionNo
    note: Text


EVENTS: tuple[type[Event], ...] = (
    ContractDrafted,
    ContractSigned,
    ContractActivated,
    DeliveryScheduled,
    AmendmentProposed,
    AmendmentRejected,
    ContractAmended,
    DeliveryReported,
    DeliveryInspected,
    DeliveryReturned,
    PenaltyImposed,
    DeliveryAccepted,
    DeliveryPaid,
    DeliveryOverdue,
    DeliveryWaived,
    LicenceNoted,
    ContractTerminated,
    ContractCompleted,
    ContractAccepted,
)
"""Every event of a contract, in the order of a life."""
