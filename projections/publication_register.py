"""The register of publications: every version of every document, with the hashes of its files."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import LanguageFile
from domain.publications.events import publication as e
from domain.publications.vocabulary import Concerned, DocumentDay, PublicationStage
from projections.read_model import ReadModel, Stored, folds
from projections.searching import searchable


class PublicationVersion(msgspec.Struct, frozen=True):
    """A version, counted from 1; `change` says what is other than in the one before, None in the first."""

    number: int
    at: datetime
    files: tuple[LanguageFile, ...]
    change: Text | None = None


class PublicationFacts(msgspec.Struct, frozen=True):
    """A publication as everybody sees it. `state` is published or withdrawn; the last of the `versions` counts."""

    tenant_id: int
    publication_id: UUID
    kind: str
    title: Title
    state: str
    version: int
    published_at: datetime
    changed_at: datetime
    summary: Text | None = None
    dated: DocumentDay | None = None
    decision_no: str = ""
    concerns: Concerned | None = None
    versions: tuple[PublicationVersion, ...] = ()
    reason: Text | None = None


class PublicationRow(PublicationFacts, frozen=True):
    """A stored row: `searched` is what a search looks through; everything is public from the first event on."""

    searched: str = ""
    public: bool = True


Row = PublicationRow


class PublicationRegister(ReadModel[PublicationRow]):
    """Folds publications."""

    name = "publication_register"
    table = "publication_register"
    row = PublicationRow
    key = ("publication_id",)

    @folds(e.DocumentPublished, begins=True)
    def published(self, _row: None, event: Stored, told: e.DocumentPublished) -> Row:
        """Its first version."""
        return Row(
            tenant_id=event.tenant_id,
            publication_id=event.stream_id,
            kind=told.kind.value,
            title=told.title,
            state=PublicationStage.PUBLISHED.value,
            version=event.version,
            published_at=event.occurred_at,
            changed_at=event.occurred_at,
            summary=told.summary,
            dated=told.dated,
            decision_no=told.decision_no or "",
            concerns=told.concerns,
            versions=(PublicationVersion(1, event.occurred_at, told.files),),
            searched=searchable(told.title, told.summary or Text(), told.decision_no or ""),
        )

    @folds(e.DocumentRevised)
    def revised(self, row: Row, event: Stored, told: e.DocumentRevised) -> Row:
        """One version more."""
        further = PublicationVersion(told.number, event.occurred_at, told.files, told.change)
        return replace(row, versions=(*row.versions, further))

    @folds(e.DocumentWithdrawn)
    def withdrawn(self, row: Row, _event: Stored, told: e.DocumentWithdrawn) -> Row:
        """No longer stood by."""
        return replace(row, state=PublicationStage.WITHDRAWN.value, reason=told.reason)
