"""The state of a commission: who judges what, and how far they are."""

from collections.abc import Mapping
from uuid import UUID

from domain.grants.commission_parts import Member
from domain.grants.events.commission import (
    ApplicationReopened,
    CommissionFormed,
    ExpertsDrawn,
    InterestDeclared,
    MemberRecused,
    ScoreCommitted,
    ScoreRevealed,
    ScoringClosed,
    ScoringOpened,
)
from domain.grants.ranking import Candidate, Ranked
from domain.grants.vocabulary import CommissionStage, Interest
from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted
from domain.kernel.message import N_

Judged = tuple[UUID, UUID]
"""(application, person)"""


class CommissionState(Aggregate):
    """What a commission remembers. `panels` are, per application, the persons who judge it, in order.

    `answered` are the complaints for which it scored an application anew, or is about to.
    """

    @applies(CommissionFormed)
    def _formed(self, event: CommissionFormed) -> None:
        self.stage = CommissionStage.FORMED
        self.call_id = event.call_id
        self.people: dict[UUID, Member] = {one.person_id: one for one in (*event.members, *event.pool)}
        self.members: tuple[UUID, ...] = tuple(one.person_id for one in event.members)
        self.pool: tuple[UUID, ...] = tuple(one.person_id for one in event.pool)
        self.experts = event.experts
        self.alternates: tuple[UUID, ...] = ()
        self.candidates: dict[UUID, Candidate] = {}
        self.panels: dict[UUID, tuple[UUID, ...]] = {}
        self.recused: set[Judged] = set()
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

    @applies(InterestDeclared)
    def _declared(self, event: InterestDeclared) -> None:
        self.declared[event.application_id, event.person_id] = event.interest

    @applies(MemberRecused)
    def _recused(self, event: MemberRecused) -> None:
        self.recused.add((event.application_id, event.person_id))
        rest = tuple(one for one in self.panels[event.application_id] if one != event.person_id)
        self.panels[event.application_id] = rest if event.substitute is None else (*rest, event.substitute)

    @applies(ScoreCommitted)
    def _committed(self, event: ScoreCommitted) -> None:
        self.commitments[event.application_id, event.person_id] = event.commitment

    @applies(ScoreRevealed)
    def _revealed(self, event: ScoreRevealed) -> None:
        self.points[event.application_id, event.person_id] = event.points

    @applies(ScoringClosed)
    def _closed(self, event: ScoringClosed) -> None:
        self.stage, self.ranking = CommissionStage.SCORED, event.ranking

    @applies(ApplicationReopened)
    def _reopened(self, event: ApplicationReopened) -> None:
        self.stage = CommissionStage.SCORING
        self.rounds[event.application_id] = event.round
        self.answered |= {event.complaint_id}
        for key in [key for key in self.commitments if key[0] == event.application_id]:
            del self.commitments[key]
            self.points.pop(key, None)

    @property
    def expected(self) -> int:
        """How many scores there will be."""
        return sum(len(panel) for panel in self.panels.values())

    def sits(self, person_id: UUID) -> bool:
        """Whether the person is a member, or judges an application in somebody's place."""
        return person_id in self.members or any(person_id in panel for panel in self.panels.values())

    def may_read(self, person_id: UUID, application_id: UUID) -> bool:
        """Whether the person may see what the application says: whoever judges it and has declared their interest."""
        judges = person_id in self.panels.get(application_id, ())
        return judges and (application_id, person_id) in self.declared

    def require(self, command: Command, *stages: CommissionStage) -> None:
        """Refuse the command unless the commission stands in one of these stages."""
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def require_judge(self, command: Command, application_id: UUID, ctx: Context) -> None:
        """Refuse whoever does not judge the application: strangers, and the recused by name of the rule."""
        if application_id not in self.candidates:
            raise InvalidValue("/application_id", N_("The commission has no such application."))
        if ctx.actor not in self.panels[application_id] and (application_id, ctx.actor) not in self.recused:
            raise NotPermitted(command.name, ("commissioner",))
