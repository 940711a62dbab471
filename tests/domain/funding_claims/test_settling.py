"""When two claims for much the same may both be paid: declared, within the costs, and known to both institutions."""

from typing import Any

import pytest
from msgspec.structs import replace

from domain.funding_claims import events as e
from domain.funding_claims.ledger import Claims
from domain.funding_claims.settling import SHARE, Want
from domain.funding_claims.vocabulary import Amounts, ClaimFacts, CoFinancing, ReleaseReason
from domain.kernel.errors import RuleViolated
from domain.kernel.event import Event
from domain.kernel.money import Money
from domain.kernel.rules import Rules
from domain.rules.shipped import shipped_rules
from tests.domain.funding_claims.examples import (
    CONTRACT,
    MUNICIPALITY,
    ORGANISATION,
    REASON,
    facts,
    found,
    ledger,
    reserved,
    stream,
)

OF = {"organisation_id": ORGANISATION}
RULES = shipped_rules("ministry")
COSTS = 800_000
"""Of the project in all: see the examples."""


def share(cents: int, institution: str = "prizren") -> CoFinancing:
    return CoFinancing(institution=institution, amount=Money(cents))


def told(*events: Event, ours: ClaimFacts, theirs: ClaimFacts, early: bool = False) -> Claims:
    """Both claims, ours found to be like theirs; then what came later, on our stream."""
    overlap = found(declared=early, ours=ours, theirs=theirs)
    return ledger((reserved(theirs),), (reserved(ours), overlap, *events))


def wants(claims: Claims, of: ClaimFacts, rules: Rules = RULES) -> list[Want]:
    return [want for _, want in claims.unsettled(stream(of), rules)]


def pair(own: int, other: int, *declared: CoFinancing, **more: Any) -> dict[str, ClaimFacts]:
    """What the ministry and the municipality are asked for."""
    return {
        "ours": facts(amount=Money(own), co_financing=declared, **more),
        "theirs": facts(MUNICIPALITY, amount=Money(other)),
    }


def added(cents: int, institution: str = "prizren") -> e.CoFinancingAdded:
    return e.CoFinancingAdded(**OF, co_financing=share(cents, institution))


def confirmed(claims: dict[str, ClaimFacts], own: int, other: int) -> tuple[Event, Event]:
    """By the ministry and by the municipality, each seeing its own claim first."""
    overlap = found(**claims).overlap_id
    by = (
        ("ours", Amounts(own=Money(own), other=Money(other))),
        ("theirs", Amounts(own=Money(other), other=Money(own))),
    )
    first, second = (
        e.ConfirmationRecorded(**OF, overlap_id=overlap, claim_id=stream(claims[name]), amounts=amounts)
        for name, amounts in by
    )
    return first, second


@pytest.mark.parametrize(("own", "other"), [(500_000, 300_000), (1, 300_000), (500_000, 1)])
def test_co_financing_that_was_declared_in_time_and_fits_the_costs_stops_nobody(own: int, other: int) -> None:
    claims = pair(own, other, share(300_000))

    both = told(**claims, early=True)
    assert wants(both, claims["ours"]) == wants(both, claims["theirs"]) == []
    both.require_settled(stream(claims["theirs"]), RULES)


@pytest.mark.parametrize(
    ("own", "other", "declared"),
    [(500_000, 300_001, 300_000), (500_001, 300_000, 300_000), (500_000, 300_001, 1), (500_000, 1, 300_001)],
    ids=["they ask for more", "we ask for more", "declared as less than they ask for", "declared as more"],
)
def test_by_a_cent_more_than_the_costs_both_sides_are_stopped(own: int, other: int, declared: int) -> None:
    claims = pair(own, other, share(declared))
    both = told(**claims, early=True)

    for of in claims.values():
        assert wants(both, of) == [Want.CONSISTENCY]
        with pytest.raises(RuleViolated) as refused:
            both.require_settled(stream(of), RULES)
        assert (refused.value.rule, refused.value.citation) == ("funding.overlap.costs", RULES[SHARE].citation)
        told_so = refused.value.message.values
        assert set(told_so) == {"institution", "similarity"}, "what the other one is for is not told"


def test_what_others_than_institutions_pay_counts_too() -> None:
    claims = pair(400_000, 300_000, share(300_000), elsewhere=Money(100_000))
    assert wants(told(**claims, early=True), claims["ours"]) == []

    claims = pair(400_000, 300_000, share(300_000), elsewhere=Money(100_001))
    assert wants(told(**claims, early=True), claims["ours"]) == [Want.CONSISTENCY]


def test_money_of_two_currencies_is_never_consistent() -> None:
    claims = pair(100, 100, share(100)) | {"theirs": facts(MUNICIPALITY, amount=Money(100, "USD"))}
    assert wants(told(**claims, early=True), claims["ours"]) == [Want.CONSISTENCY]


def test_three_that_fit_two_by_two_do_not_fit_together() -> None:
    """The applicant declared the ministry to each of the others, and to the ministry nobody."""
    ours, town = (
        facts(amount=Money(300_000)),
        facts(MUNICIPALITY, amount=Money(300_000), co_financing=(share(1, "mflt"),)),
    )
    third = facts(55, amount=Money(300_000), co_financing=(share(1, "mflt"),))
    first, second = found(ours=ours, theirs=town, declared=True), found(ours=ours, theirs=third, declared=True)
    two = ledger((reserved(town),), (reserved(ours), first))
    three = ledger((reserved(town),), (reserved(third),), (reserved(ours), first, second))

    assert wants(two, ours) == []
    assert wants(three, ours) == [Want.CONSISTENCY, Want.CONSISTENCY]
    dismissed = e.OverlapDismissed(**OF, overlap_id=second.overlap_id, decision_no="8/2026", reason=REASON)
    of_another_thing = ledger((reserved(town),), (reserved(third),), (reserved(ours), first, second, dismissed))
    assert wants(of_another_thing, ours) == []


def test_what_was_declared_after_it_was_found_needs_the_true_amount() -> None:
    claims = pair(500_000, 300_000)
    assert wants(told(**claims), claims["ours"]) == [Want.DECLARATION]
    assert wants(told(added(299_999), **claims), claims["theirs"]) == [Want.CONFIRMATION]
    assert wants(told(added(300_000), **claims), claims["theirs"]) == []
    assert wants(told(added(1), added(300_000), **claims), claims["ours"]) == [], "what was wrong is put right"


def test_whatever_was_declared_late_does_not_clear_more_than_the_costs() -> None:
    claims = pair(500_000, 500_000)
    for events in ((added(500_000),), (added(1), *confirmed(claims, 500_000, 500_000))):
        assert wants(told(*events, **claims), claims["ours"]) == [Want.CONSISTENCY]


def test_both_institutions_confirm_and_not_one_alone() -> None:
    claims = pair(500_000, 300_000)
    ministry, town = confirmed(claims, 500_000, 300_000)
    assert wants(told(added(1), ministry, **claims), claims["ours"]) == [Want.CONFIRMATION]
    assert wants(told(added(1), town, **claims), claims["ours"]) == [Want.CONFIRMATION]
    assert wants(told(added(1), ministry, town, **claims), claims["ours"]) == []
    with pytest.raises(RuleViolated) as refused:
        told(added(1), ministry, **claims).require_settled(stream(claims["ours"]), RULES)
    assert (refused.value.rule, bool(refused.value.citation)) == ("funding.overlap.confirmed", True)


def test_what_is_more_later_has_to_be_confirmed_anew() -> None:
    claims = pair(400_000, 300_000)
    both = confirmed(claims, 400_000, 300_000)
    less, more = (e.ClaimAmended(**OF, amount=Money(cents)) for cents in (400_000 - 1, 400_000 + 1))
    assert wants(told(added(1), *both, less, **claims), claims["ours"]) == []
    assert wants(told(added(1), *both, more, **claims), claims["ours"]) == [Want.CONFIRMATION]


def test_one_institution_confirms_once_for_two_claims_of_its_own() -> None:
    claims = {"ours": facts(amount=Money(500_000)), "theirs": facts(n=1, amount=Money(300_000))}
    first, _ = confirmed(claims, 500_000, 300_000)
    assert wants(told(added(1, "mflt"), first, **claims), claims["ours"]) == []


def test_what_was_awarded_counts_and_what_was_paid_when_it_is_over() -> None:
    claims = pair(500_000, 400_000, share(300_000))
    assert wants(told(**claims, early=True), claims["ours"]) == [Want.CONSISTENCY]
    awarded = e.ClaimConfirmed(**OF, contract_id=CONTRACT, amount=Money(400_000))
    assert wants(told(awarded, **claims, early=True), claims["ours"]) == []
    spent = e.ClaimClosed(**OF, spent=Money(400_001))
    assert wants(told(awarded, spent, **claims, early=True), claims["ours"]) == [Want.CONSISTENCY]
    released = e.ClaimReleased(**OF, reason=ReleaseReason.TERMINATED)
    assert wants(told(released, **claims, early=True), claims["theirs"]) == []


def test_the_rule_says_how_much_of_the_costs_may_be_paid() -> None:
    claims = pair(500_000, 300_000, share(300_000))
    less = Rules(RULES.pack, {**RULES.by_key, SHARE: replace(RULES[SHARE], value=999)})
    without = Rules(RULES.pack, {key: rule for key, rule in RULES.by_key.items() if key != SHARE})
    assert wants(told(**claims, early=True), claims["ours"], less) == [Want.CONSISTENCY]
    assert wants(told(**pair(500_000, 500_000, share(1)), early=True), claims["ours"], without) == []
