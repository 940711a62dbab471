"""The register of contracts on services: what was agreed, delivered, found, deducted and paid, a row each."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.contracts.beneficiaries import BeneficiaryCell
from domain.contracts.contract_parts import ContractStage, DeliveredUnits, DeliveryStage, DueDelivery, StandardFound
from domain.contracts.events import contract as e
from domain.contracts.vocabulary import PricedLine, QualityStandard, Subcontractor
from domain.kernel.event import Event
from domain.kernel.money import Money
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import File
from domain.organisations.vocabulary import Identifier
from projections.read_model import ReadModel, Stored, folds
from projections.searching import searchable


class DeliveryLine(msgspec.Struct, frozen=True):
    """The delivery of a period and where it stands; `due_at` is UTC and exclusive.

    `amount` is what it is worth, and from its acceptance on what is paid for it. Of `beneficiaries` only cells of `k`
    persons and more are known.
    """

    number: int
    first_day: date
    last_day: date
    due_at: datetime
    state: str = DeliveryStage.AWAITED
    reported_at: datetime | None = None
    late: bool = False
    units: tuple[DeliveredUnits, ...] = ()
    amount: Money | None = None
    penalty: Money | None = None
    k: int = 0
    beneficiaries: tuple[BeneficiaryCell, ...] = ()
    findings: tuple[StandardFound, ...] = ()
    inspected_on: date | None = None
    paid_on: date | None = None
    reason: Text | None = None


class DeliveryFile(msgspec.Struct, frozen=True):
    """What only the two sides read of a delivery."""

    number: int
    narrative: str = ""
    files: tuple[File, ...] = ()
    reference: str = ""


class AmendmentLine(msgspec.Struct, frozen=True):
    """A change that was agreed on; `change` as in `ContractAmended`, `decision_no` where it needed an approval."""

    number: int
    at: datetime
    previous_value: Money
    value: Money
    last_day: date
    change: int
    reason: Text
    decision_no: str = ""


class Proposal(msgspec.Struct, frozen=True):
    """A change that waits for an approval."""

    number: int
    value: Money
    last_day: date
    change: int
    reason: Text


class LicenceLine(msgspec.Struct, frozen=True):
    """How a licence stands on which the contract relies, as it was told; `origin` is the issuer's event."""

    entry_id: UUID
    state: str
    since: date
    origin: str


class ContractEnding(msgspec.Struct, frozen=True):
    """How a contract ended."""

    at: datetime
    reason: Text | None = None
    decision_no: str = ""


class ServiceContractFacts(msgspec.Struct, frozen=True):
    """A contract as everybody may know it once it is signed; sums in the currency of the contract."""

    tenant_id: int
    contract_id: UUID
    call_id: UUID
    need_id: UUID
    organisation_id: UUID
    organisation_name: Title
    identifiers: tuple[Identifier, ...]
    state: str
    version: int
    title: Title
    service: str
    places: tuple[str, ...]
    first_day: date
    last_day: date
    lines: tuple[PricedLine, ...]
    signed_value: Money
    value: Money
    paid: Money
    penalties: Money
    beneficiaries: int
    budget_code: str
    drafted_at: datetime
    changed_at: datetime
    standards: tuple[QualityStandard, ...] = ()
    subcontractors: tuple[Subcontractor, ...] = ()
    deliveries: tuple[DeliveryLine, ...] = ()
    amendments: tuple[AmendmentLine, ...] = ()
    licences: tuple[LicenceLine, ...] = ()
    decision_no: str = ""
    signed_on: date | None = None
    signed_at: datetime | None = None
    overdue: int = 0
    late: int = 0
    ending: ContractEnding | None = None
    accepted_at: datetime | None = None


class ServiceContractRow(ServiceContractFacts, frozen=True):
    """A contract whole: what is `searched`, and what only the two sides read."""

    proposal: Proposal | None = None
    files: tuple[DeliveryFile, ...] = ()
    searched: str = ""
    public: bool = False


Row = ServiceContractRow


class ServiceContractRegister(ReadModel[ServiceContractRow]):
    """Folds contracts."""

    name = "service_contract_register"
    table = "service_contract_register"
    row = ServiceContractRow
    key = ("contract_id",)
    kept = True

    def followed(self, row: Row, event: Stored, told: Event) -> Row:  # noqa: ARG002 - the base class says it
        """The version and time of its newest event."""
        return replace(row, version=event.version, changed_at=event.occurred_at)

    @folds(e.ContractDrafted, begins=True)
    def drafted(self, _row: None, event: Stored, told: e.ContractDrafted) -> Row:
        """Ready to be signed."""
        nothing = Money(0, told.value.currency)
        return Row(
            tenant_id=event.tenant_id,
            contract_id=event.stream_id,
            call_id=told.call_id,
            need_id=told.need_id,
            organisation_id=told.organisation_id,
            organisation_name=told.organisation_name,
            identifiers=told.identifiers,
            state=ContractStage.DRAFTED,
            version=event.version,
            title=told.title,
            service=told.service,
            places=told.places,
            first_day=told.first_day,
            last_day=told.last_day,
            lines=told.lines,
            signed_value=told.value,
            value=told.value,
            paid=nothing,
            penalties=nothing,
            beneficiaries=told.beneficiaries,
            budget_code=told.budget_code,
            drafted_at=event.occurred_at,
            changed_at=event.occurred_at,
            standards=told.standards,
            subcontractors=told.subcontractors,
            deliveries=tuple(_delivery(one) for one in told.deliveries),
            searched=searchable(told.organisation_name, told.title, told.service),
        )

    @folds(e.ContractSigned)
    def signed(self, row: Row, event: Stored, told: e.ContractSigned) -> Row:
        """Agreed, and public."""
        return replace(
            row,
            state=ContractStage.SIGNED,
            decision_no=told.decision_no,
            signed_on=told.signed_on,
            signed_at=event.occurred_at,
            public=True,
        )

    @folds(e.ContractActivated)
    def activated(self, row: Row, _event: Stored, _told: e.ContractActivated) -> Row:
        """The service began."""
        return replace(row, state=ContractStage.ACTIVE)

    @folds(e.DeliveryScheduled)
    def scheduled(self, row: Row, _event: Stored, told: e.DeliveryScheduled) -> Row:
        """Awaited by another day than before, or for a shorter period."""
        plan = told.delivery
        return _with(
            row,
            plan.number,
            lambda one: replace(one, first_day=plan.first_day, last_day=plan.last_day, due_at=plan.due_at),
        )

    @folds(e.AmendmentProposed)
    def proposed(self, row: Row, _event: Stored, told: e.AmendmentProposed) -> Row:
        """Waits for an approval."""
        return replace(row, proposal=Proposal(told.number, told.value, told.last_day, told.change, told.reason))

    @folds(e.AmendmentRejected)
    def rejected(self, row: Row, _event: Stored, _told: e.AmendmentRejected) -> Row:
        """As it was."""
        return replace(row, proposal=None)

    @folds(e.ContractAmended)
    def amended(self, row: Row, event: Stored, told: e.ContractAmended) -> Row:
        """Other lines, or another end; what was begun keeps what is known of it."""
        before = {one.number: one for one in row.deliveries}
        amendment = AmendmentLine(
            told.number,
            event.occurred_at,
            told.previous_value,
            told.value,
            told.last_day,
            told.change,
            told.reason,
            told.decision_no or "",
        )
        return _counted(
            replace(
                row,
                lines=told.lines,
                value=told.value,
                last_day=told.last_day,
                deliveries=tuple(_delivery(one, before.get(one.number)) for one in told.deliveries),
                amendments=(*row.amendments, amendment),
                proposal=None,
            )
        )

    @folds(e.DeliveryReported)
    def reported(self, row: Row, event: Stored, told: e.DeliveryReported) -> Row:
        """It came."""

        def came(one: DeliveryLine) -> DeliveryLine:
            return replace(
                one,
                state=DeliveryStage.REPORTED,
                reported_at=event.occurred_at,
                late=told.late,
                units=told.units,
                amount=told.value,
                k=told.k,
                beneficiaries=told.beneficiaries,
                reason=None,
            )

        def file(_held: DeliveryFile) -> DeliveryFile:
            return DeliveryFile(told.number, told.narrative, told.files)

        return _counted(_filed(_with(row, told.number, came), told.number, file))

    @folds(e.DeliveryInspected)
    def inspected(self, row: Row, _event: Stored, told: e.DeliveryInspected) -> Row:
        """Looked at."""
        found = _with(
            row,
            told.number,
            lambda one: replace(
                one, state=DeliveryStage.INSPECTED, findings=told.findings, inspected_on=told.inspected_on
            ),
        )
        return _filed(found, told.number, lambda held: replace(held, files=(*held.files, *told.files)))

    @folds(e.DeliveryReturned)
    def returned(self, row: Row, _event: Stored, told: e.DeliveryReturned) -> Row:
        """To be mended: what it said counts no more."""

        def mend(one: DeliveryLine) -> DeliveryLine:
            blank = DeliveryLine(one.number, one.first_day, one.last_day, told.due_at)
            return replace(blank, state=DeliveryStage.RETURNED, late=one.late, reason=told.reason)

        penalty = next((one.penalty for one in row.deliveries if one.number == told.number), None)
        changed = _with(row, told.number, mend)
        return changed if penalty is None else replace(changed, penalties=changed.penalties - penalty)

    @folds(e.PenaltyImposed)
    def penalised(self, row: Row, _event: Stored, told: e.PenaltyImposed) -> Row:
        """Less is paid."""

        def less(one: DeliveryLine) -> DeliveryLine:
            return replace(one, penalty=told.amount if one.penalty is None else one.penalty + told.amount)

        return replace(_with(row, told.number, less), penalties=row.penalties + told.amount)

    @folds(e.DeliveryAccepted)
    def accepted(self, row: Row, _event: Stored, told: e.DeliveryAccepted) -> Row:
        """It stands."""
        return _with(row, told.number, lambda one: replace(one, state=DeliveryStage.ACCEPTED, amount=told.amount))

    @folds(e.DeliveryPaid)
    def delivery_paid(self, row: Row, _event: Stored, told: e.DeliveryPaid) -> Row:
        """Paid."""
        changed = _with(row, told.number, lambda one: replace(one, state=DeliveryStage.PAID, paid_on=told.paid_on))
        filed = _filed(changed, told.number, lambda held: replace(held, reference=told.reference))
        return replace(filed, paid=row.paid + told.amount)

    @folds(e.DeliveryOverdue)
    def overdue(self, row: Row, _event: Stored, told: e.DeliveryOverdue) -> Row:
        """It did not come."""
        return _counted(_with(row, told.number, lambda one: replace(one, state=DeliveryStage.OVERDUE)))

    @folds(e.DeliveryWaived)
    def waived(self, row: Row, _event: Stored, told: e.DeliveryWaived) -> Row:
        """Nothing is awaited."""
        return _counted(
            _with(row, told.number, lambda one: replace(one, state=DeliveryStage.WAIVED, reason=told.reason))
        )

    @folds(e.LicenceNoted)
    def licence_noted(self, row: Row, _event: Stored, told: e.LicenceNoted) -> Row:
        """How the licence stands."""
        others = tuple(one for one in row.licences if one.entry_id != told.entry_id)
        return replace(row, licences=(*others, LicenceLine(told.entry_id, told.status, told.since, told.origin)))

    @folds(e.ContractTerminated)
    def terminated(self, row: Row, event: Stored, told: e.ContractTerminated) -> Row:
        """Over before its time."""
        return _counted(
            replace(
                row,
                state=ContractStage.TERMINATED,
                last_day=told.last_day,
                proposal=None,
                deliveries=tuple(one for one in row.deliveries if one.number not in told.dropped),
                ending=ContractEnding(event.occurred_at, told.reason, told.decision_no),
            )
        )

    @folds(e.ContractCompleted)
    def completed(self, row: Row, event: Stored, _told: e.ContractCompleted) -> Row:
        """Done."""
        return replace(row, state=ContractStage.COMPLETED, ending=ContractEnding(event.occurred_at))

    @folds(e.ContractAccepted)
    def accepted_whole(self, row: Row, event: Stored, _told: e.ContractAccepted) -> Row:
        """Nothing is open."""
        return replace(row, state=ContractStage.ACCEPTED, accepted_at=event.occurred_at)


def _delivery(plan: DueDelivery, before: DeliveryLine | None = None) -> DeliveryLine:
    line = before or DeliveryLine(plan.number, plan.first_day, plan.last_day, plan.due_at)
    return replace(line, first_day=plan.first_day, last_day=plan.last_day, due_at=plan.due_at)


def _with(row: Row, number: int, change: Callable[[DeliveryLine], DeliveryLine]) -> Row:
    return replace(row, deliveries=tuple(change(one) if one.number == number else one for one in row.deliveries))


def _filed(row: Row, number: int, change: Callable[[DeliveryFile], DeliveryFile]) -> Row:
    files = {one.number: one for one in row.files}
    files[number] = change(files.get(number, DeliveryFile(number)))
    return replace(row, files=tuple(files[one] for one in sorted(files)))


def _counted(row: Row) -> Row:
    overdue = sum(one.state == DeliveryStage.OVERDUE for one in row.deliveries)
    return replace(row, overdue=overdue, late=sum(one.late for one in row.deliveries))
