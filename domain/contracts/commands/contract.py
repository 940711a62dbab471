"""Commands on a contract. Those that rest on the national register name the organisation."""

from datetime import date
from uuid import UUID

from domain.contracts.beneficiaries import Table
from domain.contracts.contract_parts import Delivered, Deliveries, Evidence, Findings, Number
from domain.contracts.vocabulary import PricedLines
from domain.kernel.command import Command
from domain.kernel.money import Money
from domain.kernel.text import Line, Prose, Text
from domain.kernel.vocabulary import DecisionNo
from domain.licences.vocabulary import EventReference, LicenceStage


class DraftContract(Command, frozen=True, kw_only=True):
    """Draw up the contract on an award: in which periods is delivered."""

    call_id: UUID
    need_id: UUID
    organisation_id: UUID
    deliveries: Deliveries


class SignContract(Command, frozen=True, kw_only=True):
    """Record that both sides signed; everything that made the award lawful is looked at again."""

    call_id: UUID
    organisation_id: UUID
    decision_no: DecisionNo
    signed_on: date


class ActivateContract(Command, frozen=True, kw_only=True):
    """State that the first day came; sent by the clock."""


class AmendContract(Command, frozen=True, kw_only=True):
    """Change lines, prices or the last day by consent, within the budget of the contract's call.

    Beyond the rule's share it waits for an approval.
    """

    call_id: UUID
    organisation_id: UUID
    lines: PricedLines
    last_day: date
    deliveries: Deliveries
    reason: Text


class ApproveAmendment(Command, frozen=True, kw_only=True):
    """Approve an amendment that goes beyond what its proposer may agree on alone."""

    call_id: UUID
    organisation_id: UUID
    number: Number
    decision_no: DecisionNo


class RejectAmendment(Command, frozen=True, kw_only=True):
    """Leave the contract as it is."""

    number: Number
    reason: Text


class ReportDelivery(Command, frozen=True, kw_only=True):
    """Tell what was delivered in a period, and to whom, in counts.

    The counts are exact here; of them only what may be published is kept.
    """

    number: Number
    units: Delivered
    narrative: Prose
    beneficiaries: Table = ()
    files: Evidence = ()


class InspectDelivery(Command, frozen=True, kw_only=True):
    """Record what an inspection found of each standard."""

    organisation_id: UUID
    number: Number
    findings: Findings
    inspected_on: date
    files: Evidence = ()


class ReturnDelivery(Command, frozen=True, kw_only=True):
    """Ask for a better report, by a day."""

    number: Number
    reason: Text
    due_on: date


class ImposePenalty(Command, frozen=True, kw_only=True):
    """Deduct from what is paid for a delivery, by a decision."""

    organisation_id: UUID
    number: Number
    amount: Money
    decision_no: DecisionNo
    reason: Text


class AcceptDelivery(Command, frozen=True, kw_only=True):
    """Take a delivery: the licence held on each of its days, and its units are the contract's."""

    organisation_id: UUID
    number: Number


class PayDelivery(Command, frozen=True, kw_only=True):
    """Record that an accepted delivery is paid; refused unless on that day everything is still in order."""

    organisation_id: UUID
    number: Number
    paid_on: date
    reference: Line


class MarkDeliveryOverdue(Command, frozen=True, kw_only=True):
    """State that the day of one delivery passed; sent by the clock."""

    delivery_id: UUID


class WaiveDelivery(Command, frozen=True, kw_only=True):
    """Decide that the delivery of a period need not be reported any more, and is not paid."""

    organisation_id: UUID
    number: Number
    decision_no: DecisionNo
    reason: Text


class NoteLicence(Command, frozen=True, kw_only=True):
    """Tell that the licence changed on which the contract relies; sent by the system."""

    entry_id: UUID
    status: LicenceStage
    since: date
    origin: EventReference


class TerminateContract(Command, frozen=True, kw_only=True):
    """End the contract before its time, with a day that has come, by a decision."""

    last_day: date
    decision_no: DecisionNo
    reason: Text


class CompleteContract(Command, frozen=True, kw_only=True):
    """State that everything was delivered, accepted and paid, or waived."""


class AcceptContract(Command, frozen=True, kw_only=True):
    """Accept the service as a whole, once the contract has ended."""

    decision_no: DecisionNo
    note: Text
