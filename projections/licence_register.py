"""The register of licences: what an institution was asked to license, what it decided, and on which days it holds."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.kernel.text import Text, Title
from domain.licences import events as e
from domain.licences.validity import Interruption, Validity
from domain.licences.vocabulary import LicenceStage, StaffQualification, Term
from domain.organisations.vocabulary import Identifier
from projections.read_model import ReadModel, Stored, folds
from projections.searching import searchable


class Inspection(msgspec.Struct, frozen=True):
    """What an inspector found on a day; `capacity` is how many persons the premises allow."""

    inspected_on: date
    passed: bool
    capacity: int
    findings: Text


class LicenceDecision(msgspec.Struct, frozen=True):
    """What was decided: `made` it granted, refused, renewed, suspended, reinstated or revoked, from a day on."""

    made: str
    decision_no: str
    at: datetime
    first_day: date | None = None
    reason: Text | None = None


class LicenceFacts(msgspec.Struct, frozen=True):
    """What everybody may know of a licence. `state` is applied, refused, granted, suspended, revoked or expired.

    Places, capacity and staff are those of the last term, before there is one those that were asked for. A licence is
    valid on the days of its terms without those of its `interruptions`.
    """

    tenant_id: int
    licence_id: UUID
    organisation_id: UUID
    organisation_name: Title
    identifiers: tuple[Identifier, ...]
    service: str
    state: str
    version: int
    places: tuple[str, ...]
    capacity: int
    staff: tuple[StaffQualification, ...]
    applied_at: datetime
    changed_at: datetime
    granted_at: datetime | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    terms: tuple[Term, ...] = ()
    interruptions: tuple[Interruption, ...] = ()
    decisions: tuple[LicenceDecision, ...] = ()


class LicenceRow(LicenceFacts, frozen=True):
    """A licence as its issuer sees it; `public` once it was granted, `decide_by` is when it has to be decided."""

    decide_by: datetime | None = None
    renewable_from: date | None = None
    inspections: tuple[Inspection, ...] = ()
    searched: str = ""
    public: bool = False


Row = LicenceRow


class LicenceRegister(ReadModel[LicenceRow]):
    """Folds the licences of an issuer."""

    name = "licence_register"
    table = "licence_register"
    row = LicenceRow
    key = ("licence_id",)
    kept = True

    @folds(e.LicenceApplied, begins=True)
    def applied(self, _row: None, event: Stored, told: e.LicenceApplied) -> Row:
        """Asked for; nobody's business yet but the issuer's and the organisation's."""
        numbers = " ".join(one.value for one in told.identifiers)
        return Row(
            tenant_id=event.tenant_id,
            licence_id=event.stream_id,
            organisation_id=told.organisation_id,
            organisation_name=told.organisation_name,
            identifiers=told.identifiers,
            service=told.service,
            state=LicenceStage.APPLIED.value,
            version=event.version,
            places=told.places,
            capacity=told.capacity,
            staff=told.staff,
            applied_at=event.occurred_at,
            changed_at=event.occurred_at,
            decide_by=told.decide_by.due_at if told.decide_by else None,
            searched=searchable(told.organisation_name, told.service, numbers),
        )

    @folds(e.LicenceInspected)
    def inspected(self, row: Row, _event: Stored, told: e.LicenceInspected) -> Row:
        """One inspection more."""
        seen = Inspection(told.inspected_on, told.passed, told.capacity, told.findings)
        return replace(row, inspections=(*row.inspections, seen))

    @folds(e.LicenceGranted)
    def granted(self, row: Row, event: Stored, told: e.LicenceGranted) -> Row:
        """Licensed, for everybody to see."""
        first = replace(row, public=True, granted_at=event.occurred_at, valid_from=told.term.valid_from)
        return _licensed(first, "granted", event, told)

    @folds(e.LicenceRefused)
    def refused(self, row: Row, event: Stored, told: e.LicenceRefused) -> Row:
        """There is no licence."""
        over = replace(row, state=LicenceStage.REFUSED.value)
        return _decided(over, "refused", event, told.decision_no, None, told.reason)

    @folds(e.LicenceRenewed)
    def renewed(self, row: Row, event: Stored, told: e.LicenceRenewed) -> Row:
        """Licensed for longer."""
        return _licensed(row, "renewed", event, told)

    @folds(e.LicenceSuspended)
    def suspended(self, row: Row, event: Stored, told: e.LicenceSuspended) -> Row:
        """Not valid from a day on."""
        cut = _validity(row).interrupted(LicenceStage.SUSPENDED, told.first_day)
        changed = replace(row, state=LicenceStage.SUSPENDED.value, interruptions=cut.interruptions)
        return _decided(changed, "suspended", event, told.decision_no, told.first_day, told.reason)

    @folds(e.LicenceReinstated)
    def reinstated(self, row: Row, event: Stored, told: e.LicenceReinstated) -> Row:
        """Valid again from a day on."""
        resumed = _validity(row).resumed(told.first_day)
        changed = replace(row, state=LicenceStage.GRANTED.value, interruptions=resumed.interruptions)
        return _decided(changed, "reinstated", event, told.decision_no, told.first_day, told.reason)

    @folds(e.LicenceRevoked)
    def revoked(self, row: Row, event: Stored, told: e.LicenceRevoked) -> Row:
        """Valid no more from a day on."""
        cut = _validity(row).interrupted(LicenceStage.REVOKED, told.first_day)
        changed = replace(row, state=LicenceStage.REVOKED.value, interruptions=cut.interruptions)
        return _decided(changed, "revoked", event, told.decision_no, told.first_day, told.reason)

    @folds(e.LicenceExpired)
    def expired(self, row: Row, _event: Stored, _told: e.LicenceExpired) -> Row:
        """Its last day is over."""
        return replace(row, state=LicenceStage.EXPIRED.value)


def _validity(row: Row) -> Validity:
    return Validity(terms=row.terms, interruptions=row.interruptions)


def _licensed(row: Row, made: str, event: Stored, told: e.LicenceGranted | e.LicenceRenewed) -> Row:
    term = told.term
    changed = replace(
        row,
        state=LicenceStage.GRANTED.value,
        places=term.places,
        capacity=term.capacity,
        staff=term.staff,
        valid_until=term.valid_until,
        renewable_from=told.renewable_from,
        terms=(*row.terms, term),
    )
    return _decided(changed, made, event, told.decision_no, term.valid_from, None)


def _decided(row: Row, made: str, event: Stored, decision_no: str, first_day: date | None, reason: Text | None) -> Row:
    decision = LicenceDecision(made, decision_no, event.occurred_at, first_day, reason)
    return replace(row, decisions=(*row.decisions, decision))
