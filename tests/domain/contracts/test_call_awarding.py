"""The award of a call: proposed, frozen by complaints, set aside, confirmed after the standstill, lapsed."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.contracts.commands import call as c
from domain.contracts.events import call as e
from domain.contracts.events.contract import ContractSigned
from domain.contracts.events.evaluation import BidScoringOpened
from domain.contracts.service_call import ServiceCall
from domain.contracts.signatures import Signatures
from domain.contracts.vocabulary import CallStage
from domain.funding_claims import events as f
from domain.funding_claims.vocabulary import ReleaseReason
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.money import Money
from domain.kernel.text import text
from domain.licences.events import LicenceEntryChanged
from domain.licences.vocabulary import LicenceStage
from domain.organisations.vocabulary import CertificateKind
from tests.domain.contracts.bidding import (
    ADMITTED,
    AFTER_STANDSTILL,
    APPOINTED,
    BEST,
    BIDDERS,
    COMPLAINT,
    CONTENTS,
    DISMISSED,
    EVALUATION,
    FILED,
    KNOWN,
    LICENCE,
    RANKED,
    REJECTED,
    SCORING,
    STANDSTILL,
    UPHELD,
    bid,
    bid_sealed,
    bids,
    claims,
    complaints,
    evaluation,
    heard,
    licences,
    office,
    opened,
    proposed,
    qualified,
    standing,
)
from tests.domain.contracts.tendering import (
    AFTER,
    AWARD_PENDING,
    CALL,
    CLOCK,
    MADE_LIST,
    NEED,
    OFFICER,
    OPEN_CALL,
    OTHER_CALL,
    OVER,
    PENDING,
    REASON,
    planned,
    told,
)
from tests.support.given import SANDBOX, given

SECOND = timedelta(seconds=1)
PROPOSED = (*AWARD_PENDING, proposed())
SET_ASIDE = e.AwardSetAside(complaint_id=COMPLAINT, bid_id=BEST.bid_id, organisation_id=BEST.organisation_id)
PROPOSE = c.ProposeAward(evaluation_id=EVALUATION, bid_id=BEST.bid_id, organisation_id=BEST.organisation_id)
LAPSE = c.LapseServiceAward(reason=REASON)
CONFIRM = c.ConfirmAward(bid_id=BEST.bid_id, organisation_id=BEST.organisation_id, decision_no="40/2026")
WINNER = BEST.organisation_id
LOSER = next(one for one in BIDDERS.values() if one != WINNER)


def winning_bid() -> Any:
    of = CONTENTS[BEST.bid_id]
    return bid(bid_sealed(WINNER, of), opened(WINNER, of), qualified(WINNER), stream_id=BEST.bid_id)


def as_officer(**overrides: Any) -> dict[str, Any]:
    resting = {"references": {"evaluation": evaluation(), "bid": winning_bid()}, "boundary": bids()}
    return {"mandate": OFFICER, "now": AFTER} | resting | overrides


def lapsing(*signed: UUID) -> dict[str, Any]:
    """The officer, when contracts with these were signed, whether the call knows of it or not."""
    fold = Signatures()
    for one in signed:
        event = ContractSigned(
            call_id=CALL,
            organisation_id=one,
            entry_ids=(),
            decision_no="1/2026",
            signed_on=AFTER.date(),
            service="home_help",
            places=("prizren",),
            first_day=AFTER.date(),
            last_day=AFTER.date(),
            value=Money(1),
        )
        assert event.tags() == (Signatures.tag(CALL, LAPSE),)
        fold.apply(e.contract_id(CALL, one), event)
    return as_officer(boundary=fold)


def proposing(**overrides: Any) -> dict[str, Any]:
    resting = {"boundary": complaints(), "registers": (standing(WINNER), licences(WINNER))}
    return as_officer(**(resting | overrides))


def confirming(**overrides: Any) -> dict[str, Any]:
    registers = {"registers": (standing(WINNER), licences(WINNER), claims())}
    return proposing(**({"now": AFTER_STANDSTILL} | registers | overrides))


def test_the_best_bid_is_proposed_and_the_standstill_begins() -> None:
    told(*AWARD_PENDING).when(PROPOSE, **proposing()).then([proposed()]).then_state(
        lambda it: it.stage is CallStage.STANDSTILL
    )
    assert STANDSTILL.last_day == date(2026, 4, 25), "ten days after the fifteenth"
    assert sum(line.amount.amount for line in proposed().lines) == BEST.total.amount


def test_no_other_bid_than_the_best_is_proposed() -> None:
    other = next(one for one in BIDDERS if one != BEST.bid_id)
    wrong = c.ProposeAward(evaluation_id=EVALUATION, bid_id=other, organisation_id=BIDDERS[other])

    told(*AWARD_PENDING).when(wrong, **proposing()).then_refused(RuleViolated, rule="contract.award.best")


@pytest.mark.parametrize("events", [KNOWN, (APPOINTED, SCORING)])
def test_nothing_is_proposed_before_the_scoring_is_closed(events: tuple[Event, ...]) -> None:
    references = {"evaluation": evaluation(*events), "bid": winning_bid()}

    told(*AWARD_PENDING).when(PROPOSE, **proposing(references=references)).then_refused(
        RuleViolated, rule="contract.score.closed"
    )


def test_the_evaluation_is_the_calls_own() -> None:
    other = given(ServiceCall, AWARD_PENDING, stream_id=OTHER_CALL)

    other.when(PROPOSE, **proposing()).then_refused(InvalidValue, pointer="/evaluation_id")


def test_a_proposal_looks_at_the_registers() -> None:
    involved = (standing(WINNER, office(organisation_id=WINNER)), licences(WINNER))
    told(*AWARD_PENDING).when(PROPOSE, **proposing(registers=involved)).then_refused(
        RuleViolated, rule="contract.interest.own"
    )
    unlicensed = (standing(WINNER), licences(WINNER, valid_until=date(2026, 11, 30)))
    told(*AWARD_PENDING).when(PROPOSE, **proposing(registers=unlicensed)).then_refused(
        RuleViolated, rule="licence.expired"
    )
    uncertified = (standing(WINNER, certificates=(CertificateKind.TAX,)), licences(WINNER))
    told(*AWARD_PENDING).when(PROPOSE, **proposing(registers=uncertified)).then_refused(
        RuleViolated, rule="organisation.certificate"
    )


def test_complaints_freeze_a_new_proposal() -> None:
    again = (*PROPOSED, SET_ASIDE, PENDING)
    anew = evaluation(*KNOWN, RANKED, anew_opened(), RANKED)
    references = {"evaluation": anew, "bid": winning_bid()}
    waiting = complaints((COMPLAINT, FILED), (COMPLAINT, UPHELD), (derived_id("test", "second"), FILED))
    told(*again).when(PROPOSE, **proposing(references=references, boundary=waiting)).then_refused(
        RuleViolated, rule="contract.complaint.decide"
    )
    untold = complaints((COMPLAINT, FILED), (COMPLAINT, UPHELD), (derived_id("test", "second"), UPHELD))
    told(*again).when(PROPOSE, **proposing(references=references, boundary=untold)).then_refused(
        RuleViolated, rule="contract.complaint.anew"
    )


def anew_opened() -> Event:
    """The evaluation begins again because of the complaint; the scores of the contested bid are made anew."""
    return BidScoringOpened(
        candidates=SCORING.candidates, tie_seed=SCORING.tie_seed, anew=(BEST.bid_id,), answered=(COMPLAINT,)
    )


def test_an_upheld_complaint_sets_the_award_aside_and_both_stay_in_the_log() -> None:
    command = c.SetAsideAward(complaint_id=COMPLAINT, bid_id=BEST.bid_id)
    told(*PROPOSED).when(command, mandate=CLOCK).then([SET_ASIDE]).then_state(
        lambda it: it.stage is CallStage.QUALIFICATION and it.proposal is None
    )
    told(*PROPOSED, SET_ASIDE).when(command, mandate=CLOCK).then_refused(IllegalTransition)
    told(*OVER).when(command, mandate=CLOCK).then_refused(IllegalTransition)

    again = (*PROPOSED, SET_ASIDE, PENDING)
    told(*again).when(PROPOSE, **proposing()).then_refused(RuleViolated, rule="contract.score.closed")
    references = {"evaluation": evaluation(*KNOWN, RANKED, anew_opened(), RANKED), "bid": winning_bid()}
    upheld = complaints((COMPLAINT, FILED), (COMPLAINT, UPHELD))
    told(*again).when(PROPOSE, **proposing(references=references, boundary=upheld)).then(
        [proposed(number=2, again=True, answered=(COMPLAINT,))]
    )


def confirmed(**changes: Any) -> e.AwardConfirmed:
    told: dict[str, Any] = {
        "need_id": NEED,
        "bid_id": BEST.bid_id,
        "organisation_id": WINNER,
        "contract_id": e.contract_id(CALL, WINNER),
        "decision_no": "40/2026",
        "lines": proposed().lines,
        "total": BEST.total,
        "subcontractors": CONTENTS[BEST.bid_id].subcontractors,
    }
    return e.AwardConfirmed(**told | LICENCE | changes)


def test_the_award_is_confirmed_after_the_standstill() -> None:
    told(*PROPOSED).when(CONFIRM, **confirming()).then([confirmed()]).then_state(
        lambda it: it.stage is CallStage.AWARDED
    )


def test_to_the_second_nothing_is_awarded_during_the_standstill() -> None:
    told(*PROPOSED).when(CONFIRM, **confirming(now=STANDSTILL.due_at)).then_events(e.AwardConfirmed)
    told(*PROPOSED).when(CONFIRM, **confirming(now=STANDSTILL.due_at - SECOND)).then_refused(
        RuleViolated, rule="contract.standstill"
    )


@pytest.mark.parametrize(
    ("filed", "rule"),
    [
        (((COMPLAINT, FILED),), "contract.complaint.decide"),
        (((COMPLAINT, FILED), (COMPLAINT, ADMITTED)), "contract.complaint.decide"),
        (((COMPLAINT, FILED), (COMPLAINT, UPHELD)), "contract.complaint.anew"),
        (((COMPLAINT, FILED), (COMPLAINT, REJECTED)), None),
        (((COMPLAINT, FILED), (COMPLAINT, DISMISSED)), None),
    ],
)
def test_a_complaint_freezes_the_award_until_it_is_decided(filed: Any, rule: str | None) -> None:
    outcome = told(*PROPOSED).when(CONFIRM, **confirming(boundary=complaints(*filed)))
    if rule is None:
        outcome.then_events(e.AwardConfirmed)
    else:
        outcome.then_refused(RuleViolated, rule=rule)


def revoked(since: date) -> LicenceEntryChanged:
    return LicenceEntryChanged(
        organisation_id=WINNER,
        status=LicenceStage.REVOKED,
        since=since,
        origin="10:1:30",
        event_id=derived_id("test", "told", 30),
    )


@pytest.mark.parametrize(
    ("registers", "rule"),
    [
        ((standing(WINNER), licences(WINNER, valid_until=date(2026, 4, 15)), claims()), "licence.expired"),
        ((standing(WINNER), licences(WINNER, revoked(date(2026, 4, 20))), claims()), "licence.revoked"),
        ((standing(WINNER), licences(WINNER, revoked(date(2026, 12, 31))), claims()), "licence.revoked"),
        ((standing(WINNER, certificates=()), licences(WINNER), claims()), "organisation.certificate"),
        ((standing(WINNER, office(organisation_id=WINNER)), licences(WINNER), claims()), "contract.interest.own"),
        (
            (
                standing(WINNER),
                licences(WINNER),
                claims(f.ClaimReleased(organisation_id=WINNER, reason=ReleaseReason.REJECTED)),
            ),
            "funding.claim.reserved",
        ),
        (
            (
                standing(WINNER),
                licences(WINNER),
                claims(
                    f.OverdueReportFlagged(
                        organisation_id=WINNER, report_id=derived_id("test", "report"), due_on=date(2026, 3, 1)
                    )
                ),
            ),
            "funding.report.overdue",
        ),
    ],
)
def test_what_made_the_award_lawful_holds_on_the_day_it_is_confirmed(registers: Any, rule: str) -> None:
    """A licence that ran out during the standstill, or ends on the last day of the service, included."""
    told(*PROPOSED).when(CONFIRM, **confirming(registers=registers)).then_refused(RuleViolated, rule=rule)


def test_a_sandbox_has_no_claim_in_the_national_ledger() -> None:
    registers = (standing(WINNER), licences(WINNER), claims().__class__())
    told(*PROPOSED).when(CONFIRM, **confirming(registers=registers)).then_refused(
        RuleViolated, rule="funding.claim.reserved"
    )
    told(*PROPOSED).when(CONFIRM, **confirming(registers=registers, tenant=SANDBOX)).then_events(e.AwardConfirmed)


def test_the_award_is_the_one_that_was_proposed() -> None:
    other = c.ConfirmAward(bid_id=BEST.bid_id, organisation_id=LOSER, decision_no="1")
    told(*PROPOSED).when(other, **confirming()).then_refused(InvalidValue, pointer="/organisation_id")
    told(*AWARD_PENDING).when(CONFIRM, **confirming()).then_refused(IllegalTransition)


def test_an_award_does_not_lapse_beside_a_signature_of_which_the_call_has_not_heard_yet() -> None:
    told(*PROPOSED, confirmed()).when(LAPSE, **lapsing(WINNER)).then_refused(IllegalTransition)
    told(*PROPOSED, confirmed()).when(LAPSE, **lapsing(LOSER)).then_events(e.AwardLapsed)


def test_a_lapsed_award_lets_the_next_bid_be_proposed() -> None:
    lapsed = e.AwardLapsed(organisation_id=WINNER, bid_id=BEST.bid_id, reason=REASON)
    told(*PROPOSED, confirmed()).when(LAPSE, **lapsing()).then([lapsed])
    told(*PROPOSED).when(LAPSE, **lapsing()).then_refused(IllegalTransition)

    after = (*PROPOSED, confirmed(), lapsed)
    told(*after).when(PROPOSE, **proposing()).then_refused(RuleViolated, rule="contract.award.best")
    next_one = next(one for one in BIDDERS if one != BEST.bid_id)
    of = CONTENTS[next_one]
    second = bid(bid_sealed(LOSER, of), opened(LOSER, of), qualified(LOSER), stream_id=next_one)
    facts_of = proposing(
        references={"evaluation": evaluation(), "bid": second}, registers=(standing(LOSER), licences(LOSER))
    )
    command = c.ProposeAward(evaluation_id=EVALUATION, bid_id=next_one, organisation_id=LOSER)
    told(*after).when(command, **facts_of).then_events(e.AwardProposed)


def test_where_no_bid_is_left_none_is_proposed_and_the_call_is_unsuccessful() -> None:
    lapses = [e.AwardLapsed(organisation_id=of, bid_id=one, reason=REASON) for one, of in BIDDERS.items()]
    told(*AWARD_PENDING, *lapses).when(PROPOSE, **proposing()).then_refused(RuleViolated, rule="contract.award.none")
    command = c.DeclareUnsuccessful(reason=REASON, evaluation_id=EVALUATION)
    told(*AWARD_PENDING, *lapses).when(command, **as_officer(boundary=heard())).then(
        [e.CallUnsuccessful(reason=REASON, need_id=NEED)]
    )


@pytest.mark.parametrize(
    ("events", "whose"), [((planned(),), None), (OPEN_CALL, None), (AWARD_PENDING, None), (PROPOSED, WINNER)]
)
def test_a_call_is_given_up_before_its_award(events: tuple[Event, ...], whose: Any) -> None:
    told(*events).when(c.CancelServiceCall(reason=REASON), **as_officer()).then(
        [e.CallCancelled(reason=REASON, need_id=NEED, organisation_id=whose)]
    )


def test_an_award_is_not_cancelled_and_a_list_is() -> None:
    told(*PROPOSED, confirmed()).when(c.CancelServiceCall(reason=REASON), **as_officer()).then_refused(
        IllegalTransition
    )
    told(*MADE_LIST).when(c.CancelServiceCall(reason=REASON), **as_officer()).then_events(e.CallCancelled)
    only = c.CancelServiceCall(reason=text(sq="Asgjë"))
    told(*OPEN_CALL).when(only, **as_officer()).then_refused(RuleViolated, rule="contract.languages")


def test_an_award_becomes_a_contract_once() -> None:
    command = c.RecordServiceContract(contract_id=e.contract_id(CALL, WINNER))
    contracted = e.CallContracted(contract_id=command.contract_id)
    told(*PROPOSED, confirmed()).when(command, mandate=CLOCK).then([contracted]).then_state(
        lambda it: it.stage is CallStage.CONTRACTED
    )
    told(*PROPOSED, confirmed(), contracted).when(command, mandate=CLOCK).then_refused(IllegalTransition)
    told(*PROPOSED, confirmed(), contracted).when(LAPSE, **lapsing()).then_refused(IllegalTransition)


def test_an_overlap_is_noted_once() -> None:
    command = c.NoteAwardOverlap(
        overlap_id=derived_id("test", "overlap"), institution="prizren", contact="Zyra <a@b.org>", similarity=700_000
    )
    noted = e.OverlapNoted(
        overlap_id=command.overlap_id, institution="prizren", contact="Zyra <a@b.org>", similarity=700_000
    )
    told(*PROPOSED).when(command, mandate=CLOCK).then([noted])
    told(*PROPOSED, noted).when(command, mandate=CLOCK).then_refused(IllegalTransition)
    told(*AWARD_PENDING).when(command, mandate=CLOCK).then_refused(IllegalTransition)
