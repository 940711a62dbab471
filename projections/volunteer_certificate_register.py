"""The register of certificates: what was certified, and whether it counts; to its holder and the institution, whose."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.kernel.text import Title
from domain.volunteering.certificate import CertificateStage
from domain.volunteering.events import certificate as e
from projections.read_model import ReadModel, Stored, folds


class CertificateFacts(msgspec.Struct, frozen=True):
    """What everybody may know of a certificate whose id they hold. `state` is issued, revoked or superseded.

    `epoch` and `position` are its place in the log, by which it has its place in a status list.
    """

    tenant_id: int
    certificate_id: UUID
    programme_id: UUID
    title: Title
    state: str
    minutes: int
    months: int
    entries: int
    first_day: date
    last_day: date
    epoch: int
    position: int
    version: int
    issued_at: datetime
    changed_at: datetime
    valid_until: datetime | None = None


class CertificateRow(CertificateFacts, frozen=True):
    """A certificate as the institution and its holder see it: whose it is, on which agreements, and why it ended."""

    person_id: UUID | None = None
    agreement_ids: tuple[UUID, ...] = ()
    supersedes: tuple[UUID, ...] = ()
    superseded_by: UUID | None = None
    decision_no: str = ""
    ground: str = ""


Row = CertificateRow


class VolunteerCertificateRegister(ReadModel[CertificateRow]):
    """Folds the certificates of an institution."""

    name = "volunteer_certificate_register"
    table = "volunteer_certificate_register"
    row = CertificateRow
    key = ("certificate_id",)

    @folds(e.CertificateIssued, begins=True)
    def issued(self, _row: None, event: Stored, told: e.CertificateIssued) -> Row:
        """What is certified; whose it is comes with the next event."""
        return Row(
            tenant_id=event.tenant_id,
            certificate_id=event.stream_id,
            programme_id=told.programme_id,
            title=told.title,
            state=CertificateStage.ISSUED.value,
            minutes=told.minutes,
            months=told.months,
            entries=told.entries,
            first_day=told.first_day,
            last_day=told.last_day,
            epoch=event.epoch,
            position=event.position,
            version=event.version,
            issued_at=event.occurred_at,
            changed_at=event.occurred_at,
            valid_until=told.valid_until,
        )

    @folds(e.CertificateHeld)
    def held(self, row: Row, _event: Stored, told: e.CertificateHeld) -> Row:
        """Whose it is."""
        return replace(row, person_id=told.person_id, agreement_ids=told.agreement_ids, supersedes=told.supersedes)

    @folds(e.CertificateRevoked)
    def revoked(self, row: Row, _event: Stored, told: e.CertificateRevoked) -> Row:
        """It counts no more."""
        state = CertificateStage.REVOKED.value
        return replace(row, state=state, decision_no=told.decision_no, ground=told.ground.value)

    @folds(e.CertificateSuperseded)
    def superseded(self, row: Row, _event: Stored, told: e.CertificateSuperseded) -> Row:
        """Another one counts in its place."""
        return replace(row, state=CertificateStage.SUPERSEDED.value, superseded_by=told.by)
