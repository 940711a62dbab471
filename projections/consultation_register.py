"""The register of a tenant's consultations: one row each, from the plan to the gazette."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from domain.consultations import events as e
from domain.consultations.vocabulary import DeadlineKind, Stage
from domain.kernel.deadline import local_day
from domain.kernel.event import Event
from infra.eventstore.codec import decode_metadata
from projections.consultation_rows import Adoption, ConsultationRow, Document, Meeting, parity
from projections.read_model import Key, ReadModel, Stored, folds
from projections.searching import searchable

Row = ConsultationRow
REWORK = (e.DraftAmended, e.PlanItemCited, e.UnplannedReasonGiven, e.DocumentRemoved, e.MeetingScheduled)


def _of_consultation(_event: Stored, told: Any) -> Iterable[Key]:
    return ((told.consultation_id,),)


class ConsultationRegister(ReadModel[ConsultationRow]):
    """Folds consultations and counts their contributions."""

    name = "consultation_register"
    table = "consultation_register"
    row = ConsultationRow
    key = ("consultation_id",)
    kept = True

    def followed(self, row: Row, event: Stored, told: Event) -> Row:
        """What was found ready has to be looked at again."""
        reworked = row.state == Stage.READY and isinstance(told, REWORK)
        return super().followed(replace(row, state=Stage.DRAFTING) if reworked else row, event, told)

    @folds(e.ConsultationPlanned, begins=True)
    def planned(self, _row: None, event: Stored, told: e.ConsultationPlanned) -> Row:
        """A new consultation."""
        metadata = decode_metadata(event.metadata)
        return Row(
            tenant_id=event.tenant_id,
            consultation_id=event.stream_id,
            state=Stage.PLANNED,
            version=event.version,
            year=local_day(event.occurred_at).year,
            title=told.title,
            act_kind=told.act_kind,
            searched=searchable(told.title, told.summary, metadata.source_id),
            planned_at=event.occurred_at,
            changed_at=event.occurred_at,
            complex=told.complex,
            summary=told.summary,
            contact=told.contact,
            plan_item=told.plan_item,
            unplanned_reason=told.unplanned_reason,
            source=metadata.source,
            source_id=metadata.source_id,
        )

    @folds(e.DraftAmended)
    def amended(self, row: Row, _event: Stored, told: e.DraftAmended) -> Row:
        """What is None stays."""
        title, summary = told.title or row.title, told.summary or row.summary
        return replace(
            row,
            title=title,
            summary=summary,
            searched=searchable(title, summary, row.source_id),
            act_kind=told.act_kind or row.act_kind,
            complex=row.complex if told.complex is None else told.complex,
            contact=told.contact or row.contact,
        )

    @folds(e.PlanItemCited)
    def cited(self, row: Row, _event: Stored, told: e.PlanItemCited) -> Row:
        """On the plan."""
        return replace(row, plan_item=told.plan_item)

    @folds(e.UnplannedReasonGiven)
    def explained(self, row: Row, _event: Stored, told: e.UnplannedReasonGiven) -> Row:
        """Not on the plan, and why."""
        return replace(row, unplanned_reason=told.reason)

    @folds(e.InitialRoundOpened)
    def initial(self, row: Row, _event: Stored, _told: e.InitialRoundOpened) -> Row:
        """Asked before drafting."""
        return replace(row, state=Stage.INITIAL)

    @folds(e.InitialRoundFinished)
    def drafting(self, row: Row, _event: Stored, _told: e.InitialRoundFinished) -> Row:
        """Being drafted."""
        return replace(row, state=Stage.DRAFTING)

    @folds(e.LegalityChecked)
    def checked(self, row: Row, _event: Stored, told: e.LegalityChecked) -> Row:
        """Ready as soon as the linter finds no error."""
        ready = row.state in {Stage.PLANNED, Stage.DRAFTING} and not told.errors
        state = Stage.READY if ready else row.state
        return replace(row, state=state, lint_errors=told.errors, lint_warnings=told.warnings)

    @folds(e.DocumentAttached, e.DocumentVersionPublished)
    def document(self, row: Row, _event: Stored, told: e.DocumentAttached | e.DocumentVersionPublished) -> Row:
        """A document or some of its languages."""
        old = next((one for one in row.documents if one.document_id == told.document_id), None)
        new = Document(
            document_id=told.document_id,
            kind=told.kind,
            version=told.version,
            files=old.with_files(told.files) if old else tuple(sorted(told.files, key=lambda one: one.language)),
            title=told.title or (old.title if old else None),
        )
        kept = tuple(one for one in row.documents if one.document_id != told.document_id)
        attached = isinstance(told, e.DocumentAttached) and row.state != Stage.INITIAL
        state = Stage.DRAFTING if attached else row.state
        return _with_parity(replace(row, state=state, documents=(*kept, new)))

    @folds(e.DocumentRemoved)
    def removed(self, row: Row, _event: Stored, told: e.DocumentRemoved) -> Row:
        """Taken out before the opening."""
        return replace(row, documents=tuple(one for one in row.documents if one.document_id != told.document_id))

    @folds(e.ConsultationOpened)
    def opened(self, row: Row, _event: Stored, told: e.ConsultationOpened) -> Row:
        """Public from here on."""
        return _with_parity(
            replace(
                row,
                state=Stage.OPEN,
                public=True,
                opens_at=told.starts_at,
                closes_at=told.closes_at,
                year=local_day(told.starts_at).year,
                languages=told.languages,
            )
        )

    @folds(e.ConsultationExtended)
    def extended(self, row: Row, _event: Stored, told: e.ConsultationExtended) -> Row:
        """A longer window."""
        return replace(row, closes_at=told.closes_at, extensions=row.extensions + 1)

    @folds(e.ConsultationRestarted)
    def restarted(self, row: Row, _event: Stored, told: e.ConsultationRestarted) -> Row:
        """A new window."""
        return replace(row, opens_at=told.starts_at, closes_at=told.closes_at)

    @folds(e.MeetingScheduled)
    def scheduled(self, row: Row, _event: Stored, told: e.MeetingScheduled) -> Row:
        """A meeting announced."""
        meeting = Meeting(told.meeting_id, told.format, told.title, told.place, told.starts_at)
        return replace(row, meetings=(*row.meetings, meeting))

    @folds(e.MeetingCancelled)
    def cancelled(self, row: Row, _event: Stored, told: e.MeetingCancelled) -> Row:
        """A meeting called off."""
        return _with_meeting(row, told.meeting_id, state="cancelled")

    @folds(e.MeetingHeld)
    def held(self, row: Row, _event: Stored, told: e.MeetingHeld) -> Row:
        """A meeting with minutes."""
        return _with_meeting(row, told.meeting_id, state="held", participants=told.participants, minutes=told.minutes)

    @folds(e.ConsultationClosed)
    def closed(self, row: Row, event: Stored, told: e.ConsultationClosed) -> Row:
        """The window ended; the report's clock runs."""
        due = told.report_due.due_at if told.report_due else None
        return replace(
            row, state=Stage.CLOSED, closes_at=told.closes_at, closed_at=event.occurred_at, report_due_at=due
        )

    @folds(e.DeadlineMoved)
    def moved(self, row: Row, _event: Stored, told: e.DeadlineMoved) -> Row:
        """The calendar changed."""
        if told.kind is DeadlineKind.WINDOW:
            return replace(row, closes_at=told.deadline.due_at)
        return replace(row, report_due_at=told.deadline.due_at)

    @folds(e.AnalysisCompleted)
    def analysed(self, row: Row, _event: Stored, _told: e.AnalysisCompleted) -> Row:
        """All answered."""
        return replace(row, state=Stage.ANALYSED)

    @folds(e.ReportPublished)
    def reported(self, row: Row, event: Stored, told: e.ReportPublished) -> Row:
        """The report is public."""
        due = told.due_at or row.report_due_at
        return replace(
            row,
            state=Stage.REPORTED,
            reported_at=event.occurred_at,
            report_late=told.late,
            report_due_at=due,
            report=told.files,
        )

    @folds(e.ActAdopted)
    def adopted(self, row: Row, _event: Stored, told: e.ActAdopted) -> Row:
        """What came of it."""
        return replace(row, adoption=Adoption(told.adopted_on, told.decision_no, told.files))

    @folds(e.GazetteLinked)
    def linked(self, row: Row, _event: Stored, told: e.GazetteLinked) -> Row:
        """In the gazette."""
        adoption = row.adoption or Adoption(told.published_on, "")
        return replace(
            row, adoption=replace(adoption, act_id=told.act_id, url=told.url, published_on=told.published_on)
        )

    @folds(e.ConsultationConcluded)
    def concluded(self, row: Row, _event: Stored, told: e.ConsultationConcluded) -> Row:
        """Finished."""
        return replace(row, state=Stage.CONCLUDED, conclusion=told.conclusion)

    @folds(e.ConsultationWithdrawn)
    def withdrawn(self, row: Row, _event: Stored, _told: e.ConsultationWithdrawn) -> Row:
        """Given up."""
        return replace(row, state=Stage.WITHDRAWN)

    @folds(e.ConsultationAnnulled)
    def annulled(self, row: Row, _event: Stored, _told: e.ConsultationAnnulled) -> Row:
        """Void."""
        return replace(row, state=Stage.ANNULLED)

    @folds(e.ContributionSubmitted, keys=_of_consultation)
    def counted(self, row: Row, _event: Stored, _told: e.ContributionSubmitted) -> Row:
        """One more voice."""
        return replace(row, submitted=row.submitted + 1)

    @folds(e.ContributionWithheld, keys=_of_consultation)
    def withheld(self, row: Row, _event: Stored, told: e.ContributionWithheld) -> Row:
        """Not shown, counted by its reason; a position that it had counts no longer, as in the report."""
        return _withheld(row, told.reason_class, told.outcome, 1)

    @folds(e.ContributionPublished, keys=_of_consultation)
    def published(self, row: Row, _event: Stored, told: e.ContributionPublished) -> Row:
        """What was withheld until now counts like any other again."""
        return row if told.withheld is None else _withheld(row, told.withheld, told.outcome, -1)

    @folds(e.ContributionWithdrawn, keys=_of_consultation)
    def taken_back(self, row: Row, _event: Stored, _told: e.ContributionWithdrawn) -> Row:
        """Taken back by its author."""
        return replace(row, withdrawn=row.withdrawn + 1)

    @folds(e.PositionRecorded, keys=_of_consultation)
    def answered(self, row: Row, _event: Stored, told: e.PositionRecorded) -> Row:
        """One more answer."""
        return replace(row, answered=row.answered + 1, positions=_plus(row.positions, told.outcome))

    @folds(e.PositionRevised, keys=_of_consultation)
    def revised(self, row: Row, _event: Stored, told: e.PositionRevised) -> Row:
        """Another answer in the place of the first."""
        return replace(row, positions=_plus(_plus(row.positions, told.previous, -1), told.outcome))

    @folds(e.AnswerDisputed, keys=_of_consultation)
    def disputed(self, row: Row, _event: Stored, _told: e.AnswerDisputed) -> Row:
        """An answer that was not accepted."""
        return replace(row, disputed=row.disputed + 1)


def _withheld(row: Row, reason: str, outcome: str | None, number: int) -> Row:
    """One more contribution withheld, or with -1 one fewer."""
    return replace(
        row,
        withheld=row.withheld + number,
        withheld_by_reason=_plus(row.withheld_by_reason, reason, number),
        answered=row.answered - number if outcome else row.answered,
        positions=_plus(row.positions, outcome, -number) if outcome else row.positions,
    )


def _plus(counts: dict[str, int], name: str, number: int = 1) -> dict[str, int]:
    name, number = str(name), number + counts.get(name, 0)
    return counts | {name: number} if number else {key: count for key, count in counts.items() if key != name}


def _with_meeting(row: Row, meeting_id: UUID, **changes: Any) -> Row:
    return replace(
        row, meetings=tuple(replace(m, **changes) if m.meeting_id == meeting_id else m for m in row.meetings)
    )


def _with_parity(row: Row) -> Row:
    return replace(row, language_parity=parity(row.title, row.documents, row.languages)) if row.public else row
