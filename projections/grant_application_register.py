"""The register of a tenant's applications for grants: one row each, from the draft to what came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.grants.events import application as e
from domain.grants.project import CoFinancing, Project
from domain.grants.vocabulary import ApplicationStage, AwardOutcome
from domain.kernel.errors import Finding
from domain.kernel.money import Money
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import File
from domain.organisations.vocabulary import Identifier
from infra.eventstore.codec import decode_metadata
from projections.read_model import ReadModel, Stored, folds


class SavedSection(msgspec.Struct, frozen=True):
    """What one section of the form was answered, and how often it was saved."""

    revision: int
    answers: dict[str, Any]
    saved_at: datetime


class Evidence(msgspec.Struct, frozen=True):
    """A file of the application."""

    file_id: UUID
    title: str
    file: File


class Completion(msgspec.Struct, frozen=True):
    """What the applicant was asked for, until when (UTC, exclusive), and what came."""

    missing: tuple[Text, ...]
    requested_at: datetime
    due_at: datetime
    completed_at: datetime | None = None
    files: tuple[File, ...] = ()
    note: Text | None = None


class Check(msgspec.Struct, frozen=True):
    """The administrative check; the applicant may complain about it until `complaints_until` (UTC, exclusive)."""

    at: datetime
    eligible: bool
    gates: dict[str, bool]
    findings: tuple[Finding, ...] = ()
    reason: Text | None = None
    complaints_until: datetime | None = None


class Overlap(msgspec.Struct, frozen=True):
    """Where something much like this project is paid for or applied for, too; `similarity` in millionths."""

    overlap_id: UUID
    institution: str
    contact: str
    similarity: int
    noted_at: datetime


class Outcome(msgspec.Struct, frozen=True):
    """What the final ranking gave; `score` in millionths of the highest possible."""

    at: datetime
    outcome: str
    rank: int
    score: int


class GrantApplicationSummary(msgspec.Struct, frozen=True):
    """An application in a list. Times are UTC; `award` is what it was given, None as long as nothing is."""

    tenant_id: int
    application_id: UUID
    call_id: UUID
    organisation_id: UUID
    organisation_name: Title
    municipality: str
    state: str
    version: int
    language: str
    drafted_at: datetime
    changed_at: datetime
    title: str = ""
    requested: Money | None = None
    submitted_at: datetime | None = None
    checked: Check | None = None
    overlapping: tuple[Overlap, ...] = ()
    outcome: Outcome | None = None
    award: Money | None = None
    agreement_id: UUID | None = None


class GrantApplicationRow(GrantApplicationSummary, frozen=True):
    """An application whole. `people` are who may work on the draft: its author and the invited editors.

    `earlier_checks` are those that were made anew after a complaint.
    """

    identifiers: tuple[Identifier, ...] = ()
    four_eyes: bool = False
    project: Project | None = None
    form_version: int = 0
    sections: dict[str, SavedSection] = {}
    evidence: tuple[Evidence, ...] = ()
    people: tuple[UUID, ...] = ()
    signed_off: tuple[UUID, ...] = ()
    digest: str = ""
    findings: tuple[Finding, ...] = ()
    completion: Completion | None = None
    declared: tuple[CoFinancing, ...] = ()
    reason: Text | None = None
    earlier_checks: tuple[Check, ...] = ()


Row = GrantApplicationRow


class GrantApplicationRegister(ReadModel[GrantApplicationRow]):
    """Folds applications for grants."""

    name = "grant_application_register"
    table = "grant_application_register"
    row = GrantApplicationRow
    key = ("application_id",)
    version = 2
    kept = True

    @folds(e.ApplicationDrafted, begins=True)
    def drafted(self, _row: None, event: Stored, told: e.ApplicationDrafted) -> Row:
        """A new draft."""
        return Row(
            tenant_id=event.tenant_id,
            application_id=event.stream_id,
            call_id=told.call_id,
            organisation_id=told.organisation_id,
            organisation_name=told.organisation_name,
            municipality=told.municipality,
            state=ApplicationStage.DRAFT,
            version=event.version,
            language=told.language,
            drafted_at=event.occurred_at,
            changed_at=event.occurred_at,
            identifiers=told.identifiers,
            four_eyes=told.four_eyes,
            people=(decode_metadata(event.metadata).actor,),
        )

    @folds(e.ProjectDescribed)
    def described(self, row: Row, _event: Stored, told: e.ProjectDescribed) -> Row:
        """What is planned; earlier sign-offs are void."""
        return _of_project(replace(row, signed_off=()), told.project)

    @folds(e.SectionSaved)
    def saved(self, row: Row, event: Stored, told: e.SectionSaved) -> Row:
        """One section; earlier sign-offs are void."""
        section = SavedSection(told.revision, told.answers, event.occurred_at)
        return replace(
            row,
            sections=row.sections | {told.section: section},
            form_version=told.form_version,
            signed_off=(),
        )

    @folds(e.EvidenceAttached)
    def attached(self, row: Row, _event: Stored, told: e.EvidenceAttached) -> Row:
        """One more file."""
        return replace(row, evidence=(*row.evidence, Evidence(told.file_id, told.title, told.file)), signed_off=())

    @folds(e.EvidenceRemoved)
    def removed(self, row: Row, _event: Stored, told: e.EvidenceRemoved) -> Row:
        """One file less."""
        kept = tuple(one for one in row.evidence if one.file_id != told.file_id)
        return replace(row, evidence=kept, signed_off=())

    @folds(e.EditorInvited)
    def invited(self, row: Row, _event: Stored, told: e.EditorInvited) -> Row:
        """One more at work."""
        return replace(row, people=(*row.people, told.person_id))

    @folds(e.EditorRemoved)
    def uninvited(self, row: Row, _event: Stored, told: e.EditorRemoved) -> Row:
        """One less."""
        return replace(row, people=tuple(one for one in row.people if one != told.person_id))

    @folds(e.ApplicationSignedOff)
    def signed(self, row: Row, _event: Stored, told: e.ApplicationSignedOff) -> Row:
        """Somebody stands for it."""
        return replace(row, signed_off=(*row.signed_off, told.person_id))

    @folds(e.ApplicationSubmitted)
    def submitted(self, row: Row, _event: Stored, told: e.ApplicationSubmitted) -> Row:
        """It counts."""
        row = replace(row, state=ApplicationStage.SUBMITTED, submitted_at=told.received_at, digest=told.digest)
        return _of_project(replace(row, findings=told.findings), told.project)

    @folds(e.CompletionRequested)
    def asked(self, row: Row, event: Stored, told: e.CompletionRequested) -> Row:
        """Something is missing."""
        completion = Completion(told.missing, event.occurred_at, told.deadline.due_at)
        return replace(row, state=ApplicationStage.COMPLETION_REQUESTED, completion=completion)

    @folds(e.ApplicationCompleted)
    def completed(self, row: Row, event: Stored, told: e.ApplicationCompleted) -> Row:
        """It came."""
        completion = row.completion and replace(
            row.completion, completed_at=event.occurred_at, files=told.files, note=told.note
        )
        return replace(row, state=ApplicationStage.SUBMITTED, completion=completion)

    @folds(e.ApplicationChecked)
    def checked(self, row: Row, event: Stored, told: e.ApplicationChecked) -> Row:
        """Eligible or not."""
        until = told.complaints_until.due_at if told.complaints_until else None
        check = Check(event.occurred_at, told.eligible, told.gates, told.findings, told.reason, until)
        state = ApplicationStage.ELIGIBLE if told.eligible else ApplicationStage.INELIGIBLE
        return replace(row, state=state, checked=check)

    @folds(e.CheckReopened)
    def check_reopened(self, row: Row, _event: Stored, _told: e.CheckReopened) -> Row:
        """To be checked anew; what was found before stays."""
        earlier = row.earlier_checks if row.checked is None else (*row.earlier_checks, row.checked)
        return replace(row, state=ApplicationStage.SUBMITTED, checked=None, earlier_checks=earlier)

    @folds(e.ApplicationWithdrawn)
    def withdrawn(self, row: Row, _event: Stored, told: e.ApplicationWithdrawn) -> Row:
        """Taken back."""
        return replace(row, state=ApplicationStage.WITHDRAWN, reason=told.reason)

    @folds(e.OverlapNoted)
    def overlap_noted(self, row: Row, event: Stored, told: e.OverlapNoted) -> Row:
        """The ledger found another one like it."""
        found = Overlap(told.overlap_id, told.institution, told.contact, told.similarity, event.occurred_at)
        return replace(row, overlapping=(*row.overlapping, found))

    @folds(e.CoFinancingDeclared)
    def declared(self, row: Row, _event: Stored, told: e.CoFinancingDeclared) -> Row:
        """Who else pays."""
        return replace(row, declared=(*row.declared, told.co_financing))

    @folds(e.OutcomeRecorded)
    def ranked(self, row: Row, event: Stored, told: e.OutcomeRecorded) -> Row:
        """What the ranking says now."""
        outcome = Outcome(event.occurred_at, told.outcome, told.rank, told.score)
        award = told.amount if told.outcome is AwardOutcome.AWARDED else None
        return replace(row, state=ApplicationStage(told.outcome), outcome=outcome, award=award)

    @folds(e.ReservePromoted)
    def promoted(self, row: Row, _event: Stored, told: e.ReservePromoted) -> Row:
        """Moved up."""
        return replace(row, state=ApplicationStage.AWARDED, award=told.amount, reason=told.reason)

    @folds(e.ApplicationContracted)
    def contracted(self, row: Row, _event: Stored, told: e.ApplicationContracted) -> Row:
        """An agreement came of it."""
        return replace(row, state=ApplicationStage.CONTRACTED, agreement_id=told.agreement_id)

    @folds(e.AwardLapsed)
    def lapsed(self, row: Row, _event: Stored, told: e.AwardLapsed) -> Row:
        """None did."""
        return replace(row, state=ApplicationStage.LAPSED, award=None, reason=told.reason)


def _of_project(row: Row, project: Project) -> Row:
    return replace(row, project=project, title=project.title, requested=project.requested)
