"""An application while it is written: by the organisation's representatives and whom they invite."""

from typing import Self
from uuid import UUID

import msgspec

from domain.grants.application_state import ON_CALL, ApplicationState
from domain.grants.commands.application import (
    AttachEvidence,
    DescribeProject,
    DraftApplication,
    InviteEditor,
    RemoveEditor,
    RemoveEvidence,
    SaveSection,
    SignOffApplication,
)
from domain.grants.events.application import (
    ApplicationDrafted,
    ApplicationSignedOff,
    EditorInvited,
    EditorRemoved,
    EvidenceAttached,
    EvidenceRemoved,
    ProjectDescribed,
    SectionSaved,
)
from domain.grants.grant_call import GrantCall
from domain.grants.project import require_sound
from domain.grants.vocabulary import ApplicationStage
from domain.kernel.aggregate import creates, decides
from domain.kernel.context import Context
from domain.kernel.errors import ConcurrencyConflict, InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.kernel.vocabulary import File
from domain.organisations.standing import Standing

MOST_FILES = 50
MOST_EDITORS = 20


class Drafting(ApplicationState):
    """Decisions up to the sign-off."""

    @classmethod
    @creates(DraftApplication, references=ON_CALL, register=(Standing,))
    def draft(cls, command: DraftApplication, ctx: Context, stream_id: UUID) -> Self:
        """Begin to apply, on the organisation's mandate, while the call is open; the register says who it is."""
        ctx.reference("call", GrantCall).require_accepting(command, ctx.now)
        if not ctx.mandate.acts_for(command.organisation_id):
            raise RuleViolated(
                "grant.application.mandate", N_("To apply for an organisation, use a mandate that it gave.")
            )
        standing = ctx.registered(Standing)
        standing.require_own_entry(command.organisation_id)
        event = ApplicationDrafted(
            call_id=command.call_id,
            organisation_id=command.organisation_id,
            organisation_name=standing.name,
            municipality=standing.municipality,
            identifiers=standing.identifiers,
            language=command.language,
            four_eyes=command.four_eyes,
        )
        return cls.begin(ctx, stream_id, event)

    @decides(DescribeProject, references=ON_CALL)
    def describe(self, command: DescribeProject, ctx: Context) -> None:
        """Days and sums must be sound at once; whether they fit the call counts when the draft is submitted."""
        self.require_editor(command, ctx)
        self.call(command, ctx).require_accepting(command, ctx.now)
        require_sound(command.project)
        self.trigger(ctx, ProjectDescribed(project=command.project))

    @decides(SaveSection, references=ON_CALL)
    def save(self, command: SaveSection, ctx: Context) -> None:
        """Nobody overwrites what somebody else saved since; other sections do not matter."""
        self.require_editor(command, ctx)
        call = self.call(command, ctx)
        call.require_accepting(command, ctx.now)
        saved = self.revisions.get(command.section, 0)
        if command.revision != saved:
            raise ConcurrencyConflict(self.id, command.revision, saved)
        answers = self.answers | {command.section: command.answers}
        call.require_answers(command.form_version, answers, complete=False)
        self.trigger(
            ctx,
            SectionSaved(
                form_version=command.form_version,
                section=command.section,
                revision=saved + 1,
                answers=command.answers,
            ),
        )

    @decides(AttachEvidence)
    def attach(self, command: AttachEvidence, ctx: Context) -> None:
        """Add a file to the draft."""
        self.require_editor(command, ctx)
        if len(self.files) >= MOST_FILES:
            raise InvalidValue("/file", N_("An application has at most {most} files."), most=MOST_FILES)
        file = unnamed(command.file, len(self.files) + 1)
        self.trigger(ctx, EvidenceAttached(file_id=ctx.new_id(), title=command.title, file=file))

    @decides(RemoveEvidence)
    def remove(self, command: RemoveEvidence, ctx: Context) -> None:
        """Take a file out of the draft."""
        self.require_editor(command, ctx)
        if command.file_id not in self.files:
            raise InvalidValue("/file_id", N_("The application has no such file."))
        self.trigger(ctx, EvidenceRemoved(file_id=command.file_id))

    @decides(InviteEditor)
    def invite(self, command: InviteEditor, ctx: Context) -> None:
        """Let somebody work on the draft; inviting twice changes nothing more."""
        self.require_applicant(command, ctx)
        self.require(command, ApplicationStage.DRAFT)
        if len(self.editors) >= MOST_EDITORS:
            raise InvalidValue("/person_id", N_("A draft has at most {most} invited editors."), most=MOST_EDITORS)
        if command.person_id in self.editors:
            raise InvalidValue("/person_id", N_("The person was invited already."))
        self.trigger(ctx, EditorInvited(person_id=command.person_id))

    @decides(RemoveEditor)
    def uninvite(self, command: RemoveEditor, ctx: Context) -> None:
        """End somebody's work on the draft."""
        self.require_applicant(command, ctx)
        self.require(command, ApplicationStage.DRAFT)
        if command.person_id not in self.editors:
            raise InvalidValue("/person_id", N_("The person was not invited."))
        self.trigger(ctx, EditorRemoved(person_id=command.person_id))

    @decides(SignOffApplication)
    def sign_off(self, command: SignOffApplication, ctx: Context) -> None:
        """Stand for the draft as it is, which names a project."""
        self.require_applicant(command, ctx)
        self.require(command, ApplicationStage.DRAFT)
        if self.project is None:
            raise RuleViolated(
                "grant.application.project", N_("The draft does not say yet what is planned and what it costs.")
            )
        if ctx.actor in self.signed_off:
            raise InvalidValue("", N_("This version has your sign-off already."))
        self.trigger(ctx, ApplicationSignedOff(person_id=ctx.actor))


def unnamed(file: File, n: int) -> File:
    """The file under a name that tells nothing: what people call their files often tells who they are."""
    return msgspec.structs.replace(file, file_name=f"evidence-{n}")
