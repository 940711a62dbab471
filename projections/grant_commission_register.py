"""The register of commissions: who judges a call, how they were chosen, and how far they are."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.grants.commission_parts import Member
from domain.grants.events import commission as e
from domain.grants.events.ranking import ProvisionalRankingPublished
from domain.grants.vocabulary import CommissionStage
from domain.kernel.text import Text
from domain.scoring.composition import Composition
from projections.read_model import Key, ReadModel, Stored, folds


class Extension(msgspec.Struct, frozen=True):
    """A further draw: out of `pool` by `seed`, as the first one."""

    decision_no: str
    seed: str
    pool: tuple[Member, ...]


class Replacement(msgspec.Struct, frozen=True):
    """A member who judges nothing any more that was not known of them, and why."""

    person_id: UUID
    decision_no: str
    reason: Text
    at: datetime


class GrantCommissionRow(msgspec.Struct, frozen=True):
    """A commission. `seed` and `pool` are what anybody draws the experts with again; `members` judge, in order.

    `tie_seed` decides between equals. `applications` are judged; `committed` and `revealed` count scores. `public` from
    the provisional ranking on. `extensions` are later draws, whose alternates stand behind the first ones.
    `composition` is what each application's judges had to be when the scoring closed.
    """

    tenant_id: int
    commission_id: UUID
    call_id: UUID
    state: str
    version: int
    decision_no: str
    formed_at: datetime
    changed_at: datetime
    members: tuple[Member, ...]
    pool: tuple[Member, ...]
    experts: int
    seed: str = ""
    alternates: tuple[UUID, ...] = ()
    tie_seed: str = ""
    applications: int = 0
    recused: int = 0
    committed: int = 0
    revealed: int = 0
    public: bool = False
    extensions: tuple[Extension, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    composition: Composition | None = None


Row = GrantCommissionRow


def _commission(_event: Stored, told: ProvisionalRankingPublished) -> Iterable[Key]:
    return ((told.commission_id,),)


class GrantCommissionRegister(ReadModel[GrantCommissionRow]):
    """Folds commissions."""

    name = "grant_commission_register"
    table = "grant_commission_register"
    row = GrantCommissionRow
    key = ("commission_id",)
    kept = True
    version = 2

    @folds(e.CommissionFormed, begins=True)
    def formed(self, _row: None, event: Stored, told: e.CommissionFormed) -> Row:
        """A new commission."""
        return Row(
            tenant_id=event.tenant_id,
            commission_id=event.stream_id,
            call_id=told.call_id,
            state=CommissionStage.FORMED,
            version=event.version,
            decision_no=told.decision_no,
            formed_at=event.occurred_at,
            changed_at=event.occurred_at,
            members=told.members,
            pool=told.pool,
            experts=told.experts,
        )

    @folds(e.ExpertsDrawn)
    def drawn(self, row: Row, _event: Stored, told: e.ExpertsDrawn) -> Row:
        """Its experts are known."""
        by_id = {one.person_id: one for one in row.pool}
        experts = tuple(by_id[one] for one in told.experts)
        return replace(
            row,
            state=CommissionStage.DRAWN,
            members=row.members + experts,
            seed=told.seed,
            alternates=told.alternates,
        )

    @folds(e.ScoringOpened)
    def opened(self, row: Row, _event: Stored, told: e.ScoringOpened) -> Row:
        """At work."""
        return replace(row, state=CommissionStage.SCORING, tie_seed=told.tie_seed, applications=len(told.candidates))

    @folds(e.MemberRecused)
    def member_recused(self, row: Row, _event: Stored, _told: e.MemberRecused) -> Row:
        """One judge less for one application."""
        return replace(row, recused=row.recused + 1)

    @folds(e.MemberReplaced)
    def member_replaced(self, row: Row, event: Stored, told: e.MemberReplaced) -> Row:
        """One who did not judge."""
        said = Replacement(told.person_id, told.decision_no, told.reason, event.occurred_at)
        return replace(row, replacements=(*row.replacements, said))

    @folds(e.PoolExtended)
    def pool_extended(self, row: Row, _event: Stored, told: e.PoolExtended) -> Row:
        """More alternates."""
        drawn = Extension(told.decision_no, told.seed, told.pool)
        return replace(row, extensions=(*row.extensions, drawn), alternates=row.alternates + told.alternates)

    @folds(e.ConflictSuspected, e.ConflictDecided)
    def looked_at(self, row: Row, _event: Stored, _told: e.ConflictSuspected | e.ConflictDecided) -> Row:
        """About one application: its row tells."""
        return row

    @folds(e.ScoreCommitted)
    def score_committed(self, row: Row, _event: Stored, _told: e.ScoreCommitted) -> Row:
        """One more sealed score."""
        return replace(row, committed=row.committed + 1)

    @folds(e.ScoreRevealed)
    def score_revealed(self, row: Row, _event: Stored, _told: e.ScoreRevealed) -> Row:
        """One more known score."""
        return replace(row, revealed=row.revealed + 1)

    @folds(e.ScoringClosed)
    def closed(self, row: Row, _event: Stored, told: e.ScoringClosed) -> Row:
        """Done."""
        return replace(row, state=CommissionStage.SCORED, composition=told.composition)

    @folds(e.ApplicationReopened)
    def reopened(self, row: Row, _event: Stored, _told: e.ApplicationReopened) -> Row:
        """At work again."""
        return replace(row, state=CommissionStage.SCORING)

    @folds(ProvisionalRankingPublished, keys=_commission)
    def published(self, row: Row, _event: Stored, _told: ProvisionalRankingPublished) -> Row:
        """Its work is public."""
        return replace(row, public=True)
