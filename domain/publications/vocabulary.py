"""Words of publications."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.text import Slug
from domain.kernel.vocabulary import LanguageFile

PublishedFiles = Annotated[tuple[LanguageFile, ...], msgspec.Meta(min_length=1, max_length=20)]
DocumentDay = Annotated[date, msgspec.Meta(description="Day that the document itself bears")]


class PublicationKind(StrEnum):
    """What a document is."""

    STRATEGY = "strategy"
    ACTION_PLAN = "action_plan"
    DECISION = "decision"
    REPORT = "report"
    MINUTES = "minutes"
    GUIDANCE = "guidance"


class PublicationStage(StrEnum):
    """Whether the institution still stands by it; what was withdrawn stays readable, marked as such."""

    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Concerned(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """The stream that a document is about; `tenant` is the slug of the institution in whose log it is, None: here."""

    tenant: Slug | None = None
    stream_id: UUID
