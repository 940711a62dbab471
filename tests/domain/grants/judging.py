"""The steps of a commission at work, of which state machines make rules, in any order."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from domain.grants.application import Application
from domain.grants.commands import commission as k
from domain.grants.commission import Commission
from domain.grants.events import commission as e
from domain.grants.grant_call import GrantCall
from domain.grants.vocabulary import ApplicationStage, AwardOutcome, CommissionStage
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.organisations import events as o
from domain.organisations.vocabulary import Officer, Position
from domain.scoring.sealing import commitment
from domain.scoring.vocabulary import Interest, Nominee
from tests.domain.grants.applications import ELSEWHERE, ORGANISATION
from tests.domain.grants.commissions import (
    COMMISSION,
    COMMISSIONER,
    EXPERT,
    ONE,
    SALT,
    SECOND_EXPERT,
    THIRD_EXPERT,
    TWO,
)
from tests.domain.grants.planted import tell
from tests.domain.grants.stories import CALL, DURING, OFFICER, REASON
from tests.support.world import World

DRAFTS = tuple(derived_id("machine", "application", n) for n in range(3))
OWNERS = dict(zip(DRAFTS, (ORGANISATION, ELSEWHERE, ORGANISATION), strict=True))
"""The third is a second one of the first organisation: only one of them may be in the call."""
PEOPLE = (ONE, TWO, EXPERT, SECOND_EXPERT, THIRD_EXPERT)
PICK, PERSON = st.sampled_from(DRAFTS), st.integers(0, 11)
POINTS = st.fixed_dictionaries({"relevance": st.integers(15, 40), "capacity": st.integers(0, 60)})


class Judging(RuleBasedStateMachine):
    """Drives one commission that changes: its members judge, fall silent, lose the salt, take offices or are named so.

    Machines make rules of its steps; each step says what must never come of it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.world = World(DURING)
        self.points: dict[tuple[UUID, UUID], dict[str, int]] = {}
        self.people = list(PEOPLE)

    @property
    def call(self) -> GrantCall:
        found = self.world.aggregates[CALL]
        assert isinstance(found, GrantCall)
        return found

    @property
    def commission(self) -> Any:
        return self.world.aggregates.get(COMMISSION)

    def held(self) -> list[Application]:
        found = (self.world.aggregates.get(one) for one in DRAFTS)
        outside = (ApplicationStage.DRAFT, ApplicationStage.WITHDRAWN)
        return [one for one in found if isinstance(one, Application) and one.stage not in outside]

    def officer(self, command: Any, stream: UUID, of: Any) -> tuple[Event, ...]:
        return self.world.send(command, stream, of, mandate=OFFICER)

    def time_passes(self, by: timedelta) -> None:
        if self.world.now < DURING + timedelta(days=120):
            self.world.wait(by)

    def person(self, who: int) -> UUID:
        return self.people[who % len(self.people)]

    def unlawful(self, of: Iterable[UUID] | None = None) -> list[UUID]:
        """What is judged by fewer than three, an even number, or nobody from outside; of what is open, or of these."""
        it = self.commission
        panels = {
            key: it.judging.panels[key] for key in (filter(it.judging.is_open, it.judging.panels) if of is None else of)
        }
        return [
            key for key, one in panels.items() if len(one) < 3 or len(one) % 2 == 0 or not it.judging.experts_among(one)
        ]

    def member(self, command: Any, person: UUID) -> tuple[Event, ...]:
        mandate = {"mandate": COMMISSIONER, "actor": person}
        return self.world.send(command, COMMISSION, Commission, **mandate)

    def declare(self, who: int, draft: UUID, interest: Interest) -> None:
        person = self.person(who)
        command = k.DeclareInterest(application_id=draft, organisation_id=OWNERS[draft], interest=interest)
        for event in self.member(command, person):
            if isinstance(event, e.MemberRecused):
                assert person not in self.commission.judging.panels[draft]
                assert not self.commission.may_read(person, draft)

    def commit(self, who: int, draft: UUID, points: dict[str, int]) -> None:
        person = self.person(who)
        sealed = commitment(draft, person, points, SALT)
        command = k.CommitScore(application_id=draft, organisation_id=OWNERS[draft], commitment=sealed)
        for event in self.member(command, person):
            if isinstance(event, e.ScoreCommitted):
                assert self.commission.may_read(person, draft), "scored before the declaration"
                self.points[draft, person] = points

    def everybody_declares_and_commits(self, points: dict[str, int]) -> None:
        for draft, panel in dict(self.commission.judging.panels).items():
            for person in panel:
                self.declare(self.people.index(person), draft, Interest.NONE)
                self.commit(self.people.index(person), draft, points)

    def reveal(self, lie: bool) -> None:
        for (draft, person), points in list(self.points.items()):
            shown = points | {"relevance": (points["relevance"] + 1) % 41} if lie else points
            command = k.RevealScore(call_id=CALL, application_id=draft, points=shown, salt=SALT)
            it = self.commission
            sealed = it.judging.waiting or it.judging.suspected or self.unlawful()
            if self.member(command, person):
                assert not lie, "other points than those committed to were taken"
                assert not sealed, "somebody's points were known before all were in"

    def lose_the_salt(self, who: int, draft: UUID) -> None:
        self.points.pop((draft, self.person(who)), None)

    def take_office(self, who: int, draft: UUID) -> None:
        """Before the call was public somebody was on record only by a merger; what is recorded now comes late."""
        entry = Officer(
            officer_id=derived_id("office", len(self.world.log)),
            person_id=self.person(who),
            position=Position.BOARD_MEMBER,
            since=DURING.date().replace(year=2020),
        )
        tell(self.world, OWNERS[draft], o.OfficerRecorded(organisation_id=OWNERS[draft], officer=entry))

    def decide_conflict(self, who: int, draft: UUID, recused: bool) -> None:
        person = self.person(who)
        command = k.DecideConflict(
            application_id=draft,
            organisation_id=OWNERS[draft],
            person_id=person,
            recused=recused,
            decision_no="8",
            reason=REASON,
        )
        if self.officer(command, COMMISSION, Commission):
            assert (person in self.commission.judging.panels[draft]) is not recused

    def replace(self, who: int, judge: bool) -> None:
        person, known = self.person(who), dict(self.commission.judging.points)
        command = k.ReplaceMember(call_id=CALL, person_id=person, decision_no="8", reason=REASON)
        actor = {"actor": ONE} if judge else {}
        lawful = not self.unlawful()
        for event in self.world.send(command, COMMISSION, Commission, mandate=OFFICER, **actor):
            assert isinstance(event, e.MemberReplaced)
            assert not judge, "a member of the commission decided"
            assert self.commission.judging.points == known, "known points fell out"
            assert not (lawful and self.unlawful())

    def extend(self, size: int) -> None:
        """More alternates: whoever can take an empty place has taken it."""
        people = [derived_id("machine", "expert", len(self.people) + n) for n in range(size)]
        pool = tuple(Nominee(person_id=one, full_name="N") for one in people)
        if self.officer(k.ExtendPool(call_id=CALL, decision_no="9", pool=pool), COMMISSION, Commission):
            self.people += people
            it = self.commission
            assert all(len(it.judging.panels[key]) + len(it.judging.alternates_of(key)) < 3 for key in self.unlawful())

    def bring_to_an_end(self, points: dict[str, int]) -> None:
        """Whatever happened, the call is not stuck: by what the rules allow it comes to its ranking."""
        for _ in range(20):
            self.everybody_declares_and_commits(points)
            for draft, person in list(self.commission.judging.suspected):
                self.decide_conflict(self.people.index(person), draft, recused=True)
            self.reveal(lie=False)
            self.close_scoring()
            if self.commission.stage is not CommissionStage.SCORING:
                return
            self.world.wait(timedelta(days=9))
            judging = {one for panel in self.commission.judging.panels.values() for one in panel}
            if self.unlawful() or not all(map(self.commission.judging.alternates_of, self.commission.judging.panels)):
                self.extend(2)
            for person in judging:
                self.replace(self.people.index(person), judge=False)
        raise AssertionError(vars(self.commission))

    def close_scoring(self) -> None:
        for event in self.officer(k.CloseScoring(call_id=CALL), COMMISSION, Commission):
            if not isinstance(event, e.ScoringClosed):
                assert isinstance(event, e.MemberRecused | e.ConflictSuspected)
                continue
            assert not self.unlawful({one.application_id for one in event.ranking})
            assert all(
                (one.application_id, person) in self.commission.judging.points
                for one in event.ranking
                for person in self.commission.judging.panels[one.application_id]
            )
            given = [one.amount for one in event.ranking if one.outcome is AwardOutcome.AWARDED and one.amount]
            assert sum(one.amount for one in given) <= 6_000_000
            assert {one.application_id for one in event.ranking} <= {one.id for one in self.held()}

    @invariant()
    def who_left_an_application_never_judges_it_again(self) -> None:
        if self.commission is not None:
            assert not any(
                person in self.commission.judging.panels[key] for key, person in self.commission.judging.left
            )


def seated(machine: Judging) -> bool:
    """Whether there is a commission."""
    return machine.commission is not None
