"""Commands on an application. Those that count in the call name it, and the organisation that applies."""

from typing import Annotated, Any
from uuid import UUID

import msgspec

from domain.grants.project import CoFinancing, Project
from domain.grants.vocabulary import AwardOutcome
from domain.kernel.command import Command
from domain.kernel.money import Money
from domain.kernel.text import Email, Line, Slug, Text
from domain.kernel.vocabulary import Code, Count, File, LanguageCode

Revision = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class ContactPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the institution reaches whoever submits the application: personal data, sealed."""

    full_name: Line
    email: Email


class DraftApplication(Command, frozen=True, kw_only=True):
    """Begin to apply for an organisation, on its mandate; who it is comes from the register of organisations.

    `four_eyes` asks that another representative than the one who submits signs the application off.
    """

    call_id: UUID
    organisation_id: UUID
    language: LanguageCode
    four_eyes: bool = False


class DescribeProject(Command, frozen=True, kw_only=True):
    """Say what is planned, when, and what it costs; replaces what was said before."""

    call_id: UUID
    project: Project


class SaveSection(Command, frozen=True, kw_only=True):
    """Save the answers to one section of the form; `revision` is the one that was read (0: none was there).

    What is answered must fit the form; what is not answered yet may be missing until the submission.
    """

    call_id: UUID
    form_version: Count
    section: Code
    revision: Revision
    answers: dict[str, Any]


class AttachEvidence(Command, frozen=True, kw_only=True):
    """Add a file that was uploaded before."""

    title: Line
    file: File


class RemoveEvidence(Command, frozen=True, kw_only=True):
    """Take a file out of the draft."""

    file_id: UUID


class InviteEditor(Command, frozen=True, kw_only=True):
    """Let somebody without the organisation's mandate work on the draft."""

    person_id: UUID


class RemoveEditor(Command, frozen=True, kw_only=True):
    """End somebody's work on the draft."""

    person_id: UUID


class SignOffApplication(Command, frozen=True, kw_only=True):
    """Stand for the draft as it is."""


class SubmitApplication(Command, frozen=True, kw_only=True):
    """Submit a signed-off draft while the call is open; the answer has the code of the receipt."""

    call_id: UUID
    organisation_id: UUID
    contact: ContactPerson | None = None


class RequestCompletion(Command, frozen=True, kw_only=True):
    """Ask the applicant once for what is missing; the rule says how long there is to bring it."""

    call_id: UUID
    missing: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1, max_length=30)]


class CompleteApplication(Command, frozen=True, kw_only=True):
    """Bring what the institution asked for."""

    call_id: UUID
    files: Annotated[tuple[File, ...], msgspec.Meta(max_length=30)] = ()
    note: Text | None = None


class CheckApplication(Command, frozen=True, kw_only=True):
    """Record the administrative check: which gates are met, and whether the commission will see the application.

    Every gate of the call is answered. `reason` is needed where it is ineligible although all gates are met.
    """

    call_id: UUID
    organisation_id: UUID
    eligible: bool
    gates: Annotated[dict[Code, bool], msgspec.Meta(max_length=30)]
    reason: Text | None = None


class ReopenCheck(Command, frozen=True, kw_only=True):
    """Have the check made anew, after a complaint about it was upheld; sent by the system."""

    complaint_id: UUID


class WithdrawApplication(Command, frozen=True, kw_only=True):
    """Take one's own application back, at any time before there is an agreement."""

    reason: Text | None = None


class DeclareCoFinancing(Command, frozen=True, kw_only=True):
    """Declare that somebody else pays for the same project, too."""

    co_financing: CoFinancing


class NoteOverlap(Command, frozen=True, kw_only=True):
    """Record what the national ledger found; sent by the system."""

    overlap_id: UUID
    institution: Slug
    contact: Line
    similarity: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class RecordOutcome(Command, frozen=True, kw_only=True):
    """Record what the final ranking says; sent by the system."""

    outcome: AwardOutcome
    rank: Annotated[int, msgspec.Meta(ge=1)]
    score: Count
    amount: Money | None = None


class PromoteReserve(Command, frozen=True, kw_only=True):
    """Give an award that lapsed to the next application of the reserve."""

    call_id: UUID
    amount: Money
    reason: Text


class RecordAgreement(Command, frozen=True, kw_only=True):
    """Record that the award became an agreement; sent by the system."""

    agreement_id: UUID


class LapseAward(Command, frozen=True, kw_only=True):
    """State that no agreement comes of an award."""

    reason: Text
