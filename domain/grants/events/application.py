"""Events of an application: what an organisation asks for in a call, and what becomes of it.

Drafts are between the applicants. From the submission on every event carries the tag `call:<id>`.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from domain.grants.events.grant_call import call_tag
from domain.grants.project import CoFinancing, Project
from domain.grants.vocabulary import ApplicationStage, AwardOutcome
from domain.kernel.deadline import Deadline
from domain.kernel.errors import Finding
from domain.kernel.event import Event, InitialEvent
from domain.kernel.money import Money
from domain.kernel.receipt import receipt_tag
from domain.kernel.text import Line, Slug, Text, Title
from domain.kernel.vocabulary import Code, Contact, File, LanguageCode, Sha256
from domain.organisations.vocabulary import Identifier


def applicant_tag(call_id: UUID, organisation_id: UUID) -> str:
    """Boundary of what one organisation applied for in one call: it may hold one application."""
    return f"applicant:{call_id}:{organisation_id}"


class _OfCall(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An event that counts in its call; `call_id` and `organisation_id` say whose and where."""

    call_id: UUID
    organisation_id: UUID

    def tags(self) -> tuple[str, ...]:
        """The boundary of the call."""
        return (call_tag(self.call_id),)


class _OfApplicant(_OfCall, frozen=True, kw_only=True, omit_defaults=True):
    """An event by which the organisation has, or no longer has, an application in the call."""

    def tags(self) -> tuple[str, ...]:
        """The boundaries of the call and of the organisation in it."""
        return (*super().tags(), applicant_tag(self.call_id, self.organisation_id))


class ApplicationDrafted(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """An organisation began to apply; who it is was taken from the register of organisations.

    With `four_eyes`, whoever submits needs the sign-off of somebody else.
    """

    TOPIC = "grants.ApplicationDrafted.v1"
    DRAFT = True

    call_id: UUID
    organisation_id: UUID
    organisation_name: Title
    municipality: Slug
    identifiers: tuple[Identifier, ...]
    language: LanguageCode
    four_eyes: bool = False


class ProjectDescribed(Event, frozen=True, kw_only=True):
    """The project, its days and its budget stand as told here, and replace what was told before."""

    TOPIC = "grants.ProjectDescribed.v1"
    DRAFT = True

    project: Project


class SectionSaved(Event, frozen=True, kw_only=True):
    """One section of the form was answered; `revision` counts its versions."""

    TOPIC = "grants.SectionSaved.v1"
    DRAFT = True

    form_version: int
    section: Code
    revision: int
    answers: dict[str, Any]


class EvidenceAttached(Event, frozen=True, kw_only=True):
    """A file was added; its name as it was sent is not kept, since it may name a person."""

    TOPIC = "grants.EvidenceAttached.v1"
    DRAFT = True

    file_id: UUID
    title: Line
    file: File


class EvidenceRemoved(Event, frozen=True, kw_only=True):
    """The file is not part of the application any more."""

    TOPIC = "grants.EvidenceRemoved.v1"
    DRAFT = True

    file_id: UUID


class EditorInvited(Event, frozen=True, kw_only=True):
    """That person may work on the draft, and neither sign it off nor submit it."""

    TOPIC = "grants.EditorInvited.v1"
    DRAFT = True

    person_id: UUID


class EditorRemoved(Event, frozen=True, kw_only=True):
    """The person may not work on the draft any more."""

    TOPIC = "grants.EditorRemoved.v1"
    DRAFT = True

    person_id: UUID


class ApplicationSignedOff(Event, frozen=True, kw_only=True):
    """A representative stands for the draft as it was then; any change to it takes the sign-off away."""

    TOPIC = "grants.ApplicationSignedOff.v1"
    DRAFT = True

    person_id: UUID


class ApplicationSubmitted(_OfApplicant, frozen=True, kw_only=True):
    """The application counts from here on: it came in at `received_at`, within the time to apply.

    `receipt` is the code the applicant keeps; `digest` is the SHA-256 (hex) over what was submitted. `findings` say
    which certificates the register did not hold on that day; `office` is where the call says to ask. Sealed:
    `contact name` and `contact email` of `contact_id`, where they were given.
    """

    TOPIC = "grants.ApplicationSubmitted.v1"

    received_at: datetime
    receipt: str
    digest: Sha256
    project: Project
    findings: tuple[Finding, ...] = ()
    contact_id: UUID | None = None
    office: Contact | None = None

    def tags(self) -> tuple[str, ...]:
        """The boundaries, and the way from the receipt's code to here."""
        return (*super().tags(), receipt_tag(self.receipt))

    @property
    def receipt_code(self) -> str:
        """The code on the applicant's receipt."""
        return self.receipt


class CompletionRequested(_OfCall, frozen=True, kw_only=True):
    """The institution asked for what is missing; `deadline` proves until when it can come."""

    TOPIC = "grants.CompletionRequested.v1"

    missing: tuple[Text, ...]
    deadline: Deadline


class ApplicationCompleted(_OfCall, frozen=True, kw_only=True):
    """What was missing came in time."""

    TOPIC = "grants.ApplicationCompleted.v1"

    files: tuple[File, ...]
    note: Text | None = None


class ApplicationChecked(_OfCall, frozen=True, kw_only=True):
    """The administrative check: whether the commission will see the application, and what each gate said.

    `findings` name what makes it ineligible, each with its rule; `complaints_until` proves how long the applicant may
    then complain. `checked_by` is who found it so.
    """

    TOPIC = "grants.ApplicationChecked.v1"

    eligible: bool
    gates: dict[Code, bool]
    findings: tuple[Finding, ...] = ()
    reason: Text | None = None
    checked_by: UUID | None = None
    complaints_until: Deadline | None = None


class CheckReopened(_OfCall, frozen=True, kw_only=True):
    """A complaint about the check was upheld: it is made anew, and what it said before stays on record."""

    TOPIC = "grants.CheckReopened.v1"

    complaint_id: UUID


class ApplicationWithdrawn(_OfApplicant, frozen=True, kw_only=True):
    """The applicant took it back, before any contract; `before` is where it stood."""

    TOPIC = "grants.ApplicationWithdrawn.v1"

    before: ApplicationStage
    reason: Text | None = None


class OverlapNoted(_OfCall, frozen=True, kw_only=True):
    """The national ledger found that something much like this project is paid for, or applied for, elsewhere.

    `institution` and `contact` are all that is told of the other side; `similarity` is in millionths.
    """

    TOPIC = "grants.OverlapNoted.v1"

    overlap_id: UUID
    institution: Slug
    contact: Line
    similarity: int


class CoFinancingDeclared(_OfCall, frozen=True, kw_only=True):
    """The applicant declared that somebody else pays for the same project, too, and what.

    It takes the place of what was declared of the same institution or source. `elsewhere` is what all others than
    institutions pay then; logs of before the national ledger was told of it do not say.
    """

    TOPIC = "grants.CoFinancingDeclared.v1"

    co_financing: CoFinancing
    elsewhere: Money | None = None


class OutcomeRecorded(_OfCall, frozen=True, kw_only=True):
    """What the final ranking gave the application: `rank` from 1, `score` in millionths of the highest possible."""

    TOPIC = "grants.OutcomeRecorded.v1"

    outcome: AwardOutcome
    rank: int
    score: int
    amount: Money | None = None


class ReservePromoted(_OfCall, frozen=True, kw_only=True):
    """An award lapsed, and this application of the reserve takes its place."""

    TOPIC = "grants.ReservePromoted.v1"

    amount: Money
    reason: Text


class ApplicationContracted(_OfCall, frozen=True, kw_only=True):
    """The award became an agreement."""

    TOPIC = "grants.ApplicationContracted.v1"

    agreement_id: UUID


class AwardLapsed(_OfCall, frozen=True, kw_only=True):
    """No agreement came of the award."""

    TOPIC = "grants.AwardLapsed.v1"

    reason: Text


EVENTS: tuple[type[Event], ...] = (
    ApplicationDrafted,
    ProjectDescribed,
    SectionSaved,
    EvidenceAttached,
    EvidenceRemoved,
    EditorInvited,
    EditorRemoved,
    ApplicationSignedOff,
    ApplicationSubmitted,
    CompletionRequested,
    ApplicationCompleted,
    ApplicationChecked,
    CheckReopened,
    ApplicationWithdrawn,
    OverlapNoted,
    CoFinancingDeclared,
    OutcomeRecorded,
    ReservePromoted,
    ApplicationContracted,
    AwardLapsed,
)
"""Every event of an application, in the order of a life."""
