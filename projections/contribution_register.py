"""The register of contributions: what was said, and which position the institution took on it.

Who spoke is not in here: `contributor_id` is the key under which the name is sealed. Organisations speak in public.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.consultations import events as e
from domain.consultations.vocabulary import ArticleComment
from domain.kernel.text import Text
from domain.kernel.vocabulary import File
from infra.eventstore.codec import decode_metadata
from projections.read_model import Key, ReadModel, Stored, folds


class Earlier(msgspec.Struct, frozen=True):
    """A position that was replaced, and why."""

    outcome: str
    reason: Text | None
    why: Text
    at: datetime


class ContributionRow(msgspec.Struct, frozen=True):
    """A contribution. Drafts are their author's alone; `public` is false for those and for withheld or withdrawn ones.

    `state` is drafted, submitted, receipted, published, withheld, withdrawn, answered or disputed.
    """

    tenant_id: int
    contribution_id: UUID
    consultation_id: UUID
    contributor_id: UUID
    state: str
    version: int
    kind: str
    language: str
    body: str
    drafted_at: datetime
    changed_at: datetime
    public: bool = False
    title: str = ""
    comments: tuple[ArticleComment, ...] = ()
    attachments: tuple[File, ...] = ()
    organisation_id: UUID | None = None
    organisation_name: str = ""
    anonymous: bool = False
    channel: str = ""
    submitted_at: datetime | None = None
    receipt: str = ""
    digest: str = ""
    meeting_id: UUID | None = None
    published_at: datetime | None = None
    withheld_reason: str = ""
    withheld_note: Text | None = None
    outcome: str = ""
    reason: Text | None = None
    article: str = ""
    answered_at: datetime | None = None
    earlier: tuple[Earlier, ...] = ()
    group_id: UUID | None = None
    group_answered: bool = False
    disputed_at: datetime | None = None
    dispute: str = ""
    dispute_language: str = ""
    dispute_reply: Text | None = None
    source: str = ""
    source_id: str = ""


Row = ContributionRow


def _members(_event: Stored, told: Any) -> Iterable[Key]:
    return [(member,) for member in dict.fromkeys(told.members)]


class ContributionRegister(ReadModel[ContributionRow]):
    """Folds contributions; groups come from their consultation's stream."""

    name = "contribution_register"
    table = "contribution_register"
    row = ContributionRow
    key = ("contribution_id",)
    kept = True

    @folds(e.ContributionDrafted, begins=True)
    def drafted(self, _row: None, event: Stored, told: e.ContributionDrafted) -> Row:
        """Seen by its author only."""
        metadata = decode_metadata(event.metadata)
        return Row(
            tenant_id=event.tenant_id,
            contribution_id=event.stream_id,
            consultation_id=told.consultation_id,
            contributor_id=told.contributor_id,
            state="drafted",
            version=event.version,
            kind=told.kind,
            language=told.language,
            body=told.body,
            drafted_at=event.occurred_at,
            changed_at=event.occurred_at,
            title=told.title or "",
            comments=told.comments,
            attachments=told.attachments,
            organisation_id=told.organisation_id,
            organisation_name=told.organisation_name or "",
            anonymous=told.anonymous,
            source=metadata.source,
            source_id=metadata.source_id,
        )

    @folds(e.ContributionRevised)
    def revised(self, row: Row, _event: Stored, told: e.ContributionRevised) -> Row:
        """Another wording."""
        return replace(
            row,
            language=told.language,
            body=told.body,
            title=told.title or "",
            comments=told.comments,
            attachments=told.attachments,
        )

    @folds(e.ContributionSubmitted)
    def submitted(self, row: Row, _event: Stored, told: e.ContributionSubmitted) -> Row:
        """It counts from here on."""
        return replace(
            row,
            state="submitted",
            channel=told.channel,
            submitted_at=told.received_at,
            receipt=told.receipt,
            digest=told.digest,
            meeting_id=told.meeting_id,
        )

    @folds(e.ContributionReceipted)
    def receipted(self, row: Row, _event: Stored, _told: e.ContributionReceipted) -> Row:
        """The contributor knows that it arrived."""
        return replace(row, state="receipted" if row.state == "submitted" else row.state)

    @folds(e.ContributionPublished)
    def published(self, row: Row, event: Stored, _told: e.ContributionPublished) -> Row:
        """Everybody can read it."""
        state = "answered" if row.outcome else "published"
        return replace(
            row, state=state, public=True, published_at=event.occurred_at, withheld_reason="", withheld_note=None
        )

    @folds(e.ContributionWithheld)
    def withheld(self, row: Row, _event: Stored, told: e.ContributionWithheld) -> Row:
        """Nobody outside reads it; its reason is counted."""
        return replace(row, state="withheld", public=False, withheld_reason=told.reason_class, withheld_note=told.note)

    @folds(e.ContributionWithdrawn)
    def withdrawn(self, row: Row, _event: Stored, _told: e.ContributionWithdrawn) -> Row:
        """Taken back by its author."""
        return replace(row, state="withdrawn", public=False)

    @folds(e.PositionRecorded)
    def answered(self, row: Row, event: Stored, told: e.PositionRecorded) -> Row:
        """The one position."""
        return replace(
            row,
            state="answered",
            outcome=told.outcome,
            reason=told.reason,
            article=told.article or "",
            answered_at=event.occurred_at,
            group_answered=told.group_id is not None,
        )

    @folds(e.PositionRevised)
    def answered_anew(self, row: Row, event: Stored, told: e.PositionRevised) -> Row:
        """Another position; the first stays readable."""
        return replace(
            row,
            outcome=told.outcome,
            reason=told.reason,
            article=told.article or "",
            earlier=(*row.earlier, Earlier(told.previous, row.reason, told.why, event.occurred_at)),
        )

    @folds(e.AnswerDisputed)
    def disputed(self, row: Row, event: Stored, told: e.AnswerDisputed) -> Row:
        """The contributor does not accept the answer."""
        return replace(
            row,
            state="disputed",
            disputed_at=event.occurred_at,
            dispute=told.grounds,
            dispute_language=told.language,
            dispute_reply=None,
        )

    @folds(e.DisputeReplied)
    def replied(self, row: Row, _event: Stored, told: e.DisputeReplied) -> Row:
        """What the institution says to that."""
        return replace(row, state="answered", dispute_reply=told.reply)

    @folds(e.ContributionsGrouped, keys=_members)
    def grouped(self, row: Row, _event: Stored, told: e.ContributionsGrouped) -> Row:
        """Says the same as others."""
        return replace(row, group_id=told.group_id)

    @folds(e.ContributionsUngrouped, keys=_members)
    def ungrouped(self, row: Row, _event: Stored, _told: e.ContributionsUngrouped) -> Row:
        """Says something of its own after all."""
        return replace(row, group_id=None)
