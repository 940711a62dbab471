"""A document of the cooperation: published, revised version by version, withdrawn; nothing of it disappears."""

from typing import Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.amounts import require_once
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.languages import USE_OF_LANGUAGES, require_languages
from domain.kernel.message import N_
from domain.kernel.text import Text
from domain.publications.commands.publication import PublishDocument, ReviseDocument, WithdrawDocument
from domain.publications.events.publication import DocumentPublished, DocumentRevised, DocumentWithdrawn
from domain.publications.vocabulary import PublicationStage, PublishedFiles


class Publication(Aggregate):
    """published, then withdrawn; `files` are those of the version that counts, `number` is its number."""

    initial = DocumentPublished
    REFERENCED = True

    @classmethod
    @creates(PublishDocument)
    def publish(cls, command: PublishDocument, ctx: Context, stream_id: UUID) -> Self:
        """In every language that the institution owes, title and files; of a day that has come."""
        ctx.tenant.require_active()
        _require_said(command.title, "/title", ctx)
        if command.summary is not None:
            _require_said(command.summary, "/summary", ctx)
        if command.dated is not None and command.dated > local_day(ctx.now):
            raise InvalidValue("/dated", N_("{day} is still to come."), day=command.dated.isoformat())
        _require_files(command.files, ctx)
        event = DocumentPublished(**{field: getattr(command, field) for field in command.__struct_fields__})
        return cls.begin(ctx, stream_id, event)

    @decides(ReviseDocument)
    def revise(self, command: ReviseDocument, ctx: Context) -> None:
        """By other files than those that count already."""
        self._require_published(command)
        _require_said(command.change, "/change", ctx)
        _require_files(command.files, ctx)
        if _hashes(command.files) == _hashes(self.files):
            raise InvalidValue("/files", N_("These are the files of the version that counts already."))
        event = DocumentRevised(number=self.number + 1, files=command.files, change=command.change)
        self.trigger(ctx, event)

    @decides(WithdrawDocument)
    def withdraw(self, command: WithdrawDocument, ctx: Context) -> None:
        """Once, with a reason that everybody reads."""
        self._require_published(command)
        _require_said(command.reason, "/reason", ctx)
        self.trigger(ctx, DocumentWithdrawn(reason=command.reason))

    @applies(DocumentPublished)
    def _published(self, event: DocumentPublished) -> None:
        self.stage = PublicationStage.PUBLISHED
        self.number, self.files = 1, event.files

    @applies(DocumentRevised)
    def _revised(self, event: DocumentRevised) -> None:
        self.number, self.files = event.number, event.files

    @applies(DocumentWithdrawn)
    def _withdrawn(self, _event: DocumentWithdrawn) -> None:
        self.stage = PublicationStage.WITHDRAWN

    def _require_published(self, command: Command) -> None:
        if self.stage is not PublicationStage.PUBLISHED:
            raise IllegalTransition(state=self.stage, command=command.name)


def _hashes(files: PublishedFiles) -> set[tuple[str, str]]:
    return {(one.language, one.file.sha256) for one in files}


def _require_said(said: Text, pointer: str, ctx: Context) -> None:
    if not said.languages:
        raise InvalidValue(pointer, N_("The text is empty."))
    require_languages(said, ctx, "publication.languages")


def _require_files(files: PublishedFiles, ctx: Context) -> None:
    """One file a language, and one for each language that the institution owes; history is taken as it was."""
    require_once((one.language for one in files), "/files", "language")
    missing = set(ctx.tenant.languages) - {one.language for one in files}
    if missing and not ctx.imported:
        raise RuleViolated(
            "publication.files",
            N_("There must be a file in every required language; missing: {languages}."),
            citation=USE_OF_LANGUAGES,
            languages=", ".join(sorted(missing)),
        )
