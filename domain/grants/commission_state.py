"""The state of a commission: who judges what, and how far they are."""

from uuid import UUID

from domain.grants import citations
from domain.grants.commission_parts import Seat
from domain.grants.events.commission import (
    ApplicationReopened,
    CommissionFormed,
    ConflictDecided,
    ConflictSuspected,
    ExpertsDrawn,
    InterestDeclared,
    MemberRecused,
    MemberReplaced,
    PoolExtended,
    ScoreCommitted,
    ScoreRevealed,
    ScoringClosed,
    ScoringOpened,
)
from domain.grants.panels import LACKS, PANEL
from domain.grants.ranking import Candidate, Ranked
from domain.grants.vocabulary import CommissionStage
from domain.kernel.aggregate import applies
from domain.kernel.errors import InvalidValue
from domain.kernel.event import Event
from domain.kernel.message import N_
from domain.scoring.judging import Judging
from domain.scoring.replacing import Replacing
from domain.scoring.terms import Terms
from domain.scoring.vocabulary import ConflictBasis

TERMS = Terms(
    rule="grant",
    panel=PANEL,
    citation=citations.FINANCING,
    noun="application",
    role="commissioner",
    opened_by="ScoringOpened",
    unknown=N_("The commission has no such application."),
    foreign=N_("The application is another organisation's."),
    declared_once=N_("The interest in this application was declared already."),
    declare_first=N_("Declare first what you have to do with the applicant; then the application is shown and scored."),
    committed_once=N_("Your score of this application is committed already."),
    waiting=N_("{waiting} scores are not committed yet; until then nobody shows theirs."),
    known_once=N_("Your score of this application is known already."),
    recused=N_("You are recused from this application."),
    replaced=N_("You were replaced: another one judges this application."),
    own=N_("Nobody of the commission or of its pool decides who judges."),
    undoubted=N_("Nothing is to be decided about this member and application."),
    owes_nothing=N_("The person owes the commission nothing now."),
    has_time=N_("The member has time until {until}."),
    named_already=N_("The person is of the commission already, or decides."),
    lacks=LACKS,
)


class CommissionState(Replacing):
    """What a commission remembers. `answered` are the complaints for which it scored something anew, or is about to."""

    TERMS = TERMS

    @applies(CommissionFormed)
    def _formed(self, event: CommissionFormed) -> None:
        members = (one.person_id for one in event.members)
        self.take_up(
            CommissionStage.FORMED,
            event.call_id,
            event.published_at or event.occurred_at,
            Judging(event.occurred_at, (*event.members, *event.pool), members),
        )
        self.pool: tuple[UUID, ...] = tuple(one.person_id for one in event.pool)
        self.experts = event.experts
        self.candidates: dict[UUID, Candidate] = {}
        self.ranking: tuple[Ranked, ...] = ()
        self.tie_seed = ""
        self.answered: frozenset[UUID] = frozenset()

    @applies(ExpertsDrawn)
    def _drawn(self, event: ExpertsDrawn) -> None:
        self.stage = CommissionStage.DRAWN
        self.judging.members += event.experts
        self.judging.alternates = event.alternates

    @applies(ScoringOpened)
    def _opened(self, event: ScoringOpened) -> None:
        self.stage, self.tie_seed = CommissionStage.SCORING, event.tie_seed
        self.candidates = {one.application_id: one for one in event.candidates}
        self.judging.begin({key: one.organisation_id for key, one in self.candidates.items()}, event.occurred_at)

    @applies(InterestDeclared)
    def _declared(self, event: InterestDeclared) -> None:
        self.judging.declared[event.application_id, event.person_id] = event.interest

    @applies(MemberRecused)
    def _recused(self, event: MemberRecused) -> None:
        self.judging.recuse(event.application_id, event.person_id, event.substitute, event.occurred_at)

    @applies(ConflictSuspected)
    def _suspected(self, event: ConflictSuspected) -> None:
        self.judging.suspect(event.application_id, event.person_id, event.officers)

    @applies(ConflictDecided)
    def _conflict_decided(self, event: ConflictDecided) -> None:
        self.judging.clear(event.application_id, event.person_id, event.occurred_at, recused=event.recused)

    @applies(MemberReplaced)
    def _replaced(self, event: MemberReplaced) -> None:
        self.judging.replace(event.person_id, _taken(event.seats), event.occurred_at)

    @applies(PoolExtended)
    def _pool_extended(self, event: PoolExtended) -> None:
        self.judging.extend(event.pool, event.alternates, _taken(event.seats), event.occurred_at)

    @applies(ScoreCommitted)
    def _committed(self, event: ScoreCommitted) -> None:
        self.judging.commit(event.application_id, event.person_id, event.commitment, event.occurred_at)

    @applies(ScoreRevealed)
    def _revealed(self, event: ScoreRevealed) -> None:
        self.judging.points[event.application_id, event.person_id] = event.points

    @applies(ScoringClosed)
    def _closed(self, event: ScoringClosed) -> None:
        self.stage, self.ranking = CommissionStage.SCORED, event.ranking
        self.judging.close()

    @applies(ApplicationReopened)
    def _reopened(self, event: ApplicationReopened) -> None:
        self.stage = CommissionStage.SCORING
        self.judging.begin_again(event.application_id, event.occurred_at)
        self.answered |= {event.complaint_id}

    def recusal(self, subject: UUID, person: UUID, basis: ConflictBasis, substitute: UUID | None) -> Event:
        """A member does not judge an application."""
        return MemberRecused(person_id=person, application_id=subject, basis=basis, substitute=substitute)

    def suspicion(self, subject: UUID, person: UUID, entries: tuple[UUID, ...]) -> Event:
        """An applicant had an office of the member recorded late."""
        return ConflictSuspected(
            person_id=person, application_id=subject, basis=ConflictBasis.LATE_OFFICER, officers=entries
        )

    def require_call(self, call_id: UUID) -> None:
        """Refuse another call than the commission's own."""
        if call_id != self.call_id:
            raise InvalidValue("/call_id", N_("The commission is another call's."))


def _taken(seats: tuple[Seat, ...]) -> list[tuple[UUID, UUID | None]]:
    return [(one.application_id, one.substitute) for one in seats]
