"""The state of a claim: how each event changes it."""

from datetime import date
from uuid import UUID

from msgspec.structs import replace

from domain.funding_claims.events import (
    ClaimAmended,
    ClaimClosed,
    ClaimConfirmed,
    ClaimReleased,
    ClaimReopened,
    ClaimReserved,
    ClaimTransferred,
    CoFinancingAdded,
    ConfirmationRecorded,
    DisclosureConsented,
    DisclosureOrdered,
    OverdueReportCleared,
    OverdueReportFlagged,
    OverlapDismissed,
    OverlapFound,
)
from domain.funding_claims.similarity import Activity
from domain.funding_claims.vocabulary import Amounts, ClaimStage, Side, by_institution
from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition
from domain.kernel.money import Money


class ClaimState(Aggregate):
    """What a claim remembers. `overlaps` are those that were found when it was compared with earlier ones.

    `declared` is what each institution pays, too, as the applicant says; `confirmations` are by overlap and claim.
    """

    @property
    def open(self) -> bool:
        """Whether it promises, or has paid, anything."""
        return self.stage is not ClaimStage.RELEASED

    @property
    def activity(self) -> Activity:
        """What it is compared by."""
        facts = self.facts
        return Activity(self.words, facts.first_day, facts.last_day, facts.costs)

    @property
    def side(self) -> Side:
        """What anybody who is a side of an overlap may know of it."""
        return Side(
            claim_id=self.id, institution=self.institution, origin=self.facts.origin, contact=self.facts.contact
        )

    def declares(self, institution: str) -> bool:
        """Whether the applicant named that institution as one that pays, too."""
        return institution in self.declared

    def require(self, command: Command, *stages: ClaimStage) -> None:
        """Raises: IllegalTransition when the claim is in another stage."""
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    @applies(ClaimReserved)
    def _reserved(self, event: ClaimReserved) -> None:
        self.organisation_id, self.institution, self.facts = event.organisation_id, event.institution, event.facts
        self.words = frozenset(event.words)
        self.stage = ClaimStage.RESERVED
        self.amount: Money = event.facts.amount
        self.contract_id: UUID | None = None
        self.declared = by_institution(event.facts.co_financing)
        self.overlaps: dict[UUID, OverlapFound] = {}
        self.dismissed: frozenset[UUID] = frozenset()
        self.ordered: frozenset[UUID] = frozenset()
        self.consents: frozenset[tuple[UUID, UUID]] = frozenset()
        self.confirmations: dict[tuple[UUID, UUID], Amounts] = {}
        self.overdue: dict[UUID, date] = {}

    @applies(ClaimReopened)
    def _reopened(self, _event: ClaimReopened) -> None:
        self.stage = ClaimStage.RESERVED

    @applies(ClaimAmended)
    def _amended(self, event: ClaimAmended) -> None:
        told = {name: getattr(event, name) for name in ("first_day", "last_day", "costs", "elsewhere")}
        self.facts = replace(self.facts, **{name: fact for name, fact in told.items() if fact is not None})
        self.amount = event.amount or self.amount

    @applies(ClaimTransferred)
    def _transferred(self, event: ClaimTransferred) -> None:
        self.organisation_id = event.organisation_id

    @applies(ClaimConfirmed)
    def _confirmed(self, event: ClaimConfirmed) -> None:
        self.stage, self.contract_id, self.amount = ClaimStage.CONFIRMED, event.contract_id, event.amount

    @applies(ClaimReleased)
    def _released(self, _event: ClaimReleased) -> None:
        self.stage = ClaimStage.RELEASED

    @applies(ClaimClosed)
    def _closed(self, event: ClaimClosed) -> None:
        self.stage, self.amount = ClaimStage.CLOSED, event.spent

    @applies(CoFinancingAdded)
    def _added(self, event: CoFinancingAdded) -> None:
        self.declared[event.co_financing.institution] = event.co_financing.amount

    @applies(OverlapFound)
    def _found(self, event: OverlapFound) -> None:
        self.overlaps[event.overlap_id] = event

    @applies(OverlapDismissed)
    def _dismissed(self, event: OverlapDismissed) -> None:
        self.dismissed |= {event.overlap_id}

    @applies(DisclosureConsented)
    def _consented(self, event: DisclosureConsented) -> None:
        self.consents |= {(event.overlap_id, event.claim_id)}

    @applies(DisclosureOrdered)
    def _ordered(self, event: DisclosureOrdered) -> None:
        self.ordered |= {event.overlap_id}

    @applies(ConfirmationRecorded)
    def _confirmation_recorded(self, event: ConfirmationRecorded) -> None:
        self.confirmations[event.overlap_id, event.claim_id] = event.amounts

    @applies(OverdueReportFlagged)
    def _flagged(self, event: OverdueReportFlagged) -> None:
        self.overdue[event.report_id] = event.due_on

    @applies(OverdueReportCleared)
    def _cleared(self, event: OverdueReportCleared) -> None:
        del self.overdue[event.report_id]
