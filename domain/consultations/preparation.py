"""A consultation before it opens: intended, justified, asked about early, its documents laid ready and checked."""

from typing import Self
from uuid import UUID

from domain.consultations.commands import (
    AmendDraft,
    AttachDocument,
    CheckLegality,
    CitePlanItem,
    FinishInitialRound,
    GiveUnplannedReason,
    PlanConsultation,
    RemoveDocument,
    StartInitialRound,
)
from domain.consultations.events import (
    ConsultationPlanned,
    DocumentAttached,
    DocumentRemoved,
    DraftAmended,
    InitialRoundFinished,
    InitialRoundOpened,
    LegalityChecked,
    PlanItemCited,
    UnplannedReasonGiven,
)
from domain.consultations.linter import lint
from domain.consultations.parts import SINGLE, Draft
from domain.consultations.plan import ConsultationPlan
from domain.consultations.state import BEFORE_OPENING, ConsultationState
from domain.consultations.vocabulary import DocumentKind, Stage
from domain.kernel.aggregate import creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import Finding, InvalidValue
from domain.kernel.findings import count_errors
from domain.kernel.languages import require_one_file_per_language
from domain.kernel.message import N_


def plan_named(command: Command) -> UUID | None:
    """The plan a command cites."""
    if isinstance(command, PlanConsultation | CitePlanItem) and command.plan_item is not None:
        return command.plan_item.plan_id
    return None


def checked(findings: tuple[Finding, ...]) -> LegalityChecked:
    """The event that puts findings on record."""
    errors = count_errors(findings)
    return LegalityChecked(errors=errors, warnings=len(findings) - errors, findings=findings)


class Preparation(ConsultationState):
    """Decisions before the opening."""

    @classmethod
    @creates(PlanConsultation, references={"plan": (ConsultationPlan, plan_named)})
    def plan(cls, command: PlanConsultation, ctx: Context, stream_id: UUID) -> Self:
        """Begin a consultation, on a plan item or (still) without."""
        ctx.tenant.require_active()
        if command.plan_item is not None:
            ctx.reference("plan", ConsultationPlan).require_citable(command.plan_item.item_id, ctx)
        return cls.begin(
            ctx,
            stream_id,
            ConsultationPlanned(**{field: getattr(command, field) for field in command.__struct_fields__}),
        )

    @decides(AmendDraft)
    def amend(self, command: AmendDraft, ctx: Context) -> None:
        """Change facts while nobody outside rests on them."""
        self.require(command, *BEFORE_OPENING)
        changes = {field: getattr(command, field) for field in command.__struct_fields__}
        if all(value is None for value in changes.values()):
            raise InvalidValue("", N_("Nothing is named that should change."))
        self.trigger(ctx, DraftAmended(**changes))

    @decides(CitePlanItem, references={"plan": (ConsultationPlan, plan_named)})
    def cite(self, command: CitePlanItem, ctx: Context) -> None:
        """Rest the consultation on a plan item."""
        self.require(command, *BEFORE_OPENING)
        ctx.reference("plan", ConsultationPlan).require_citable(command.plan_item.item_id, ctx)
        self.trigger(ctx, PlanItemCited(plan_item=command.plan_item))

    @decides(GiveUnplannedReason)
    def justify(self, command: GiveUnplannedReason, ctx: Context) -> None:
        """Say why there is no plan item."""
        self.require(command, *BEFORE_OPENING)
        self.trigger(ctx, UnplannedReasonGiven(reason=command.reason))

    @decides(StartInitialRound)
    def start_initial_round(self, command: StartInitialRound, ctx: Context) -> None:
        """Ask before drafting."""
        self.require(command, Stage.PLANNED)
        if command.ends_on is not None and command.ends_on < local_day(ctx.now):
            raise InvalidValue("/ends_on", N_("The initial round would end before it starts."))
        self.trigger(ctx, InitialRoundOpened(questions=command.questions, ends_on=command.ends_on))

    @decides(FinishInitialRound)
    def finish_initial_round(self, command: FinishInitialRound, ctx: Context) -> None:
        """Sum up what was said early."""
        self.require(command, Stage.INITIAL)
        self.trigger(ctx, InitialRoundFinished(participants=command.participants, summary=command.summary))

    @decides(AttachDocument)
    def attach(self, command: AttachDocument, ctx: Context) -> None:
        """Lay files ready under a new document or the one that is meant."""
        self.require(command, *BEFORE_OPENING)
        require_one_file_per_language(command.files)
        document_id, version, kind = self.addressed(command.document_id, command.kind, ctx)
        self.trigger(
            ctx,
            DocumentAttached(
                document_id=document_id, version=version, kind=kind, files=command.files, title=command.title
            ),
        )

    @decides(RemoveDocument)
    def remove(self, command: RemoveDocument, ctx: Context) -> None:
        """Take a document out."""
        self.require(command, *BEFORE_OPENING)
        if command.document_id not in self.documents:
            raise InvalidValue("/document_id", N_("The consultation has no such document."))
        self.trigger(ctx, DocumentRemoved(document_id=command.document_id))

    @decides(CheckLegality)
    def check(self, command: CheckLegality, ctx: Context) -> None:
        """Put the linter's findings on record; without errors the consultation is ready."""
        self.require(command, Stage.PLANNED, Stage.DRAFTING, Stage.READY)
        self.trigger(ctx, checked(self.lint(ctx)))

    def lint(self, ctx: Context, draft: Draft | None = None) -> tuple[Finding, ...]:
        """What the linter says of the consultation as it stands, or of `draft`."""
        return lint(draft or self.draft(), ctx)

    def addressed(self, document_id: UUID | None, kind: DocumentKind, ctx: Context) -> tuple[UUID, int, DocumentKind]:
        """The document meant by a command: its id, its next version and its kind."""
        if document_id is not None:
            document = self.documents.get(document_id)
            if document is None:
                raise InvalidValue("/document_id", N_("The consultation has no such document."))
            return document_id, document.version + 1, document.kind
        if kind in SINGLE:
            for document in self.documents.values():
                if document.kind is kind:
                    return document.document_id, document.version + 1, kind
        return ctx.new_id(), 1, kind
