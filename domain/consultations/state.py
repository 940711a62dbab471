"""The state of a consultation: how each event changes it, and what every phase asks of it."""

from datetime import datetime
from uuid import UUID

import msgspec

from domain.consultations.events import (
    ActAdopted,
    AnalysisCompleted,
    ConsultationAnnulled,
    ConsultationClosed,
    ConsultationConcluded,
    ConsultationExtended,
    ConsultationOpened,
    ConsultationPlanned,
    ConsultationRestarted,
    ConsultationWithdrawn,
    ContributionsGrouped,
    ContributionsUngrouped,
    DeadlineMoved,
    DocumentAttached,
    DocumentRemoved,
    DocumentVersionPublished,
    DraftAmended,
    GazetteLinked,
    GroupAnswered,
    InitialRoundFinished,
    InitialRoundOpened,
    LegalityChecked,
    MeetingCancelled,
    MeetingHeld,
    MeetingScheduled,
    PlanItemCited,
    ReportPublished,
    UnplannedReasonGiven,
)
from domain.consultations.parts import Document, Draft, Group, GroupAnswer, Meeting
from domain.consultations.vocabulary import DeadlineKind, Stage
from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command
from domain.kernel.deadline import Deadline
from domain.kernel.errors import IllegalTransition

BEFORE_OPENING = (Stage.PLANNED, Stage.INITIAL, Stage.DRAFTING, Stage.READY)
ANSWERABLE = (Stage.OPEN, Stage.CLOSED, Stage.ANALYSED)


class ConsultationState(Aggregate):
    """What a consultation remembers. Times are UTC; `closes_at` is exclusive and None before the opening."""

    @applies(ConsultationPlanned)
    def _planned(self, event: ConsultationPlanned) -> None:
        self.stage = Stage.PLANNED
        self.facts = Draft(**{field: getattr(event, field) for field in event.__struct_fields__})
        self.documents: dict[UUID, Document] = {}
        self.meetings: dict[UUID, Meeting] = {}
        self.groups: dict[UUID, Group] = {}
        self.first_starts_at: datetime | None = None
        self.starts_at: datetime | None = None
        self.closes_at: datetime | None = None
        self.window: Deadline | None = None
        self.report_due: Deadline | None = None
        self.adopted = False
        self.gazetted = False

    @applies(DraftAmended)
    def _draft_amended(self, event: DraftAmended) -> None:
        changed = {field: value for field in event.__struct_fields__ if (value := getattr(event, field)) is not None}
        self.facts = msgspec.structs.replace(self.facts, **changed)
        self._rework()

    @applies(PlanItemCited)
    def _cited(self, event: PlanItemCited) -> None:
        self.facts = msgspec.structs.replace(self.facts, plan_item=event.plan_item)
        self._rework()

    @applies(UnplannedReasonGiven)
    def _unplanned(self, event: UnplannedReasonGiven) -> None:
        self.facts = msgspec.structs.replace(self.facts, unplanned_reason=event.reason)
        self._rework()

    @applies(InitialRoundOpened)
    def _initial_opened(self, event: InitialRoundOpened) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = Stage.INITIAL

    @applies(InitialRoundFinished)
    def _initial_finished(self, event: InitialRoundFinished) -> None:  # noqa: ARG002 - an applier takes its event
        self.facts = msgspec.structs.replace(self.facts, initial_round=True)
        self.stage = Stage.DRAFTING

    @applies(DocumentAttached)
    def _attached(self, event: DocumentAttached) -> None:
        self._take(event, None)
        if self.stage is not Stage.INITIAL:
            self.stage = Stage.DRAFTING

    @applies(DocumentRemoved)
    def _removed(self, event: DocumentRemoved) -> None:
        del self.documents[event.document_id]
        self._rework()

    @applies(LegalityChecked)
    def _checked(self, event: LegalityChecked) -> None:
        if self.stage in (Stage.PLANNED, Stage.DRAFTING) and not event.errors:
            self.stage = Stage.READY

    @applies(ConsultationOpened)
    def _opened(self, event: ConsultationOpened) -> None:
        self.stage = Stage.OPEN
        self.first_starts_at = event.starts_at
        self.starts_at, self.closes_at, self.window = event.starts_at, event.closes_at, event.deadline
        opened_at = event.occurred_at
        self.documents = {key: document.published(opened_at) for key, document in self.documents.items()}

    @applies(DocumentVersionPublished)
    def _version_published(self, event: DocumentVersionPublished) -> None:
        self._take(event, event.occurred_at)

    @applies(ConsultationExtended)
    def _extended(self, event: ConsultationExtended) -> None:
        self.closes_at, self.window = event.closes_at, event.deadline

    @applies(ConsultationRestarted)
    def _restarted(self, event: ConsultationRestarted) -> None:
        self.starts_at, self.closes_at, self.window = event.starts_at, event.closes_at, event.deadline

    @applies(MeetingScheduled)
    def _scheduled(self, event: MeetingScheduled) -> None:
        self.meetings[event.meeting_id] = Meeting(event.meeting_id, event.occurred_at, event.starts_at)
        self._rework()

    @applies(MeetingCancelled)
    def _cancelled(self, event: MeetingCancelled) -> None:
        self.meetings[event.meeting_id] = msgspec.structs.replace(self.meetings[event.meeting_id], cancelled=True)

    @applies(MeetingHeld)
    def _held(self, event: MeetingHeld) -> None:
        self.meetings[event.meeting_id] = msgspec.structs.replace(self.meetings[event.meeting_id], held=True)

    @applies(ConsultationClosed)
    def _closed(self, event: ConsultationClosed) -> None:
        self.stage = Stage.CLOSED
        self.report_due = event.report_due

    @applies(DeadlineMoved)
    def _deadline_moved(self, event: DeadlineMoved) -> None:
        if event.kind is DeadlineKind.WINDOW:
            self.window, self.closes_at = event.deadline, event.deadline.due_at
        else:
            self.report_due = event.deadline

    @applies(ContributionsGrouped)
    def _grouped(self, event: ContributionsGrouped) -> None:
        group = self.groups.get(event.group_id)
        members = frozenset(event.members) | (group.members if group else frozenset())
        self.groups[event.group_id] = Group(event.group_id, event.title, members)

    @applies(ContributionsUngrouped)
    def _ungrouped(self, event: ContributionsUngrouped) -> None:
        group = self.groups[event.group_id]
        self.groups[event.group_id] = msgspec.structs.replace(group, members=group.members - set(event.members))

    @applies(GroupAnswered)
    def _group_answered(self, event: GroupAnswered) -> None:
        answer = GroupAnswer(event.outcome, event.reason, event.article)
        self.groups[event.group_id] = msgspec.structs.replace(
            self.groups[event.group_id], members=frozenset(event.members), answer=answer
        )

    @applies(AnalysisCompleted)
    def _analysed(self, event: AnalysisCompleted) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = Stage.ANALYSED

    @applies(ReportPublished)
    def _reported(self, event: ReportPublished) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = Stage.REPORTED

    @applies(ActAdopted)
    def _adopted(self, event: ActAdopted) -> None:  # noqa: ARG002 - an applier takes its event
        self.adopted = True

    @applies(GazetteLinked)
    def _gazetted(self, event: GazetteLinked) -> None:  # noqa: ARG002 - an applier takes its event
        self.gazetted = True

    @applies(ConsultationConcluded)
    def _concluded(self, event: ConsultationConcluded) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = Stage.CONCLUDED

    @applies(ConsultationWithdrawn)
    def _withdrawn(self, event: ConsultationWithdrawn) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = Stage.WITHDRAWN

    @applies(ConsultationAnnulled)
    def _annulled(self, event: ConsultationAnnulled) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = Stage.ANNULLED

    def require(self, command: Command, *stages: Stage) -> None:
        """Refuse the command unless the consultation stands in one of these stages."""
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def draft(self) -> Draft:
        """What the linter reads, as it stands."""
        return msgspec.structs.replace(
            self.facts, documents=tuple(self.documents.values()), meetings=tuple(self.meetings.values())
        )

    def _take(self, event: DocumentAttached | DocumentVersionPublished, published_at: datetime | None) -> None:
        document = self.documents.get(event.document_id) or Document(
            event.document_id, event.kind, 0, event.title, languages={}
        )
        if event.title is not None:
            document = msgspec.structs.replace(document, title=event.title)
        self.documents[event.document_id] = document.taking(event.files, event.version, published_at)

    def _rework(self) -> None:
        """A change to what was found ready has to be looked at again."""
        if self.stage is Stage.READY:
            self.stage = Stage.DRAFTING
