"""The state of a commission: who judges what, and how far they are."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from domain.grants import citations
from domain.grants.commission_parts import Member
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
from domain.grants.ranking import Candidate, Ranked
from domain.grants.vocabulary import CommissionStage, MemberKind
from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.message import N_
from domain.scoring.vocabulary import Interest

Judged = tuple[UUID, UUID]
"""(application, person)"""


class CommissionState(Aggregate):
    """What a commission remembers. `panels` are, per application, the persons who judge it, in order.

    Who `left` an application was recused from it or replaced, and never judges it again. `owing_since` is when a member
    got an application to score, `sealed_since` when last something changed in who judges or has committed. `suspected`
    are register entries nobody has decided about, `cleared` those by which nobody is recused. `closed` are the rounds
    that are over. `answered` are the complaints for which it scored an application anew, or is about to.
    """

    @applies(CommissionFormed)
    def _formed(self, event: CommissionFormed) -> None:
        self.stage = CommissionStage.FORMED
        self.call_id = event.call_id
        self.public_since = event.published_at or event.occurred_at
        self.people: dict[UUID, Member] = {one.person_id: one for one in (*event.members, *event.pool)}
        self.members: tuple[UUID, ...] = tuple(one.person_id for one in event.members)
        self.pool: tuple[UUID, ...] = tuple(one.person_id for one in event.pool)
        self.experts = event.experts
        self.alternates: tuple[UUID, ...] = ()
        self.candidates: dict[UUID, Candidate] = {}
        self.panels: dict[UUID, tuple[UUID, ...]] = {}
        self.recused: set[Judged] = set()
        self.replaced: set[UUID] = set()
        self.left: set[Judged] = set()
        self.suspected: dict[Judged, tuple[UUID, ...]] = {}
        self.cleared: frozenset[tuple[Judged, UUID]] = frozenset()
        self.owing_since: dict[Judged, datetime] = {}
        self.sealed_since = event.occurred_at
        self.closed: dict[UUID, int] = {}
        self.declared: dict[Judged, Interest] = {}
        self.rounds: dict[UUID, int] = {}
        self.commitments: dict[Judged, str] = {}
        self.points: dict[Judged, Mapping[str, int]] = {}
        self.ranking: tuple[Ranked, ...] = ()
        self.tie_seed = ""
        self.answered: frozenset[UUID] = frozenset()

    @applies(ExpertsDrawn)
    def _drawn(self, event: ExpertsDrawn) -> None:
        self.stage = CommissionStage.DRAWN
        self.members += event.experts
        self.alternates = event.alternates

    @applies(ScoringOpened)
    def _opened(self, event: ScoringOpened) -> None:
        self.stage = CommissionStage.SCORING
        self.tie_seed = event.tie_seed
        self.candidates = {one.application_id: one for one in event.candidates}
        self.panels = dict.fromkeys(self.candidates, self.members)
        self.rounds = dict.fromkeys(self.candidates, 1)
        self.sealed_since = event.occurred_at
        self.owing_since = {(key, one): event.occurred_at for key in self.candidates for one in self.members}

    @applies(InterestDeclared)
    def _declared(self, event: InterestDeclared) -> None:
        self.declared[event.application_id, event.person_id] = event.interest

    @applies(MemberRecused)
    def _recused(self, event: MemberRecused) -> None:
        self.recused.add((event.application_id, event.person_id))
        self._leave(event.application_id, event.person_id)
        self._sit_down(event.application_id, event.substitute, event.occurred_at)

    @applies(ConflictSuspected)
    def _suspected(self, event: ConflictSuspected) -> None:
        judged = event.application_id, event.person_id
        self.suspected[judged] = (*self.suspected.get(judged, ()), *event.officers)

    @applies(ConflictDecided)
    def _conflict_decided(self, event: ConflictDecided) -> None:
        judged = event.application_id, event.person_id
        self.suspected.pop(judged, None)
        self.sealed_since = event.occurred_at
        if not event.recused:
            self.cleared |= {(judged, one) for one in event.officers}

    @applies(MemberReplaced)
    def _replaced(self, event: MemberReplaced) -> None:
        self.replaced.add(event.person_id)
        for seat in event.seats:
            self._leave(seat.application_id, event.person_id)
            self._sit_down(seat.application_id, seat.substitute, event.occurred_at)

    @applies(PoolExtended)
    def _pool_extended(self, event: PoolExtended) -> None:
        self.people |= {one.person_id: one for one in event.pool}
        self.alternates += event.alternates
        for seat in event.seats:
            self._sit_down(seat.application_id, seat.substitute, event.occurred_at)

    @applies(ScoreCommitted)
    def _committed(self, event: ScoreCommitted) -> None:
        self.commitments[event.application_id, event.person_id] = event.commitment
        self.sealed_since = event.occurred_at

    @applies(ScoreRevealed)
    def _revealed(self, event: ScoreRevealed) -> None:
        self.points[event.application_id, event.person_id] = event.points

    @applies(ScoringClosed)
    def _closed(self, event: ScoringClosed) -> None:
        self.stage, self.ranking = CommissionStage.SCORED, event.ranking
        self.closed = dict(self.rounds)

    @applies(ApplicationReopened)
    def _reopened(self, event: ApplicationReopened) -> None:
        self.stage = CommissionStage.SCORING
        self.rounds[event.application_id] = event.round
        self.answered |= {event.complaint_id}
        for key in [key for key in self.commitments if key[0] == event.application_id]:
            del self.commitments[key]
            self.points.pop(key, None)
        for one in self.panels[event.application_id]:
            self.owing_since[event.application_id, one] = event.occurred_at

    def _leave(self, application_id: UUID, person_id: UUID) -> None:
        judged = application_id, person_id
        self.left.add(judged)
        self.panels[application_id] = tuple(one for one in self.panels[application_id] if one != person_id)
        for held in (self.commitments, self.points, self.suspected, self.owing_since):
            held.pop(judged, None)

    def _sit_down(self, application_id: UUID, person_id: UUID | None, at: datetime) -> None:
        self.sealed_since = at
        if person_id is not None:
            self.panels[application_id] = (*self.panels[application_id], person_id)
            self.owing_since[application_id, person_id] = at

    @property
    def expected(self) -> int:
        """How many scores there will be."""
        return sum(len(panel) for panel in self.panels.values())

    @property
    def waiting(self) -> int:
        """How many scores of the rounds that are not over are not committed yet."""
        return sum(
            (key, person) not in self.commitments
            for key, panel in self.panels.items()
            if self.is_open(key)
            for person in panel
        )

    def withheld_from(self, reader: UUID | None) -> bool:
        """While points of a round that is not over are known: nobody decides by them who judges."""
        del reader
        return any(self.is_open(key) for key, _ in self.points)

    def sits(self, person_id: UUID) -> bool:
        """Whether the person is a member, or judges or judged an application in somebody's place."""
        took_a_place = any(person_id in panel for panel in self.panels.values())
        return person_id in self.members or took_a_place or any(one == person_id for _, one in self.left)

    def experts_among(self, panel: tuple[UUID, ...]) -> int:
        """How many of them are from outside."""
        return sum(self.people[one].kind is MemberKind.EXTERNAL for one in panel)

    def alternates_of(self, application_id: UUID) -> list[UUID]:
        """Who may take a place at the application, in the order of the lots.

        Nobody who judges it, left it, or was replaced anywhere.
        """
        out = {*self.panels[application_id], *self.replaced}
        return [one for one in self.alternates if one not in out and (application_id, one) not in self.left]

    def is_open(self, application_id: UUID) -> bool:
        """Whether the application's present round is not over."""
        return self.closed.get(application_id) != self.rounds[application_id]

    def may_read(self, person_id: UUID, application_id: UUID) -> bool:
        """Whether the person may see what the application says: whoever judges it and has declared their interest."""
        judges = person_id in self.panels.get(application_id, ())
        return judges and (application_id, person_id) in self.declared

    def require(self, command: Command, *stages: CommissionStage) -> None:
        """Refuse the command unless the commission stands in one of these stages."""
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def require_judge(self, command: Command, application_id: UUID, ctx: Context) -> None:
        """Refuse whoever does not judge the application: strangers, and by name of the rule those who did."""
        self.require_candidate(application_id)
        if (application_id, ctx.actor) in self.recused:
            raise RuleViolated(
                "grant.interest.recused",
                N_("You are recused from this application."),
                citation=citations.FINANCING,
            )
        if (application_id, ctx.actor) in self.left:
            raise RuleViolated(
                "grant.commission.replaced",
                N_("You were replaced: another one judges this application."),
                citation=citations.FINANCING,
            )
        if ctx.actor not in self.panels[application_id]:
            raise NotPermitted(command.name, ("commissioner",))

    def require_candidate(self, application_id: UUID) -> None:
        """Refuse an application that the commission does not judge."""
        if application_id not in self.candidates:
            raise InvalidValue("/application_id", N_("The commission has no such application."))

    def require_call(self, call_id: UUID) -> None:
        """Refuse another call than the commission's own."""
        if call_id != self.call_id:
            raise InvalidValue("/call_id", N_("The commission is another call's."))

    def require_outsider(self, ctx: Context) -> None:
        """Refuse anybody of the commission or of its pool, whoever they are besides."""
        if ctx.actor in self.people:
            raise RuleViolated(
                "grant.commission.own",
                N_("Nobody of the commission or of its pool decides who judges."),
                citation=citations.FINANCING,
            )
