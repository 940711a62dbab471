"""A commission at work: interests before content, sealed scores before known ones, and the ranking that follows.

Its decisions build on each other: `commission_state` < `commission_forming` < `commission_conflicts` <
`commission_replacing` < this module.
"""

from collections.abc import Mapping
from uuid import UUID

from domain.grants import citations
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
from domain.grants.commission_replacing import Replacing
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
from domain.kernel.errors import RuleViolated
from domain.kernel.event import Personal
from domain.kernel.message import N_
from domain.organisations.standing import Standing
from domain.scoring.judging import require_points
from domain.scoring.sealing import sealed


class Commission(Replacing):
    """formed, drawn, scoring, scored; and scoring again, for an application whose complaint was upheld."""

    initial = CommissionFormed
    REFERENCED = True

    @decides(DeclareInterest, register=(Standing,))
    def declare(self, command: DeclareInterest, ctx: Context) -> None:
        """Once per application; what the register or the member's employers say counts whatever is declared."""
        self.require(command, CommissionStage.SCORING)
        self.require_judge(command, command.application_id, ctx)
        if (command.application_id, ctx.actor) in self.declared:
            raise RuleViolated("grant.interest.once", N_("The interest in this application was declared already."))
        self.require_applicant(command.application_id, command.organisation_id)
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
        self.require_judge(command, command.application_id, ctx)
        self.require_applicant(command.application_id, command.organisation_id)
        judged = (command.application_id, ctx.actor)
        if judged not in self.declared:
            raise RuleViolated(
                "grant.interest.first",
                N_("Declare first what you have to do with the applicant; then the application is shown and scored."),
                citation=citations.FINANCING,
            )
        if judged in self.commitments:
            raise RuleViolated("grant.score.once", N_("Your score of this application is committed already."))
        if not self.settle(ctx, command.application_id, ctx.actor, ctx.registered(Standing), self.declared[judged]):
            return
        self.trigger(
            ctx,
            ScoreCommitted(
                person_id=ctx.actor,
                application_id=command.application_id,
                round=self.rounds[command.application_id],
                commitment=command.commitment,
            ),
        )

    @decides(RevealScore, references=ON_CALL)
    def reveal(self, command: RevealScore, ctx: Context) -> None:
        """When all commitments are in, of everybody who must judge; what does not match one's own is not taken."""
        self.require(command, CommissionStage.SCORING)
        self.require_judge(command, command.application_id, ctx)
        self.require_call(command.call_id)
        call = ctx.reference("call", GrantCall)
        self.require_no_suspicion()
        self.require_panels(call, ctx, tuple(self.panels))
        waiting = self.waiting
        if waiting:
            raise RuleViolated(
                "grant.score.sealed",
                N_("{waiting} scores are not committed yet; until then nobody shows theirs."),
                citation=citations.FINANCING,
                waiting=waiting,
            )
        judged = (command.application_id, ctx.actor)
        if judged in self.points:
            raise RuleViolated("grant.score.once", N_("Your score of this application is known already."))
        require_points(command.points, call.facts.criteria or ())
        found = commitment(command.application_id, ctx.actor, command.points, command.salt)
        if found != self.commitments[judged]:
            raise RuleViolated(
                "grant.score.mismatch",
                N_("Points and salt make {found}; committed was {committed}."),
                citation=citations.FINANCING,
                found=found,
                committed=self.commitments[judged],
            )
        self.trigger(
            ctx,
            ScoreRevealed(
                person_id=ctx.actor,
                application_id=command.application_id,
                round=self.rounds[command.application_id],
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
        left = [one for key, one in self.candidates.items() if key in here]
        if not self.settle_all(ctx, left):
            return
        self.require_no_suspicion()
        call = ctx.reference("call", GrantCall)
        self.require_panels(call, ctx, tuple(one.application_id for one in left))
        missing = sum(
            (one.application_id, person) not in self.points
            for one in left
            for person in self.panels[one.application_id]
        )
        if missing:
            raise RuleViolated(
                "grant.score.all",
                N_("{missing} scores are not known yet."),
                citation=citations.FINANCING,
                missing=missing,
            )
        scores = {
            one.application_id: [self.points[one.application_id, person] for person in self.panels[one.application_id]]
            for one in left
        }
        ranking = rank(call.facts, left, scores, self.tie_seed)
        self.trigger(ctx, ScoringClosed(ranking=ranking, composition=composition(call.facts, ctx.rules)))

    @decides(ReopenApplication)
    def reopen(self, command: ReopenApplication, ctx: Context) -> None:
        """The same members score it anew."""
        self.require(command, CommissionStage.SCORED, CommissionStage.SCORING)
        self.require_candidate(command.application_id)
        self.trigger(
            ctx,
            ApplicationReopened(
                application_id=command.application_id,
                complaint_id=command.complaint_id,
                round=self.rounds[command.application_id] + 1,
            ),
        )


def commitment(application_id: UUID, person_id: UUID, points: Mapping[str, int], salt: str) -> str:
    """The salted hash by which a member stands for points that nobody knows (hexadecimal)."""
    return sealed(dict(points), salt, application_id, person_id)
