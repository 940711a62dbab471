"""Commands on a contribution. Those that count in the report name the consultation, whose state they rest on."""

from typing import Annotated
from uuid import UUID

import msgspec

from domain.consultations.vocabulary import (
    ArticleComment,
    Channel,
    ContributorKind,
    Outcome,
    WithheldReason,
)
from domain.kernel.command import Command
from domain.kernel.text import END, Email, Line, Prose, Text
from domain.kernel.vocabulary import File, Instant, LanguageCode

Comments = Annotated[tuple[ArticleComment, ...], msgspec.Meta(max_length=200)]
Attachments = Annotated[tuple[File, ...], msgspec.Meta(max_length=20)]
Phone = Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=rf"^[0-9+ ()/-]+{END}")]


class Contributor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who speaks: personal data, sealed and never shown without need."""

    name: Line | None = None
    email: Email | None = None
    phone: Phone | None = None
    address: Line | None = None


class DraftContribution(Command, frozen=True, kw_only=True):
    """Begin a contribution without submitting it.

    `organisation_id` needs a mandate of that organisation. Without `kind` an organisation is taken for civil society
    and anybody else for a citizen. `anonymous` asks that the name never be shown.
    """

    consultation_id: UUID
    language: LanguageCode
    body: Prose
    title: Line | None = None
    comments: Comments = ()
    attachments: Attachments = ()
    kind: ContributorKind | None = None
    organisation_id: UUID | None = None
    organisation_name: Line | None = None
    contributor: Contributor | None = None
    anonymous: bool = False


class SubmitContribution(DraftContribution, frozen=True, kw_only=True):
    """Contribute at once: draft and submission in one. `channel` is `web`, or `api` for an organisation's system."""

    channel: Channel = Channel.WEB


class RecordContribution(DraftContribution, frozen=True, kw_only=True):
    """Enter a contribution that reached the institution by e-mail, on paper or in a meeting, with the time it came in.

    An officer may still enter it after the window, as long as it came in within it and the report is not published.
    """

    channel: Channel
    received_at: Instant
    meeting_id: UUID | None = None


class ReviseContribution(Command, frozen=True, kw_only=True):
    """Replace the text of one's own draft."""

    language: LanguageCode
    body: Prose
    title: Line | None = None
    comments: Comments = ()
    attachments: Attachments = ()


class SubmitDraft(Command, frozen=True, kw_only=True):
    """Submit one's own draft while the window is open."""

    consultation_id: UUID
    channel: Channel = Channel.WEB


class AcknowledgeContribution(Command, frozen=True, kw_only=True):
    """Record that the contributor was told of the receipt."""

    via: Channel


class PublishContribution(Command, frozen=True, kw_only=True):
    """Show a contribution to everybody."""

    consultation_id: UUID


class WithholdContribution(Command, frozen=True, kw_only=True):
    """Do not show a contribution, for a reason of a counted class."""

    consultation_id: UUID
    reason_class: WithheldReason
    note: Text


class WithdrawContribution(Command, frozen=True, kw_only=True):
    """Take one's own contribution back while the window is open."""

    consultation_id: UUID


class RecordPosition(Command, frozen=True, kw_only=True):
    """Answer a contribution, once, with a reason in its language; `group_id` cites the answer given to its group."""

    consultation_id: UUID
    outcome: Outcome
    reason: Text
    article: Line | None = None
    group_id: UUID | None = None


class RevisePosition(Command, frozen=True, kw_only=True):
    """Change a position before the report is published, and say why."""

    consultation_id: UUID
    outcome: Outcome
    reason: Text
    why: Text
    article: Line | None = None


class DisputeAnswer(Command, frozen=True, kw_only=True):
    """Say that one's own contribution was not answered rightly."""

    language: LanguageCode
    grounds: Prose


class ReplyToDispute(Command, frozen=True, kw_only=True):
    """Reply to a dispute."""

    reply: Text
