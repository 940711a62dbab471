"""Evaluators who do not score: replaced, and places that are filled."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.contracts.commands import evaluation as c
from domain.contracts.events import evaluation as v
from domain.contracts.vocabulary import BidSeat, Evaluator
from domain.kernel.deadline import deadline
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.ids import derived_id
from domain.kernel.text import text
from domain.scoring.vocabulary import ConflictBasis, Nominee
from tests.domain.contracts.bidding import (
    ALL_DECLARED,
    ALL_REVEALED,
    APPOINTED,
    AT_WORK,
    BID_ONE,
    BID_TWO,
    EVALUATORS,
    FAIR,
    FIRST,
    GOOD,
    KNOWN,
    PANEL,
    RANKED,
    SALT,
    SCORING,
    SEALED_SCORES,
    SECOND,
    SPARE,
    THIRD,
    as_evaluator,
    bids,
    committed,
    declared,
    evaluation,
    score,
    told_evaluation,
)
from tests.domain.contracts.evaluators import as_officer
from tests.domain.contracts.tendering import (
    AFTER,
    CALENDAR,
    CALL,
    REASON,
    RULES,
    TWO,
)
from tests.support.given import ACTOR

SECOND_OF_TIME = timedelta(seconds=1)
NEW, NEWER = derived_id("test", "evaluator", 8), derived_id("test", "evaluator", 9)
OPENED_AT = AFTER + timedelta(minutes=2)
SILENT_UNTIL = deadline(RULES["contract.evaluation.silence"], OPENED_AT, "BidScoringOpened", CALENDAR).due_at
WITHOUT_ALTERNATES = v.EvaluatorsAppointed(
    call_id=CALL, decision_no="33/2026", evaluators=EVALUATORS, public_since=APPOINTED.public_since
)
ALONE = (WITHOUT_ALTERNATES, SCORING)


def replace(person: UUID = FIRST, **changes: Any) -> c.ReplaceEvaluator:
    return c.ReplaceEvaluator(**{"person_id": person, "decision_no": "35/2026", "reason": REASON} | changes)


def alternates(*people: UUID) -> c.AppointAlternates:
    named = tuple(Nominee(person_id=one, full_name="Besa Hoxha") for one in people)
    return c.AppointAlternates(decision_no="36/2026", alternates=named)


def replaced(*seats: BidSeat, person: UUID = FIRST) -> v.EvaluatorReplaced:
    return v.EvaluatorReplaced(person_id=person, decision_no="35/2026", reason=REASON, seats=seats)


def recused(person: UUID, bid: UUID = BID_ONE) -> v.EvaluatorRecused:
    return v.EvaluatorRecused(person_id=person, bid_id=bid, basis=ConflictBasis.DECLARED)


def test_a_silent_evaluator_is_replaced_on_every_bid_by_the_next_alternate() -> None:
    outcome = told_evaluation(*AT_WORK).when(replace(), **as_officer())
    outcome.then([replaced(BidSeat(BID_ONE, SPARE), BidSeat(BID_TWO, SPARE))])
    outcome.then_state(lambda it: it.judging.panels == dict.fromkeys((BID_ONE, BID_TWO), (SECOND, THIRD, SPARE)))


def test_to_the_second_the_evaluator_has_time() -> None:
    told_evaluation(*AT_WORK).when(replace(), **as_officer(now=SILENT_UNTIL)).then_events(v.EvaluatorReplaced)
    told_evaluation(*AT_WORK).when(replace(), **as_officer(now=SILENT_UNTIL - SECOND_OF_TIME)).then_refused(
        RuleViolated, rule="contract.evaluation.silence"
    )


def test_whoever_has_done_their_part_is_not_replaced() -> None:
    done = [committed(FIRST, bid, GOOD) for bid in (BID_ONE, BID_TWO)]
    told_evaluation(*AT_WORK, *ALL_DECLARED, *done).when(replace(), **as_officer()).then_refused(
        InvalidValue, pointer="/person_id"
    )
    told_evaluation(*AT_WORK, *ALL_DECLARED, *done).when(replace(SECOND), **as_officer()).then_events(
        v.EvaluatorReplaced
    )
    told_evaluation(*KNOWN, RANKED).when(replace(), **as_officer()).then_refused(IllegalTransition)


def test_whoever_does_not_show_is_replaced_and_known_points_stay() -> None:
    """All have committed; the first one has shown the points of one bid and not of the other."""
    shown = [one for one in ALL_REVEALED if one != ALL_REVEALED[3]]
    outcome = told_evaluation(*SEALED_SCORES, *shown).when(replace(), **as_officer())
    outcome.then([replaced(BidSeat(BID_TWO, SPARE))])
    outcome.then_state(lambda it: it.judging.points[BID_ONE, FIRST] == FAIR and it.judging.waiting == 1)
    gone = (*SEALED_SCORES, *shown, replaced(BidSeat(BID_TWO, SPARE)))
    late = c.RevealBidScore(call_id=CALL, bid_id=BID_TWO, points=GOOD, salt=SALT)
    told_evaluation(*gone).when(late, **as_evaluator(of=TWO)).then_refused(
        RuleViolated, rule="contract.evaluation.replaced"
    )
    commit = c.CommitBidScore(bid_id=BID_TWO, organisation_id=TWO, commitment=score(BID_TWO, SPARE, GOOD))
    told_evaluation(*gone, declared(SPARE, BID_TWO)).when(commit, **as_evaluator(SPARE, TWO)).then(
        [committed(SPARE, BID_TWO, GOOD)]
    )


def test_nobody_reads_what_was_shown_before_the_round_is_over() -> None:
    assert evaluation(*SEALED_SCORES, ALL_REVEALED[0]).withheld_from(ACTOR)
    assert not evaluation(*SEALED_SCORES).withheld_from(ACTOR)
    assert not evaluation(*KNOWN, RANKED).withheld_from(ACTOR)


def test_without_an_alternate_nobody_is_replaced_who_must_score() -> None:
    told_evaluation(*ALONE).when(replace(), **as_officer()).then_refused(RuleViolated, rule="contract.evaluation.size")


def test_a_bid_without_enough_evaluators_waits_for_alternates_who_take_the_places() -> None:
    short = (*ALONE, recused(FIRST), *ALL_DECLARED[1:])
    reveal = c.RevealBidScore(call_id=CALL, bid_id=BID_TWO, points=GOOD, salt=SALT)
    told_evaluation(*short).when(reveal, **as_evaluator(of=TWO)).then_refused(
        RuleViolated, rule="contract.evaluation.size"
    )
    told_evaluation(*short).when(c.CloseBidScoring(call_id=CALL), **as_officer(boundary=bids())).then_refused(
        RuleViolated, rule="contract.evaluation.size"
    )
    outcome = told_evaluation(*short).when(alternates(NEW, NEWER), **as_officer())
    outcome.then(
        [
            v.AlternatesAppointed(
                decision_no="36/2026",
                alternates=(Evaluator(person_id=NEW, number=4), Evaluator(person_id=NEWER, number=5)),
                seats=(BidSeat(BID_ONE, NEW),),
            )
        ]
    )
    outcome.then_state(lambda it: it.judging.panels[BID_ONE] == (SECOND, THIRD, NEW))
    assert [one.value for one in outcome.events[0].personal] == ["Besa Hoxha"] * 2


def test_an_even_number_does_not_score() -> None:
    five = v.EvaluatorsAppointed(
        call_id=CALL,
        decision_no="1",
        evaluators=tuple(Evaluator(person_id=one, number=n) for n, one in enumerate((*PANEL, SPARE, NEW), 1)),
    )
    told_evaluation(five, SCORING, recused(FIRST)).when(c.CloseBidScoring(call_id=CALL), **as_officer()).then_refused(
        RuleViolated, rule="contract.evaluation.parity"
    )


@pytest.mark.parametrize("person", [FIRST, SPARE, ACTOR])
def test_an_alternate_is_somebody_new(person: UUID) -> None:
    told_evaluation(*AT_WORK).when(alternates(NEW, person), **as_officer()).then_refused(
        InvalidValue, pointer="/alternates/1/person_id"
    )


def test_nobody_who_evaluates_decides_who_does() -> None:
    for command in (replace(SECOND), alternates(NEW)):
        told_evaluation(*AT_WORK).when(command, **as_officer(actor=FIRST)).then_refused(
            RuleViolated, rule="contract.evaluation.own"
        )
    told_evaluation(*AT_WORK).when(replace(reason=text(sq="Jo")), **as_officer()).then_refused(
        RuleViolated, rule="contract.languages"
    )
    told_evaluation(*KNOWN, RANKED).when(alternates(NEW), **as_officer()).then_refused(IllegalTransition)
