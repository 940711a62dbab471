"""The evaluation of bids, command by command."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.contracts.commands import evaluation as c
from domain.contracts.evaluation import BidEvaluation
from domain.contracts.events import evaluation as v
from domain.contracts.events.call import AwardSetAside
from domain.contracts.vocabulary import EvaluationStage, Evaluator
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.ids import derived_id
from domain.organisations import events as o
from domain.scoring.vocabulary import ConflictBasis, Interest, Nominee
from tests.domain.contracts.bidding import (
    ALL_REVEALED,
    APPOINTED,
    AT_WORK,
    BID_ONE,
    BID_TWO,
    CANDIDATES,
    COMPLAINT,
    EVALUATION,
    FAIR,
    FIRST,
    GOOD,
    KNOWN,
    RANKED,
    SALT,
    SCORING,
    SEALED_SCORES,
    SECOND,
    SPARE,
    THIRD,
    as_evaluator,
    bid_sealed,
    bids,
    committed,
    declared,
    evaluation,
    office,
    opened,
    qualified,
    revealed,
    score,
    standing,
    told_evaluation,
)
from tests.domain.contracts.evaluators import bidders
from tests.domain.contracts.tendering import (
    AFTER,
    AWARD_PENDING,
    CALL,
    IN_QUALIFICATION,
    LISTING,
    OFFICER,
    ONE,
    OTHER_CALL,
    PENDING,
    TWO,
    call,
    planned,
    published,
)
from tests.support.given import given_nothing

FORMER = derived_id("test", "former employer")


def nominees(*people: UUID) -> tuple[Nominee, ...]:
    return tuple(Nominee(person_id=one, full_name=f"Person {n}", employers=(FORMER,)) for n, one in enumerate(people))


def appoint(*people: UUID, alternates: tuple[Nominee, ...] = ()) -> c.AppointEvaluators:
    return c.AppointEvaluators(call_id=CALL, decision_no="33/2026", evaluators=nominees(*people), alternates=alternates)


def as_officer(**overrides: Any) -> dict[str, Any]:
    resting = {"references": {"call": call(*AWARD_PENDING)}, "boundary": bids(), "registers": (bidders(),)}
    return {"mandate": OFFICER, "now": AFTER} | resting | overrides


def test_evaluators_are_appointed_and_their_names_sealed() -> None:
    command = appoint(FIRST, SECOND, THIRD, alternates=(Nominee(person_id=SPARE, full_name="Spare"),))
    outcome = given_nothing(BidEvaluation, stream_id=EVALUATION).when(command, **as_officer()).then([APPOINTED])

    assert {one.value for one in outcome.events[0].personal} == {"Person 0", "Person 1", "Person 2", "Spare"}
    assert BidEvaluation.settled_id(10, command) == EVALUATION


@pytest.mark.parametrize(
    ("people", "rule"),
    [((FIRST,), "contract.evaluation.size"), ((FIRST, SECOND, THIRD, SPARE), "contract.evaluation.parity")],
)
def test_there_are_enough_evaluators_and_an_odd_number(people: tuple[UUID, ...], rule: str) -> None:
    given_nothing(BidEvaluation).when(appoint(*people), **as_officer()).then_refused(RuleViolated, rule=rule)


def test_nobody_is_appointed_twice_or_by_themselves_or_for_a_list() -> None:
    twice = appoint(FIRST, SECOND, THIRD, alternates=nominees(FIRST))
    given_nothing(BidEvaluation).when(twice, **as_officer()).then_refused(
        InvalidValue, pointer="/evaluators/3/person_id"
    )
    given_nothing(BidEvaluation).when(appoint(FIRST, SECOND, THIRD), **as_officer(actor=THIRD)).then_refused(
        InvalidValue, pointer="/evaluators"
    )
    listing = {"call": call(planned(LISTING), published(LISTING, need_id=None))}
    given_nothing(BidEvaluation).when(appoint(FIRST, SECOND, THIRD), **as_officer(references=listing)).then_refused(
        InvalidValue, pointer="/call_id"
    )
    early = {"call": call(planned())}
    given_nothing(BidEvaluation).when(appoint(FIRST, SECOND, THIRD), **as_officer(references=early)).then_refused(
        IllegalTransition
    )


def test_the_qualified_bids_are_handed_over_together() -> None:
    outcome = told_evaluation(APPOINTED).when(c.OpenBidScoring(call_id=CALL), **as_officer())
    outcome.then_events(v.BidScoringOpened)
    event = outcome.events[0]
    assert isinstance(event, v.BidScoringOpened)
    assert {one.bid_id for one in event.candidates} == {BID_ONE, BID_TWO}
    assert (event.anew, event.answered) == ((), ())

    early = {"call": call(*IN_QUALIFICATION)}
    told_evaluation(APPOINTED).when(c.OpenBidScoring(call_id=CALL), **as_officer(references=early)).then_refused(
        IllegalTransition
    )
    told_evaluation(APPOINTED).when(c.OpenBidScoring(call_id=OTHER_CALL), **as_officer()).then_refused(
        InvalidValue, pointer="/call_id"
    )


@pytest.mark.parametrize("events", [AT_WORK, (*KNOWN, RANKED)])
def test_scoring_is_not_opened_again_without_a_complaint(events: tuple[Any, ...]) -> None:
    told_evaluation(*events).when(c.OpenBidScoring(call_id=CALL), **as_officer()).then_refused(IllegalTransition)


def set_aside(*about: UUID) -> Any:
    told = [AwardSetAside(complaint_id=derived_id("test", "complaint", n), bid_id=bid) for n, bid in enumerate(about)]
    return {"call": call(*AWARD_PENDING, *told, PENDING)}


def test_an_upheld_complaint_has_one_bid_scored_anew_by_the_same_evaluators() -> None:
    outcome = told_evaluation(*KNOWN, RANKED).when(
        c.OpenBidScoring(call_id=CALL), **as_officer(references=set_aside(BID_TWO))
    )
    expected = v.BidScoringOpened(
        candidates=SCORING.candidates,
        tie_seed=SCORING.tie_seed,
        anew=(BID_TWO,),
        answered=(derived_id("test", "complaint", 0),),
    )
    outcome.then([v.BidScoringOpened(**fields(expected) | {"candidates": bids().candidates()})])
    outcome.then_state(lambda it: it.judging.rounds == {BID_ONE: 1, BID_TWO: 2})
    outcome.then_state(
        lambda it: len(it.judging.commitments) == 3 and it.judging.panels[BID_TWO] == (FIRST, SECOND, THIRD)
    )
    again = as_officer(references=set_aside(BID_TWO))
    told_evaluation(*KNOWN, RANKED, expected).when(c.OpenBidScoring(call_id=CALL), **again).then_refused(
        IllegalTransition
    )


def fields(event: v.BidScoringOpened) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__struct_fields__}


def test_a_bid_that_qualifies_after_a_complaint_is_scored_with_the_others() -> None:
    """The first evaluation had one bid; the other one was out, complained, and is in now."""
    alone = v.BidScoringOpened(candidates=CANDIDATES[:1], tie_seed=SCORING.tie_seed)
    outcome = told_evaluation(APPOINTED, alone).when(
        c.OpenBidScoring(call_id=CALL), **as_officer(references=set_aside(BID_TWO))
    )
    outcome.then_state(lambda it: it.judging.rounds == {BID_ONE: 1, BID_TWO: 1})
    assert isinstance(outcome.events[0], v.BidScoringOpened)
    assert outcome.events[0].anew == ()


def test_a_bid_that_is_out_after_a_complaint_is_not_scored_and_its_scores_are_gone() -> None:
    left = bids((BID_ONE, bid_sealed()), (BID_ONE, opened()), (BID_ONE, qualified()))
    outcome = told_evaluation(*KNOWN, RANKED).when(
        c.OpenBidScoring(call_id=CALL), **as_officer(references=set_aside(BID_TWO), boundary=left)
    )
    outcome.then_state(lambda it: set(it.candidates) == {BID_ONE} and len(it.judging.points) == 3)


def declare(interest: Interest = Interest.NONE, bid_id: UUID = BID_ONE, of: UUID = ONE, **more: Any) -> Any:
    return c.DeclareBidInterest(bid_id=bid_id, organisation_id=of, interest=interest, **more)


def test_an_evaluator_declares_before_seeing_the_bid() -> None:
    assert not evaluation(*AT_WORK).may_read(FIRST, BID_ONE)
    told_evaluation(*AT_WORK).when(declare(), **as_evaluator()).then([declared(FIRST)]).then_state(
        lambda it: it.may_read(FIRST, BID_ONE) and not it.may_read(FIRST, BID_TWO)
    )


def test_a_detail_is_sealed() -> None:
    command = declare(Interest.SOFT, detail="Ishim në një shkollë.")
    told_evaluation(*AT_WORK).when(command, **as_evaluator()).then_personal({"interest": "Ishim në një shkollë."})


MANDATED = o.RepresentativeMandated(
    organisation_id=ONE,
    mandate_id=derived_id("test", "mandate"),
    person_id=FIRST,
    legal_basis="Statute, Article 12",
    valid_from=date(2026, 1, 1),
)
"""The evaluator bids for the organisation."""
WITHDRAWN = o.RepresentativeRevoked(organisation_id=ONE, mandate_id=MANDATED.mandate_id)


@pytest.mark.parametrize(
    ("command", "register", "basis"),
    [
        (declare(Interest.HARD), standing(), ConflictBasis.DECLARED),
        (declare(), standing(ONE, office(FIRST)), ConflictBasis.OFFICER),
        (declare(), standing(ONE, MANDATED), ConflictBasis.OFFICER),
        (declare(), standing(ONE, MANDATED, WITHDRAWN), ConflictBasis.OFFICER),
    ],
)
def test_whoever_has_an_interest_is_recused_and_reads_nothing(
    command: Any, register: Any, basis: ConflictBasis
) -> None:
    outcome = told_evaluation(*AT_WORK).when(command, **as_evaluator(registers=(register,)))
    outcome.then(
        [
            v.EvaluatorRecused(person_id=FIRST, bid_id=BID_ONE, basis=basis, substitute=SPARE),
            declared(FIRST, BID_ONE, command.interest),
        ]
    )
    outcome.then_state(
        lambda it: not it.may_read(FIRST, BID_ONE) and it.judging.panels[BID_ONE] == (SECOND, THIRD, SPARE)
    )


def test_a_former_employee_is_recused_whatever_is_declared() -> None:
    worked = v.EvaluatorsAppointed(
        call_id=CALL, decision_no="1", evaluators=(Evaluator(person_id=FIRST, number=1, employers=(ONE,)),)
    )
    outcome = told_evaluation(worked, SCORING).when(declare(), **as_evaluator())
    assert outcome.events[0] == v.EvaluatorRecused(person_id=FIRST, bid_id=BID_ONE, basis=ConflictBasis.EMPLOYER)
    told_evaluation(worked, SCORING).when(declare(bid_id=BID_TWO, of=TWO), **as_evaluator(of=TWO)).then(
        [declared(FIRST, BID_TWO)]
    )


RECUSED = v.EvaluatorRecused(person_id=FIRST, bid_id=BID_ONE, basis=ConflictBasis.DECLARED, substitute=SPARE)


def commit(bid_id: UUID = BID_ONE, of: UUID = ONE) -> c.CommitBidScore:
    return c.CommitBidScore(bid_id=bid_id, organisation_id=of, commitment=score(bid_id, FIRST, FAIR))


def test_a_recused_evaluator_is_told_so() -> None:
    for command in (declare(), commit(), reveal()):
        told_evaluation(*AT_WORK, RECUSED, declared(FIRST)).when(command, **as_evaluator()).then_refused(
            RuleViolated, rule="contract.interest.recused"
        )


@pytest.mark.parametrize(
    ("command", "person", "error"),
    [
        (declare(), SPARE, NotPermitted),
        (declare(bid_id=COMPLAINT), FIRST, InvalidValue),
        (declare(of=TWO), FIRST, InvalidValue),
        (commit(bid_id=COMPLAINT), FIRST, InvalidValue),
        (commit(of=TWO), FIRST, InvalidValue),
    ],
)
def test_strangers_and_unknown_bids_are_refused(command: Any, person: UUID, error: Any) -> None:
    told_evaluation(*AT_WORK).when(command, **as_evaluator(person)).then_refused(error)


def test_one_declares_and_commits_once_in_that_order() -> None:
    told_evaluation(*AT_WORK).when(commit(), **as_evaluator()).then_refused(
        RuleViolated, rule="contract.interest.first"
    )
    told_evaluation(*AT_WORK, declared(FIRST)).when(declare(), **as_evaluator()).then_refused(
        RuleViolated, rule="contract.interest.once"
    )
    told_evaluation(*AT_WORK, declared(FIRST)).when(commit(), **as_evaluator()).then([committed(FIRST, BID_ONE, FAIR)])
    told_evaluation(*AT_WORK, declared(FIRST), committed(FIRST, BID_ONE, FAIR)).when(
        commit(), **as_evaluator()
    ).then_refused(RuleViolated, rule="contract.score.once")


def reveal(points: dict[str, int] = FAIR, salt: str = SALT, bid_id: UUID = BID_ONE, **more: Any) -> c.RevealBidScore:
    return c.RevealBidScore(**{"call_id": CALL, "bid_id": bid_id, "points": points, "salt": salt} | more)


def test_scores_are_shown_once_every_commitment_is_in() -> None:
    told_evaluation(*SEALED_SCORES[:-1]).when(reveal(), **as_evaluator()).then_refused(
        RuleViolated, rule="contract.score.sealed"
    )
    told_evaluation(*SEALED_SCORES).when(reveal(), **as_evaluator()).then([revealed(FIRST, BID_ONE, FAIR)])
    told_evaluation(*KNOWN).when(reveal(), **as_evaluator()).then_refused(RuleViolated, rule="contract.score.once")


@pytest.mark.parametrize("command", [reveal(GOOD), reveal(salt="5b" * 16)])
def test_other_points_than_those_committed_to_are_named(command: Any) -> None:
    outcome = told_evaluation(*SEALED_SCORES).when(command, **as_evaluator())
    outcome.then_refused(RuleViolated, rule="contract.score.mismatch")
    assert score(BID_ONE, FIRST, FAIR) in str(outcome.refusal)


@pytest.mark.parametrize(
    ("points", "pointer"),
    [
        ({"method": 41, "staff": 1}, "/points/method"),
        ({"method": 30}, "/points/staff"),
        ({"method": 30, "staff": 10, "price": 90}, "/points/price"),
    ],
)
def test_nobody_scores_the_price_or_more_than_there_is(points: dict[str, int], pointer: str) -> None:
    told_evaluation(*SEALED_SCORES).when(reveal(points), **as_evaluator()).then_refused(InvalidValue, pointer=pointer)


def test_the_ranking_follows_when_every_score_is_known() -> None:
    told_evaluation(*KNOWN).when(c.CloseBidScoring(call_id=CALL), **as_officer()).then([RANKED]).then_state(
        lambda it: it.stage is EvaluationStage.SCORED
    )
    told_evaluation(*SEALED_SCORES, *ALL_REVEALED[:-1]).when(
        c.CloseBidScoring(call_id=CALL), **as_officer()
    ).then_refused(RuleViolated, rule="contract.score.all")
    told_evaluation(*KNOWN).when(c.CloseBidScoring(call_id=OTHER_CALL), **as_officer()).then_refused(
        InvalidValue, pointer="/call_id"
    )
    back = {"call": call(*IN_QUALIFICATION)}
    told_evaluation(*KNOWN).when(c.CloseBidScoring(call_id=CALL), **as_officer(references=back)).then_refused(
        IllegalTransition
    )


def test_the_work_is_done_while_bids_are_scored() -> None:
    for command in (declare(), commit(), reveal()):
        told_evaluation(APPOINTED).when(command, **as_evaluator()).then_refused(IllegalTransition)
    told_evaluation(*KNOWN, RANKED).when(c.CloseBidScoring(call_id=CALL), **as_officer()).then_refused(
        IllegalTransition
    )
