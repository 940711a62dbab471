"""The state of an application: how each event changes it, and who works on it."""

from typing import Any
from uuid import UUID

from domain.grants.events.application import (
    ApplicationChecked,
    ApplicationCompleted,
    ApplicationContracted,
    ApplicationDrafted,
    ApplicationSignedOff,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    AwardLapsed,
    CheckReopened,
    CoFinancingDeclared,
    CompletionRequested,
    EditorInvited,
    EditorRemoved,
    EvidenceAttached,
    EvidenceRemoved,
    OutcomeRecorded,
    OverlapNoted,
    ProjectDescribed,
    ReservePromoted,
    SectionSaved,
)
from domain.grants.grant_call import GrantCall
from domain.grants.project import CoFinancing, Project
from domain.grants.vocabulary import ApplicationStage, AwardOutcome
from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command, References
from domain.kernel.context import Context
from domain.kernel.deadline import Deadline
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, StreamNotFound
from domain.kernel.message import N_
from domain.kernel.money import Money
from domain.kernel.vocabulary import File

BEFORE_CONTRACT = (
    ApplicationStage.SUBMITTED,
    ApplicationStage.COMPLETION_REQUESTED,
    ApplicationStage.ELIGIBLE,
    ApplicationStage.AWARDED,
    ApplicationStage.RESERVE,
)


def call_named(command: Command) -> UUID | None:
    """The call that a command is about."""
    found: UUID | None = getattr(command, "call_id", None)
    return found


ON_CALL: References = {"call": (GrantCall, call_named)}


class ApplicationState(Aggregate):
    """What an application remembers. `answers` are by section; `revisions` count what was saved of each."""

    @applies(ApplicationDrafted)
    def _drafted(self, event: ApplicationDrafted) -> None:
        self.stage = ApplicationStage.DRAFT
        self.call_id, self.organisation_id = event.call_id, event.organisation_id
        self.organisation_name, self.identifiers = event.organisation_name, event.identifiers
        self.language, self.four_eyes = event.language, event.four_eyes
        self.project: Project | None = None
        self.answers: dict[str, dict[str, Any]] = {}
        self.revisions: dict[str, int] = {}
        self.form_version = 0
        self.files: dict[UUID, File] = {}
        self.editors: frozenset[UUID] = frozenset()
        self.signed_off: frozenset[UUID] = frozenset()
        self.completion: Deadline | None = None
        self.checked_by: UUID | None = None
        self.complaints_until: Deadline | None = None
        self.overlaps: dict[UUID, str] = {}
        self.declared: tuple[CoFinancing, ...] = ()
        self.award: Money | None = None
        self.outcome: AwardOutcome | None = None
        self.received = False

    @applies(ProjectDescribed)
    def _described(self, event: ProjectDescribed) -> None:
        self.project = event.project
        self._changed()

    @applies(SectionSaved)
    def _saved(self, event: SectionSaved) -> None:
        self.answers[event.section] = event.answers
        self.revisions[event.section] = event.revision
        self.form_version = event.form_version
        self._changed()

    @applies(EvidenceAttached)
    def _attached(self, event: EvidenceAttached) -> None:
        self.files[event.file_id] = event.file
        self._changed()

    @applies(EvidenceRemoved)
    def _removed(self, event: EvidenceRemoved) -> None:
        del self.files[event.file_id]
        self._changed()

    @applies(EditorInvited)
    def _invited(self, event: EditorInvited) -> None:
        self.editors |= {event.person_id}

    @applies(EditorRemoved)
    def _editor_removed(self, event: EditorRemoved) -> None:
        self.editors -= {event.person_id}

    @applies(ApplicationSignedOff)
    def _signed(self, event: ApplicationSignedOff) -> None:
        self.signed_off |= {event.person_id}

    @applies(ApplicationSubmitted)
    def _submitted(self, event: ApplicationSubmitted) -> None:
        self.stage = ApplicationStage.SUBMITTED
        self.project, self.received = event.project, True

    @applies(CompletionRequested)
    def _completion_requested(self, event: CompletionRequested) -> None:
        self.stage, self.completion = ApplicationStage.COMPLETION_REQUESTED, event.deadline

    @applies(ApplicationCompleted)
    def _completed(self, event: ApplicationCompleted) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = ApplicationStage.SUBMITTED

    @applies(ApplicationChecked)
    def _checked(self, event: ApplicationChecked) -> None:
        self.stage = ApplicationStage.ELIGIBLE if event.eligible else ApplicationStage.INELIGIBLE
        self.checked_by, self.complaints_until = event.checked_by, event.complaints_until

    @applies(CheckReopened)
    def _check_reopened(self, event: CheckReopened) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = ApplicationStage.SUBMITTED

    @applies(ApplicationWithdrawn)
    def _withdrawn(self, event: ApplicationWithdrawn) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = ApplicationStage.WITHDRAWN

    @applies(OverlapNoted)
    def _overlapping(self, event: OverlapNoted) -> None:
        self.overlaps[event.overlap_id] = event.institution

    @applies(CoFinancingDeclared)
    def _declared_co_financing(self, event: CoFinancingDeclared) -> None:
        self.declared += (event.co_financing,)

    @applies(OutcomeRecorded)
    def _ranked(self, event: OutcomeRecorded) -> None:
        self.stage, self.outcome, self.award = ApplicationStage(event.outcome), event.outcome, event.amount

    @applies(ReservePromoted)
    def _promoted(self, event: ReservePromoted) -> None:
        self.stage, self.award = ApplicationStage.AWARDED, event.amount

    @applies(ApplicationContracted)
    def _contracted(self, event: ApplicationContracted) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = ApplicationStage.CONTRACTED

    @applies(AwardLapsed)
    def _lapsed(self, event: AwardLapsed) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = ApplicationStage.LAPSED

    def withheld_from(self, reader: UUID | None) -> bool:
        """Until it is submitted it is the applicants'; what they take back before stays theirs."""
        return not self.received and reader not in self.editors

    @property
    def undeclared(self) -> frozenset[str]:
        """Institutions whose overlapping payment nobody declared as co-financing."""
        told = {one.institution for one in (*self.declared, *(self.project.co_financing if self.project else ()))}
        return frozenset(self.overlaps.values()) - told

    def require(self, command: Command, *stages: ApplicationStage) -> None:
        """Refuse the command unless the application stands in one of these stages."""
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def call(self, command: Command, ctx: Context) -> GrantCall:
        """The call that the application is for, which the command must name rightly."""
        if call_named(command) != self.call_id:
            raise InvalidValue("/call_id", N_("The application is for another call."))
        return ctx.reference("call", GrantCall)

    def require_applicant(self, command: Command, ctx: Context) -> None:
        """Refuse all but who acts for the organisation now; of a draft others do not learn that it is there."""
        if ctx.mandate.acts_for(self.organisation_id):
            return
        if self.stage is ApplicationStage.DRAFT and ctx.actor not in self.editors:
            raise StreamNotFound
        raise NotPermitted(command.name, ("cso_delegate",))

    def require_editor(self, command: Command, ctx: Context) -> None:
        """Refuse all but the applicant and whoever was invited to work on the draft."""
        if ctx.actor not in self.editors:
            self.require_applicant(command, ctx)
        self.require(command, ApplicationStage.DRAFT)

    def _changed(self) -> None:
        self.signed_off = frozenset()
