"""What a consultation is made of: documents by language, meetings, groups, and the draft the linter reads."""

from datetime import datetime
from uuid import UUID

import msgspec

from domain.consultations.vocabulary import ActKind, DocumentKind, Outcome, PlanItemReference
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import Contact, LanguageFile

SINGLE = frozenset({DocumentKind.DRAFT, DocumentKind.EXPLANATORY_MEMORANDUM})
"""Kinds of which a consultation has one document each, in every required language."""


class LanguageVersion(msgspec.Struct, frozen=True):
    """The file of one language; `published_at` is when the public first could read that language, if it could."""

    file: LanguageFile
    published_at: datetime | None = None


class Document(msgspec.Struct, frozen=True):
    """A document in its languages; `version` counts its changes."""

    document_id: UUID
    kind: DocumentKind
    version: int
    title: Title | None
    languages: dict[str, LanguageVersion]

    def taking(self, files: tuple[LanguageFile, ...], version: int, published_at: datetime | None) -> "Document":
        """This document with the files put in place of those of the same languages."""
        languages = dict(self.languages)
        for file in files:
            earlier = languages.get(file.language)
            first = earlier.published_at if earlier and earlier.published_at else published_at
            languages[file.language] = LanguageVersion(file, first)
        return msgspec.structs.replace(self, version=version, languages=languages)

    def published(self, at: datetime) -> "Document":
        """This document, readable by everybody from `at`."""
        languages = {
            code: version if version.published_at else LanguageVersion(version.file, at)
            for code, version in self.languages.items()
        }
        return msgspec.structs.replace(self, languages=languages)


class Meeting(msgspec.Struct, frozen=True):
    """A meeting that was announced; it is over once `cancelled` or `held`."""

    meeting_id: UUID
    announced_at: datetime
    starts_at: datetime
    cancelled: bool = False
    held: bool = False


class GroupAnswer(msgspec.Struct, frozen=True):
    """The one position a group was given."""

    outcome: Outcome
    reason: Text
    article: str | None


class Group(msgspec.Struct, frozen=True):
    """Contributions that are answered together."""

    group_id: UUID
    title: Title
    members: frozenset[UUID]
    answer: GroupAnswer | None = None


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What the legality linter looks at. `closes_at` is given only for history, whose window was set elsewhere."""

    title: Title
    act_kind: ActKind
    complex: bool = False
    summary: Text | None = None
    plan_item: PlanItemReference | None = None
    unplanned_reason: Text | None = None
    contact: Contact | None = None
    window_days: int | None = None
    closes_at: datetime | None = None
    initial_round: bool = False
    documents: tuple[Document, ...] = ()
    meetings: tuple[Meeting, ...] = ()
