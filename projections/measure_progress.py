"""What was reported of measures, half-year by half-year: verified, contested, accepted, and scored by each side."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.action_measures.events import progress as e
from domain.action_measures.vocabulary import Completion, EarlyResults, ProgressStage, Side
from domain.kernel.text import Text
from domain.kernel.vocabulary import File
from projections.read_model import Key, ReadModel, Stored, folds


class Contest(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation's objection to the `number`th report: why, and how far the measure has come in its view."""

    organisation_id: UUID
    number: int
    at: datetime
    completion: Completion | None
    reason: Text


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """What one side, or one organisation of civil society, gave."""

    side: Side
    organisation_id: UUID | None
    completion: Completion
    early_results: EarlyResults
    reasons: Text
    at: datetime


class EarlierReport(msgspec.Struct, frozen=True, kw_only=True):
    """A report that another one replaced."""

    number: int
    at: datetime
    completion: Completion
    early_results: EarlyResults
    narrative: Text
    evidence: tuple[File, ...]
    verified: bool


class ProgressFacts(msgspec.Struct, frozen=True):
    """A half-year of a measure. `state` is awaited, reported, evidence_attached, verified, contested or accepted.

    `completion` and `early_results` are the Government's own score; what all sides gave is in `scores`. `due_at` is
    told where the report did not come in time.
    """

    tenant_id: int
    measure_id: UUID
    period: str
    state: str
    number: int = 0
    late: bool = False
    contested: int = 0
    completion: str | None = None
    early_results: str | None = None
    civil_society: str | None = None
    evaluator: str | None = None
    narrative: Text | None = None
    reported_at: datetime | None = None
    due_at: datetime | None = None
    verified_at: datetime | None = None
    accepted_at: datetime | None = None
    accepted_by: UUID | None = None
    decision_no: str | None = None
    evidence: tuple[File, ...] = ()
    contests: tuple[Contest, ...] = ()
    scores: tuple[Score, ...] = ()
    earlier: tuple[EarlierReport, ...] = ()


class ProgressRow(ProgressFacts, frozen=True):
    """A half-year as it is stored; all of it is public."""

    public: bool = True


Row = ProgressRow
AWAITED = "awaited"


def _half_year(event: Stored, told: Any) -> list[Key]:
    return [(event.stream_id, told.period)]


class MeasureProgress(ReadModel[ProgressRow]):
    """Folds the half-years of the measures that an institution leads."""

    name = "measure_progress"
    table = "measure_progress"
    row = ProgressRow
    key = ("measure_id", "period")

    @folds(e.ProgressOverdue, keys=_half_year, begins=True)
    def overdue(self, row: Row | None, event: Stored, told: e.ProgressOverdue) -> Row:
        """It did not come in time."""
        return replace(row or _begun(event, told), late=True, due_at=told.due_at)

    @folds(e.ProgressReported, keys=_half_year, begins=True)
    def reported(self, row: Row | None, event: Stored, told: e.ProgressReported) -> Row:
        """The report that counts now; the one before is kept."""
        known = row or _begun(event, told)
        return replace(
            known,
            state=(ProgressStage.EVIDENCE_ATTACHED if told.evidence else ProgressStage.REPORTED).value,
            number=told.number,
            late=known.late or told.late,
            contested=0,
            completion=told.completion.value,
            early_results=told.early_results.value,
            narrative=told.narrative,
            reported_at=event.occurred_at,
            verified_at=None,
            evidence=told.evidence,
            earlier=_kept(known),
        )

    @folds(e.EvidenceAttached, keys=_half_year)
    def attached(self, row: Row, _event: Stored, told: e.EvidenceAttached) -> Row:
        """Files more."""
        state = row.state if row.contested else ProgressStage.EVIDENCE_ATTACHED.value
        return replace(row, state=state, evidence=(*row.evidence, *told.evidence))

    @folds(e.ProgressVerified, keys=_half_year)
    def verified(self, row: Row, event: Stored, _told: e.ProgressVerified) -> Row:
        """By somebody else."""
        state = row.state if row.contested else ProgressStage.VERIFIED.value
        return replace(row, state=state, verified_at=event.occurred_at)

    @folds(e.ProgressContested, keys=_half_year)
    def contested(self, row: Row, event: Stored, told: e.ProgressContested) -> Row:
        """It stands beside the report."""
        contest = Contest(
            organisation_id=told.organisation_id,
            number=told.number,
            at=event.occurred_at,
            completion=told.completion,
            reason=told.reason,
        )
        return replace(
            row,
            state=ProgressStage.CONTESTED.value,
            contested=row.contested + 1,
            contests=(*row.contests, contest),
        )

    @folds(e.ProgressAccepted, keys=_half_year)
    def accepted(self, row: Row, event: Stored, told: e.ProgressAccepted) -> Row:
        """By the Council, contested or not."""
        return replace(
            row,
            state=ProgressStage.ACCEPTED.value,
            accepted_at=event.occurred_at,
            accepted_by=told.resolution_id,
            decision_no=told.decision_no,
        )

    @folds(e.MeasureScored, keys=_half_year, begins=True)
    def scored(self, row: Row | None, event: Stored, told: e.MeasureScored) -> Row:
        """By one side; whoever scores again replaces what they gave before."""
        known = row or _begun(event, told)
        given = Score(
            side=told.side,
            organisation_id=told.organisation_id,
            completion=told.completion,
            early_results=told.early_results,
            reasons=told.reasons,
            at=event.occurred_at,
        )
        others = (one for one in known.scores if (one.side, one.organisation_id) != (given.side, given.organisation_id))
        scores = (*others, given)
        return replace(
            known,
            scores=scores,
            civil_society=_lowest(scores, Side.CIVIL_SOCIETY),
            evaluator=_lowest(scores, Side.EVALUATOR),
        )


def _begun(event: Stored, told: Any) -> Row:
    return Row(tenant_id=event.tenant_id, measure_id=event.stream_id, period=told.period, state=AWAITED)


def _kept(row: Row) -> tuple[EarlierReport, ...]:
    """The reports before, with the one that the row still shows."""
    if row.reported_at is None or row.completion is None or row.early_results is None:
        return row.earlier
    before = EarlierReport(
        number=row.number,
        at=row.reported_at,
        completion=Completion(row.completion),
        early_results=EarlyResults(row.early_results),
        narrative=row.narrative or Text(),
        evidence=row.evidence,
        verified=row.verified_at is not None,
    )
    return (*row.earlier, before)


def _lowest(scores: tuple[Score, ...], side: Side) -> str | None:
    """Of several that speak for a side the one who sees the measure least far."""
    order = list(Completion)
    given = [one.completion for one in scores if one.side is side]
    return min(given, key=order.index).value if given else None
