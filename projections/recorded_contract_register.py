"""The register of contracts that were recorded elsewhere: one row each, with annexes, payments and every correction."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.contracts.events import recorded_contract as e
from domain.contracts.recorded_facts import (
    Amount,
    AnnexFacts,
    AwardCriterion,
    BudgetSource,
    ContractFacts,
    ContractType,
    Course,
    PaymentFacts,
    Procedure,
    Supplier,
    TimeLimit,
    UnreadCell,
    ValueClass,
)
from domain.kernel.deadline import local_day
from domain.kernel.errors import Finding
from domain.kernel.event import Event
from domain.kernel.text import Text
from infra.eventstore.codec import decode_metadata
from projections.read_model import ReadModel, Stored, folds
from projections.searching import searchable


class ContractCorrection(msgspec.Struct, frozen=True):
    """What stood there before, and why it does no longer."""

    at: datetime
    reason: Text
    price: Amount | None
    signed_on: date | None


class RecordedContractRow(msgspec.Struct, frozen=True):
    """A contract as its source told it and as it was corrected since; `state` is recorded or struck.

    `contract_id` is the source's identifier, `recorded_contract_id` the stream. `told_on` is the day of signing, or the
    day at which a contract without one is told. `priced`, `estimated`, `annexed` and `paid` are exact decimals, ''
    where nothing is given. `public` from the beginning: what was struck counts nowhere, and everybody can read why.
    """

    tenant_id: int
    recorded_contract_id: UUID
    state: str
    version: int
    contract_id: str
    year: int
    number: str
    title: str
    currency: str
    told_on: date
    recorded_at: datetime
    changed_at: datetime
    signed_on: date | None = None
    ends_on: date | None = None
    price: Amount | None = None
    estimate: Amount | None = None
    priced: str = ""
    estimated: str = ""
    annexed: str = ""
    paid: str = ""
    annexes: tuple[AnnexFacts, ...] = ()
    payments: tuple[PaymentFacts, ...] = ()
    contract_type: ContractType | None = None
    value_class: ValueClass | None = None
    procedure: Procedure | None = None
    cpv_division: str = ""
    budget_sources: tuple[BudgetSource, ...] = ()
    suppliers: tuple[Supplier, ...] = ()
    supplier_id: UUID | None = None
    consortium: bool = False
    time_limit: TimeLimit | None = None
    award_criterion: AwardCriterion | None = None
    status: str = ""
    department: str = ""
    buyer: str = ""
    course: Course | None = None
    total_paid: Amount | None = None
    penalties: Amount | None = None
    unread: tuple[UnreadCell, ...] = ()
    other: str = ""
    findings: tuple[Finding, ...] = ()
    corrections: tuple[ContractCorrection, ...] = ()
    struck_reason: Text | None = None
    source: str = ""
    source_id: str = ""
    searched: str = ""
    public: bool = True


Row = RecordedContractRow
_AS_GIVEN = (
    *("contract_id", "year", "number", "title", "currency", "signed_on", "ends_on", "price", "estimate"),
    *("contract_type", "value_class", "procedure", "cpv_division", "budget_sources", "suppliers", "time_limit"),
    *("award_criterion", "status", "department", "buyer", "course", "total_paid", "penalties", "unread", "other"),
)
"""What stands in the row under the name that it has among the facts."""


class RecordedContractRegister(ReadModel[RecordedContractRow]):
    """Folds contracts recorded elsewhere."""

    name = "recorded_contract_register"
    table = "recorded_contract_register"
    row = RecordedContractRow
    key = ("recorded_contract_id",)
    kept = True

    def followed(self, row: Row, event: Stored, told: Event) -> Row:  # noqa: ARG002 - the base class says it
        """The version and the time of its newest event."""
        return replace(row, version=event.version, changed_at=event.recorded_at)

    @folds(e.ContractRecorded, begins=True)
    def recorded(self, _row: None, event: Stored, told: e.ContractRecorded) -> Row:
        """A contract taken over."""
        facts, metadata = told.facts, decode_metadata(event.metadata)
        return Row(
            tenant_id=event.tenant_id,
            recorded_contract_id=event.stream_id,
            state="recorded",
            version=event.version,
            told_on=facts.signed_on or local_day(event.occurred_at),
            recorded_at=event.recorded_at,
            changed_at=event.recorded_at,
            priced=_decimal(facts.price),
            estimated=_decimal(facts.estimate),
            supplier_id=told.supplier_id,
            consortium=any(one.consortium for one in facts.suppliers),
            findings=told.findings,
            source=metadata.source,
            source_id=metadata.source_id,
            searched=searchable(facts.title, facts.number, *(one.name for one in facts.suppliers)),
            **_as_given(facts),
        )

    @folds(e.AnnexRecorded)
    def changed(self, row: Row, _event: Stored, told: e.AnnexRecorded) -> Row:
        """One annex more."""
        annexes = (*row.annexes, told.annex)
        return replace(row, annexes=annexes, annexed=_total(one.price for one in annexes))

    @folds(e.PaymentRecorded)
    def paid_for(self, row: Row, _event: Stored, told: e.PaymentRecorded) -> Row:
        """One payment more."""
        payments = (*row.payments, told.payment)
        return replace(row, payments=payments, paid=_total(one.amount for one in payments))

    @folds(e.RecordedContractCorrected)
    def corrected(self, row: Row, event: Stored, told: e.RecordedContractCorrected) -> Row:
        """Another price or day."""
        before = ContractCorrection(event.recorded_at, told.reason, told.previous_price, told.previous_signed_on)
        return replace(
            row,
            price=told.price,
            priced=_decimal(told.price),
            signed_on=told.signed_on,
            told_on=told.signed_on or row.told_on,
            corrections=(*row.corrections, before),
        )

    @folds(e.SupplierResolved)
    def resolved(self, row: Row, _event: Stored, told: e.SupplierResolved) -> Row:
        """The supplier is known."""
        return replace(row, supplier_id=told.organisation_id)

    @folds(e.RecordedContractStruck)
    def struck(self, row: Row, _event: Stored, told: e.RecordedContractStruck) -> Row:
        """Out of every sum; that it was on record stays readable."""
        return replace(row, state="struck", struck_reason=told.reason)


def _as_given(facts: ContractFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in _AS_GIVEN}


def _decimal(amount: Amount | None) -> str:
    return "" if amount is None else f"{amount.value:f}"


def _total(amounts: Iterable[Amount | None]) -> str:
    given = [amount.value for amount in amounts if amount is not None]
    return f"{sum(given, Decimal()):f}" if given else ""
