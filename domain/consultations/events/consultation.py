"""Events of a consultation up to the end of its window: preparation, opening, versions, meetings, closing."""

from datetime import date, datetime
from uuid import UUID

from domain.consultations.vocabulary import (
    ActKind,
    DeadlineKind,
    DocumentKind,
    MeetingFormat,
    PlanItemReference,
)
from domain.kernel.deadline import Deadline
from domain.kernel.errors import Finding
from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Line, Text, Title
from domain.kernel.vocabulary import Contact, Count, LanguageCode, LanguageFile, WindowDays


class ConsultationPlanned(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A consultation is intended; it cites a plan item or says why it stands on no plan, or still owes both."""

    TOPIC = "consultations.ConsultationPlanned.v1"

    title: Title
    act_kind: ActKind
    summary: Text | None = None
    complex: bool = False
    plan_item: PlanItemReference | None = None
    unplanned_reason: Text | None = None
    contact: Contact | None = None
    window_days: WindowDays | None = None


class DraftAmended(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Facts of a consultation that is not open yet were changed; None means unchanged."""

    TOPIC = "consultations.DraftAmended.v1"

    title: Title | None = None
    summary: Text | None = None
    act_kind: ActKind | None = None
    complex: bool | None = None
    contact: Contact | None = None
    window_days: WindowDays | None = None


class PlanItemCited(Event, frozen=True, kw_only=True):
    """The consultation rests on an item of an adopted plan."""

    TOPIC = "consultations.PlanItemCited.v1"

    plan_item: PlanItemReference


class UnplannedReasonGiven(Event, frozen=True, kw_only=True):
    """The institution said why it consults on something that stood on no plan."""

    TOPIC = "consultations.UnplannedReasonGiven.v1"

    reason: Text


class InitialRoundOpened(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Stakeholders are asked before anything is drafted (initial consultation of Regulation (GRK) No. 05/2016)."""

    TOPIC = "consultations.InitialRoundOpened.v1"

    questions: Text
    ends_on: date | None = None


class InitialRoundFinished(Event, frozen=True, kw_only=True):
    """The answers of the initial round were summed up."""

    TOPIC = "consultations.InitialRoundFinished.v1"

    participants: Count
    summary: Text


class DocumentAttached(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A document, or languages of one, lie ready; the public sees them from the opening on.

    `files` replace those of the same languages; `version` counts the document's changes from 1.
    """

    TOPIC = "consultations.DocumentAttached.v1"

    document_id: UUID
    version: int
    kind: DocumentKind
    files: tuple[LanguageFile, ...]
    title: Title | None = None


class DocumentRemoved(Event, frozen=True, kw_only=True):
    """A document was taken out before the opening."""

    TOPIC = "consultations.DocumentRemoved.v1"

    document_id: UUID


class LegalityChecked(Event, frozen=True, kw_only=True):
    """The linter looked at the consultation as it stands; each finding names its article."""

    TOPIC = "consultations.LegalityChecked.v1"

    errors: int
    warnings: int
    findings: tuple[Finding, ...]


class ConsultationOpened(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The window is open until `closes_at` (exclusive); `starts_at` is when all required languages were published.

    `deadline` proves `closes_at`; None only on imported history, whose window was set elsewhere.
    """

    TOPIC = "consultations.ConsultationOpened.v1"

    starts_at: datetime
    closes_at: datetime
    languages: tuple[LanguageCode, ...]
    deadline: Deadline | None = None


class DocumentVersionPublished(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A document changed while the public was reading; a substantive change comes with a restart or an extension."""

    TOPIC = "consultations.DocumentVersionPublished.v1"

    document_id: UUID
    version: int
    kind: DocumentKind
    files: tuple[LanguageFile, ...]
    substantive: bool
    note: Text
    title: Title | None = None


class ConsultationExtended(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The window got longer, counted from its old start."""

    TOPIC = "consultations.ConsultationExtended.v1"

    previous_closes_at: datetime
    closes_at: datetime
    reason: Text
    deadline: Deadline | None = None


class ConsultationRestarted(Event, frozen=True, kw_only=True):
    """The window began anew because what is consulted on changed in substance."""

    TOPIC = "consultations.ConsultationRestarted.v1"

    previous_closes_at: datetime
    starts_at: datetime
    closes_at: datetime
    reason: Text
    deadline: Deadline


class MeetingScheduled(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A meeting was announced. `notice` proves from when on it may take place; None on imported history."""

    TOPIC = "consultations.MeetingScheduled.v1"

    meeting_id: UUID
    format: MeetingFormat
    title: Title
    place: Line
    starts_at: datetime
    notice: Deadline | None = None


class MeetingCancelled(Event, frozen=True, kw_only=True):
    """An announced meeting will not take place."""

    TOPIC = "consultations.MeetingCancelled.v1"

    meeting_id: UUID
    reason: Text


class MeetingHeld(Event, frozen=True, kw_only=True):
    """A meeting took place; its minutes are public."""

    TOPIC = "consultations.MeetingHeld.v1"

    meeting_id: UUID
    minutes: tuple[LanguageFile, ...]
    participants: Count
    organisations: Count


class ConsultationClosed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The window ended at `closes_at`; `report_due` proves when the report has to be public."""

    TOPIC = "consultations.ConsultationClosed.v1"

    closes_at: datetime
    report_due: Deadline | None = None


class DeadlineMoved(Event, frozen=True, kw_only=True):
    """A deadline follows a changed calendar; both proofs stay."""

    TOPIC = "consultations.DeadlineMoved.v1"

    kind: DeadlineKind
    previous: Deadline
    deadline: Deadline
