"""Who has an interest in what they judge: found at every step, recused at once or decided about first.

What the register already told when the call became public recuses by itself, and so does what the member or their
employers say. An office that the applicant had recorded afterwards does not: else applicants could choose their judges
by naming those they do not want. It is a suspicion, which somebody outside the commission decides before anybody's
points are known.
"""

from collections.abc import Iterable
from uuid import UUID

from domain.grants import citations
from domain.grants.applicants import Applicants
from domain.grants.commands.commission import DecideConflict
from domain.grants.commission_forming import Forming
from domain.grants.events.commission import ConflictDecided, ConflictSuspected, MemberRecused
from domain.grants.impartiality import require_impartial
from domain.grants.languages import require_languages
from domain.grants.ranking import Candidate
from domain.grants.vocabulary import CommissionStage
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.organisations.standing import Standing
from domain.scoring.impartiality import Conflict, conflict
from domain.scoring.vocabulary import ConflictBasis, Interest


class Conflicting(Forming):
    """Decisions about conflicts of interest."""

    @decides(DecideConflict, register=(Standing,))
    def decide_conflict(self, command: DecideConflict, ctx: Context) -> None:
        """By somebody who neither judges nor belongs to the applicant, with a reason."""
        self.require(command, CommissionStage.SCORING)
        self.require_candidate(command.application_id)
        self.require_applicant(command.application_id, command.organisation_id)
        self.require_outsider(ctx)
        require_impartial(ctx.registered(Standing), ctx)
        require_languages(command.reason, ctx)
        entries = self.suspected.get((command.application_id, command.person_id))
        if entries is None:
            raise InvalidValue("/person_id", N_("Nothing is to be decided about this member and application."))
        self.trigger(
            ctx,
            ConflictDecided(
                person_id=command.person_id,
                application_id=command.application_id,
                officers=entries,
                recused=command.recused,
                decision_no=command.decision_no,
                reason=command.reason,
            ),
        )
        if command.recused:
            self._recuse(ctx, command.application_id, command.person_id, ConflictBasis.LATE_OFFICER)

    def require_applicant(self, application_id: UUID, organisation_id: UUID) -> None:
        """Refuse another organisation than the one that applied: of it the register would be asked."""
        if organisation_id != self.candidates[application_id].organisation_id:
            raise InvalidValue("/organisation_id", N_("The application is another organisation's."))

    def settle(
        self, ctx: Context, application_id: UUID, person_id: UUID, standing: Standing, interest: Interest
    ) -> bool:
        """Recuse the member, or put on record what is to be decided; whether the member may go on."""
        found = self._conflict(self.candidates[application_id], person_id, standing, interest)
        if found.basis is not None:
            self._recuse(ctx, application_id, person_id, found.basis)
            return False
        if found.late:
            self.trigger(
                ctx,
                ConflictSuspected(
                    person_id=person_id,
                    application_id=application_id,
                    basis=ConflictBasis.LATE_OFFICER,
                    officers=found.late,
                ),
            )
        return True

    def settle_all(self, ctx: Context, candidates: Iterable[Candidate]) -> bool:
        """Ask the register again about every judge whose round is not over; whether nothing was found."""
        applicants, before = ctx.registered(Applicants), self.version
        for one in candidates:
            if self.is_open(one.application_id):
                standing = applicants.standing(one.organisation_id)
                for person_id in self.panels[one.application_id]:
                    self.settle(ctx, one.application_id, person_id, standing, Interest.NONE)
        return self.version == before

    def require_no_suspicion(self) -> None:
        """Refuse to make points known, or to rank by them, while somebody's recusal is still to be decided.

        Raises: RuleViolated.
        """
        if self.suspected:
            raise RuleViolated(
                "grant.interest.undecided",
                N_("{count} conflicts of interest are to be decided first: offices recorded since the call is public."),
                citation=citations.FINANCING,
                count=len(self.suspected),
            )

    def _conflict(self, candidate: Candidate, person_id: UUID, standing: Standing, interest: Interest) -> Conflict:
        employers = self.people[person_id].employers
        found = conflict(
            standing, candidate.organisation_id, person_id, employers, interest, public_since=self.public_since
        )
        judged = (candidate.application_id, person_id)
        known = self.suspected.get(judged, ())
        late = tuple(one for one in found.late if one not in known and (judged, one) not in self.cleared)
        return Conflict(found.basis, late)

    def _recuse(self, ctx: Context, application_id: UUID, person_id: UUID, basis: ConflictBasis) -> None:
        self.trigger(
            ctx,
            MemberRecused(
                person_id=person_id,
                application_id=application_id,
                basis=basis,
                substitute=next(iter(self.alternates_of(application_id)), None),
            ),
        )
