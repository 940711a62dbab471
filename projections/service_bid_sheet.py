"""The sheet of scores of a call for a service: a row per qualified bid with every score, public with the award."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.contracts.events import evaluation as e
from domain.contracts.events.call import AwardProposed
from domain.contracts.vocabulary import RankedBid
from domain.kernel.money import Money
from projections.read_model import Key, ReadModel, Stored, folds
from projections.scores import Score, known, sealed, shown, without


class BidStanding(msgspec.Struct, frozen=True):
    """Where a bid stood when the award of that `proposal` was proposed, by the scores of that `round`."""

    proposal: int
    round: int
    placed: RankedBid


class ServiceBidSheetRow(msgspec.Struct, frozen=True):
    """A bid before the evaluators. `round` is the one that counts; `rank` 0 as long as nothing is ranked.

    `recused` are evaluators who do not score it, `replaced` those who did not do it in time, `late` those whose office
    at the bidder, recorded since the call is public, is to be decided about; `declared` said what they have to do with
    the bidder. Points are shown of rounds up to `closed`, when no choice of an evaluator can rest on them any more.
    `stood` are its places in the rankings that were published, the newest last; `public` from the first one on.
    """

    tenant_id: int
    bid_id: UUID
    evaluation_id: UUID
    organisation_id: UUID
    total: Money
    received_at: datetime
    round: int = 1
    scores: tuple[Score, ...] = ()
    declared: tuple[UUID, ...] = ()
    recused: tuple[UUID, ...] = ()
    stood: tuple[BidStanding, ...] = ()
    call_id: UUID | None = None
    rank: int = 0
    public: bool = False
    closed: int = 0
    replaced: tuple[UUID, ...] = ()
    late: tuple[UUID, ...] = ()

    @property
    def shown(self) -> "ServiceBidSheetRow":
        """The row without points of a round that is not over."""
        return replace(self, scores=shown(self.scores, self.closed))


Row = ServiceBidSheetRow


def _candidates(_event: Stored, told: e.BidScoringOpened) -> Iterable[Key]:
    return [(one.bid_id,) for one in told.candidates]


def _bid(_event: Stored, told: Any) -> Iterable[Key]:
    return ((told.bid_id,),)


def _seats(_event: Stored, told: Any) -> Iterable[Key]:
    return [(one.bid_id,) for one in told.seats]


def _ranked(_event: Stored, told: Any) -> Iterable[Key]:
    return [(one.bid_id,) for one in told.ranking]


class ServiceBidSheet(ReadModel[ServiceBidSheetRow]):
    """Folds what evaluators score, and the rankings that were published."""

    name = "service_bid_sheet"
    table = "service_bid_sheet"
    row = ServiceBidSheetRow
    key = ("bid_id",)
    version = 2
    kept = True

    def apply(self, handler: Any, key: Key, row: Row | None, event: Stored, told: Any) -> Row | None:
        """The row of the key: one event may tell of many bids."""
        if isinstance(told, e.BidScoringOpened):
            return _opened(key, row, event, told)
        return super().apply(handler, key, row, event, told)

    @folds(e.BidScoringOpened, keys=_candidates, begins=True)
    def opened(self, row: Row | None, _event: Stored, _told: e.BidScoringOpened) -> Row | None:
        """See `apply`."""
        return row

    @folds(e.EvaluatorInterestDeclared, keys=_bid)
    def declared(self, row: Row, _event: Stored, told: e.EvaluatorInterestDeclared) -> Row:
        """An evaluator said what they have to do with the bidder."""
        late = (*row.late, told.person_id) if told.late_offices else row.late
        return replace(row, declared=(*row.declared, told.person_id), late=late)

    @folds(e.EvaluatorConflictSuspected, keys=_bid)
    def suspected(self, row: Row, _event: Stored, told: e.EvaluatorConflictSuspected) -> Row:
        """Somebody has to decide whether an evaluator is recused."""
        return replace(row, late=(*without(row.late, told.person_id), told.person_id))

    @folds(e.EvaluatorRecused, keys=_bid)
    def recused(self, row: Row, _event: Stored, told: e.EvaluatorRecused) -> Row:
        """An evaluator does not score it."""
        return replace(row, recused=(*row.recused, told.person_id), late=without(row.late, told.person_id))

    @folds(e.EvaluatorConflictDecided, keys=_bid)
    def conflict_decided(self, row: Row, _event: Stored, told: e.EvaluatorConflictDecided) -> Row:
        """Nothing is to be decided about the evaluator any more."""
        return replace(row, late=without(row.late, told.person_id))

    @folds(e.EvaluatorReplaced, keys=_seats)
    def evaluator_replaced(self, row: Row, _event: Stored, told: e.EvaluatorReplaced) -> Row:
        """Another one scores it."""
        return replace(row, replaced=(*row.replaced, told.person_id), late=without(row.late, told.person_id))

    @folds(e.BidScoringClosed, keys=_ranked)
    def scoring_closed(self, row: Row, _event: Stored, _told: e.BidScoringClosed) -> Row:
        """The scores of the round are known."""
        return replace(row, closed=row.round)

    @folds(e.BidScoreCommitted, keys=_bid)
    def committed(self, row: Row, _event: Stored, told: e.BidScoreCommitted) -> Row:
        """A sealed score."""
        return replace(row, scores=sealed(row.scores, told))

    @folds(e.BidScoreRevealed, keys=_bid)
    def revealed(self, row: Row, _event: Stored, told: e.BidScoreRevealed) -> Row:
        """What was sealed."""
        return replace(row, scores=known(row.scores, told))

    @folds(AwardProposed, keys=_ranked)
    def ranked(self, row: Row, event: Stored, told: AwardProposed) -> Row:
        """Where it stands, for everybody to see."""
        (one,) = (one for one in told.ranking if one.bid_id == row.bid_id)
        stood = BidStanding(told.number, row.round, one)
        return replace(row, stood=(*row.stood, stood), rank=one.rank, call_id=event.stream_id, public=True)


def _opened(key: Key, row: Row | None, event: Stored, told: e.BidScoringOpened) -> Row:
    (one,) = (one for one in told.candidates if one.bid_id == key[0])
    if row is not None:
        return replace(row, round=row.round + (one.bid_id in told.anew))
    return Row(
        tenant_id=event.tenant_id,
        bid_id=one.bid_id,
        evaluation_id=event.stream_id,
        organisation_id=one.organisation_id,
        total=one.total,
        received_at=one.received_at,
    )
