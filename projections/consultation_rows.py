"""The row of the consultation register: what is known of one consultation and does not depend on today."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from domain.consultations.vocabulary import DocumentKind, PlanItemReference
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import Contact, LanguageFile

_SINGLE = (DocumentKind.DRAFT, DocumentKind.EXPLANATORY_MEMORANDUM)


class Document(msgspec.Struct, frozen=True):
    """A document of a consultation in its newest version; `files` hold one per language."""

    document_id: UUID
    kind: str
    version: int
    files: tuple[LanguageFile, ...]
    title: Title | None = None

    def with_files(self, files: tuple[LanguageFile, ...]) -> tuple[LanguageFile, ...]:
        """Its files after `files` took the place of those in the same languages, ordered by language."""
        merged = {one.language: one for one in (*self.files, *files)}
        return tuple(merged[language] for language in sorted(merged))


class Meeting(msgspec.Struct, frozen=True):
    """A meeting: scheduled, cancelled or held."""

    meeting_id: UUID
    format: str
    title: Title
    place: str
    starts_at: datetime
    state: str = "scheduled"
    participants: int = 0
    minutes: tuple[LanguageFile, ...] = ()


class Adoption(msgspec.Struct, frozen=True):
    """The act that came of it, and where it is printed."""

    adopted_on: date
    decision_no: str
    files: tuple[LanguageFile, ...] = ()
    act_id: str = ""
    url: str = ""
    published_on: date | None = None


class ConsultationFacts(msgspec.Struct, frozen=True):
    """A consultation, as far as the public may know it once it is open. Times are UTC.

    `year` is the local one of the opening, before that of the planning. Counts follow the contributions' own streams:
    admitted = submitted - withheld - withdrawn. `language_parity` says that title, draft and memorandum exist in all of
    `languages`; None before the opening and where no document is held.
    """

    tenant_id: int
    consultation_id: UUID
    state: str
    version: int
    year: int
    title: Title
    act_kind: str
    planned_at: datetime
    changed_at: datetime
    complex: bool = False
    summary: Text | None = None
    contact: Contact | None = None
    plan_item: PlanItemReference | None = None
    unplanned_reason: Text | None = None
    languages: tuple[str, ...] = ()
    language_parity: bool | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    closed_at: datetime | None = None
    extensions: int = 0
    report_due_at: datetime | None = None
    reported_at: datetime | None = None
    report_late: bool | None = None
    conclusion: str = ""
    documents: tuple[Document, ...] = ()
    report: tuple[LanguageFile, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    adoption: Adoption | None = None
    submitted: int = 0
    withheld: int = 0
    withdrawn: int = 0
    answered: int = 0
    disputed: int = 0
    withheld_by_reason: dict[str, int] = {}
    positions: dict[str, int] = {}
    source: str = ""
    source_id: str = ""

    @property
    def admitted(self) -> int:
        """Contributions that need a position."""
        return self.submitted - self.withheld - self.withdrawn


class ConsultationRow(ConsultationFacts, frozen=True):
    """A stored row: `searched` is what a search looks through, `public` from the opening on."""

    searched: str = ""
    public: bool = False
    lint_errors: int | None = None
    lint_warnings: int | None = None


def parity(title: Title, documents: tuple[Document, ...], languages: tuple[str, ...]) -> bool | None:
    """Whether title, draft and memorandum exist in each of the languages; None where there is no document at all."""
    if not documents:
        return None
    held = {kind: {one.language for d in documents if d.kind == kind for one in d.files} for kind in _SINGLE}
    return not title.missing(languages) and all(found.issuperset(languages) for found in held.values())
