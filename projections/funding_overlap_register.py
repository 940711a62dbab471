"""Overlaps of claims: which two, how alike, and who may see the other's file."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.funding_claims import events as e
from domain.funding_claims.vocabulary import Amounts, Similarity
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.text import Text
from domain.kernel.vocabulary import Contact
from projections.read_model import Key, ReadModel, Stored, folds


class OverlapRuling(msgspec.Struct, frozen=True):
    """A decision about an overlap: disclosed or dismissed, by which number and why."""

    act: str
    decision_no: str
    reason: Text
    at: datetime


class OverlapRow(msgspec.Struct, frozen=True):
    """Two claims of one organisation for much the same; `claim_id` is the one that was compared with the `other`.

    `consented` says that its institution lets the other one see it, `other_consented` the reverse; `ordered` opens
    both. `declared`: as co-financing, before it was found; `confirmed` and `other_confirmed` are the amounts that the
    institutions confirmed, each its own first.
    """

    tenant_id: int
    overlap_id: UUID
    organisation_id: UUID
    claim_id: UUID
    institution: str
    institution_id: int
    contact: Contact | None
    other_claim_id: UUID
    other_institution: str
    other_institution_id: int
    other_contact: Contact | None
    similarity: Similarity
    threshold: int
    found_at: datetime
    changed_at: datetime
    consented: bool = False
    other_consented: bool = False
    ordered: bool = False
    dismissed: bool = False
    declared: bool = False
    confirmed: Amounts | None = None
    other_confirmed: Amounts | None = None
    ruling: tuple[OverlapRuling, ...] = ()


Row = OverlapRow


def _pair(_event: Stored, told: Any) -> Iterable[Key]:
    return ((told.overlap_id,),)


def _each(_event: Stored, told: e.ClaimTransferred) -> Iterable[Key]:
    return ((overlap,) for overlap in told.overlaps)


class FundingOverlapRegister(ReadModel[OverlapRow]):
    """Folds the overlaps that the national ledger found."""

    name = "funding_overlap_register"
    table = "funding_overlap_register"
    row = OverlapRow
    key = ("overlap_id",)
    version = 2
    kept = True
    only_tenant = NATIONAL_TENANT

    @folds(e.OverlapFound, keys=_pair, begins=True)
    def found(self, _row: Row | None, event: Stored, told: e.OverlapFound) -> Row:
        """A pair that nobody had seen before."""
        return Row(
            tenant_id=event.tenant_id,
            overlap_id=told.overlap_id,
            organisation_id=told.organisation_id,
            claim_id=told.this.claim_id,
            institution=told.this.institution,
            institution_id=told.this.origin.tenant_id,
            contact=told.this.contact,
            other_claim_id=told.other.claim_id,
            other_institution=told.other.institution,
            other_institution_id=told.other.origin.tenant_id,
            other_contact=told.other.contact,
            similarity=told.similarity,
            threshold=told.threshold,
            found_at=event.occurred_at,
            changed_at=event.occurred_at,
            declared=told.declared,
        )

    @folds(e.ClaimTransferred, keys=_each)
    def transferred(self, row: Row, event: Stored, told: e.ClaimTransferred) -> Row:
        """Both claims are, or will be, the other organisation's."""
        return replace(row, organisation_id=told.organisation_id, changed_at=event.occurred_at)

    @folds(e.ConfirmationRecorded, keys=_pair)
    def confirmed(self, row: Row, event: Stored, told: e.ConfirmationRecorded) -> Row:
        """One side knows that both pay, and what."""
        row = replace(row, changed_at=event.occurred_at)
        if told.claim_id == row.claim_id:
            return replace(row, confirmed=told.amounts)
        return replace(row, other_confirmed=told.amounts)

    @folds(e.DisclosureConsented, keys=_pair)
    def agreed(self, row: Row, event: Stored, told: e.DisclosureConsented) -> Row:
        """One side opens its file to the other."""
        row = replace(row, changed_at=event.occurred_at)
        if told.claim_id == row.claim_id:
            return replace(row, consented=True)
        return replace(row, other_consented=True)

    @folds(e.DisclosureOrdered, keys=_pair)
    def opened(self, row: Row, event: Stored, told: e.DisclosureOrdered) -> Row:
        """Both files are open to both."""
        return replace(_ruled(row, event, "disclosed", told), ordered=True)

    @folds(e.OverlapDismissed, keys=_pair)
    def set_aside(self, row: Row, event: Stored, told: e.OverlapDismissed) -> Row:
        """They are for different things."""
        return replace(_ruled(row, event, "dismissed", told), dismissed=True)


def _ruled(row: Row, event: Stored, act: str, told: e.DisclosureOrdered | e.OverlapDismissed) -> Row:
    ruling = OverlapRuling(act, told.decision_no, told.reason, event.occurred_at)
    return replace(row, changed_at=event.occurred_at, ruling=(*row.ruling, ruling))
