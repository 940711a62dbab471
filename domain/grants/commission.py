"""A commission at work: interests before content, sealed scores before known ones, and the ranking that follows.

Its decisions build on each other: `commission_state` < `commission_forming` < `commission_changing` < this module. What
any panel is refused stands in `domain/scoring`.
"""

from domain.grants.applicants import Applicants
from domain.grants.application_state import ON_CALL
from domain.grants.candidates import Candidates
from domain.grants.commands.commission import (
    CloseScoring,
    CommitScore,
    DeclareInterest,
    ReopenApplication,
    RevealScore,
)
from domain.grants.commission_changing import Changing
from domain.grants.events.commission import (
    ApplicationReopened,
    CommissionFormed,
    InterestDeclared,
    ScoreCommitted,
    ScoreRevealed,
    ScoringClosed,
)
from domain.grants.grant_call import GrantCall
from domain.grants.panels import composition
from domain.grants.ranking import rank
from domain.grants.vocabulary import CommissionStage
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.event import Personal
from domain.organisations.standing import Standing


class Commission(Changing):
    """formed, drawn, scoring, scored; and scoring again, for an application whose complaint was upheld."""

    initial = CommissionFormed
    REFERENCED = True

    @decides(DeclareInterest, register=(Standing,))
    def declare(self, command: DeclareInterest, ctx: Context) -> None:
        """Once per application; what the register or the member's employers say counts whatever is declared."""
        self.require(command, CommissionStage.SCORING)
        self.require_declaring(command, command.application_id, command.organisation_id, ctx)
        event = InterestDeclared(person_id=ctx.actor, application_id=command.application_id, interest=command.interest)
        if command.detail is not None:
            event.about(Personal(ctx.actor, "interest", command.detail))
        standing = ctx.registered(Standing)
        # first, so that at no position of the log a recused member has declared and may read
        self.settle(ctx, command.application_id, ctx.actor, standing, command.interest)
        self.trigger(ctx, event)

    @decides(CommitScore, register=(Standing,))
    def commit(self, command: CommitScore, ctx: Context) -> None:
        """After the declaration, and before one's points are known; not by whom the register tells of meanwhile."""
        self.require(command, CommissionStage.SCORING)
        self.require_committing(command, command.application_id, command.organisation_id, ctx)
        if not self.settle_again(ctx, command.application_id):
            return
        self.trigger(
            ctx,
            ScoreCommitted(
                person_id=ctx.actor,
                application_id=command.application_id,
                round=self.judging.rounds[command.application_id],
                commitment=command.commitment,
            ),
        )

    @decides(RevealScore, references=ON_CALL)
    def reveal(self, command: RevealScore, ctx: Context) -> None:
        """When all commitments are in, of everybody who must judge; what does not match one's own is not taken."""
        self.require(command, CommissionStage.SCORING)
        self.require_call(command.call_id)
        call = ctx.reference("call", GrantCall).facts
        self.require_revealing(command, command.application_id, composition(call, ctx.rules), ctx)
        self.require_points(command.application_id, command.points, command.salt, call.criteria or (), ctx)
        self.trigger(
            ctx,
            ScoreRevealed(
                person_id=ctx.actor,
                application_id=command.application_id,
                round=self.judging.rounds[command.application_id],
                points=command.points,
                salt=command.salt,
                comment=command.comment,
            ),
        )

    @decides(CloseScoring, references=ON_CALL, boundary=Candidates, register=(Applicants,))
    def close(self, command: CloseScoring, ctx: Context) -> None:
        """When every score is known, and nobody who gave one may not judge; what was withdrawn is not ranked.

        What the register says against a judge only now is put on record instead, and scoring goes on.
        """
        self.require(command, CommissionStage.SCORING)
        self.require_call(command.call_id)
        here = ctx.folded(Candidates).submitted
        left = {key: one for key, one in self.candidates.items() if key in here}
        if not self.settle_all(ctx, ctx.registered(Applicants), left):
            return
        call = ctx.reference("call", GrantCall).facts
        asked = composition(call, ctx.rules)
        self.require_known(left, asked, ctx)
        ranking = rank(call, left.values(), {key: self.judging.scores(key) for key in left}, self.tie_seed)
        self.trigger(ctx, ScoringClosed(ranking=ranking, composition=asked))

    @decides(ReopenApplication)
    def reopen(self, command: ReopenApplication, ctx: Context) -> None:
        """The same members score it anew."""
        self.require(command, CommissionStage.SCORED, CommissionStage.SCORING)
        self.require_subject(command.application_id)
        self.trigger(
            ctx,
            ApplicationReopened(
                application_id=command.application_id,
                complaint_id=command.complaint_id,
                round=self.judging.rounds[command.application_id] + 1,
            ),
        )
