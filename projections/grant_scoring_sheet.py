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
from projections.read_model import Key, ReadModel, Stored, folds
from projections.scores import Score, known, sealed, shown, without

RECUSED, REPLACED, FILLED = "recused", "replaced", "filled"
"""Why who judges an application changed; `filled`: an empty place was taken when the pool was extended."""


class Change(msgspec.Struct, frozen=True):
    """In `round` somebody `left` or `joined` the judges of an application: was recused, replaced, or filled a place."""

    round: int
    why: str
    left: UUID | None = None
    joined: UUID | None = None


class Stood(msgspec.Struct, frozen=True):
    """Where an application stands in a ranking; `score` in millionths of the highest possible."""

    rank: int
    score: int
    outcome: str
    amount: Money | None = None
    below: tuple[str, ...] = ()


class ScoringSheetRow(msgspec.Struct, frozen=True):
    """A judged application. `round` is the one that counts; `public` from the provisional ranking on.

    `recused` are members who do not judge it, `declared` those who said what they have to do with the applicant,
    `suspected` those about whose interest somebody has to decide. `changes` make its judges out of the commission's
    members. Points are shown of rounds up to `closed`, when no choice of a judge can rest on them any more.
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
    changes: tuple[Change, ...] = ()
    suspected: tuple[UUID, ...] = ()
    closed: int = 0

    @property
    def replaced(self) -> tuple[UUID, ...]:
        """Members who did not judge it in time."""
        return tuple(one.left for one in self.changes if one.why == REPLACED and one.left is not None)

    @property
    def shown(self) -> "ScoringSheetRow":
        """The row without points of a round that is not over."""
        return replace(self, scores=shown(self.scores, self.closed))


Row = ScoringSheetRow


def _candidates(_event: Stored, told: e.ScoringOpened) -> Iterable[Key]:
    return [(one.application_id,) for one in told.candidates]


def _application(_event: Stored, told: Any) -> Iterable[Key]:
    return ((told.application_id,),)


def _seats(_event: Stored, told: e.MemberReplaced | e.PoolExtended) -> Iterable[Key]:
    return dict.fromkeys((one.application_id,) for one in told.seats)  # each once, however many places it had


def _ranked(_event: Stored, told: Any) -> Iterable[Key]:
    return [(one.application_id,) for one in told.ranking]


class GrantScoringSheet(ReadModel[ScoringSheetRow]):
    """Folds what commissions score, and the rankings that follow."""

    name = "grant_scoring_sheet"
    table = "grant_scoring_sheet"
    row = ScoringSheetRow
    key = ("application_id",)
    kept = True
    version = 2

    def apply(self, handler: Any, key: Key, row: Row | None, event: Stored, told: Any) -> Row | None:
        """The row of the key: one event may tell of many applications."""
        if isinstance(told, e.ScoringOpened):
            return _opened(key, event, told)
        if row is not None and isinstance(told, e.MemberReplaced | e.PoolExtended):
            return _seated(row, told)
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
        change = Change(row.round, RECUSED, told.person_id, told.substitute)
        return replace(
            row,
            recused=(*row.recused, told.person_id),
            changes=(*row.changes, change),
            suspected=without(row.suspected, told.person_id),
        )

    @folds(e.ConflictSuspected, keys=_application)
    def suspected(self, row: Row, _event: Stored, told: e.ConflictSuspected) -> Row:
        """Somebody has to decide whether a member is recused."""
        return replace(row, suspected=(*without(row.suspected, told.person_id), told.person_id))

    @folds(e.ConflictDecided, keys=_application)
    def conflict_decided(self, row: Row, _event: Stored, told: e.ConflictDecided) -> Row:
        """Somebody did."""
        return replace(row, suspected=without(row.suspected, told.person_id))

    @folds(e.MemberReplaced, e.PoolExtended, keys=_seats)
    def seated(self, row: Row, _event: Stored, _told: e.MemberReplaced | e.PoolExtended) -> Row:
        """See `apply`."""
        return row

    @folds(e.ScoreCommitted, keys=_application)
    def committed(self, row: Row, _event: Stored, told: e.ScoreCommitted) -> Row:
        """A sealed score."""
        return replace(row, scores=sealed(row.scores, told))

    @folds(e.ScoreRevealed, keys=_application)
    def revealed(self, row: Row, _event: Stored, told: e.ScoreRevealed) -> Row:
        """What was sealed."""
        return replace(row, scores=known(row.scores, told))

    @folds(e.ApplicationReopened, keys=_application)
    def reopened(self, row: Row, _event: Stored, told: e.ApplicationReopened) -> Row:
        """Scored anew; the earlier scores stay."""
        return replace(row, round=told.round)

    @folds(e.ScoringClosed, keys=_ranked)
    def closed(self, row: Row, _event: Stored, _told: e.ScoringClosed) -> Row:
        """Its round is over."""
        return replace(row, closed=row.round)

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


def _seated(row: Row, told: e.MemberReplaced | e.PoolExtended) -> Row:
    taken = [one.substitute for one in told.seats if one.application_id == row.application_id]
    if isinstance(told, e.PoolExtended):
        filled = tuple(Change(row.round, FILLED, None, one) for one in taken)
        return replace(row, changes=(*row.changes, *filled))
    change = Change(row.round, REPLACED, told.person_id, taken[0])
    return replace(row, changes=(*row.changes, change), suspected=without(row.suspected, told.person_id))


def _stands(row: Row, event: Stored, told: r.ProvisionalRankingPublished | r.FinalRankingPublished) -> Row:
    (one,) = (one for one in told.ranking if one.application_id == row.application_id)
    stood = _stood(one)
    if isinstance(told, r.FinalRankingPublished):
        return replace(row, final=stood, rank=one.rank)
    return replace(row, provisional=stood, rank=one.rank, call_id=event.stream_id, public=True)


def _stood(one: Ranked) -> Stood:
    return Stood(one.rank, one.score, one.outcome, one.amount, one.below)
