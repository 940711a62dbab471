"""An application checked, ranked and awarded."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from domain.grants.commands import application as c
from domain.grants.events import application as e
from domain.grants.reserve import Reserve
from domain.grants.vocabulary import ApplicationStage, AwardOutcome, CostKind
from domain.kernel.errors import (
    IllegalTransition,
    InvalidValue,
    NotLawful,
    RuleViolated,
)
from domain.organisations import events as o
from domain.organisations.vocabulary import CertificateKind
from tests.domain.grants import applications as a
from tests.domain.grants.agreements import FINAL_CALL
from tests.domain.grants.applications import (
    AWARDED,
    CHECKED,
    COMPLETION,
    DELEGATE,
    ORGANISATION,
    REJECTED,
    RESERVED,
    SENT,
    SUSPENDED,
    WON,
    as_officer,
    published_with,
    told,
)
from tests.domain.grants.stories import (
    AFTER,
    CALL,
    DURING,
    GATE,
    OVER,
    REASON,
    call,
    euro,
)
from tests.support.given import new_id

CHECK = c.CheckApplication(call_id=CALL, organisation_id=ORGANISATION, eligible=True, gates={})


def test_an_eligible_application_goes_to_the_commission() -> None:
    told(*SENT).when(CHECK, **as_officer()).then([a.ELIGIBLE])


def test_each_gate_is_answered_and_none_is_waved_through() -> None:
    gated = as_officer(references={"call": published_with(gates=(GATE,))})

    def check(eligible: bool, **gates: bool) -> c.CheckApplication:
        return c.CheckApplication(call_id=CALL, organisation_id=ORGANISATION, eligible=eligible, gates=gates)

    told(*SENT).when(check(True, minority=True), **gated).then_events(e.ApplicationChecked)
    told(*SENT).when(check(True, minority=False), **gated).then_refused(NotLawful)
    told(*SENT).when(check(True), **gated).then_refused(InvalidValue, pointer="/gates/minority")
    told(*SENT).when(check(True, other=True, minority=True), **gated).then_refused(InvalidValue, pointer="/gates/other")
    (event,) = told(*SENT).when(check(False, minority=False), **gated).events
    assert isinstance(event, e.ApplicationChecked)
    assert [(one.code, one.rule) for one in event.findings] == [("gate-not-met", "grant.call.gate")]


@pytest.mark.parametrize(
    ("register", "rule", "code"),
    [
        (a.standing(SUSPENDED), "organisation.suspended", "not-in-good-standing"),
        (
            a.standing(certificates=(a.certificate(CertificateKind.REGISTRATION),)),
            "organisation.certificate",
            "certificate-missing",
        ),
        (
            a.standing(
                certificates=(
                    a.certificate(CertificateKind.REGISTRATION),
                    a.certificate(CertificateKind.TAX, date(2026, 4, 29)),
                )
            ),
            "organisation.certificate",
            "certificate-missing",
        ),
    ],
    ids=["suspended", "no tax certificate", "one that ran out the day before"],
)
def test_what_the_register_refuses_no_officer_waves_through(register: Any, rule: str, code: str) -> None:
    resting = as_officer(registers=(register,))
    outcome = told(*SENT).when(CHECK, **resting).then_refused(NotLawful)
    assert isinstance(outcome.refusal, NotLawful)
    assert [(one.rule, one.code) for one in outcome.refusal.findings] == [(rule, code)]
    ineligible = c.CheckApplication(call_id=CALL, organisation_id=ORGANISATION, eligible=False, gates={})
    told(*SENT).when(ineligible, **resting).then_events(e.ApplicationChecked)


def test_a_check_comes_after_the_call_and_after_the_time_to_complete() -> None:
    told(*SENT).when(CHECK, **as_officer(now=DURING)).then_refused(IllegalTransition)
    told(*SENT, a.ASKED).when(CHECK, **as_officer(now=AFTER)).then_refused(
        RuleViolated, rule="grant.completion_request"
    )
    told(*SENT, a.ASKED).when(CHECK, **as_officer(now=COMPLETION.due_at)).then_events(e.ApplicationChecked)
    told(*SENT, a.ASKED, a.COMPLETED).when(CHECK, **as_officer()).then_events(e.ApplicationChecked)
    told(*CHECKED).when(CHECK, **as_officer()).then_refused(IllegalTransition)


def test_whoever_is_ineligible_is_told_why() -> None:
    bare = c.CheckApplication(call_id=CALL, organisation_id=ORGANISATION, eligible=False, gates={})
    told(*SENT).when(bare, **as_officer()).then_refused(InvalidValue, pointer="/reason")
    with_reason = c.CheckApplication(
        call_id=CALL, organisation_id=ORGANISATION, eligible=False, gates={}, reason=REASON
    )
    told(*SENT).when(with_reason, **as_officer()).then([a.INELIGIBLE])
    other = c.CheckApplication(call_id=CALL, organisation_id=a.ELSEWHERE, eligible=True, gates={})
    told(*SENT).when(other, **as_officer()).then_refused(InvalidValue, pointer="/organisation_id")


def outcome(**told_of: Any) -> c.RecordOutcome:
    return c.RecordOutcome(**{"outcome": AwardOutcome.AWARDED, "rank": 1, "score": 910_000} | told_of)


def test_the_ranking_is_recorded_and_may_change_after_a_complaint() -> None:
    told(*CHECKED).when(outcome(amount=euro(450_000))).then([AWARDED])
    told(*WON).when(outcome(outcome=AwardOutcome.REJECTED, rank=9, score=300_000)).then([REJECTED])
    told(*CHECKED).when(outcome()).then_refused(InvalidValue, pointer="/amount")
    told(*CHECKED).when(outcome(outcome=AwardOutcome.REJECTED, amount=euro(1))).then_refused(
        InvalidValue, pointer="/amount"
    )
    told(*SENT).when(outcome(amount=euro(450_000))).then_refused(IllegalTransition)


def promoting(*others: e.Event, **overrides: Any) -> dict[str, Any]:
    """What a promotion rests on: the ranked call, this reserve of rank 4, and another application's history."""
    waiting = Reserve()
    waiting.apply(a.APPLICATION, RESERVED)
    for event in others:
        waiting.apply(a.OVERLAP, event)
    return as_officer(references={"call": call(*FINAL_CALL)}, boundary=waiting) | overrides


def test_a_reserve_moves_up_in_its_order() -> None:
    promote = c.PromoteReserve(call_id=CALL, amount=euro(450_000), reason=REASON)
    before, after = replace(RESERVED, rank=3), replace(RESERVED, rank=5)
    reserve = told(*CHECKED, RESERVED)
    reserve.when(promote, **promoting(before)).then_refused(RuleViolated, rule="grant.award.order")
    reserve.when(promote, **promoting(references={"call": call(*OVER)})).then_refused(IllegalTransition)
    for gone in (a.WITHDRAWN, e.ReservePromoted(**a.OF_CALL, amount=euro(1), reason=REASON), REJECTED):
        told(*CHECKED, RESERVED).when(promote, **promoting(before, gone)).then_events(e.ReservePromoted)
    reserve.when(promote, **promoting(after)).then_events(e.ReservePromoted)


def test_a_reserve_moves_up_for_no_more_than_was_asked() -> None:
    promote = c.PromoteReserve(call_id=CALL, amount=euro(450_000), reason=REASON)
    told(*CHECKED, RESERVED).when(promote, **promoting()).then_events(e.ReservePromoted).then_state(
        lambda it: (it.stage, it.award) == (ApplicationStage.AWARDED, euro(450_000))
    )
    more = c.PromoteReserve(call_id=CALL, amount=euro(450_001), reason=REASON)
    told(*CHECKED, RESERVED).when(more, **promoting()).then_refused(RuleViolated, rule="grant.award.asked")
    nothing = c.PromoteReserve(call_id=CALL, amount=euro(0), reason=REASON)
    told(*CHECKED, RESERVED).when(nothing, **promoting()).then_refused(InvalidValue, pointer="/amount/amount")
    told(*WON).when(promote, **promoting()).then_refused(IllegalTransition)


def test_an_award_becomes_an_agreement_or_lapses() -> None:
    agreement = new_id(5)
    told(*WON).when(c.RecordAgreement(agreement_id=agreement)).then(
        [e.ApplicationContracted(**a.OF_CALL, agreement_id=agreement)]
    )
    told(*WON).when(c.LapseAward(reason=REASON), **as_officer()).then_events(e.AwardLapsed)
    told(*CHECKED).when(c.LapseAward(reason=REASON), **as_officer()).then_refused(IllegalTransition)
    told(*CHECKED).when(c.RecordAgreement(agreement_id=agreement)).then_refused(IllegalTransition)


@pytest.mark.parametrize("part", [a.OFFICE, a.REPRESENTATION], ids=["held an office", "acts for it"])
def test_nobody_checks_what_is_their_own(part: o.OrganisationEvent) -> None:
    told(*SENT).when(CHECK, **as_officer(registers=(a.standing(part),))).then_refused(
        RuleViolated, rule="grant.interest.own"
    )
    told(*SENT).when(CHECK, **as_officer(registers=(a.standing(part),), actor=a.STRANGER)).then_events(
        e.ApplicationChecked
    )


def test_indirect_costs_are_seen() -> None:
    assert a.PROJECT.indirect == euro(30_000)
    assert [one.kind for one in a.PROJECT.costs] == [CostKind.ACTIVITIES, CostKind.INDIRECT]
    assert a.PROJECT.declares("prizren")
    assert DELEGATE.organisation_id == ORGANISATION
