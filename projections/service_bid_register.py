"""The register of bids: one row each. What a sealed bid says stands nowhere until it is opened."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.contracts.events import bid as e
from domain.contracts.facts import BidContent
from domain.contracts.vocabulary import BidStage
from domain.kernel.errors import Finding
from domain.kernel.money import Money
from domain.kernel.text import Text, Title
from domain.organisations.vocabulary import Identifier
from projections.read_model import ReadModel, Stored, folds


class ServiceBidRow(msgspec.Struct, frozen=True):
    """A bid. Times are UTC; `revision` counts how often it was sealed.

    `shown`: the institution may know of it, since it was opened or is out because it was not. The licence is the one of
    the national register on which the qualification rests.
    """

    tenant_id: int
    bid_id: UUID
    call_id: UUID
    organisation_id: UUID
    organisation_name: Title
    municipality: str
    identifiers: tuple[Identifier, ...]
    state: str
    version: int
    language: str
    commitment: str
    revision: int
    received_at: datetime
    changed_at: datetime
    opened_at: datetime | None = None
    content: BidContent | None = None
    total: Money | None = None
    findings: tuple[Finding, ...] = ()
    reason: Text | None = None
    licence_entry_id: UUID | None = None
    licence_origin: str = ""
    shown: bool = False


Row = ServiceBidRow


class ServiceBidRegister(ReadModel[ServiceBidRow]):
    """Folds bids."""

    name = "service_bid_register"
    table = "service_bid_register"
    row = ServiceBidRow
    key = ("bid_id",)
    kept = True

    @folds(e.BidSealed, begins=True)
    def sealed(self, _row: None, event: Stored, told: e.BidSealed) -> Row:
        """A new bid."""
        return Row(
            tenant_id=event.tenant_id,
            bid_id=event.stream_id,
            call_id=told.call_id,
            organisation_id=told.organisation_id,
            organisation_name=told.organisation_name,
            municipality=told.municipality,
            identifiers=told.identifiers,
            state=BidStage.SEALED,
            version=event.version,
            language=told.language,
            commitment=told.commitment,
            revision=told.revision,
            received_at=told.received_at,
            changed_at=event.occurred_at,
        )

    @folds(e.BidResealed)
    def resealed(self, row: Row, _event: Stored, told: e.BidResealed) -> Row:
        """Another content."""
        return replace(
            row,
            state=BidStage.SEALED,
            commitment=told.commitment,
            revision=told.revision,
            received_at=told.received_at,
            reason=None,
        )

    @folds(e.BidWithdrawn)
    def withdrawn(self, row: Row, _event: Stored, told: e.BidWithdrawn) -> Row:
        """Taken back."""
        return replace(row, state=BidStage.WITHDRAWN, reason=told.reason)

    @folds(e.BidOpened)
    def opened(self, row: Row, event: Stored, told: e.BidOpened) -> Row:
        """What it says."""
        return replace(
            row,
            state=BidStage.OPENED,
            opened_at=event.occurred_at,
            content=told.content,
            total=told.total,
            findings=told.findings,
            shown=True,
        )

    @folds(e.BidDisregarded)
    def disregarded(self, row: Row, _event: Stored, _told: e.BidDisregarded) -> Row:
        """Out, unopened."""
        return replace(row, state=BidStage.DISREGARDED, shown=True)

    @folds(e.BidQualified)
    def qualified(self, row: Row, _event: Stored, told: e.BidQualified) -> Row:
        """May be awarded."""
        return replace(
            row,
            state=BidStage.QUALIFIED,
            licence_entry_id=told.licence_entry_id,
            licence_origin=told.licence_origin,
        )

    @folds(e.BidDisqualified)
    def disqualified(self, row: Row, _event: Stored, told: e.BidDisqualified) -> Row:
        """Out."""
        return replace(row, state=BidStage.DISQUALIFIED, findings=told.findings, reason=told.reason)

    @folds(e.BidReopened)
    def reopened(self, row: Row, _event: Stored, _told: e.BidReopened) -> Row:
        """To be decided on anew."""
        return replace(row, state=BidStage.OPENED, reason=None, licence_entry_id=None, licence_origin="")
