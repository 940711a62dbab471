"""The register of evaluations: who scores the bids of a call, and how far they are."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.contracts.events import evaluation as e
from domain.contracts.events.call import AwardProposed
from domain.contracts.vocabulary import EvaluationStage, Evaluator
from projections.read_model import Key, ReadModel, Stored, folds


class ServiceEvaluationRow(msgspec.Struct, frozen=True):
    """An evaluation. `tie_seed` decides between equals; `bids` are scored, `committed` and `revealed` count scores.

    `public` from the first proposed award on.
    """

    tenant_id: int
    evaluation_id: UUID
    call_id: UUID
    state: str
    version: int
    decision_no: str
    appointed_at: datetime
    changed_at: datetime
    evaluators: tuple[Evaluator, ...]
    alternates: tuple[Evaluator, ...] = ()
    tie_seed: str = ""
    bids: int = 0
    recused: int = 0
    committed: int = 0
    revealed: int = 0
    public: bool = False


Row = ServiceEvaluationRow


def _evaluation(_event: Stored, told: AwardProposed) -> Iterable[Key]:
    return ((told.evaluation_id,),)


class ServiceEvaluationRegister(ReadModel[ServiceEvaluationRow]):
    """Folds evaluations."""

    name = "service_evaluation_register"
    table = "service_evaluation_register"
    row = ServiceEvaluationRow
    key = ("evaluation_id",)
    version = 2
    kept = True

    @folds(e.EvaluatorsAppointed, begins=True)
    def appointed(self, _row: None, event: Stored, told: e.EvaluatorsAppointed) -> Row:
        """A new evaluation."""
        return Row(
            tenant_id=event.tenant_id,
            evaluation_id=event.stream_id,
            call_id=told.call_id,
            state=EvaluationStage.FORMED,
            version=event.version,
            decision_no=told.decision_no,
            appointed_at=event.occurred_at,
            changed_at=event.occurred_at,
            evaluators=told.evaluators,
            alternates=told.alternates,
        )

    @folds(e.BidScoringOpened)
    def opened(self, row: Row, _event: Stored, told: e.BidScoringOpened) -> Row:
        """At work, for the first time or again."""
        return replace(row, state=EvaluationStage.SCORING, tie_seed=told.tie_seed, bids=len(told.candidates))

    @folds(e.EvaluatorInterestDeclared)
    def declared(self, row: Row, _event: Stored, _told: e.EvaluatorInterestDeclared) -> Row:
        """Who declared what the sheet of scores knows."""
        return row

    @folds(e.EvaluatorRecused)
    def evaluator_recused(self, row: Row, _event: Stored, _told: e.EvaluatorRecused) -> Row:
        """One less for one bid."""
        return replace(row, recused=row.recused + 1)

    @folds(e.EvaluatorConflictSuspected, e.EvaluatorConflictDecided, e.EvaluatorReplaced)
    def decided(
        self,
        row: Row,
        _event: Stored,
        _told: e.EvaluatorConflictSuspected | e.EvaluatorConflictDecided | e.EvaluatorReplaced,
    ) -> Row:
        """Who scores which bid the sheet of scores knows."""
        return row

    @folds(e.AlternatesAppointed)
    def alternates_appointed(self, row: Row, _event: Stored, told: e.AlternatesAppointed) -> Row:
        """More of them."""
        return replace(row, alternates=(*row.alternates, *told.alternates))

    @folds(e.BidScoreCommitted)
    def score_committed(self, row: Row, _event: Stored, _told: e.BidScoreCommitted) -> Row:
        """One more sealed score."""
        return replace(row, committed=row.committed + 1)

    @folds(e.BidScoreRevealed)
    def score_revealed(self, row: Row, _event: Stored, _told: e.BidScoreRevealed) -> Row:
        """One more known score."""
        return replace(row, revealed=row.revealed + 1)

    @folds(e.BidScoringClosed)
    def closed(self, row: Row, _event: Stored, _told: e.BidScoringClosed) -> Row:
        """Done."""
        return replace(row, state=EvaluationStage.SCORED)

    @folds(AwardProposed, keys=_evaluation)
    def published(self, row: Row, _event: Stored, _told: AwardProposed) -> Row:
        """Its work is public."""
        return replace(row, public=True)
