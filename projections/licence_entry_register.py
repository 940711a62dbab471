"""Licences of all issuers as the national log holds them: what buyers decide by, and which contracts rest on each."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.text import Text
from domain.licences import events as e
from domain.licences.validity import Interruption, Validity
from domain.licences.vocabulary import LicenceStage, Reliance, StaffQualification, Term
from projections.read_model import ReadModel, Stored, folds


class EntryChange(msgspec.Struct, frozen=True):
    """How the licence stands since a day, by which event of the issuer's log; `at` is when it became known here."""

    status: str
    since: date
    origin: str
    at: datetime
    decision_no: str = ""
    reason: Text | None = None


class LicenceEntryRow(msgspec.Struct, frozen=True):
    """An entry. `state` is granted, suspended, revoked or expired, since the day `since`, by the event `origin`.

    `tenant_id` is the national tenant's; `institution_id` and `licence_id` say whose log and which stream it stands
    for. `relied_on_by` are the contracts that rest on it.
    """

    tenant_id: int
    entry_id: UUID
    organisation_id: UUID
    institution: str
    institution_id: int
    licence_id: UUID
    service: str
    state: str
    version: int
    since: date
    origin: str
    places: tuple[str, ...]
    capacity: int
    staff: tuple[StaffQualification, ...]
    valid_from: date
    valid_until: date
    entered_at: datetime
    changed_at: datetime
    terms: tuple[Term, ...] = ()
    interruptions: tuple[Interruption, ...] = ()
    changes: tuple[EntryChange, ...] = ()
    relied_on_by: tuple[Reliance, ...] = ()


Row = LicenceEntryRow


class LicenceEntryRegister(ReadModel[LicenceEntryRow]):
    """Folds the entries of licences in the national log."""

    name = "licence_entry_register"
    table = "licence_entry_register"
    row = LicenceEntryRow
    key = ("entry_id",)
    only_tenant = NATIONAL_TENANT

    @folds(e.LicenceEntered, begins=True)
    def entered(self, _row: None, event: Stored, told: e.LicenceEntered) -> Row:
        """Known to every buyer."""
        term = told.term
        granted = EntryChange(
            LicenceStage.GRANTED.value, term.valid_from, told.origin, event.occurred_at, told.decision_no
        )
        return Row(
            tenant_id=event.tenant_id,
            entry_id=event.stream_id,
            organisation_id=told.organisation_id,
            institution=told.institution,
            institution_id=told.tenant_id,
            licence_id=told.licence_id,
            service=told.service,
            state=LicenceStage.GRANTED.value,
            version=event.version,
            since=term.valid_from,
            origin=told.origin,
            places=term.places,
            capacity=term.capacity,
            staff=term.staff,
            valid_from=term.valid_from,
            valid_until=term.valid_until,
            entered_at=event.occurred_at,
            changed_at=event.occurred_at,
            terms=(term,),
            changes=(granted,),
        )

    @folds(e.LicenceEntryChanged)
    def changed(self, row: Row, event: Stored, told: e.LicenceEntryChanged) -> Row:
        """As its issuer decided, or as time has it."""
        change = EntryChange(
            told.status.value, told.since, told.origin, event.occurred_at, told.decision_no or "", told.reason
        )
        validity = Validity(terms=row.terms, interruptions=row.interruptions)
        validity = validity.changed(told.status, told.since, told.origin, told.term)
        last = validity.terms[-1]
        return replace(
            row,
            state=told.status.value,
            since=told.since,
            origin=told.origin,
            places=last.places,
            capacity=last.capacity,
            staff=last.staff,
            valid_until=last.valid_until,
            terms=validity.terms,
            interruptions=validity.interruptions,
            changes=(*row.changes, change),
        )

    @folds(e.LicenceReliedOn)
    def relied_on(self, row: Row, _event: Stored, told: e.LicenceReliedOn) -> Row:
        """A contract rests on it."""
        return replace(row, relied_on_by=(*row.relied_on_by, told.reliance))
