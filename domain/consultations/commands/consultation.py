"""Commands on a consultation up to the end of its window."""

from datetime import date
from uuid import UUID

from domain.consultations.vocabulary import ActKind, DocumentKind, MeetingFormat, PlanItemReference
from domain.kernel.command import Command
from domain.kernel.text import Line, Text, Title
from domain.kernel.vocabulary import Contact, Count, Files, Instant, WindowDays


class PlanConsultation(Command, frozen=True, kw_only=True):
    """Begin a consultation; what is missing may come later, the linter says what opening still needs.

    `window_days` counts in the unit of the rule that binds the institution; without it the minimum is taken.
    """

    title: Title
    act_kind: ActKind
    summary: Text | None = None
    complex: bool = False
    plan_item: PlanItemReference | None = None
    unplanned_reason: Text | None = None
    contact: Contact | None = None
    window_days: WindowDays | None = None


class AmendDraft(Command, frozen=True, kw_only=True):
    """Change facts before the opening; what is left out stays."""

    title: Title | None = None
    summary: Text | None = None
    act_kind: ActKind | None = None
    complex: bool | None = None
    contact: Contact | None = None
    window_days: WindowDays | None = None


class CitePlanItem(Command, frozen=True, kw_only=True):
    """Say on which item of an adopted plan the consultation rests."""

    plan_item: PlanItemReference


class GiveUnplannedReason(Command, frozen=True, kw_only=True):
    """Say why the consultation stands on no plan."""

    reason: Text


class StartInitialRound(Command, frozen=True, kw_only=True):
    """Ask stakeholders before anything is drafted."""

    questions: Text
    ends_on: date | None = None


class FinishInitialRound(Command, frozen=True, kw_only=True):
    """Sum the initial round up."""

    participants: Count
    summary: Text


class AttachDocument(Command, frozen=True, kw_only=True):
    """Lay a document ready, in one or more languages.

    Without `document_id` a draft or memorandum joins the one there is, and anything else is a new document.
    """

    kind: DocumentKind
    files: Files
    document_id: UUID | None = None
    title: Title | None = None


class RemoveDocument(Command, frozen=True, kw_only=True):
    """Take a document out before the opening."""

    document_id: UUID


class CheckLegality(Command, frozen=True, kw_only=True):
    """Let the linter look and put its findings on record; without errors the consultation is ready."""


class OpenConsultation(Command, frozen=True, kw_only=True):
    """Open the window; refused with findings while the linter finds an error.

    `closes_at` may be given only when history is imported, whose window was set elsewhere.
    """

    window_days: WindowDays | None = None
    closes_at: Instant | None = None


class PublishVersion(Command, frozen=True, kw_only=True):
    """Publish a changed or further document while the window is open.

    A substantive change must come in every required language and restart the window, or lengthen it to `window_days`.
    """

    files: Files
    substantive: bool
    note: Text
    document_id: UUID | None = None
    kind: DocumentKind = DocumentKind.DRAFT
    title: Title | None = None
    restart: bool = False
    window_days: WindowDays | None = None


class ExtendConsultation(Command, frozen=True, kw_only=True):
    """Lengthen the window to `window_days` in all, counted from its start.

    `closes_at` is for imported history only.
    """

    reason: Text
    window_days: WindowDays | None = None
    closes_at: Instant | None = None


class RestartConsultation(Command, frozen=True, kw_only=True):
    """Let the window begin anew; it never ends earlier than before."""

    reason: Text
    window_days: WindowDays | None = None


class ScheduleMeeting(Command, frozen=True, kw_only=True):
    """Announce a meeting, with the notice that the rule demands."""

    format: MeetingFormat
    title: Title
    place: Line
    starts_at: Instant


class CancelMeeting(Command, frozen=True, kw_only=True):
    """Call an announced meeting off."""

    meeting_id: UUID
    reason: Text


class RecordMeeting(Command, frozen=True, kw_only=True):
    """Record a meeting that took place, with its minutes."""

    meeting_id: UUID
    minutes: Files
    participants: Count
    organisations: Count = 0


class CloseConsultation(Command, frozen=True, kw_only=True):
    """End the window when its time is up; sent by the clock."""


class RecomputeDeadlines(Command, frozen=True, kw_only=True):
    """Let the deadlines follow the newest calendar; sent by the clock when the calendar changed."""
