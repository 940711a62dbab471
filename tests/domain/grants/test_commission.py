"""A commission, command by command."""

from typing import Any
from uuid import UUID

import pytest

from domain.grants.commands import commission as c
from domain.grants.commission import Commission
from domain.grants.commission_forming import commission_id
from domain.grants.events import commission as e
from domain.grants.vocabulary import CommissionStage
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.scoring.lots import drawn
from domain.scoring.sealing import commitment
from domain.scoring.vocabulary import ConflictBasis, Interest, Nominee
from tests.domain.grants import commissions as k
from tests.domain.grants.applications import ELIGIBLE, ELSEWHERE, ORGANISATION, SUBMITTED, WITHDRAWN, standing
from tests.domain.grants.commissions import (
    ALL_DECLARED,
    AT_WORK,
    COMMISSION,
    DRAWN,
    FAIR,
    FIRST,
    FORMED,
    GOOD,
    KNOWN,
    ONE,
    OPENED,
    PANEL,
    SALT,
    SEALED,
    SECOND,
    TWO,
    as_chair,
    as_member,
    commission,
    committed,
    declared,
    field,
    revealed,
    told,
)
from tests.domain.grants.stories import CALL, CANCELLED, OPEN_CALL, OTHER_CALL, OVER, call, facts
from tests.support.given import given_nothing


def nominees(*people: UUID, **more: Any) -> tuple[Nominee, ...]:
    return tuple(Nominee(person_id=one, full_name=f"Person {n}", **more) for n, one in enumerate(people))


def form(
    members: tuple[Nominee, ...] | None = None, pool: tuple[Nominee, ...] | None = None, experts: int = 1
) -> c.FormCommission:
    return c.FormCommission(
        call_id=CALL,
        decision_no="7/2026",
        members=nominees(ONE, TWO) if members is None else members,
        pool=nominees(k.EXPERT, k.SECOND_EXPERT, k.THIRD_EXPERT) if pool is None else pool,
        experts=experts,
    )


def declare(interest: Interest = Interest.NONE, application: UUID = FIRST, **more: Any) -> c.DeclareInterest:
    organisation = ORGANISATION if application == FIRST else ELSEWHERE
    return c.DeclareInterest(
        **{"application_id": application, "organisation_id": organisation, "interest": interest} | more
    )


def commit(points: dict[str, int] = GOOD, application: UUID = FIRST, person: UUID = ONE) -> c.CommitScore:
    return c.CommitScore(
        application_id=application,
        organisation_id=ORGANISATION if application == FIRST else ELSEWHERE,
        commitment=commitment(application, person, points, SALT),
    )


def reveal(points: dict[str, int] = GOOD, application: UUID = FIRST, salt: str = SALT) -> c.RevealScore:
    return c.RevealScore(call_id=CALL, application_id=application, points=points, salt=salt)


# --- forming


def test_a_commission_is_formed_with_its_pool_and_no_name_in_the_open() -> None:
    outcome = given_nothing(Commission).when(form(), **as_chair(references={"call": call()}))
    outcome.then_events(e.CommissionFormed).then_state(lambda it: it.stage is CommissionStage.FORMED)
    (event,) = outcome.events
    assert {one.value for one in event.personal} == {"Person 0", "Person 1", "Person 2"}
    assert b"Person" not in repr(event.__struct_fields__).encode()
    assert Commission.settled_id(10, form()) == commission_id(CALL)


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (form(members=nominees(ONE)), "grant.commission.size"),
        (form(members=nominees(ONE, TWO, k.COMPLAINT)), "grant.commission.parity"),
    ],
)
def test_its_size_is_lawful(command: c.FormCommission, rule: str) -> None:
    given_nothing(Commission).when(command, **as_chair()).then_refused(RuleViolated, rule=rule)


def test_the_call_may_ask_for_more_experts_than_the_rule() -> None:
    asked = {"call": call(*_published_with(external_experts=2))}
    given_nothing(Commission).when(form(), **as_chair(references=asked)).then_refused(
        RuleViolated, rule="grant.commission.external"
    )


def test_nobody_is_named_twice_or_by_themselves_and_a_pool_holds_who_is_drawn() -> None:
    twice = form(pool=nominees(ONE, k.EXPERT))
    given_nothing(Commission).when(twice, **as_chair()).then_refused(InvalidValue, pointer="/pool/0/person_id")
    given_nothing(Commission).when(form(), **as_chair(actor=TWO)).then_refused(
        InvalidValue, pointer="/members/1/person_id"
    )
    few = form(members=nominees(ONE, TWO), pool=nominees(k.EXPERT), experts=3)
    given_nothing(Commission).when(few, **as_chair()).then_refused(InvalidValue, pointer="/pool")
    over = as_chair(references={"call": call(*OPEN_CALL, CANCELLED)})
    given_nothing(Commission).when(form(), **over).then_refused(IllegalTransition)


def test_experts_are_drawn_once_by_a_seed_that_anybody_can_run_again() -> None:
    outcome = told(FORMED).when(c.DrawExperts(), **as_chair()).then_events(e.ExpertsDrawn)
    (event,) = outcome.events
    assert isinstance(event, e.ExpertsDrawn)
    again = drawn(event.seed, [one.person_id for one in FORMED.pool])
    assert event.experts + event.alternates == again
    told(FORMED, DRAWN).when(c.DrawExperts(), **as_chair()).then_refused(IllegalTransition)


def test_scoring_opens_when_every_application_was_checked() -> None:
    opened = c.OpenScoring(call_id=CALL)
    told(FORMED, DRAWN).when(opened, **as_chair()).then_events(e.ScoringOpened).then_state(
        lambda it: set(it.judging.panels) == {FIRST, SECOND} and it.judging.panels[FIRST] == PANEL
    )
    waiting = as_chair(boundary=field((FIRST, SUBMITTED), (SECOND, SUBMITTED), (FIRST, ELIGIBLE)))
    told(FORMED, DRAWN).when(opened, **waiting).then_refused(RuleViolated, rule="grant.check.all")
    nobody = as_chair(boundary=field((FIRST, SUBMITTED), (FIRST, WITHDRAWN)))
    told(FORMED, DRAWN).when(opened, **nobody).then_refused(RuleViolated, rule="grant.check.none")
    told(FORMED).when(opened, **as_chair()).then_refused(IllegalTransition)
    told(FORMED, DRAWN).when(opened, **as_chair(references={"call": call(*OVER)})).then_refused(IllegalTransition)
    told(FORMED, DRAWN).when(c.OpenScoring(call_id=OTHER_CALL), **as_chair()).then_refused(
        InvalidValue, pointer="/call_id"
    )


# --- interests


def test_a_member_declares_before_seeing() -> None:
    assert not commission().may_read(ONE, FIRST)
    outcome = told(*AT_WORK).when(declare(), **as_member()).then([declared(ONE)])
    assert outcome.aggregate.may_read(ONE, FIRST)
    assert not outcome.aggregate.may_read(ONE, SECOND)
    told(*AT_WORK, declared(ONE)).when(declare(), **as_member()).then_refused(RuleViolated, rule="grant.interest.once")


def test_what_is_said_of_an_interest_is_sealed() -> None:
    told(*AT_WORK).when(declare(Interest.SOFT, detail="I taught there in 2019."), **as_member()).then_personal(
        {"interest": "I taught there in 2019."}
    )


def test_a_hard_interest_recuses_and_the_next_alternate_takes_the_place() -> None:
    recused = e.MemberRecused(
        person_id=ONE, application_id=FIRST, basis=ConflictBasis.DECLARED, substitute=DRAWN.alternates[0]
    )
    outcome = told(*AT_WORK).when(declare(Interest.HARD), **as_member())
    outcome.then([recused, declared(ONE, interest=Interest.HARD)])
    assert outcome.aggregate.judging.panels[FIRST] == (TWO, PANEL[2], DRAWN.alternates[0])
    assert not outcome.aggregate.may_read(ONE, FIRST)
    between = commission(*AT_WORK, recused)
    assert not between.may_read(ONE, FIRST), "at the position before the declaration"
    past = (*AT_WORK, recused, declared(ONE, interest=Interest.HARD))
    for command in (declare(), commit(), reveal()):
        told(*past).when(command, **as_member()).then_refused(RuleViolated, rule="grant.interest.recused")
    substitute = DRAWN.alternates[0]
    told(*past).when(declare(), **as_member(substitute)).then([declared(substitute)])


def test_a_conflict_that_nobody_declared_is_found() -> None:
    outcome = told(*AT_WORK).when(declare(), **as_member(registers=(standing(k.office_of(ONE)),)))
    outcome.then_events(e.MemberRecused, e.InterestDeclared)
    assert outcome.events[0].basis is ConflictBasis.OFFICER  # type: ignore[attr-defined]
    employed = commission(
        e.CommissionFormed(
            call_id=CALL,
            decision_no="7/2026",
            members=(k.MEMBERS[0], k.Member(person_id=TWO, kind="internal", number=2, employers=(ORGANISATION,))),
            pool=k.POOL,
            experts=1,
        ),
        DRAWN,
        OPENED,
    )
    scenario = told(*AT_WORK)
    scenario.aggregate = employed
    found = scenario.when(declare(Interest.SOFT), **as_member(TWO))
    assert found.events[0].basis is ConflictBasis.EMPLOYER  # type: ignore[attr-defined]


def test_when_no_alternate_is_left_the_others_judge() -> None:
    alone = (FORMED, e.ExpertsDrawn(seed=k.SEED, experts=DRAWN.experts, alternates=()), OPENED)
    outcome = told(*alone).when(declare(Interest.HARD), **as_member())
    assert outcome.aggregate.judging.panels[FIRST] == (TWO, PANEL[2])


def test_strangers_and_wrong_names_are_refused() -> None:
    for command in (declare(), commit(), reveal()):
        told(*AT_WORK).when(command, **as_member(k.COMPLAINT)).then_refused(NotPermitted)
    told(*AT_WORK).when(declare(organisation_id=ELSEWHERE), **as_member()).then_refused(
        InvalidValue, pointer="/organisation_id"
    )
    told(*AT_WORK).when(declare(application_id=OTHER_CALL), **as_member()).then_refused(
        InvalidValue, pointer="/application_id"
    )
    told(FORMED, DRAWN).when(declare(), **as_member()).then_refused(IllegalTransition)


# --- scores


def test_scores_are_committed_after_the_declaration_and_once() -> None:
    told(*AT_WORK).when(commit(), **as_member()).then_refused(RuleViolated, rule="grant.interest.first")
    told(*AT_WORK, declared(ONE)).when(commit(), **as_member()).then([committed(ONE, FIRST, GOOD)])
    told(*AT_WORK, declared(ONE), committed(ONE, FIRST, GOOD)).when(commit(FAIR), **as_member()).then_refused(
        RuleViolated, rule="grant.score.once"
    )


def test_nobody_shows_theirs_before_all_are_in() -> None:
    told(*SEALED[:-1]).when(reveal(), **as_member()).then_refused(RuleViolated, rule="grant.score.sealed")
    told(*SEALED).when(reveal(), **as_member()).then([revealed(ONE, FIRST, GOOD)])
    told(*KNOWN).when(reveal(), **as_member()).then_refused(RuleViolated, rule="grant.score.once")


@pytest.mark.parametrize(
    ("command", "rule", "pointer"),
    [
        (reveal(FAIR), "grant.score.mismatch", None),
        (reveal(salt="5b" * 16), "grant.score.mismatch", None),
        (reveal({"relevance": 36}), None, "/points/capacity"),
        (reveal(GOOD | {"charm": 1}), None, "/points/charm"),
        (reveal({"relevance": 41, "capacity": 54}), None, "/points/relevance"),
    ],
)
def test_what_does_not_match_the_commitment_or_the_call_is_named(
    command: c.RevealScore, rule: str | None, pointer: str | None
) -> None:
    told(*SEALED).when(command, **as_member()).then_refused(rule=rule, pointer=pointer)


def test_scoring_closes_with_the_ranking_that_follows() -> None:
    close = c.CloseScoring(call_id=CALL)
    outcome = told(*KNOWN).when(close, **as_chair()).then_events(e.ScoringClosed)
    (event,) = outcome.events
    assert isinstance(event, e.ScoringClosed)
    assert [(one.application_id, one.rank) for one in event.ranking] == [(FIRST, 1), (SECOND, 2)]
    told(*KNOWN[:-1]).when(close, **as_chair()).then_refused(RuleViolated, rule="grant.score.all")
    told(*KNOWN).when(c.CloseScoring(call_id=OTHER_CALL), **as_chair()).then_refused(InvalidValue, pointer="/call_id")
    told(*KNOWN).when(c.RevealScore(call_id=OTHER_CALL, application_id=FIRST, points=GOOD, salt=SALT), **as_member())


def test_what_was_withdrawn_is_not_ranked_and_needs_no_scores() -> None:
    gone = as_chair(boundary=field((FIRST, SUBMITTED), (SECOND, SUBMITTED), (FIRST, ELIGIBLE), (SECOND, WITHDRAWN)))
    (event,) = told(*KNOWN[:-1]).when(c.CloseScoring(call_id=CALL), **gone).events
    assert isinstance(event, e.ScoringClosed)
    assert [one.application_id for one in event.ranking] == [FIRST]


def test_an_upheld_complaint_has_one_application_scored_anew() -> None:
    ranking = told(*KNOWN).when(c.CloseScoring(call_id=CALL), **as_chair()).events
    reopen = c.ReopenApplication(application_id=SECOND, complaint_id=k.COMPLAINT)
    outcome = told(*KNOWN, *ranking).when(reopen, **as_chair())
    reopened = e.ApplicationReopened(application_id=SECOND, complaint_id=k.COMPLAINT, round=2)
    outcome.then([reopened]).then_state(lambda it: it.stage is CommissionStage.SCORING)
    past = (*KNOWN, *ranking, reopened)
    told(*past).when(commit(GOOD, SECOND), **as_member()).then([committed(ONE, SECOND, GOOD, 2)])
    told(*past).when(commit(GOOD, FIRST), **as_member()).then_refused(RuleViolated, rule="grant.score.once")
    anew = (
        *(committed(person, SECOND, GOOD, 2) for person in PANEL),
        *(revealed(person, SECOND, GOOD, 2) for person in PANEL),
    )
    (event,) = told(*past, *anew).when(c.CloseScoring(call_id=CALL), **as_chair()).events
    assert isinstance(event, e.ScoringClosed)
    assert {one.score for one in event.ranking} == {900_000}
    unknown = c.ReopenApplication(application_id=OTHER_CALL, complaint_id=k.COMPLAINT)
    told(*KNOWN, *ranking).when(unknown, **as_chair()).then_refused(InvalidValue, pointer="/application_id")
    told(FORMED).when(reopen, **as_chair()).then_refused(IllegalTransition)


def _published_with(**changes: Any) -> tuple[Any, ...]:
    published = OPEN_CALL[-1]
    told_otherwise = {name: getattr(published, name) for name in published.__struct_fields__}
    return (*OPEN_CALL[:-1], type(published)(**told_otherwise | {"facts": facts(**changes)}))


def test_the_commission_knows_who_sits_in_it() -> None:
    it = commission()
    assert it.judging.sits(ONE)
    assert not it.judging.sits(DRAWN.alternates[0])
    assert commission_id(CALL) == COMMISSION
    assert len(ALL_DECLARED) == sum(map(len, it.judging.panels.values()))
