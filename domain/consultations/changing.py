"""What may change while the window is open: documents, and the window itself, which is never shortened."""

from datetime import datetime

from domain.consultations import citations
from domain.consultations.commands import ExtendConsultation, PublishVersion, RestartConsultation
from domain.consultations.events import ConsultationExtended, ConsultationRestarted, DocumentVersionPublished
from domain.consultations.opening import Opening
from domain.consultations.parity import complete_at
from domain.consultations.parts import SINGLE
from domain.consultations.vocabulary import Stage
from domain.consultations.window import WINDOW, window_rule
from domain.kernel.aggregate import decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.languages import require_one_file_per_language
from domain.kernel.message import N_
from domain.kernel.text import Text


class Changing(Opening):
    """Decisions while the window is open."""

    @decides(PublishVersion)
    def publish_version(self, command: PublishVersion, ctx: Context) -> None:
        """Publish a change; one of substance gives the public its time back."""
        self._require_running(command, ctx)
        require_one_file_per_language(command.files)
        document_id, version, kind = self.addressed(command.document_id, command.kind, ctx)
        was_complete = complete_at(self.documents.values(), ctx.tenant.languages) is not None
        window: ConsultationRestarted | ConsultationExtended | None = None
        if command.substantive and not ctx.imported:
            self._require_substance_in_order(command, ctx, everywhere=kind in SINGLE)
        if command.restart:
            window = self._restarted_by(command.window_days, command.note, ctx)
        elif command.window_days is not None:
            window = self._extended_by(command.window_days, command.note, ctx)
        published = DocumentVersionPublished(
            document_id=document_id,
            version=version,
            kind=kind,
            files=command.files,
            substantive=command.substantive,
            note=command.note,
            title=command.title,
        )
        if window is None and not was_complete and not ctx.imported:
            window = self._parity_reached(published, ctx)
        self.trigger(ctx, published)
        if window is not None:
            self.trigger(ctx, window)

    @decides(ExtendConsultation)
    def extend(self, command: ExtendConsultation, ctx: Context) -> None:
        """Give the public more time."""
        self._require_running(command, ctx)
        closes_at = WINDOW.told_end(command.closes_at, ctx.now, ctx)
        if closes_at is not None:
            self._require_later(closes_at, window_rule(ctx).citation)
            self.trigger(
                ctx,
                ConsultationExtended(
                    previous_closes_at=self.window_closes_at(),
                    closes_at=closes_at,
                    reason=command.reason,
                    deadline=None,
                ),
            )
            return
        if command.window_days is None:
            raise InvalidValue("/window_days", N_("Say how many days the window shall have in all."))
        self.trigger(ctx, self._extended_by(command.window_days, command.reason, ctx))

    @decides(RestartConsultation)
    def restart(self, command: RestartConsultation, ctx: Context) -> None:
        """Let the window begin anew."""
        self._require_running(command, ctx)
        self.trigger(ctx, self._restarted_by(command.window_days, command.reason, ctx))

    def _require_running(self, command: Command, ctx: Context) -> None:
        self.require(command, Stage.OPEN)
        if ctx.now >= self.window_closes_at():
            raise RuleViolated(
                "consultation.window.over",
                N_("The window ended at {closes_at}; what is over cannot be changed."),
                citation=self.window.citation if self.window else citations.standards(ctx.tenant.kind),
                closes_at=self.window_closes_at().isoformat(),
            )

    def _require_substance_in_order(self, command: PublishVersion, ctx: Context, *, everywhere: bool) -> None:
        if not command.restart and command.window_days is None:
            raise RuleViolated(
                "consultation.version.substantive",
                N_("A substantive change needs a restart or an extension of the window."),
                citation=citations.standards(ctx.tenant.kind),
            )
        given = {file.language for file in command.files}
        missing = [code for code in ctx.tenant.languages if code not in given] if everywhere else []
        if missing:
            raise RuleViolated(
                "consultation.languages",
                N_("A substantive change must be published in every required language at once; missing: {languages}."),
                citation=citations.LANGUAGES,
                languages=", ".join(missing),
            )

    def _parity_reached(self, published: DocumentVersionPublished, ctx: Context) -> ConsultationRestarted | None:
        """A window that was opened without a required language counts anew once the last one is there."""
        documents = dict(self.documents)
        held = documents.get(published.document_id)
        if held is None:
            return None
        documents[held.document_id] = held.taking(published.files, published.version, ctx.now)
        if complete_at(documents.values(), ctx.tenant.languages) is None:
            return None
        return self._restarted_by(None, published.note, ctx)

    def _extended_by(self, days: int, reason: Text, ctx: Context) -> ConsultationExtended:
        proof = WINDOW.lengthened(ctx, self.window, self.starts_at or ctx.now, days)
        self._require_later(proof.due_at, proof.citation)
        return ConsultationExtended(
            previous_closes_at=self.window_closes_at(), closes_at=proof.due_at, reason=reason, deadline=proof
        )

    def _restarted_by(self, days: int | None, reason: Text, ctx: Context) -> ConsultationRestarted:
        rule = window_rule(ctx)
        if days is not None and days < rule.number:
            raise RuleViolated(
                rule.key,
                N_("The window must have {least} days from its new start."),
                citation=rule.citation,
                least=rule.number,
            )
        length = days if days is not None or self.window is None else max(self.window.n, rule.number)
        proof = WINDOW.end(ctx, ctx.now, length, "ConsultationRestarted")
        self._require_later(proof.due_at, proof.citation, or_same=True)
        return ConsultationRestarted(
            previous_closes_at=self.window_closes_at(),
            starts_at=ctx.now,
            closes_at=proof.due_at,
            reason=reason,
            deadline=proof,
        )

    def _require_later(self, closes_at: datetime, citation: str, *, or_same: bool = False) -> None:
        end = self.window_closes_at()
        if closes_at < end or (closes_at == end and not or_same):
            raise RuleViolated(
                "consultation.window.never_shortened",
                N_("The window runs until {closes_at}; it can only be lengthened."),
                citation=citation,
                closes_at=end.isoformat(),
            )
