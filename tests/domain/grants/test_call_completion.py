"""How a call ends."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from domain.grants.awards import Awards
from domain.grants.commands import grant_call as c
from domain.grants.contracting import Contracting
from domain.grants.events import agreement as g
from domain.grants.events import application as a
from domain.grants.events import grant_call as e
from domain.grants.events.funding_plan import funding_tag
from domain.grants.events.ranking import FinalRankingPublished, ProvisionalRankingPublished, RanksReleased
from domain.grants.funding import less, spread
from domain.grants.grant_call import GrantCall
from domain.grants.policies.agreement import release_unpaid
from domain.grants.vocabulary import ApplicationStage, CallStage, LineFunding
from domain.kernel.errors import IllegalTransition, RuleViolated
from domain.kernel.event import Event
from domain.kernel.manifest import Reaction
from domain.kernel.text import text
from tests.domain.grants import commissions as k
from tests.domain.grants.agreements import AGREEMENT, SIGNED
from tests.domain.grants.applications import OF_CALL
from tests.domain.grants.examples import EXAMPLES
from tests.domain.grants.stories import (
    AFTER,
    CALL,
    CANCELLED,
    CLOCK,
    CLOSED,
    CONTRACTED,
    DRAFTED,
    EVALUATING,
    FILES,
    LINE,
    OPEN_CALL,
    OTHER_LINE,
    OVER,
    PLAN,
    PREPARED,
    PREPARED_AT,
    PUBLISHED,
    REASON,
    REPORTED,
    SUMMARY,
    VOIDED,
    euro,
    facts,
)
from tests.support.given import Scenario, built, given
from tests.support.given import told as recorded

CANCEL = c.CancelCall(reason=REASON)
VOID = c.VoidCall(decision_no="9/2026", reason=REASON)
TERMINATED = g.AgreementTerminated(**OF_CALL, decision_no="12/2026", reason=REASON, unpaid=euro(150_000), reports=2)
REPORT = c.ReportCall(files=FILES, summary=SUMMARY)


def told(*events: Event) -> Scenario:
    return given(GrantCall, events, at=PREPARED_AT)


RANKED: dict[CallStage, tuple[Event, ...]] = {
    CallStage.PROVISIONAL: (EXAMPLES[ProvisionalRankingPublished],),
    CallStage.FINAL: (EXAMPLES[ProvisionalRankingPublished], EXAMPLES[FinalRankingPublished]),
}
RANKED[CallStage.CONTRACTED] = (*RANKED[CallStage.FINAL], CONTRACTED)
RANKED[CallStage.REPORTED] = (*RANKED[CallStage.CONTRACTED], REPORTED)


def ranked(stage: CallStage) -> Scenario:
    """A call whose rankings are published, and what came after."""
    return told(*OVER, EVALUATING, *RANKED[stage])


def test_a_closed_call_is_evaluated() -> None:
    told(*OVER).when(c.BeginEvaluation(), now=AFTER).then([EVALUATING])
    told(*OPEN_CALL).when(c.BeginEvaluation(), now=AFTER).then_refused(IllegalTransition)


def test_a_call_is_contracted_after_its_final_ranking() -> None:
    settled = contracting((AGREEMENT, replace(SIGNED, application_id=k.FIRST)))
    ranked(CallStage.FINAL).when(c.MarkContracted(), now=AFTER, boundary=settled).then(
        [CONTRACTED, released(5_550_000)]
    )
    ranked(CallStage.PROVISIONAL).when(c.MarkContracted(), now=AFTER).then_refused(IllegalTransition)


def contracting(*told_of: tuple[Any, Event]) -> Contracting:
    fold = Contracting()
    for stream, event in told_of:
        fold.apply(stream, event)
    return fold


def test_a_call_is_contracted_when_every_award_came_to_something() -> None:
    """The ranking awards the first application; the second one was promoted out of the reserve."""
    promoted = (k.SECOND, a.ReservePromoted(**OF_CALL, amount=euro(1), reason=REASON))
    signed = (AGREEMENT, replace(SIGNED, application_id=k.FIRST))
    outcome = ranked(CallStage.FINAL).when(c.MarkContracted(), now=AFTER, boundary=contracting(promoted))
    outcome.then_refused(RuleViolated, rule="grant.call.contracted")
    assert "2 awards" in str(outcome.refusal)
    for last in (
        a.AwardLapsed(**OF_CALL, reason=REASON),
        a.ApplicationWithdrawn(**OF_CALL, before=ApplicationStage.AWARDED),
    ):
        both = contracting(promoted, signed, (k.SECOND, last))
        ranked(CallStage.FINAL).when(c.MarkContracted(), now=AFTER, boundary=both).then(
            [CONTRACTED, released(5_550_000)]
        )
    one = contracting(promoted, signed)
    ranked(CallStage.FINAL).when(c.MarkContracted(), now=AFTER, boundary=one).then_refused(
        RuleViolated, rule="grant.call.contracted"
    )


def test_once_ranks_were_released_only_a_decision_ends_the_call() -> None:
    released = told(*OVER, EVALUATING, *RANKED[CallStage.PROVISIONAL], EXAMPLES[RanksReleased])
    released.when(CANCEL, now=AFTER).then_refused(IllegalTransition)
    ranked(CallStage.PROVISIONAL).when(CANCEL, now=AFTER).then_events(e.CallCancelled)


def released(amount: int) -> e.FundingReleased:
    return e.FundingReleased(plan_id=PLAN, lines=(LineFunding(line_id=LINE, amount=euro(amount)),))


def test_both_boundaries_decide_whether_a_call_is_contracted() -> None:
    assert set(Contracting.tags(CALL, c.MarkContracted())) == {f"awards:{CALL}", f"call:{CALL}"}


def test_what_an_agreement_left_unpaid_goes_back_once_its_call_has_ended() -> None:
    awards = Awards()
    for event in (SIGNED, TERMINATED):
        awards.apply(AGREEMENT, event)
    history = (*OVER, EVALUATING, *RANKED[CallStage.CONTRACTED], released(5_550_000))

    told(*history).when(c.ReleaseFunding(), now=AFTER, mandate=CLOCK, boundary=awards).then([released(150_000)])
    told(*history, released(150_000)).when(c.ReleaseFunding(), now=AFTER, mandate=CLOCK, boundary=awards).then_nothing()
    ranked(CallStage.FINAL).when(c.ReleaseFunding(), now=AFTER, boundary=awards).then_refused(IllegalTransition)


def test_a_call_of_no_plan_has_nothing_to_give_back() -> None:
    published = replace(PUBLISHED, facts=facts(plan=None), plan_id=None)

    void = told(DRAFTED, published, CLOSED).when(VOID, now=AFTER, boundary=Awards())
    void.then([replace(VOIDED, plan_id=None)])


def test_an_ended_agreement_asks_its_call_to_give_back_what_was_not_paid() -> None:
    completed = g.AgreementCompleted(**OF_CALL, paid=euro(450_000), unpaid=euro(0))

    def asked(event: Event) -> list[Reaction]:
        return list(release_unpaid(recorded(event, AGREEMENT)))

    assert asked(TERMINATED) == [Reaction(CALL, c.ReleaseFunding())]
    assert asked(completed) == asked(SIGNED) == []


def test_lines_are_used_in_the_order_in_which_the_call_names_them() -> None:
    lines = tuple(LineFunding(line_id=one, amount=euro(amount)) for one, amount in ((LINE, 100), (OTHER_LINE, 60)))

    for amount, first, second in (
        (0, 0, 0),
        (99, 99, 0),
        (100, 100, 0),
        (130, 100, 30),
        (160, 100, 60),
        (500, 100, 60),
    ):
        assert tuple(one.amount for one in spread(euro(amount), lines)) == (euro(first), euro(second))
    assert less(lines, spread(euro(130), lines)) == (LineFunding(line_id=OTHER_LINE, amount=euro(30)),)
    assert less(lines, ()) == lines


def test_a_call_promises_no_more_than_it_still_holds() -> None:
    ended = built(GrantCall, (*OVER, EVALUATING, *RANKED[CallStage.CONTRACTED], released(5_550_000)))

    assert ended.money == euro(450_000)
    assert built(GrantCall, OPEN_CALL).money == euro(6_000_000)
    assert built(GrantCall, (e.CallDrafted(facts=facts(plan=None)),)).money == facts().budget


def test_a_contracted_call_is_reported_on_in_every_required_language() -> None:
    ranked(CallStage.CONTRACTED).when(REPORT, now=AFTER).then([REPORTED]).then_state(
        lambda it: it.stage is CallStage.REPORTED
    )
    only = msgspec.structs.replace(REPORT, summary=text(sq="Vetëm shqip"))
    ranked(CallStage.CONTRACTED).when(only, now=AFTER).then_refused(RuleViolated, rule="grant.languages")
    told(*OVER, EVALUATING).when(REPORT, now=AFTER).then_refused(IllegalTransition)


@pytest.mark.parametrize("before", [PREPARED, OPEN_CALL, OVER, (*OVER, EVALUATING)])
def test_a_call_is_cancelled_before_its_final_ranking(before: tuple[Event, ...]) -> None:
    outcome = told(*before).when(CANCEL, now=AFTER).then([CANCELLED])

    outcome.then_state(lambda it: it.stage is CallStage.CANCELLED)
    assert f"funding_plan:{PLAN}" in outcome.events[0].tags()


def test_a_cancelled_call_of_no_plan_gives_nothing_back() -> None:
    outcome = told(e.CallDrafted(facts=facts(plan=None))).when(CANCEL, now=AFTER)

    assert outcome.events[0].plan_id is None
    assert len(outcome.events[0].tags()) == 1


def test_all_who_applied_can_read_why() -> None:
    told(*OPEN_CALL).when(c.CancelCall(reason=text(sq="Arsyeja")), now=AFTER).then_refused(
        RuleViolated, rule="grant.languages"
    )


@pytest.mark.parametrize("stage", [CallStage.FINAL, CallStage.CONTRACTED, CallStage.REPORTED])
def test_after_the_final_ranking_only_a_decision_ends_it(stage: CallStage) -> None:
    ranked(stage).when(CANCEL, now=AFTER).then_refused(IllegalTransition)
    void = ranked(stage).when(VOID, now=AFTER, boundary=Awards())
    void.then([VOIDED]).then_state(lambda it: it.stage is CallStage.VOID)


@pytest.mark.parametrize(("ended", "free"), [(False, 5_550_000), (True, 5_700_000)])
def test_money_that_agreements_took_does_not_go_back_into_the_plan(ended: bool, free: int) -> None:
    """What is promised or paid out of a void call cannot be promised a second time by another call of the line."""
    promised = Awards()
    promised.apply(AGREEMENT, SIGNED)
    if ended:
        promised.apply(AGREEMENT, TERMINATED)
    event, back = ranked(CallStage.FINAL).when(VOID, now=AFTER, boundary=promised).events
    assert isinstance(event, e.CallVoided)
    assert event.plan_id is None
    assert not [tag for tag in event.tags() if tag == funding_tag(PLAN)]
    assert back == released(free)
    assert funding_tag(PLAN) in back.tags()


@pytest.mark.parametrize("before", [(DRAFTED,), PREPARED, (*OPEN_CALL, CANCELLED), (*OPEN_CALL, VOIDED)])
def test_only_what_was_published_can_be_void(before: tuple[Event, ...]) -> None:
    told(*before).when(VOID, now=AFTER).then_refused(IllegalTransition)


def test_a_cancelled_call_stays_cancelled() -> None:
    told(*OPEN_CALL, CANCELLED).when(CANCEL, now=AFTER).then_refused(IllegalTransition)
