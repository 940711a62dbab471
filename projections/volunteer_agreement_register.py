"""The register of agreements with volunteers: one row each, with what the hours given under it come to."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.volunteering.agreement_parts import AgreedTask, AgreementStage, Reimbursement
from domain.volunteering.events import agreement as a
from domain.volunteering.events import hours as h
from domain.volunteering.hours_parts import ledger_id
from domain.volunteering.vocabulary import Insurance
from projections.read_model import Key, ReadModel, Stored, folds


class VolunteerAgreementRow(msgspec.Struct, frozen=True):
    """An agreement; people are ids. `ledger_id` is where its hours stand, `side` who ended it.

    `minutes_logged` are those of entries that count, confirmed or not; `total_minutes` what was stated last, 0 before.
    """

    tenant_id: int
    agreement_id: UUID
    ledger_id: UUID
    opportunity_id: UUID
    provider_id: UUID
    person_id: UUID
    supervisor_id: UUID
    state: str
    version: int
    tasks: tuple[AgreedTask, ...]
    place: str
    first_day: date
    last_day: date
    max_minutes: int
    insurances: tuple[Insurance, ...]
    reimbursement: tuple[Reimbursement, ...]
    risk: str
    band: str
    protection: str
    offered_at: datetime
    changed_at: datetime
    organisation_id: UUID | None = None
    guardians: tuple[UUID, ...] = ()
    signed_at: datetime | None = None
    over_at: datetime | None = None
    side: str = ""
    minutes_logged: int = 0
    minutes_confirmed: int = 0
    entries_confirmed: int = 0
    total_minutes: int = 0
    total_digest: str = ""
    totalled_at: datetime | None = None


Row = VolunteerAgreementRow


def _its(_event: Stored, told: h.HoursEvent) -> Iterable[Key]:
    return ((told.agreement_id,),)


class VolunteerAgreementRegister(ReadModel[VolunteerAgreementRow]):
    """Folds agreements, and of their ledgers what the hours come to."""

    name = "volunteer_agreement_register"
    table = "volunteer_agreement_register"
    row = VolunteerAgreementRow
    key = ("agreement_id",)
    kept = True

    @folds(a.AgreementOffered, begins=True)
    def offered(self, _row: None, event: Stored, told: a.AgreementOffered) -> Row:
        """A new offer."""
        return Row(
            tenant_id=event.tenant_id,
            agreement_id=event.stream_id,
            ledger_id=ledger_id(event.stream_id),
            opportunity_id=told.opportunity_id,
            provider_id=told.provider_id,
            person_id=told.person_id,
            supervisor_id=told.supervisor_id,
            state=AgreementStage.OFFERED.value,
            version=event.version,
            tasks=told.tasks,
            place=told.place,
            first_day=told.first_day,
            last_day=told.last_day,
            max_minutes=told.max_minutes,
            insurances=told.insurances,
            reimbursement=told.reimbursement,
            risk=told.risk.value,
            band=told.band.value,
            protection=told.protection.value,
            offered_at=event.occurred_at,
            changed_at=event.occurred_at,
            organisation_id=told.organisation_id,
        )

    @folds(a.AgreementAccepted)
    def accepted(self, row: Row, _event: Stored, told: a.AgreementAccepted) -> Row:
        """Waits for a guardian; an adult's is signed by the next event."""
        return replace(
            row,
            state=AgreementStage.CONSENT_PENDING.value,
            band=told.band.value,
            protection=told.protection.value,
            guardians=told.guardians,
        )

    @folds(a.AgreementDeclined)
    def declined(self, row: Row, event: Stored, _told: a.AgreementDeclined) -> Row:
        """Nothing comes of it."""
        return _over(row, event, AgreementStage.DECLINED)

    @folds(a.OfferWithdrawn)
    def withdrawn(self, row: Row, event: Stored, _told: a.OfferWithdrawn) -> Row:
        """Nothing comes of it."""
        return _over(row, event, AgreementStage.WITHDRAWN)

    @folds(a.AgreementLapsed)
    def lapsed(self, row: Row, event: Stored, _told: a.AgreementLapsed) -> Row:
        """Nothing comes of it."""
        return _over(row, event, AgreementStage.LAPSED)

    @folds(a.GuardianConsentRefused)
    def refused(self, row: Row, event: Stored, _told: a.GuardianConsentRefused) -> Row:
        """Nothing comes of it."""
        return _over(row, event, AgreementStage.REFUSED)

    @folds(a.GuardianConsentGiven, a.GuardianConsentWithdrawn)
    def guarded(self, row: Row, _event: Stored, told: a.GuardianConsentGiven | a.GuardianConsentWithdrawn) -> Row:
        """A guardian decided, perhaps one who was put on record only after the volunteer accepted."""
        known = told.guardian_id in row.guardians
        return row if known else replace(row, guardians=(*row.guardians, told.guardian_id))

    @folds(a.AgreementSigned)
    def signed(self, row: Row, event: Stored, _told: a.AgreementSigned) -> Row:
        """It binds."""
        return replace(row, state=AgreementStage.SIGNED.value, signed_at=event.occurred_at)

    @folds(a.AgreementActivated)
    def activated(self, row: Row, _event: Stored, _told: a.AgreementActivated) -> Row:
        """The work begins."""
        return replace(row, state=AgreementStage.ACTIVE.value)

    @folds(a.AgreementCompleted)
    def completed(self, row: Row, event: Stored, told: a.AgreementCompleted) -> Row:
        """The work is done."""
        return replace(_over(row, event, AgreementStage.COMPLETED), last_day=told.last_day)

    @folds(a.AgreementEnded)
    def ended(self, row: Row, event: Stored, told: a.AgreementEnded) -> Row:
        """Before its time."""
        return replace(_over(row, event, AgreementStage.ENDED), last_day=told.last_day, side=told.side.value)

    @folds(h.HoursLogged, keys=_its)
    def logged(self, row: Row, _event: Stored, told: h.HoursLogged) -> Row:
        """More that counts, as long as nobody says otherwise."""
        return replace(row, minutes_logged=row.minutes_logged + told.minutes)

    @folds(h.HoursRefused, h.HoursRejected, keys=_its)
    def dropped(self, row: Row, _event: Stored, told: h.HoursRefused | h.HoursRejected) -> Row:
        """Less."""
        return replace(row, minutes_logged=row.minutes_logged - told.minutes)

    @folds(h.HoursCorrected, keys=_its)
    def corrected(self, row: Row, _event: Stored, told: h.HoursCorrected) -> Row:
        """Less, also of what was confirmed."""
        less = replace(row, minutes_logged=row.minutes_logged - told.minutes)
        return _vouched(less, -1, told.minutes) if told.was_confirmed else less

    @folds(h.HoursConfirmed, keys=_its)
    def confirmed(self, row: Row, _event: Stored, told: h.HoursConfirmed) -> Row:
        """Vouched for."""
        return _vouched(row, 1, told.minutes)

    @folds(h.HoursTotalled, keys=_its)
    def totalled(self, row: Row, event: Stored, told: h.HoursTotalled) -> Row:
        """What a certificate may prove."""
        return replace(row, total_minutes=told.minutes, total_digest=told.digest, totalled_at=event.occurred_at)


def _over(row: Row, event: Stored, stage: AgreementStage) -> Row:
    return replace(row, state=stage.value, over_at=event.occurred_at)


def _vouched(row: Row, sign: int, minutes: int) -> Row:
    return replace(
        row,
        minutes_confirmed=row.minutes_confirmed + sign * minutes,
        entries_confirmed=row.entries_confirmed + sign,
    )
