"""Interests of evaluators, found at every step: recused at once, or decided about first."""

from typing import Any

import pytest

from domain.contracts.bidders import Bidders
from domain.contracts.bids import Bids
from domain.contracts.commands import evaluation as c
from domain.contracts.events import evaluation as v
from domain.contracts.vocabulary import EvaluationStage
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.ids import derived_id
from domain.kernel.text import text
from domain.organisations.events import organisation_tag
from domain.scoring.vocabulary import ConflictBasis, Interest
from tests.domain.contracts.bidding import (
    ALL_COMMITTED,
    ALL_DECLARED,
    APPOINTED,
    AT_WORK,
    BID_ONE,
    BID_TWO,
    FAIR,
    FIRST,
    GOOD,
    KNOWN,
    RANKED,
    SALT,
    SECOND,
    SPARE,
    THIRD,
    as_evaluator,
    bids,
    committed,
    declared,
    office,
    revealed,
    score,
    standing,
    told_evaluation,
)
from tests.domain.contracts.evaluators import (
    EARLY,
    LATELY,
    OFFICE,
    SUSPECTED,
    as_officer,
    bidders,
    decide,
    decided,
    gone,
    late_office,
)
from tests.domain.contracts.tendering import CALL, ONE, TWO
from tests.support.given import ACTOR, STREAM

CLOSE = c.CloseBidScoring(call_id=CALL)
COMMIT = c.CommitBidScore(bid_id=BID_ONE, organisation_id=ONE, commitment=score(BID_ONE, FIRST, FAIR))
DECLARED_LATE = v.EvaluatorInterestDeclared(
    person_id=FIRST, bid_id=BID_ONE, interest=Interest.NONE, late_offices=(OFFICE,)
)


def closing(at: Any = None) -> dict[str, Any]:
    return as_officer(boundary=bids(), registers=(bidders(at=at),))


def test_an_office_recorded_since_the_call_is_public_recuses_nobody_by_itself() -> None:
    """Else a bidder could choose its evaluators by naming those whom it does not want."""
    command = c.DeclareBidInterest(bid_id=BID_ONE, organisation_id=ONE, interest=Interest.NONE)
    outcome = told_evaluation(*AT_WORK).when(command, **as_evaluator(registers=(late_office(),)))
    outcome.then([DECLARED_LATE])
    outcome.then_state(lambda it: it.may_read(FIRST, BID_ONE) and set(it.judging.suspected) == {(BID_ONE, FIRST)})


def test_the_register_is_asked_again_before_points_are_sealed() -> None:
    ready = (*AT_WORK, declared(FIRST))
    told_evaluation(*ready).when(COMMIT, **as_evaluator(registers=(late_office(),))).then(
        [SUSPECTED, committed(FIRST, BID_ONE, FAIR)]
    )
    on_record = as_evaluator(registers=(standing(ONE, office(FIRST)),))
    told_evaluation(*ready).when(COMMIT, **on_record).then([gone(ConflictBasis.OFFICER)]).then_state(
        lambda it: not it.may_read(FIRST, BID_ONE)
    )


@pytest.mark.parametrize("doubt", [DECLARED_LATE, SUSPECTED])
def test_what_is_known_of_is_not_told_again(doubt: Any) -> None:
    """Neither what is still to be decided, nor what was."""
    for past in ((), (decided(recused=False),)):
        told_evaluation(*AT_WORK, declared(FIRST), doubt, *past).when(
            COMMIT, **as_evaluator(registers=(late_office(),))
        ).then([committed(FIRST, BID_ONE, FAIR)])


def test_at_the_close_the_register_is_asked_again_and_scoring_goes_on() -> None:
    """Nobody ranks by the points of whoever holds an office of the bidder."""
    outcome = told_evaluation(*KNOWN).when(CLOSE, **closing(EARLY))
    outcome.then([gone(ConflictBasis.OFFICER)]).then_state(
        lambda it: it.stage is EvaluationStage.SCORING and (BID_ONE, FIRST) not in it.judging.points
    )
    past = (*KNOWN, gone(ConflictBasis.OFFICER))
    told_evaluation(*past).when(CLOSE, **closing(EARLY)).then_refused(RuleViolated, rule="contract.score.all")
    judged = (declared(SPARE), committed(SPARE, BID_ONE, FAIR), revealed(SPARE, BID_ONE, FAIR))
    told_evaluation(*past, *judged).when(CLOSE, **closing(EARLY)).then([RANKED])


def test_a_late_office_is_decided_about_before_the_close() -> None:
    told_evaluation(*KNOWN).when(CLOSE, **closing(LATELY)).then([SUSPECTED])
    told_evaluation(*KNOWN, SUSPECTED).when(CLOSE, **closing(LATELY)).then_refused(
        RuleViolated, rule="contract.interest.undecided"
    )
    told_evaluation(*KNOWN, SUSPECTED, decided(recused=False)).when(CLOSE, **closing(LATELY)).then([RANKED])


def test_what_is_ranked_is_not_judged_again_by_what_comes_later() -> None:
    """A complaint has one bid scored anew; the points of the other one stay as they were weighed."""
    again = v.BidScoringOpened(candidates=AT_WORK[1].candidates, tie_seed=AT_WORK[1].tie_seed, anew=(BID_TWO,))
    anew = [
        told
        for one in (FIRST, SECOND, THIRD)
        for told in (committed(one, BID_TWO, GOOD, 2), revealed(one, BID_TWO, GOOD, 2))
    ]
    told_evaluation(*KNOWN, RANKED, again, *anew).when(CLOSE, **closing(EARLY)).then_events(v.BidScoringClosed)


def test_the_register_is_asked_about_every_bidder_of_the_call() -> None:
    assert set(Bidders.register_tags(STREAM, CLOSE, bids())) == {organisation_tag(ONE), organisation_tag(TWO)}
    assert Bidders.register_tags(STREAM, CLOSE, Bids()) == ()
    with pytest.raises(TypeError):
        Bidders.register_tags(STREAM, CLOSE, None)


@pytest.mark.parametrize("out", [True, False])
def test_it_is_decided_outside_before_points_are_shown(out: bool) -> None:
    waiting = (*AT_WORK, DECLARED_LATE, *ALL_DECLARED[1:], *ALL_COMMITTED)
    reveal = c.RevealBidScore(call_id=CALL, bid_id=BID_TWO, points=GOOD, salt=SALT)
    told_evaluation(*waiting).when(reveal, **as_evaluator(of=TWO)).then_refused(
        RuleViolated, rule="contract.interest.undecided"
    )
    outcome = told_evaluation(*waiting).when(decide(recused=out), **as_officer())
    away = gone(ConflictBasis.LATE_OFFICER)
    outcome.then([decided(recused=out), away] if out else [decided(recused=out)])
    outcome.then_state(lambda it: not it.judging.suspected and (FIRST in it.judging.panels[BID_ONE]) != out)


def test_who_decides_about_a_conflict_has_none() -> None:
    doubtful = told_evaluation(*AT_WORK, DECLARED_LATE)
    doubtful.when(decide(recused=True), **as_officer(actor=SECOND)).then_refused(
        RuleViolated, rule="contract.evaluation.own"
    )
    doubtful.when(decide(recused=True), **as_officer(registers=(standing(ONE, office(ACTOR)),))).then_refused(
        RuleViolated, rule="contract.interest.own"
    )
    doubtful.when(decide(recused=False, reason=text(sq="Jo")), **as_officer()).then_refused(
        RuleViolated, rule="contract.languages"
    )
    doubtful.when(decide(recused=False, bid_id=derived_id("x")), **as_officer()).then_refused(
        InvalidValue, pointer="/bid_id"
    )
    told_evaluation(*AT_WORK).when(decide(recused=True), **as_officer()).then_refused(
        InvalidValue, pointer="/person_id"
    )
    told_evaluation(APPOINTED).when(decide(recused=True), **as_officer()).then_refused(IllegalTransition)
