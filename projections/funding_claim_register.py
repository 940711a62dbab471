"""The ledger of claims: what each institution was asked for and promised, and which reports are owed for it."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.funding_claims import events as e
from domain.funding_claims.vocabulary import ClaimStage, CostLine, by_institution
from domain.kernel.event import Event
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.money import Money
from domain.kernel.vocabulary import Contact
from projections.read_model import ReadModel, Stored, folds


class OwedReport(msgspec.Struct, frozen=True):
    """A report that is overdue, and since when."""

    report_id: UUID
    due_on: date


class ClaimRow(msgspec.Struct, frozen=True):
    """A claim. `state` is reserved, confirmed, closed or released; `released` then says why, '' before.

    `tenant_id` is the national tenant's, whose log tells of it; `institution_id` and `origin_id` say whose log and
    which stream it stands for. `requested` is what was asked for, `amount` what it is now; `co_financing` is what the
    applicant says that each institution pays, too, `elsewhere` what all others do.
    """

    tenant_id: int
    claim_id: UUID
    organisation_id: UUID
    state: str
    version: int
    institution: str
    institution_id: int
    kind: str
    origin_id: UUID
    title: str
    activity: str
    first_day: date
    last_day: date
    costs: tuple[CostLine, ...]
    requested: Money
    amount: Money
    reserved_at: datetime
    changed_at: datetime
    contact: Contact | None = None
    co_financing: dict[str, Money] = {}
    elsewhere: Money | None = None
    contract_id: UUID | None = None
    released: str = ""
    overdue: tuple[OwedReport, ...] = ()


Row = ClaimRow


class FundingClaimRegister(ReadModel[ClaimRow]):
    """Folds every claim of the national log."""

    name = "funding_claim_register"
    table = "funding_claim_register"
    row = ClaimRow
    key = ("claim_id",)
    version = 2
    kept = True
    only_tenant = NATIONAL_TENANT

    @folds(e.ClaimReserved, begins=True)
    def reserved(self, _row: Row | None, event: Stored, told: e.ClaimReserved) -> Row:
        """A new claim."""
        facts = told.facts
        return Row(
            tenant_id=event.tenant_id,
            claim_id=event.stream_id,
            organisation_id=told.organisation_id,
            state=ClaimStage.RESERVED.value,
            version=event.version,
            institution=told.institution,
            institution_id=facts.origin.tenant_id,
            kind=facts.origin.kind.value,
            origin_id=facts.origin.stream_id,
            title=facts.title,
            activity=facts.activity,
            first_day=facts.first_day,
            last_day=facts.last_day,
            costs=facts.costs,
            requested=facts.amount,
            amount=facts.amount,
            reserved_at=event.occurred_at,
            changed_at=event.occurred_at,
            contact=facts.contact,
            co_financing=by_institution(facts.co_financing),
            elsewhere=facts.elsewhere,
        )

    @folds(e.ClaimReopened)
    def reopened(self, row: Row, _event: Stored, _told: e.ClaimReopened) -> Row:
        """Reserved again."""
        return replace(row, state=ClaimStage.RESERVED.value, released="")

    @folds(e.ClaimAmended)
    def amended(self, row: Row, _event: Stored, told: e.ClaimAmended) -> Row:
        """What is None stays."""
        names = ("first_day", "last_day", "costs", "amount", "elsewhere")
        changed = {name: getattr(told, name) for name in names}
        return replace(row, **{name: fact for name, fact in changed.items() if fact is not None})

    @folds(e.ClaimTransferred)
    def transferred(self, row: Row, _event: Stored, told: e.ClaimTransferred) -> Row:
        """Under the organisation that goes on."""
        return replace(row, organisation_id=told.organisation_id)

    @folds(e.ClaimConfirmed)
    def confirmed(self, row: Row, _event: Stored, told: e.ClaimConfirmed) -> Row:
        """Promised by contract."""
        return replace(
            row, state=ClaimStage.CONFIRMED.value, released="", contract_id=told.contract_id, amount=told.amount
        )

    @folds(e.ClaimReleased)
    def was_released(self, row: Row, _event: Stored, told: e.ClaimReleased) -> Row:
        """Nothing is promised any more."""
        return replace(row, state=ClaimStage.RELEASED.value, released=told.reason.value)

    @folds(e.ClaimClosed)
    def closed(self, row: Row, _event: Stored, told: e.ClaimClosed) -> Row:
        """Paid and accounted for."""
        return replace(row, state=ClaimStage.CLOSED.value, amount=told.spent)

    @folds(e.CoFinancingAdded)
    def added(self, row: Row, _event: Stored, told: e.CoFinancingAdded) -> Row:
        """Another institution pays, too, or another amount."""
        declared = told.co_financing
        return replace(row, co_financing={**row.co_financing, declared.institution: declared.amount})

    @folds(e.OverdueReportFlagged)
    def flagged(self, row: Row, _event: Stored, told: e.OverdueReportFlagged) -> Row:
        """A report is owed."""
        return replace(row, overdue=(*row.overdue, OwedReport(told.report_id, told.due_on)))

    @folds(e.OverdueReportCleared)
    def cleared(self, row: Row, _event: Stored, told: e.OverdueReportCleared) -> Row:
        """The report is not owed any more."""
        return replace(row, overdue=tuple(one for one in row.overdue if one.report_id != told.report_id))

    @folds(e.OverlapFound, e.OverlapDismissed, e.DisclosureConsented, e.DisclosureOrdered, e.ConfirmationRecorded)
    def compared(self, row: Row, _event: Stored, _told: Event) -> Row:
        """The register of overlaps tells of it; here it counts as an event of the claim."""
        return row
