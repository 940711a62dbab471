"""The scoring sheet of a call: a row per judged application, with every score, public with the ranking."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.grants.events import commission as e
from domain.grants.events import ranking as r
from domain.grants.ranking import Ranked
from domain.kernel.money import Money
from domain.kernel.text import Text
from projections.read_model import Key, ReadModel, Stored, folds


class Score(msgspec.Struct, frozen=True):
    """What one member gave, in one round; `points` are None as long as they are sealed."""

    person_id: UUID
    round: int
    commitment: str
    points: dict[str, int] | None = None
    salt: str = ""
    comment: Text | None = None


class Stood(msgspec.Struct, frozen=True):
    """Where an application stands in a ranking; `score` in millionths of the highest possible."""

    rank: int
    score: int
    outcome: str
    amount: Money | None = None
    below: tuple[str, ...] = ()


class ScoringSheetRow(msgspec.Struct, frozen=True):
    """A judged application. `round` is the one that counts; `public` from the provisional ranking on.

    `recused` are members who do not judge it, `declared` those who said what they have to do with the applicant.
    """

    tenant_id: int
    application_id: UUID
    commission_id: UUID
    organisation_id: UUID
    requested: Money
    submitted_at: datetime
    round: int = 1
    scores: tuple[Score, ...] = ()
    declared: tuple[UUID, ...] = ()
    recused: tuple[UUID, ...] = ()
    provisional: Stood | None = None
    final: Stood | None = None
    call_id: UUID | None = None
    rank: int = 0
    public: bool = False


Row = ScoringSheetRow


def _candidates(_event: Stored, told: e.ScoringOpened) -> Iterable[Key]:
    return [(one.application_id,) for one in told.candidates]


def _application(_event: Stored, told: Any) -> Iterable[Key]:
    return ((told.application_id,),)


def _ranked(_event: Stored, told: Any) -> Iterable[Key]:
    return [(one.application_id,) for one in told.ranking]


class GrantScoringSheet(ReadModel[ScoringSheetRow]):
    """Folds what commissions score, and the rankings that follow."""

    name = "grant_scoring_sheet"
    table = "grant_scoring_sheet"
    row = ScoringSheetRow
    key = ("application_id",)
    kept = True

    def apply(self, handler: Any, key: Key, row: Row | None, event: Stored, told: Any) -> Row | None:
        """The row of the key: one event may tell of many applications."""
        if isinstance(told, e.ScoringOpened):
            return _opened(key, event, told)
        if isinstance(told, r.ProvisionalRankingPublished | r.FinalRankingPublished):
            return None if row is None else _stands(row, event, told)
        return super().apply(handler, key, row, event, told)

    @folds(e.ScoringOpened, keys=_candidates, begins=True)
    def opened(self, row: Row | None, _event: Stored, _told: e.ScoringOpened) -> Row | None:
        """See `apply`."""
        return row

    @folds(e.InterestDeclared, keys=_application)
    def declared(self, row: Row, _event: Stored, told: e.InterestDeclared) -> Row:
        """A member said what they have to do with the applicant."""
        return replace(row, declared=(*row.declared, told.person_id))

    @folds(e.MemberRecused, keys=_application)
    def recused(self, row: Row, _event: Stored, told: e.MemberRecused) -> Row:
        """A member does not judge it."""
        return replace(row, recused=(*row.recused, told.person_id))

    @folds(e.ScoreCommitted, keys=_application)
    def committed(self, row: Row, _event: Stored, told: e.ScoreCommitted) -> Row:
        """A sealed score."""
        return replace(row, scores=(*row.scores, Score(told.person_id, told.round, told.commitment)))

    @folds(e.ScoreRevealed, keys=_application)
    def revealed(self, row: Row, _event: Stored, told: e.ScoreRevealed) -> Row:
        """What was sealed."""

        def known(score: Score) -> Score:
            if (score.person_id, score.round) != (told.person_id, told.round):
                return score
            return replace(score, points=told.points, salt=told.salt, comment=told.comment)

        return replace(row, scores=tuple(known(one) for one in row.scores))

    @folds(e.ApplicationReopened, keys=_application)
    def reopened(self, row: Row, _event: Stored, told: e.ApplicationReopened) -> Row:
        """Scored anew; the earlier scores stay."""
        return replace(row, round=told.round)

    @folds(r.ProvisionalRankingPublished, r.FinalRankingPublished, keys=_ranked)
    def ranked(self, row: Row, _event: Stored, _told: r.ProvisionalRankingPublished | r.FinalRankingPublished) -> Row:
        """See `apply`."""
        return row


def _opened(key: Key, event: Stored, told: e.ScoringOpened) -> Row:
    (one,) = (one for one in told.candidates if one.application_id == key[0])
    return Row(
        tenant_id=event.tenant_id,
        application_id=one.application_id,
        commission_id=event.stream_id,
        organisation_id=one.organisation_id,
        requested=one.requested,
        submitted_at=one.submitted_at,
    )


def _stands(row: Row, event: Stored, told: r.ProvisionalRankingPublished | r.FinalRankingPublished) -> Row:
    (one,) = (one for one in told.ranking if one.application_id == row.application_id)
    stood = _stood(one)
    if isinstance(told, r.FinalRankingPublished):
        return replace(row, final=stood, rank=one.rank)
    return replace(row, provisional=stood, rank=one.rank, call_id=event.stream_id, public=True)


def _stood(one: Ranked) -> Stood:
    return Stood(one.rank, one.score, one.outcome, one.amount, one.below)
