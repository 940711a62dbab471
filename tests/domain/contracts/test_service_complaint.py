"""A complaint against a proposed award, command by command, and what follows from it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.contracts.commands import complaint as c
from domain.contracts.commands.bid import DisregardBid, ReopenBid
from domain.contracts.commands.call import SetAsideAward
from domain.contracts.complaint import ServiceComplaint
from domain.contracts.complaints import Complaints
from domain.contracts.events import bid as b
from domain.contracts.events import complaint as q
from domain.contracts.events.call import QualificationBegun
from domain.contracts.events.evaluation import EvaluatorsAppointed
from domain.contracts.policies.award import disregard_unopened, set_aside
from domain.contracts.vocabulary import ComplaintDecision
from domain.kernel.deadline import deadline
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.event import Event
from domain.kernel.manifest import Reaction
from domain.kernel.text import text
from tests.domain.contracts.bidding import (
    ADMITTED,
    BEST,
    BID_ONE,
    BID_TWO,
    COMPLAINT,
    COMPLAINT_OFFICER,
    CONTENTS,
    DISMISSED,
    EVALUATION,
    FILED,
    FIRST,
    REJECTED,
    UNTIL,
    UPHELD,
    bid,
    bid_sealed,
    complaints,
    delegate,
    evaluation,
    of_bid,
    office,
    opened,
    proposed,
    qualified,
    standing,
)
from tests.domain.contracts.tendering import (
    AFTER,
    AWARD_PENDING,
    CALENDAR,
    CALL,
    IN_QUALIFICATION,
    LISTING_CLOSED,
    OFFICER,
    OTHER_CALL,
    REASON,
    RULES,
    call,
)
from tests.support.given import Scenario, given, given_nothing, told

SECOND = timedelta(seconds=1)
LOSER = FILED.organisation_id
LOST = FILED.bid_id


def file(**changes: Any) -> c.FileServiceComplaint:
    said: dict[str, Any] = {
        "call_id": CALL,
        "bid_id": LOST,
        "organisation_id": LOSER,
        "contested_id": BEST.bid_id,
        "grounds": FILED.grounds,
    }
    return c.FileServiceComplaint(**said | changes)


def losing_bid(*more: Event) -> Any:
    of = CONTENTS[LOST]
    return bid(bid_sealed(LOSER, of), *(more or (opened(LOSER, of), qualified(LOSER))), stream_id=LOST)


def as_loser(**overrides: Any) -> dict[str, Any]:
    resting = {
        "references": {"call": call(*AWARD_PENDING, proposed()), "bid": losing_bid()},
        "boundary": complaints(),
    }
    return {"mandate": delegate(LOSER), "now": AFTER} | resting | overrides


def past(*events: Event) -> Scenario:
    return given(ServiceComplaint, events, stream_id=COMPLAINT, at=AFTER)


def deciding(**overrides: Any) -> dict[str, Any]:
    resting = {"references": {"evaluation": evaluation()}, "registers": (standing(LOSER),)}
    return {"mandate": COMPLAINT_OFFICER, "now": AFTER + timedelta(days=3)} | resting | overrides


def test_whoever_bid_may_complain_about_the_award() -> None:
    given_nothing(ServiceComplaint).when(file(), **as_loser()).then([FILED])
    own = given_nothing(ServiceComplaint).when(file(contested_id=LOST), **as_loser())
    own.then_events(q.ServiceComplaintFiled)


def test_to_the_second_one_complains_until_the_clock_says_so() -> None:
    given_nothing(ServiceComplaint).when(file(), **as_loser(now=UNTIL.due_at - SECOND)).then_events(
        q.ServiceComplaintFiled
    )
    for late in (UNTIL.due_at, UNTIL.due_at + SECOND):
        given_nothing(ServiceComplaint).when(file(), **as_loser(now=late)).then_refused(
            RuleViolated, rule="contract.complaint"
        )


def test_one_complains_once_about_a_proposal_and_again_about_the_next() -> None:
    before = complaints((COMPLAINT, FILED), (COMPLAINT, UPHELD))
    given_nothing(ServiceComplaint).when(file(), **as_loser(boundary=before)).then_refused(
        RuleViolated, rule="contract.complaint.once"
    )
    references = {"call": call(*AWARD_PENDING, proposed(number=2)), "bid": losing_bid()}
    given_nothing(ServiceComplaint).when(file(), **as_loser(boundary=before, references=references)).then_events(
        q.ServiceComplaintFiled
    )


def test_a_disqualified_bidder_may_complain_and_one_who_withdrew_may_not() -> None:
    def holding(*more: Event) -> dict[str, Any]:
        references = {"call": call(*AWARD_PENDING, proposed()), "bid": losing_bid(*more)}
        return as_loser(references=references)

    out = of_bid(b.BidDisqualified, LOSER, reason=REASON)
    given_nothing(ServiceComplaint).when(
        file(contested_id=LOST), **holding(opened(LOSER, CONTENTS[LOST]), out)
    ).then_events(q.ServiceComplaintFiled)
    gone = of_bid(b.BidWithdrawn, LOSER, before="sealed")
    given_nothing(ServiceComplaint).when(file(), **holding(gone)).then_refused(IllegalTransition)


def test_whoever_was_disqualified_complains_though_no_award_is_proposed() -> None:
    """For as long as about an award, about the own bid alone, once; lists have no award and no evaluators."""
    out = losing_bid(opened(LOSER, CONTENTS[LOST]), of_bid(b.BidDisqualified, LOSER, reason=REASON))
    until = deadline(RULES["contract.complaint"], out.disqualified_at, "BidDisqualified", CALENDAR).due_at
    about = file(contested_id=LOST)

    def complaining(stage: tuple[Event, ...], **more: Any) -> dict[str, Any]:
        return as_loser(**{"references": {"call": call(*stage), "bid": out}, "now": until - SECOND} | more)

    for stage in (IN_QUALIFICATION, AWARD_PENDING):
        filed = given_nothing(ServiceComplaint).when(about, **complaining(stage))
        filed.then_events(q.ServiceComplaintFiled)
        assert isinstance(filed.events[0], q.ServiceComplaintFiled)
        assert filed.events[0].proposal == 0
        again = complaints((COMPLAINT, filed.events[0]), (COMPLAINT, REJECTED))
        for refused, changes in (
            ("contract.complaint.once", {"boundary": again}),
            ("contract.complaint", {"now": until}),
        ):
            given_nothing(ServiceComplaint).when(about, **complaining(stage, **changes)).then_refused(
                RuleViolated, rule=refused
            )
        given_nothing(ServiceComplaint).when(file(), **complaining(stage)).then_refused(
            InvalidValue, pointer="/contested_id"
        )
        fine = {"call": call(*stage), "bid": losing_bid()}
        given_nothing(ServiceComplaint).when(about, **complaining(stage, references=fine)).then_refused(
            IllegalTransition
        )
    given_nothing(ServiceComplaint).when(about, **complaining(LISTING_CLOSED)).then_refused(IllegalTransition)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"call_id": OTHER_CALL}, "/call_id"),
        ({"organisation_id": BEST.organisation_id}, "/organisation_id"),
        ({"contested_id": COMPLAINT}, "/contested_id"),
    ],
)
def test_a_complaint_names_what_is_there(changes: dict[str, UUID], pointer: str) -> None:
    given_nothing(ServiceComplaint).when(file(**changes), **as_loser()).then_refused(InvalidValue, pointer=pointer)


def test_nobody_complains_for_others_or_before_there_is_an_award() -> None:
    for mandate in (delegate(BEST.organisation_id), OFFICER):
        given_nothing(ServiceComplaint).when(file(), **as_loser(mandate=mandate)).then_refused(NotPermitted)
    early = {"call": call(*AWARD_PENDING), "bid": losing_bid()}
    given_nothing(ServiceComplaint).when(file(), **as_loser(references=early)).then_refused(IllegalTransition)


def decide(decision: ComplaintDecision = ComplaintDecision.UPHELD, **more: Any) -> c.DecideServiceComplaint:
    said: dict[str, Any] = {"organisation_id": LOSER, "evaluation_id": EVALUATION, "decision": decision}
    return c.DecideServiceComplaint(**said | {"reason": REASON} | more)


def test_nobody_decides_a_complaint_of_their_own_organisation() -> None:
    own = deciding(registers=(standing(LOSER, office(organisation_id=LOSER)),))
    past(FILED, ADMITTED).when(decide(), **own).then_refused(RuleViolated, rule="contract.interest.own")
    dismiss = c.DismissServiceComplaint(organisation_id=LOSER, evaluation_id=EVALUATION, reason=REASON)
    past(FILED).when(dismiss, **own).then_refused(RuleViolated, rule="contract.interest.own")
    other = decide(organisation_id=BEST.organisation_id)
    past(FILED, ADMITTED).when(other, **deciding()).then_refused(InvalidValue, pointer="/organisation_id")


def test_a_complaint_is_admitted_and_decided_by_somebody_who_did_not_evaluate() -> None:
    past(FILED).when(c.AdmitServiceComplaint(), **deciding()).then([ADMITTED])
    past(FILED, ADMITTED).when(decide(), **deciding()).then([UPHELD])
    past(FILED, ADMITTED).when(decide(), **deciding(actor=FIRST)).then_refused(
        RuleViolated, rule="contract.complaint.decider"
    )
    past(FILED).when(decide(), **deciding()).then_refused(IllegalTransition)
    past(FILED, ADMITTED, UPHELD).when(decide(), **deciding()).then_refused(IllegalTransition)


def test_a_late_decision_is_on_record_as_late() -> None:
    past(FILED, ADMITTED).when(decide(ComplaintDecision.REJECTED), **deciding(now=FILED.decide_by.due_at)).then(
        [REJECTED]
    )


def test_an_inadmissible_complaint_is_told_why_by_an_outsider() -> None:
    command = c.DismissServiceComplaint(organisation_id=LOSER, evaluation_id=EVALUATION, reason=REASON)
    past(FILED).when(command, **deciding()).then([DISMISSED])
    past(FILED).when(command, **deciding(actor=FIRST)).then_refused(RuleViolated, rule="contract.complaint.decider")
    only = c.DismissServiceComplaint(organisation_id=LOSER, evaluation_id=EVALUATION, reason=text(sq="Jo"))
    past(FILED).when(only, **deciding()).then_refused(RuleViolated, rule="contract.languages")
    past(FILED, ADMITTED).when(command, **deciding()).then_refused(IllegalTransition)


def test_the_evaluation_is_the_calls_own() -> None:
    other = evaluation(EvaluatorsAppointed(call_id=OTHER_CALL, decision_no="1", evaluators=()))
    past(FILED, ADMITTED).when(decide(), **deciding(references={"evaluation": other})).then_refused(
        InvalidValue, pointer="/evaluation_id"
    )


@pytest.mark.parametrize("decision", [ComplaintDecision.UPHELD, ComplaintDecision.PARTLY])
def test_an_upheld_complaint_reopens_the_bid_and_then_the_call(decision: ComplaintDecision) -> None:
    event = past(FILED, ADMITTED).when(decide(decision), **deciding()).events[0]

    assert list(set_aside(told(event, COMPLAINT))) == [
        Reaction(BEST.bid_id, ReopenBid(complaint_id=COMPLAINT)),
        Reaction(CALL, SetAsideAward(complaint_id=COMPLAINT, bid_id=BEST.bid_id)),
    ]


def test_nothing_follows_from_a_rejected_complaint() -> None:
    assert list(set_aside(told(REJECTED, COMPLAINT))) == []
    assert list(set_aside(told(FILED, COMPLAINT))) == []


def test_what_nobody_opened_is_told_so() -> None:
    event = QualificationBegun(bids=1, unopened=(BID_TWO,))

    assert list(disregard_unopened(told(event, CALL))) == [Reaction(BID_TWO, DisregardBid())]
    assert list(disregard_unopened(told(bid_sealed(), BID_ONE))) == []


def test_the_complaints_of_a_call_are_folded() -> None:
    fold = complaints((COMPLAINT, FILED))
    assert fold.filed == {(1, LOST)}
    assert (fold.open, fold.upheld) == ({COMPLAINT}, set())
    assert Complaints.tag(CALL, c.AdmitServiceComplaint()) == FILED.tags()[0] == Complaints.tag(COMPLAINT, file())
