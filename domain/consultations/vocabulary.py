"""Words shared by the commands and events of consultations: code lists, files, references and counts."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.text import Line, Prose
from domain.kernel.vocabulary import NUMBER, Count, Sha256

Quarter = Annotated[int, msgspec.Meta(ge=1, le=4, description="Quarter of a year")]
ActId = Annotated[str, msgspec.Meta(min_length=1, max_length=120, pattern=NUMBER, description="Number of an act")]


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
