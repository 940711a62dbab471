"""What Pakt is sent and answers, as `/openapi.json` says: written by `.ci/make_client_types.py`."""

from __future__ import annotations

from msgspec import Struct, UNSET, UnsetType
from typing import Any, Literal, TypeAlias


class ArticleComment(Struct, kw_only=True):
    """A remark on one article of a document; `document_id` None means the draft."""

    article: str
    comment: str
    document_id: str | None | UnsetType = UNSET


Channel: TypeAlias = Literal["api", "email", "meeting", "paper", "web"]


class Contact(Struct, kw_only=True):
    """Where the public asks: an office and its mailbox, never a person's own."""

    office: str
    email: str
    phone: str | UnsetType = UNSET


class Contributor(Struct, kw_only=True):
    """Who speaks: personal data, sealed and never shown without need."""

    name: str | None | UnsetType = UNSET
    email: str | None | UnsetType = UNSET
    phone: str | None | UnsetType = UNSET
    address: str | None | UnsetType = UNSET


ContributorKind: TypeAlias = Literal[
    "academia", "business", "citizen", "civil_society", "international", "other", "public_body", "trade_union"
]


class CosignatureTaken(Struct, kw_only=True):
    """Whose cosignatures are stored now of the log `origin` at `size` leaves, with when each was made."""

    origin: str
    size: int
    witnesses: dict[str, Any]


EarlyResults: TypeAlias = Literal["did_not_change", "major", "marginal", "outstanding", "worsened"]


class EnableEndpoint(Struct, kw_only=True):
    """Have what happens from now on sent again; what happened meanwhile may be requested."""


class EventReference(Struct, kw_only=True):
    """A stored event: its type name, its position in the tenant's log, and its id, which stays its own for ever."""

    type: str
    position: int
    id: str


LineFault: TypeAlias = Literal[
    "formula", "in_future", "number_twice", "organisation_twice", "unknown_identifier", "unknown_number", "unreadable"
]


LineOutcome: TypeAlias = Literal["amended", "delisted", "listed", "refused", "unchanged"]


class LogView(Struct, kw_only=True):
    """A log: `events` of an institution, or `heads` of all of them; its files lie below `address`; `size` is sealed."""

    origin: str
    slug: str
    epoch: int
    kind: str
    sandbox: bool
    size: int
    address: str


MediaType: TypeAlias = Literal[
    "application/pdf",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "image/jpeg",
    "image/png",
    "message/rfc822",
    "text/csv",
    "text/html",
    "text/plain",
]


class NominatePerson(Struct, kw_only=True):
    """Name somebody who agreed to it, for a member organisation or for the platform itself. `full_name`, `email` and `statement` are sealed; only the institution that asked reads them."""

    call_id: str
    full_name: str
    email: str | None | UnsetType = UNSET
    statement: str | None | UnsetType = UNSET
    organisation_id: str | None | UnsetType = UNSET


class NominatePersonItem(Struct, kw_only=True):
    idempotency_key: str
    command: NominatePerson
    stream_id: str | None | UnsetType = UNSET
    mandate_id: str | None | UnsetType = UNSET
    if_match: int | None | UnsetType = UNSET


class PlanItemReference(Struct, kw_only=True):
    """An item of an adopted consultation plan."""

    plan_id: str
    item_id: str


class RegisterEndpoint(Struct, kw_only=True):
    """Have events told to an address: of these types, of these institutions, as far as the client may see them."""

    url: str
    types: list[str]
    tenants: list[str]


Scheme: TypeAlias = Literal["XK-FISCAL", "XK-NGO"]


class SigningKeyView(Struct, kw_only=True):
    """A key that signs or signed, by its public half in hex: `current`, `earlier`, or `retired`: no longer trusted."""

    public_key: str
    state: str


class SigningKeys(Struct, kw_only=True):
    """The installation's keys in the order of their making. Logs are named `<installation>/<institution>/<epoch>`."""

    installation: str
    keys: list[SigningKeyView]


Status: TypeAlias = Literal["authentic", "machine", "translation"]


class SyncedLine(Struct, kw_only=True):
    """What became of one line, counted from 1; `fault` and `detail` say why it was refused."""

    line: int
    outcome: LineOutcome
    number: str | None | UnsetType = UNSET
    member_id: str | None | UnsetType = UNSET
    fault: LineFault | None | UnsetType = UNSET
    detail: str | None | UnsetType = UNSET


class TokenAnswer(Struct, kw_only=True):
    """An access token (RFC 6749, section 5.1): for how many seconds, and with which scopes, spaces between."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


class WebhookEndpoint(Struct, kw_only=True):
    """An endpoint. `state` is active, disabled or removed; `reason` says why it is disabled. Messages are signed under the secret `generation`, and until `old_valid_until` under the one before. `pinged_at` and `requested_at` are when a ping and a repetition were last asked for."""

    endpoint_id: str
    client_id: str
    url: str
    types: list[str]
    tenants: list[str]
    state: str
    version: int
    registered_at: str
    changed_at: str
    generation: int
    old_valid_until: str | None
    reason: str
    disabled_at: str | None
    pinged_at: str | None
    requested_at: str | None


class WebhookSecret(Struct, kw_only=True):
    """What messages are checked with: `secret` for v1, `public_key` for v1a; until `valid_until`, if it ends."""

    generation: int
    secret: str
    public_key: str
    valid_until: str | None


class WebhookSecrets(Struct, kw_only=True):
    """Of an endpoint, what every message of now bears a signature by; the newest first."""

    secrets: list[WebhookSecret]


class Wording(Struct, kw_only=True):
    """A text in one language."""

    text: str
    status: Status | UnsetType = UNSET


Completion: TypeAlias = Literal["complete", "limited", "no_evidence", "not_started", "substantial"]


Side: TypeAlias = Literal["civil_society", "evaluator", "government"]


class Answer(Struct, kw_only=True):
    """What a successful command made: a function of the stored events alone, so a repeat gives the same bytes. `receipt_code` is there when something was submitted: whoever holds it can follow that, under `/v1/public/receipts`."""

    tenant: str
    stream_id: str
    version: int
    first_position: int
    last_position: int
    events: list[EventReference]
    receipt_code: str | UnsetType = UNSET


class BatchResult(Struct, kw_only=True):
    """How one item was answered: `answer` when it was done, else `problem`, whose pointers begin in its `command`."""

    status: int
    answer: Answer | None | UnsetType = UNSET
    problem: dict[str, Any] | None | UnsetType = UNSET


class DirectoryLine(Struct, kw_only=True):
    """One member: who it is, or, with `delisted`, that the number is nobody's any more. `scheme` and `identifier` are those by which the register knows the organisation."""

    number: str
    title: str | None | UnsetType = UNSET
    scheme: Scheme | None | UnsetType = UNSET
    identifier: str | None | UnsetType = UNSET
    joined_on: str | None | UnsetType = UNSET
    delisted: bool | UnsetType = UNSET


class File(Struct, kw_only=True):
    """A file by its content: the bytes lie in the object store under `sha256`. `size` in bytes."""

    sha256: str
    media_type: MediaType
    size: int
    file_name: str


class Identifier(Struct, kw_only=True):
    """A number by which a list knows the organisation, as it is printed."""

    scheme: Scheme
    value: str


class LanguageFile(Struct, kw_only=True):
    """A document's file in one language."""

    language: str
    file: File


class NominatePersonBatch(Struct, kw_only=True):
    items: list[NominatePersonItem]


class ShortWording(Struct, kw_only=True):
    """A title or name in one language: one line."""

    text: str
    status: Status | UnsetType = UNSET


class SubmitContribution(Struct, kw_only=True):
    """Contribute at once: draft and submission in one. `channel` is `web`, or `api` for an organisation's system."""

    consultation_id: str
    language: str
    body: str
    title: str | None | UnsetType = UNSET
    comments: list[ArticleComment] | UnsetType = UNSET
    attachments: list[File] | UnsetType = UNSET
    kind: ContributorKind | None | UnsetType = UNSET
    organisation_id: str | None | UnsetType = UNSET
    organisation_name: str | None | UnsetType = UNSET
    contributor: Contributor | None | UnsetType = UNSET
    anonymous: bool | UnsetType = UNSET
    channel: Channel | UnsetType = UNSET


class SubmitContributionItem(Struct, kw_only=True):
    idempotency_key: str
    command: SubmitContribution
    stream_id: str | None | UnsetType = UNSET
    mandate_id: str | None | UnsetType = UNSET
    if_match: int | None | UnsetType = UNSET


class SyncedDirectory(Struct, kw_only=True):
    """What became of a directory file: how many lines had which outcome, and each line by itself. `delisted` are the numbers of members who were in no line. `held_back`: nobody was delisted for being missing, since a line could not be read. `sync_id` is null for a dry run."""

    sync_id: str | None
    dry_run: bool
    counts: dict[str, Any]
    held_back: bool
    delisted: list[str]
    lines: list[SyncedLine]


class Text(Struct, kw_only=True):
    """The same text in one or more languages; what must exist in which is a rule of the tenant."""

    sq: Wording | None | UnsetType = UNSET
    sr: Wording | None | UnsetType = UNSET
    en: Wording | None | UnsetType = UNSET
    tr: Wording | None | UnsetType = UNSET
    bs: Wording | None | UnsetType = UNSET
    rom: Wording | None | UnsetType = UNSET


class Title(Struct, kw_only=True):
    """A title or name in one or more languages: one line each."""

    sq: ShortWording | None | UnsetType = UNSET
    sr: ShortWording | None | UnsetType = UNSET
    en: ShortWording | None | UnsetType = UNSET
    tr: ShortWording | None | UnsetType = UNSET
    bs: ShortWording | None | UnsetType = UNSET
    rom: ShortWording | None | UnsetType = UNSET


class Adoption(Struct, kw_only=True):
    """The act that came of it, and where it is printed."""

    adopted_on: str
    decision_no: str
    files: list[LanguageFile] | UnsetType = UNSET
    act_id: str | UnsetType = UNSET
    url: str | UnsetType = UNSET
    published_on: str | None | UnsetType = UNSET


class BatchAnswer(Struct, kw_only=True):
    """The items' answers, in the order of the items."""

    items: list[BatchResult]


class DirectoryMember(Struct, kw_only=True):
    """A member, and the mandates by which the organisation lets the platform act for it today."""

    member_id: str
    client_id: str
    number: str
    organisation_id: str
    identifier: Identifier
    title: str
    state: str
    version: int
    listed_at: str
    changed_at: str
    joined_on: str | None
    mandates: list[str]


class Document(Struct, kw_only=True):
    """A document of a consultation in its newest version; `files` hold one per language."""

    document_id: str
    kind: str
    version: int
    files: list[LanguageFile]
    title: Title | None | UnsetType = UNSET


class Meeting(Struct, kw_only=True):
    """A meeting: scheduled, cancelled or held."""

    meeting_id: str
    format: str
    title: Title
    place: str
    starts_at: str
    state: str | UnsetType = UNSET
    participants: int | UnsetType = UNSET
    minutes: list[LanguageFile] | UnsetType = UNSET


class PublicConsultation(Struct, kw_only=True):
    """A consultation as everybody sees it; `tenant` is the institution's slug."""

    consultation_id: str
    state: str
    version: int
    year: int
    title: Title
    act_kind: str
    planned_at: str
    changed_at: str
    complex: bool
    summary: Text | None
    contact: Contact | None
    plan_item: PlanItemReference | None
    unplanned_reason: Text | None
    languages: list[str]
    language_parity: bool | None
    opens_at: str | None
    closes_at: str | None
    closed_at: str | None
    extensions: int
    report_due_at: str | None
    reported_at: str | None
    report_late: bool | None
    conclusion: str
    documents: list[Document]
    report: list[LanguageFile]
    meetings: list[Meeting]
    adoption: Adoption | None
    submitted: int
    withheld: int
    withdrawn: int
    answered: int
    disputed: int
    withheld_by_reason: dict[str, Any]
    positions: dict[str, Any]
    source: str
    source_id: str
    is_open: bool
    report_overdue: bool
    tenant: str


class ScoreMeasure(Struct, kw_only=True):
    """Score the measure for a half-year, for one's own side; `organisation_id` is whom civil society speaks for."""

    period: str
    side: Side
    completion: Completion
    early_results: EarlyResults
    reasons: Text
    organisation_id: str | None | UnsetType = UNSET


class ScoreMeasureItem(Struct, kw_only=True):
    idempotency_key: str
    command: ScoreMeasure
    stream_id: str | None | UnsetType = UNSET
    mandate_id: str | None | UnsetType = UNSET
    if_match: int | None | UnsetType = UNSET


class SubmitContributionBatch(Struct, kw_only=True):
    items: list[SubmitContributionItem]


class ScoreMeasureBatch(Struct, kw_only=True):
    items: list[ScoreMeasureItem]
