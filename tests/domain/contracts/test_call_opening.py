"""A call between its closing and the evaluation: bids are opened, then qualified; or it comes to nothing."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.contracts.commands import call as c
from domain.contracts.events import call as e
from domain.contracts.events.bid import BidDisqualified, BidWithdrawn
from domain.contracts.vocabulary import CallStage
from domain.kernel.deadline import deadline
from domain.kernel.errors import IllegalTransition, RuleViolated
from domain.kernel.event import Event
from domain.kernel.text import text
from tests.domain.contracts.bidding import (
    BID_ONE,
    BID_TWO,
    COMPLAINT,
    CONTENTS,
    DISQUALIFIED,
    EVALUATION,
    FILED,
    REJECTED,
    UPHELD,
    bid_sealed,
    bids,
    evaluation,
    heard,
    of_bid,
    opened,
)
from tests.domain.contracts.tendering import (
    AFTER,
    AWARD_PENDING,
    CALENDAR,
    CLOCK,
    IN_QUALIFICATION,
    LISTED,
    LISTING_CLOSED,
    OFFICER,
    ONE,
    OPEN_CALL,
    OPENING_DUE,
    OVER,
    PENDING,
    QUALIFYING,
    REASON,
    RULES,
    TWO,
    WHILE_OPENED,
    told,
)
from tests.support.given import Scenario

SECOND = timedelta(seconds=1)


def as_officer(**overrides: Any) -> dict[str, Any]:
    resting = {"references": {"evaluation": evaluation()}, "boundary": bids()}
    return {"mandate": OFFICER, "now": AFTER} | resting | overrides


def test_qualification_begins_when_every_bid_is_opened_or_the_opening_is_over() -> None:
    both = bids((BID_ONE, bid_sealed()), (BID_TWO, bid_sealed(TWO)), (BID_ONE, opened()))
    command = c.BeginQualification()
    told(*OVER).when(command, **as_officer(boundary=both, now=WHILE_OPENED)).then_refused(
        RuleViolated, rule="contract.bid.opening"
    )
    told(*OVER).when(command, **as_officer(boundary=both, now=OPENING_DUE.due_at - SECOND)).then_refused(RuleViolated)
    told(*OVER).when(command, **as_officer(boundary=both, now=OPENING_DUE.due_at)).then(
        [e.QualificationBegun(bids=1, unopened=(BID_TWO,))]
    )
    both.apply(BID_TWO, opened(TWO, CONTENTS[BID_TWO]))
    told(*OVER).when(command, **as_officer(boundary=both, now=WHILE_OPENED, mandate=CLOCK)).then([QUALIFYING])
    told(*OPEN_CALL).when(command, **as_officer()).then_refused(IllegalTransition)


def test_evaluation_begins_when_every_bid_was_decided_on() -> None:
    command = c.BeginBidEvaluation()
    told(*IN_QUALIFICATION).when(command, **as_officer()).then([PENDING])
    undecided = bids((BID_ONE, bid_sealed()), (BID_ONE, opened()))
    told(*IN_QUALIFICATION).when(command, **as_officer(boundary=undecided)).then_refused(
        RuleViolated, rule="contract.bid.decided"
    )
    out = bids((BID_ONE, bid_sealed()), (BID_ONE, opened()), (BID_ONE, DISQUALIFIED))
    told(*IN_QUALIFICATION).when(command, **as_officer(boundary=out)).then_refused(
        RuleViolated, rule="contract.bid.none"
    )
    told(*OVER).when(command, **as_officer()).then_refused(IllegalTransition)
    told(*LISTING_CLOSED).when(command, **as_officer()).then_refused(IllegalTransition)


def test_a_list_holds_everybody_who_qualified() -> None:
    outcome = told(*LISTING_CLOSED).when(c.PublishQualifiedList(), **as_officer())
    outcome.then_events(e.QualifiedListPublished).then_state(lambda it: it.stage is CallStage.LISTED)
    event = outcome.events[0]
    assert isinstance(event, e.QualifiedListPublished)
    assert {one.organisation_id for one in event.providers} == {ONE, TWO}
    assert event.valid_until == date(2027, 12, 31) == LISTED.valid_until
    told(*IN_QUALIFICATION).when(c.PublishQualifiedList(), **as_officer()).then_refused(IllegalTransition)


def test_a_call_is_unsuccessful_only_where_nothing_can_be_awarded() -> None:
    command = c.DeclareUnsuccessful(reason=REASON, evaluation_id=EVALUATION)
    told(*AWARD_PENDING).when(command, **as_officer(boundary=heard())).then_refused(
        RuleViolated, rule="contract.call.unsuccessful"
    )
    nobody = as_officer(references={"evaluation": None}, boundary=heard())
    bare = c.DeclareUnsuccessful(reason=REASON)
    told(*IN_QUALIFICATION).when(bare, **nobody).then_refused(RuleViolated, rule="contract.call.unsuccessful")
    withdrawn = heard(of=((BID_ONE, bid_sealed()), (BID_ONE, of_bid(BidWithdrawn, before="sealed"))))
    told(*OVER).when(bare, **(nobody | {"boundary": withdrawn})).then_events(e.CallUnsuccessful)
    told(*OPEN_CALL).when(bare, **nobody).then_refused(IllegalTransition)
    only = c.DeclareUnsuccessful(reason=text(sq="Asgjë"))
    told(*OVER).when(only, **nobody).then_refused(RuleViolated, rule="contract.languages")


def test_a_call_comes_to_nothing_only_after_whoever_was_put_out_was_heard() -> None:
    """Disqualified on AFTER one may complain for ten days; a complaint freezes the call until its answer is known."""
    command = c.DeclareUnsuccessful(reason=REASON)
    out: Event = of_bid(BidDisqualified, reason=REASON)
    out.stamp(BID_ONE, 3, AFTER)
    one_out = ((BID_ONE, bid_sealed()), (BID_ONE, opened()), (BID_ONE, out))

    def declared(at: datetime, *complaints: tuple[UUID, Event], call: tuple[Event, ...] = IN_QUALIFICATION) -> Scenario:
        resting = as_officer(references={"evaluation": None}, boundary=heard(*complaints, of=one_out), now=at)
        return told(*call).when(command, **resting)

    until = deadline(RULES["contract.complaint"], AFTER, "BidDisqualified", CALENDAR).due_at
    declared(until - SECOND).then_refused(RuleViolated, rule="contract.complaint")
    declared(until).then_events(e.CallUnsuccessful)
    declared(until, (COMPLAINT, FILED)).then_refused(RuleViolated, rule="contract.complaint.decide")
    declared(until, (COMPLAINT, FILED), (COMPLAINT, REJECTED)).then_events(e.CallUnsuccessful)
    upheld = ((COMPLAINT, FILED), (COMPLAINT, UPHELD))
    declared(until, *upheld).then_refused(RuleViolated, rule="contract.complaint.anew")
    aside = e.AwardSetAside(complaint_id=COMPLAINT, bid_id=BID_ONE)
    declared(until, *upheld, call=(*IN_QUALIFICATION, aside)).then_events(e.CallUnsuccessful)
    declared(AFTER, call=LISTING_CLOSED).then_events(e.CallUnsuccessful)
