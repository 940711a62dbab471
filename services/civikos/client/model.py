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


class EventReference(Struct, kw_only=True):
    """A stored event: its type name, its position in the tenant's log, and its id, which stays its own for ever."""

    type: str
    position: int
    id: str


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


class PlanItemReference(Struct, kw_only=True):
    """An item of an adopted consultation plan."""

    plan_id: str
    item_id: str


class SigningKeyView(Struct, kw_only=True):
    """A key that signs or signed, by its public half in hex: `current`, `earlier`, or `retired`: no longer trusted."""

    public_key: str
    state: str


class SigningKeys(Struct, kw_only=True):
    """The installation's keys in the order of their making. Logs are named `<installation>/<institution>/<epoch>`."""

    installation: str
    keys: list[SigningKeyView]


Status: TypeAlias = Literal["authentic", "machine", "translation"]


class Wording(Struct, kw_only=True):
    """A text in one language."""

    text: str
    status: Status | UnsetType = UNSET


class Answer(Struct, kw_only=True):
    """What a successful command made: a function of the stored events alone, so a repeat gives the same bytes. `receipt_code` is there when something was submitted: whoever holds it can follow that, under `/v1/public/receipts`."""

    tenant: str
    stream_id: str
    version: int
    first_position: int
    last_position: int
    events: list[EventReference]
    receipt_code: str | UnsetType = UNSET


class File(Struct, kw_only=True):
    """A file by its content: the bytes lie in the object store under `sha256`. `size` in bytes."""

    sha256: str
    media_type: MediaType
    size: int
    file_name: str


class LanguageFile(Struct, kw_only=True):
    """A document's file in one language."""

    language: str
    file: File


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
