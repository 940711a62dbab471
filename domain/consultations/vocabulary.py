"""Words shared by the commands and events of consultations: code lists, files, references and counts."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.text import END, Email, Line, Prose

Sha256 = Annotated[
    str, msgspec.Meta(pattern=rf"^[0-9a-f]{{64}}{END}", description="SHA-256 of a file's bytes, hexadecimal")
]
LanguageCode = Annotated[
    str,
    msgspec.Meta(pattern=rf"^[a-z]{{2,3}}{END}", description="ISO 639 code of the language something is written in"),
]
FileName = Annotated[
    str,
    msgspec.Meta(min_length=1, max_length=200, pattern=rf"^[^\x00-\x1f\x7f/\\]+{END}", description="Name of a file"),
]
WindowDays = Annotated[
    int, msgspec.Meta(ge=1, le=1000, description="Length of the window, in the days its rule counts")
]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
Quarter = Annotated[int, msgspec.Meta(ge=1, le=4, description="Quarter of a year")]
Year = Annotated[int, msgspec.Meta(ge=1999, le=2200, description="Calendar year")]
Url = Annotated[
    str, msgspec.Meta(max_length=500, pattern=rf"^https?://[^\s\x00-\x1f\"<>]+{END}", description="Address of a page")
]


_NUMBER = rf"^[^\x00-\x1f\x7f]*\S[^\x00-\x1f\x7f]*{END}"
DecisionNo = Annotated[
    str, msgspec.Meta(min_length=1, max_length=120, pattern=_NUMBER, description="Number of a decision")
]
ActId = Annotated[str, msgspec.Meta(min_length=1, max_length=120, pattern=_NUMBER, description="Number of an act")]


class Stage(StrEnum):
    """Where a consultation stands. `planned` has no documents yet; `initial` is the round before drafting."""

    PLANNED = "planned"
    INITIAL = "initial"
    DRAFTING = "drafting"
    READY = "ready"
    OPEN = "open"
    CLOSED = "closed"
    ANALYSED = "analysed"
    REPORTED = "reported"
    CONCLUDED = "concluded"
    WITHDRAWN = "withdrawn"
    ANNULLED = "annulled"


class PlanStage(StrEnum):
    """Where a consultation plan stands."""

    DRAFT = "draft"
    CONSULTED = "consulted"
    ADOPTED = "adopted"
    AMENDED = "amended"


class ContributionStage(StrEnum):
    """Where a contribution stands. What comes through web or api is receipted at once, by the answer itself."""

    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    RECEIPTED = "receipted"
    PUBLISHED = "published"
    WITHHELD = "withheld"
    WITHDRAWN = "withdrawn"
    ANSWERED = "answered"
    DISPUTED = "disputed"


class DeadlineKind(StrEnum):
    """Deadlines of a consultation; each is known by `derived_id("deadline", <stream id>, <kind>)`."""

    WINDOW = "window"
    REPORT = "report"


class ActKind(StrEnum):
    """What is being consulted: the documents that Regulation (GRK) No. 05/2016 covers, and the municipal ones."""

    LAW = "law"
    REGULATION = "regulation"
    ADMINISTRATIVE_INSTRUCTION = "administrative_instruction"
    CONCEPT_DOCUMENT = "concept_document"
    STRATEGY = "strategy"
    ACTION_PLAN = "action_plan"
    ANNUAL_PLAN = "annual_plan"
    MUNICIPAL_REGULATION = "municipal_regulation"
    MUNICIPAL_BUDGET = "municipal_budget"
    TERMS_OF_REFERENCE = "terms_of_reference"
    OTHER = "other"


class DocumentKind(StrEnum):
    """What a document of a consultation is; a draft and an explanatory memorandum exist once each."""

    DRAFT = "draft"
    EXPLANATORY_MEMORANDUM = "explanatory_memorandum"
    IMPACT_ASSESSMENT = "impact_assessment"
    ANNEX = "annex"
    MINUTES = "minutes"
    REPORT = "report"
    FINAL_VERSION = "final_version"
    OTHER = "other"


class MediaType(StrEnum):
    """Types of files that are taken; what a file says of itself is checked against its bytes where it comes in."""

    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ODT = "application/vnd.oasis.opendocument.text"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"
    TEXT = "text/plain"
    HTML = "text/html"
    CSV = "text/csv"
    PNG = "image/png"
    JPEG = "image/jpeg"
    EML = "message/rfc822"


class MeetingFormat(StrEnum):
    """How people come together."""

    PUBLIC_HEARING = "public_hearing"
    ROUND_TABLE = "round_table"
    CONFERENCE = "conference"
    WORKING_GROUP = "working_group"
    ONLINE = "online"


class Channel(StrEnum):
    """How a contribution came in. `api` is an organisation's own system; the last three are typed in by an officer."""

    WEB = "web"
    API = "api"
    EMAIL = "email"
    PAPER = "paper"
    MEETING = "meeting"


class ContributorKind(StrEnum):
    """Who speaks."""

    CITIZEN = "citizen"
    CIVIL_SOCIETY = "civil_society"
    BUSINESS = "business"
    TRADE_UNION = "trade_union"
    ACADEMIA = "academia"
    PUBLIC_BODY = "public_body"
    INTERNATIONAL = "international"
    OTHER = "other"


class Outcome(StrEnum):
    """What the institution made of a contribution."""

    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly_accepted"
    REJECTED = "rejected"
    OUT_OF_SCOPE = "out_of_scope"
    NOTED = "noted"


class WithheldReason(StrEnum):
    """Why a contribution is not shown; each class is counted in public."""

    HATE_SPEECH = "hate_speech"
    PERSONAL_DATA_OF_OTHERS = "personal_data_of_others"
    DEFAMATION = "defamation"
    COPYRIGHT = "copyright"
    SPAM = "spam"
    SUBMITTED_TWICE = "submitted_twice"
    REQUESTED_BY_CONTRIBUTOR = "requested_by_contributor"


class Conclusion(StrEnum):
    """How a reported consultation ended."""

    ADOPTED = "adopted"
    NOT_ADOPTED = "not_adopted"
    NO_ACT = "no_act"


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file by its content: the bytes lie in the object store under `sha256`. `size` in bytes."""

    sha256: Sha256
    media_type: MediaType
    size: Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
    file_name: FileName


class LanguageFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A document's file in one language."""

    language: LanguageCode
    file: File


Files = Annotated[tuple[LanguageFile, ...], msgspec.Meta(min_length=1, max_length=20)]


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Where the public asks: an office and its mailbox, never a person's own."""

    office: Line
    email: Email
    phone: Annotated[str, msgspec.Meta(max_length=40, pattern=rf"^[0-9+ ()/-]*{END}")] = ""


class PlanItemReference(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An item of an adopted consultation plan."""

    plan_id: UUID
    item_id: UUID


class ArticleComment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A remark on one article of a document; `document_id` None means the draft."""

    article: Line
    comment: Prose
    document_id: UUID | None = None


class Counts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What became of the contributions of one consultation.

    submitted = admitted + all withheld + withdrawn; answered = all positions; complete when answered = admitted.
    `proof` is the SHA-256 (hex) of the lines `<contribution id> <outcome>`, sorted, each ended by a line feed, over
    all admitted contributions: whoever holds the log can recompute it.
    """

    submitted: Count
    admitted: Count
    withheld: dict[WithheldReason, Count]
    withdrawn: Count
    answered: Count
    positions: dict[Outcome, Count]
    proof: Sha256
