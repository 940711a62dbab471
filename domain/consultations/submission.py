"""A contribution on its way in: drafted by its author, submitted while the window is open, or entered by an officer."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Self
from uuid import UUID

import msgspec

from domain.consultations.admission import require_open_now, require_within
from domain.consultations.commands import (
    AcknowledgeContribution,
    DraftContribution,
    RecordContribution,
    ReviseContribution,
    SubmitContribution,
    SubmitDraft,
    WithdrawContribution,
)
from domain.consultations.consultation import Consultation
from domain.consultations.contribution_state import ContributionState
from domain.consultations.events import (
    ContributionDrafted,
    ContributionReceipted,
    ContributionRevised,
    ContributionSubmitted,
    ContributionWithdrawn,
)
from domain.consultations.vocabulary import ArticleComment, Channel, ContributionStage, ContributorKind
from domain.kernel.aggregate import creates, decides
from domain.kernel.canonical import canonical
from domain.kernel.command import Command, References
from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue, NotPermitted, RuleViolated, StreamNotFound
from domain.kernel.event import Personal, personal_file
from domain.kernel.message import N_
from domain.kernel.receipt import receipt_code
from domain.kernel.vocabulary import File

SELF_SERVICE = (Channel.WEB, Channel.API)
ENTERED = (Channel.EMAIL, Channel.PAPER, Channel.MEETING)


def consultation_named(command: Command) -> UUID | None:
    """The consultation a command is about."""
    found: UUID | None = getattr(command, "consultation_id", None)
    return found


ON_CONSULTATION: References = {"consultation": (Consultation, consultation_named)}


class Submission(ContributionState):
    """Decisions up to the receipt."""

    @classmethod
    @creates(DraftContribution, references=ON_CONSULTATION)
    def draft(cls, command: DraftContribution, ctx: Context, stream_id: UUID) -> Self:
        """Begin a contribution that only its author sees."""
        consultation = ctx.reference("consultation", Consultation)
        require_open_now(consultation, ctx)
        _require_mandate(command, ctx)
        return cls.begin(ctx, stream_id, _drafted(command, ctx.actor, consultation))

    @classmethod
    @creates(SubmitContribution, references=ON_CONSULTATION)
    def submit(cls, command: SubmitContribution, ctx: Context, stream_id: UUID) -> Self:
        """Contribute at once; history is checked against the window it fell in."""
        consultation = ctx.reference("consultation", Consultation)
        if command.channel not in SELF_SERVICE:
            raise InvalidValue("/channel", N_("Through '{channel}' an officer enters it."), channel=command.channel)
        if ctx.imported:
            require_within(consultation, ctx.now, ctx)
        else:
            require_open_now(consultation, ctx)
            _require_mandate(command, ctx)
        contributor_id = ctx.new_id() if ctx.imported else ctx.actor
        made = cls.begin(ctx, stream_id, _drafted(command, contributor_id, consultation))
        made.trigger(ctx, made.submission(command.channel, ctx.now, ctx))
        return made

    @classmethod
    @creates(RecordContribution, references=ON_CONSULTATION)
    def record(cls, command: RecordContribution, ctx: Context, stream_id: UUID) -> Self:
        """Enter what came by e-mail, on paper or in a meeting; what counts is when it came in."""
        consultation = ctx.reference("consultation", Consultation)
        if command.channel not in ENTERED and not ctx.imported:
            raise InvalidValue("/channel", N_("Through '{channel}' the author submits."), channel=command.channel)
        if command.received_at > ctx.now:
            raise InvalidValue("/received_at", N_("It cannot have come in later than now."))
        require_within(consultation, command.received_at, ctx)
        _require_meeting(command, consultation, ctx)
        made = cls.begin(ctx, stream_id, _drafted(command, ctx.new_id(), consultation))
        made.trigger(ctx, made.submission(command.channel, command.received_at, ctx, command.meeting_id))
        return made

    @decides(ReviseContribution)
    def revise(self, command: ReviseContribution, ctx: Context) -> None:
        """Replace the text of a draft."""
        self.require_author(command, ctx)
        self.require(command, ContributionStage.DRAFTED)
        told = {field: getattr(command, field) for field in command.__struct_fields__}
        event = ContributionRevised(**told | {"attachments": _unnamed(command.attachments)})
        self.trigger(ctx, event.about(*_file_names(self.contributor_id, command.attachments)))

    @decides(SubmitDraft, references=ON_CONSULTATION)
    def submit_draft(self, command: SubmitDraft, ctx: Context) -> None:
        """Submit a draft while the window is open."""
        self.require_author(command, ctx)
        self.require(command, ContributionStage.DRAFTED)
        consultation = self.consultation(command.consultation_id, ctx)
        require_open_now(consultation, ctx)
        if command.channel not in SELF_SERVICE:
            raise InvalidValue("/channel", N_("Through '{channel}' an officer enters it."), channel=command.channel)
        _require_documents(self.content.comments, consultation)  # a draft may have been revised since
        self.trigger(ctx, self.submission(command.channel, ctx.now, ctx))

    @decides(AcknowledgeContribution)
    def acknowledge(self, command: AcknowledgeContribution, ctx: Context) -> None:
        """Record that the contributor was told."""
        self.require(command, ContributionStage.SUBMITTED)
        self.trigger(ctx, ContributionReceipted(via=command.via))

    @decides(WithdrawContribution, references=ON_CONSULTATION)
    def withdraw(self, command: WithdrawContribution, ctx: Context) -> None:
        """Take it back while the window is open."""
        self.require_author(command, ctx)
        self.require(command, ContributionStage.SUBMITTED, ContributionStage.RECEIPTED, ContributionStage.PUBLISHED)
        require_open_now(self.consultation(command.consultation_id, ctx), ctx)
        self.trigger(ctx, ContributionWithdrawn(consultation_id=self.consultation_id))

    def submission(
        self, channel: Channel, received_at: datetime, ctx: Context, meeting_id: UUID | None = None
    ) -> ContributionSubmitted:
        """The event that makes it count, with the receipt's code and the digest of what was said."""
        return ContributionSubmitted(
            consultation_id=self.consultation_id,
            channel=channel,
            language=self.content.language,
            received_at=received_at,
            receipt=receipt_code(ctx.new_secret()),
            digest=sha256(canonical(self.content)).hexdigest(),
            meeting_id=meeting_id,
        )

    def consultation(self, consultation_id: UUID, ctx: Context) -> Consultation:
        """The consultation it belongs to, which the command must name rightly."""
        if consultation_id != self.consultation_id:
            raise InvalidValue("/consultation_id", N_("The contribution belongs to another consultation."))
        return ctx.reference("consultation", Consultation)

    def require_author(self, command: Command, ctx: Context) -> None:
        """Refuse all but the author, and for an organisation all but who holds its mandate now.

        For others there is no draft.
        """
        wrote = ctx.actor == self.contributor_id
        if wrote if self.organisation_id is None else ctx.mandate.concerns(self.organisation_id):
            return
        if wrote:
            raise _no_mandate()
        if self.stage is ContributionStage.DRAFTED:
            raise StreamNotFound
        raise NotPermitted(command.name, ("author",))


def _require_documents(comments: Iterable[ArticleComment], consultation: Consultation) -> None:
    for index, comment in enumerate(comments):
        if comment.document_id is not None and comment.document_id not in consultation.documents:
            raise InvalidValue(f"/comments/{index}/document_id", N_("The consultation has no such document."))


def _drafted(command: DraftContribution, contributor_id: UUID, consultation: Consultation) -> ContributionDrafted:
    _require_documents(command.comments, consultation)
    organised = command.organisation_id is not None or command.organisation_name is not None
    person = command.contributor
    event = ContributionDrafted(
        consultation_id=command.consultation_id,
        contributor_id=contributor_id,
        kind=command.kind or (ContributorKind.CIVIL_SOCIETY if organised else ContributorKind.CITIZEN),
        language=command.language,
        body=command.body,
        title=command.title,
        comments=command.comments,
        attachments=_unnamed(command.attachments),
        organisation_id=command.organisation_id,
        organisation_name=command.organisation_name,
        anonymous=command.anonymous,
    )
    given = {field: getattr(person, field) for field in person.__struct_fields__} if person else {}
    return event.about(
        *(Personal(contributor_id, field, value) for field, value in given.items() if value),
        *_file_names(contributor_id, command.attachments),
    )


def _unnamed(files: Iterable[File]) -> tuple[File, ...]:
    """The files under names that tell nothing: what people call their files often tells who they are."""
    return tuple(msgspec.structs.replace(file, file_name=f"attachment-{n}") for n, file in enumerate(files, 1))


def _file_names(contributor_id: UUID, files: Iterable[File]) -> Iterator[Personal]:
    """The names as given, to be sealed; a file attached twice keeps its last one."""
    names = {file.sha256: file.file_name for file in files}
    return (personal_file(contributor_id, sha256, name) for sha256, name in names.items())


def _require_mandate(command: DraftContribution, ctx: Context) -> None:
    """Whoever speaks for an organisation must hold its mandate; a name alone proves nothing.

    Whoever acts on such a mandate speaks for that organisation and for nobody else: a program is no contributor.
    """
    named_alone = command.organisation_id is None and command.organisation_name is not None
    if named_alone or ctx.mandate.organisation_id != command.organisation_id:
        raise _no_mandate()


def _no_mandate() -> RuleViolated:
    return RuleViolated(
        "contribution.mandate", N_("To speak for an organisation, use a mandate that this organisation gave.")
    )


def _require_meeting(command: RecordContribution, consultation: Consultation, ctx: Context) -> None:
    if command.channel is not Channel.MEETING:
        if command.meeting_id is not None:
            raise InvalidValue("/meeting_id", N_("A meeting belongs only to what was said in one."))
        return
    if command.meeting_id is None and ctx.imported:
        return
    meeting = consultation.meetings.get(command.meeting_id) if command.meeting_id else None
    if meeting is None or meeting.cancelled:
        raise InvalidValue("/meeting_id", N_("The consultation has no such meeting."))
