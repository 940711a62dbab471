"""A commission at work: interests before content, sealed scores before known ones, and the ranking that follows.

Its decisions build on each other: `commission_state` < `commission_forming` < this module.
"""

from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID

from domain.grants import citations
from domain.grants.application_state import ON_CALL
from domain.grants.candidates import Candidates
from domain.grants.commands.commission import (
    CloseScoring,
    CommitScore,
    DeclareInterest,
    ReopenApplication,
    RevealScore,
)
from domain.grants.commission_forming import Forming
from domain.grants.events.commission import (
    ApplicationReopened,
    CommissionFormed,
    InterestDeclared,
    MemberRecused,
    ScoreCommitted,
    ScoreRevealed,
    ScoringClosed,
)
from domain.grants.grant_call import GrantCall
from domain.grants.ranking import rank
from domain.grants.vocabulary import CommissionStage, ConflictBasis, Interest
from domain.kernel.aggregate import decides
from domain.kernel.canonical import canonical
from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.event import Personal
from domain.kernel.message import N_
from domain.organisations.standing import Standing


class Commission(Forming):
    """formed, drawn, scoring, scored; and scoring again, for an application whose complaint was upheld."""

    initial = CommissionFormed
    REFERENCED = True

    @decides(DeclareInterest, register=(Standing,))
    def declare(self, command: DeclareInterest, ctx: Context) -> None:
        """Once per application; what the register or the member's employers say counts whatever is declared."""
        self.require(command, CommissionStage.SCORING)
        self.require_judge(command, command.application_id, ctx)
        self._require_not_recused(command.application_id, ctx)
        if (command.application_id, ctx.actor) in self.declared:
            raise RuleViolated("grant.interest.once", N_("The interest in this application was declared already."))
        candidate = self.candidates[command.application_id]
        if command.organisation_id != candidate.organisation_id:
            raise InvalidValue("/organisation_id", N_("The application is another organisation's."))
        event = InterestDeclared(person_id=ctx.actor, application_id=command.application_id, interest=command.interest)
        if command.detail is not None:
            event.about(Personal(ctx.actor, "interest", command.detail))
        basis = self._conflict(command, ctx)
        if basis is not None:  # first, so that at no position of the log a recused member has declared and may read
            self.trigger(
                ctx,
                MemberRecused(
                    person_id=ctx.actor,
                    application_id=command.application_id,
                    basis=basis,
                    substitute=self._substitute(command.application_id),
                ),
            )
        self.trigger(ctx, event)

    @decides(CommitScore)
    def commit(self, command: CommitScore, ctx: Context) -> None:
        """After the declaration, and before anybody's points are known."""
        self.require(command, CommissionStage.SCORING)
        self.require_judge(command, command.application_id, ctx)
        self._require_not_recused(command.application_id, ctx)
        judged = (command.application_id, ctx.actor)
        if judged not in self.declared:
            raise RuleViolated(
                "grant.interest.first",
                N_("Declare first what you have to do with the applicant; then the application is shown and scored."),
                citation=citations.FINANCING,
            )
        if judged in self.commitments:
            raise RuleViolated("grant.score.once", N_("Your score of this application is committed already."))
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
        """When all commitments are in; what does not match one's own is named and not taken."""
        self.require(command, CommissionStage.SCORING)
        self.require_judge(command, command.application_id, ctx)
        self._require_not_recused(command.application_id, ctx)
        if command.call_id != self.call_id:
            raise InvalidValue("/call_id", N_("The commission is another call's."))
        waiting = self.expected - len(self.commitments)
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
        _require_points(command, ctx.reference("call", GrantCall))
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

    @decides(CloseScoring, references=ON_CALL, boundary=Candidates)
    def close(self, command: CloseScoring, ctx: Context) -> None:
        """When every score is known; what was withdrawn meanwhile is not ranked."""
        self.require(command, CommissionStage.SCORING)
        if command.call_id != self.call_id:
            raise InvalidValue("/call_id", N_("The commission is another call's."))
        here = ctx.folded(Candidates).submitted
        left = [one for key, one in self.candidates.items() if key in here]
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
        call = ctx.reference("call", GrantCall)
        self.trigger(ctx, ScoringClosed(ranking=rank(call.facts, left, scores, self.tie_seed)))

    @decides(ReopenApplication)
    def reopen(self, command: ReopenApplication, ctx: Context) -> None:
        """The same members score it anew."""
        self.require(command, CommissionStage.SCORED, CommissionStage.SCORING)
        if command.application_id not in self.candidates:
            raise InvalidValue("/application_id", N_("The commission has no such application."))
        self.trigger(
            ctx,
            ApplicationReopened(
                application_id=command.application_id,
                complaint_id=command.complaint_id,
                round=self.rounds[command.application_id] + 1,
            ),
        )

    def _conflict(self, command: DeclareInterest, ctx: Context) -> ConflictBasis | None:
        """Why the member may not judge the application, None where nothing is known against it."""
        standing = ctx.registered(Standing)
        entries = {command.organisation_id, *standing.entries}
        if ctx.actor in {one.person_id for one in standing.officers}:
            return ConflictBasis.OFFICER
        if entries & set(self.people[ctx.actor].employers):
            return ConflictBasis.EMPLOYER
        return ConflictBasis.DECLARED if command.interest is Interest.HARD else None

    def _substitute(self, application_id: UUID) -> UUID | None:
        """The first alternate who neither judges the application nor was recused from it."""
        taken = set(self.panels[application_id]) | {person for key, person in self.recused if key == application_id}
        return next((one for one in self.alternates if one not in taken), None)

    def _require_not_recused(self, application_id: UUID, ctx: Context) -> None:
        if (application_id, ctx.actor) in self.recused:
            raise RuleViolated(
                "grant.interest.recused",
                N_("You are recused from this application."),
                citation=citations.FINANCING,
            )


def commitment(application_id: UUID, person_id: UUID, points: Mapping[str, int], salt: str) -> str:
    """The salted hash by which a member stands for points that nobody knows (hexadecimal)."""
    said = canonical(dict(points)).decode()
    return sha256(f"{application_id}:{person_id}:{said}:{salt}".encode()).hexdigest()


def _require_points(command: RevealScore, call: GrantCall) -> None:
    criteria = {one.code: one.max_points for one in call.facts.criteria or ()}
    for code in sorted(criteria.keys() ^ command.points.keys()):
        raise InvalidValue(f"/points/{code}", N_("Each criterion of the call is scored, and no other."))
    for code, points in command.points.items():
        if points > criteria[code]:
            raise InvalidValue(
                f"/points/{code}",
                N_("The criterion '{code}' has at most {most} points."),
                code=code,
                most=criteria[code],
            )
