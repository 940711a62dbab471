"""The register of grant agreements: what was promised, paid, reported and given back, a row each."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.grants.agreement_parts import DueReport, Expense, PlannedInstalment
from domain.grants.events import agreement as e
from domain.grants.project import CoFinancing, CostLine
from domain.grants.vocabulary import AgreementStage, InstalmentStage, ReportStage
from domain.kernel.money import Money
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import File
from domain.organisations.vocabulary import Identifier
from projections.read_model import ReadModel, Stored, folds
from projections.searching import searchable

T = TypeVar("T")


class InstalmentLine(msgspec.Struct, frozen=True):
    """An instalment and where it stands."""

    number: int
    amount: Money
    payable_from: date
    after_report: int = 0
    state: str = InstalmentStage.PLANNED
    paid_on: date | None = None
    reference: str = ""
    reason: Text | None = None


class ReportLine(msgspec.Struct, frozen=True):
    """A report and where it stands; `due_at` is UTC and exclusive."""

    number: int
    kind: str
    starts_on: date
    ends_on: date
    due_at: datetime
    state: str = ReportStage.DUE
    submitted_at: datetime | None = None
    late: bool = False
    accepted_at: datetime | None = None
    returned: Text | None = None
    narrative: str = ""
    expenses: tuple[Expense, ...] = ()
    files: tuple[File, ...] = ()


class Ending(msgspec.Struct, frozen=True):
    """Why an agreement is suspended, or how it ended."""

    at: datetime
    reason: Text | None = None
    decision_no: str = ""


class Waiver(msgspec.Struct, frozen=True):
    """An overdue report that is not asked for any more, and by which decision."""

    number: int
    at: datetime
    decision_no: str
    reason: Text


class GrantAgreementFacts(msgspec.Struct, frozen=True):
    """An agreement as everybody may know it once it is signed; sums in the currency of the award."""

    tenant_id: int
    agreement_id: UUID
    call_id: UUID
    application_id: UUID
    organisation_id: UUID
    organisation_name: Title
    identifiers: tuple[Identifier, ...]
    state: str
    version: int
    title: str
    activity: str
    purpose: str
    starts_on: date
    ends_on: date
    award: Money
    paid: Money
    recovered: Money
    drafted_at: datetime
    changed_at: datetime
    municipalities: tuple[str, ...] = ()
    co_financing: tuple[CoFinancing, ...] = ()
    decision_no: str = ""
    signed_on: date | None = None
    signed_at: datetime | None = None
    overdue: int = 0
    late: int = 0
    ending: Ending | None = None
    language: str = ""
    waived: tuple[Waiver, ...] = ()


class GrantAgreementRow(GrantAgreementFacts, frozen=True):
    """An agreement whole: `overdue` reports did not come, `late` ones came after their day."""

    costs: tuple[CostLine, ...] = ()
    instalments: tuple[InstalmentLine, ...] = ()
    reports: tuple[ReportLine, ...] = ()
    to_recover: Money | None = None
    searched: str = ""
    public: bool = False


Row = GrantAgreementRow


class GrantAgreementRegister(ReadModel[GrantAgreementRow]):
    """Folds agreements."""

    name = "grant_agreement_register"
    table = "grant_agreement_register"
    row = GrantAgreementRow
    key = ("agreement_id",)
    version = 3
    kept = True

    @folds(e.AgreementDrafted, begins=True)
    def drafted(self, _row: None, event: Stored, told: e.AgreementDrafted) -> Row:
        """Ready to be signed."""
        nothing = Money(0, told.award.currency)
        return Row(
            tenant_id=event.tenant_id,
            agreement_id=event.stream_id,
            call_id=told.call_id,
            application_id=told.application_id,
            organisation_id=told.organisation_id,
            organisation_name=told.organisation_name,
            identifiers=told.identifiers,
            state=AgreementStage.DRAFTED,
            version=event.version,
            language=told.language,
            title=told.title,
            activity=told.activity,
            purpose=told.purpose,
            starts_on=told.starts_on,
            ends_on=told.ends_on,
            award=told.award,
            paid=nothing,
            recovered=nothing,
            drafted_at=event.occurred_at,
            changed_at=event.occurred_at,
            municipalities=told.municipalities,
            co_financing=told.co_financing,
            costs=told.costs,
            instalments=tuple(_instalment(one) for one in told.instalments),
            reports=tuple(_report(one) for one in told.reports),
            to_recover=nothing,
            searched=searchable(told.organisation_name, told.title, told.purpose),
        )

    @folds(e.AgreementSigned)
    def signed(self, row: Row, event: Stored, told: e.AgreementSigned) -> Row:
        """In force, and public."""
        return replace(
            row,
            state=AgreementStage.ACTIVE,
            decision_no=told.decision_no,
            signed_on=told.signed_on,
            signed_at=event.occurred_at,
            public=True,
        )

    @folds(e.AgreementAmended)
    def amended(self, row: Row, _event: Stored, told: e.AgreementAmended) -> Row:
        """Another schedule; what was begun keeps what is known of it."""
        before, told_of = {one.number: one for one in row.instalments}, {one.number: one for one in row.reports}
        return replace(
            row,
            ends_on=told.ends_on,
            instalments=tuple(_instalment(one, before.get(one.number)) for one in told.instalments),
            reports=tuple(_report(one, told_of.get(one.number)) for one in told.reports),
        )

    @folds(e.AgreementSuspended)
    def suspended(self, row: Row, event: Stored, told: e.AgreementSuspended) -> Row:
        """Stopped."""
        return replace(row, state=AgreementStage.SUSPENDED, ending=Ending(event.occurred_at, told.reason))

    @folds(e.AgreementResumed)
    def resumed(self, row: Row, _event: Stored, _told: e.AgreementResumed) -> Row:
        """Goes on."""
        return replace(row, state=AgreementStage.ACTIVE, ending=None)

    @folds(e.AgreementTerminated)
    def terminated(self, row: Row, event: Stored, told: e.AgreementTerminated) -> Row:
        """Over before its time."""
        ending = Ending(event.occurred_at, told.reason, told.decision_no)
        return replace(row, state=AgreementStage.TERMINATED, ending=ending)

    @folds(e.AgreementCompleted)
    def completed(self, row: Row, event: Stored, _told: e.AgreementCompleted) -> Row:
        """Done."""
        return replace(row, state=AgreementStage.COMPLETED, ending=Ending(event.occurred_at))

    @folds(e.InstalmentRequested)
    def requested(self, row: Row, _event: Stored, told: e.InstalmentRequested) -> Row:
        """Asked for."""
        return _with_instalment(row, told.number, lambda one: replace(one, state=InstalmentStage.REQUESTED))

    @folds(e.InstalmentChecked)
    def checked(self, row: Row, _event: Stored, told: e.InstalmentChecked) -> Row:
        """May be paid."""
        return _with_instalment(row, told.number, lambda one: replace(one, state=InstalmentStage.CHECKED))

    @folds(e.InstalmentPaid)
    def instalment_paid(self, row: Row, _event: Stored, told: e.InstalmentPaid) -> Row:
        """Paid."""

        def pay(one: InstalmentLine) -> InstalmentLine:
            return replace(one, state=InstalmentStage.PAID, paid_on=told.paid_on, reference=told.reference)

        return replace(_with_instalment(row, told.number, pay), paid=row.paid + told.amount)

    @folds(e.InstalmentWithheld)
    def withheld(self, row: Row, _event: Stored, told: e.InstalmentWithheld) -> Row:
        """Never paid."""
        return _with_instalment(
            row, told.number, lambda one: replace(one, state=InstalmentStage.WITHHELD, reason=told.reason)
        )

    @folds(e.ReportSubmitted)
    def reported(self, row: Row, event: Stored, told: e.ReportSubmitted) -> Row:
        """It came."""

        def came(one: ReportLine) -> ReportLine:
            return replace(
                one,
                state=ReportStage.SUBMITTED,
                submitted_at=event.occurred_at,
                late=told.late,
                narrative=told.narrative,
                expenses=told.expenses,
                files=told.files,
            )

        return _counted(_with_report(row, told.number, came))

    @folds(e.ReportReturned)
    def returned(self, row: Row, _event: Stored, told: e.ReportReturned) -> Row:
        """To be mended."""
        return _with_report(
            row,
            told.number,
            lambda one: replace(one, state=ReportStage.RETURNED, returned=told.reason, due_at=told.due_at),
        )

    @folds(e.ReportAccepted)
    def accepted(self, row: Row, event: Stored, told: e.ReportAccepted) -> Row:
        """It stands."""
        return _with_report(
            row,
            told.number,
            lambda one: replace(one, state=ReportStage.ACCEPTED, accepted_at=event.occurred_at),
        )

    @folds(e.ReportOverdue)
    def overdue(self, row: Row, _event: Stored, told: e.ReportOverdue) -> Row:
        """It did not come."""
        return _counted(_with_report(row, told.number, lambda one: replace(one, state=ReportStage.OVERDUE)))

    @folds(e.ReportWaived)
    def waived(self, row: Row, event: Stored, told: e.ReportWaived) -> Row:
        """Given up, for everybody to see."""
        row = _counted(_with_report(row, told.number, lambda one: replace(one, state=ReportStage.WAIVED)))
        waiver = Waiver(told.number, event.occurred_at, told.decision_no, told.reason)
        return replace(row, waived=(*row.waived, waiver))

    @folds(e.RecoveryOrdered)
    def recovery_ordered(self, row: Row, _event: Stored, told: e.RecoveryOrdered) -> Row:
        """Money is demanded back."""
        return replace(row, to_recover=(row.to_recover or Money(0, told.amount.currency)) + told.amount)

    @folds(e.RecoveryReceived)
    def recovery_received(self, row: Row, _event: Stored, told: e.RecoveryReceived) -> Row:
        """Money came back."""
        return replace(row, recovered=row.recovered + told.amount)


def _instalment(plan: PlannedInstalment, before: InstalmentLine | None = None) -> InstalmentLine:
    line = before or InstalmentLine(plan.number, plan.amount, plan.payable_from)
    return replace(line, amount=plan.amount, payable_from=plan.payable_from, after_report=plan.after_report)


def _report(plan: DueReport, before: ReportLine | None = None) -> ReportLine:
    line = before or ReportLine(plan.number, plan.kind, plan.starts_on, plan.ends_on, plan.due_at)
    return replace(line, kind=plan.kind, starts_on=plan.starts_on, ends_on=plan.ends_on, due_at=plan.due_at)


def _with_instalment(row: Row, number: int, change: Callable[[InstalmentLine], InstalmentLine]) -> Row:
    return replace(row, instalments=_changed(row.instalments, lambda one: one.number == number, change))


def _with_report(row: Row, number: int, change: Callable[[ReportLine], ReportLine]) -> Row:
    return replace(row, reports=_changed(row.reports, lambda one: one.number == number, change))


def _changed(lines: tuple[T, ...], which: Callable[[T], bool], change: Callable[[T], T]) -> tuple[T, ...]:
    return tuple(change(one) if which(one) else one for one in lines)


def _counted(row: Row) -> Row:
    overdue = sum(one.state == ReportStage.OVERDUE for one in row.reports)
    return replace(row, overdue=overdue, late=sum(one.late for one in row.reports))
