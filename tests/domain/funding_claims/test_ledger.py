"""What others' decisions ask the ledger, and an institution's consent."""

from datetime import date
from typing import Any

import pytest

from domain.funding_claims import commands as c
from domain.funding_claims import events as e
from domain.funding_claims.consent import CoFinancingConfirmation, DisclosureConsent
from domain.funding_claims.ledger import Claims
from domain.funding_claims.policies import POLICIES
from domain.funding_claims.vocabulary import Amounts, ReleaseReason
from domain.kernel.errors import RuleViolated
from domain.kernel.event import Event
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.manifest import Reaction
from domain.kernel.money import Money
from domain.rules.shipped import shipped_rules
from tests.domain.funding_claims.examples import (
    CONTRACT,
    MUNICIPALITY,
    ORGANISATION,
    OURS,
    OVERLAP,
    REASON,
    REPORT,
    THEIRS,
    facts,
    found,
    ledger,
    reserved,
    stream,
)
from tests.support.given import MINISTRY, SANDBOX, STREAM, given_nothing, told
from tests.support.given import MUNICIPALITY as PRIZREN

OF = {"organisation_id": ORGANISATION}
RELEASED = e.ClaimReleased(**OF, reason=ReleaseReason.WITHDRAWN)
DISMISSED = e.OverlapDismissed(**OF, overlap_id=OVERLAP, decision_no="8/2026", reason=REASON)
RULES = shipped_rules("ministry")
CONSENT = c.ConsentToDisclosure(**OF, overlap_id=OVERLAP)


def both(*ours: Event, theirs: tuple[Event, ...] = ()) -> Claims:
    return ledger((reserved(THEIRS), *theirs), (reserved(OURS), found(), *ours))


def refused(claims: Claims, rule: str, ask: Any) -> None:
    with pytest.raises(RuleViolated) as caught:
        ask(claims)
    assert (caught.value.rule, bool(caught.value.citation)) == (rule, True)


def test_the_tag_is_that_of_the_organisation() -> None:
    assert Claims.tag(STREAM, CONSENT) == f"organisation:{ORGANISATION}"


def test_an_undeclared_overlap_stops_both_sides() -> None:
    for of in (OURS, THEIRS):
        refused(both(), "funding.overlap.undeclared", lambda it, of=of: it.require_settled(stream(of), RULES))


@pytest.mark.parametrize(
    "claims",
    [both(RELEASED), both(theirs=(RELEASED,)), both(DISMISSED), ledger((reserved(OURS),)), Claims()],
    ids=["released", "other released", "dismissed", "alone", "unknown"],
)
def test_what_stops_nobody(claims: Claims) -> None:
    claims.require_settled(stream(OURS), RULES)


def test_a_claim_must_have_arrived() -> None:
    ask = lambda it: it.require_reserved(stream(OURS))  # noqa: E731

    refused(Claims(), "funding.claim.reserved", ask)
    refused(ledger((reserved(OURS), RELEASED)), "funding.claim.reserved", ask)
    ask(ledger((reserved(OURS),)))


def test_an_overdue_report_stops_every_award_everywhere() -> None:
    confirmed = e.ClaimConfirmed(**OF, contract_id=CONTRACT, amount=Money(1))
    flagged = e.OverdueReportFlagged(**OF, report_id=REPORT, due_on=date(2026, 2, 1))
    cleared = e.OverdueReportCleared(**OF, report_id=REPORT)
    ask = lambda it: it.require_no_overdue_report()  # noqa: E731

    refused(ledger((reserved(THEIRS), confirmed, flagged)), "funding.report.overdue", ask)
    refused(ledger((reserved(THEIRS), flagged, RELEASED)), "funding.report.overdue", ask)
    ask(ledger((reserved(THEIRS), confirmed, flagged, cleared)))


def test_events_of_others_with_the_same_tag_are_passed_over() -> None:
    fold = Claims()
    fold.apply(STREAM, e.ConsentGiven(**OF, overlap_id=OVERLAP, claim_id=stream(OURS), found_on=stream(OURS)))

    assert fold.claims == {}


class TestConsent:
    def test_each_side_consents_in_its_own_log(self) -> None:
        for tenant, own in ((MINISTRY, OURS), (PRIZREN, THEIRS)):
            given = e.ConsentGiven(**OF, overlap_id=OVERLAP, claim_id=stream(own), found_on=stream(OURS))
            given_nothing(DisclosureConsent).when(CONSENT, tenant=tenant, registers=(both(),)).then([given])

    def test_whoever_is_no_side_is_refused(self) -> None:
        outcome = given_nothing(DisclosureConsent).when(CONSENT, tenant=SANDBOX, registers=(both(),))
        outcome.then_refused(RuleViolated, rule="funding.overlap.side")
        without = given_nothing(DisclosureConsent).when(CONSENT, registers=(ledger((reserved(OURS),)),))
        without.then_refused(RuleViolated, rule="funding.overlap.side")

    def test_once(self) -> None:
        ids = {DisclosureConsent.settled_id(tenant, CONSENT) for tenant in (1, 2)}
        assert len(ids) == 2
        assert None not in ids
        assert DisclosureConsent.settled_id(1, c.RecordConsent(overlap_id=OVERLAP, claim_id=STREAM)) is None

    def test_it_is_carried_into_the_ledger(self) -> None:
        given = e.ConsentGiven(**OF, overlap_id=OVERLAP, claim_id=stream(THEIRS), found_on=stream(OURS))
        record = c.RecordConsent(overlap_id=OVERLAP, claim_id=stream(THEIRS))

        assert list(POLICIES[e.ConsentGiven](told(given))) == [Reaction(stream(OURS), record, NATIONAL_TENANT)]
        assert list(POLICIES[e.ConsentGiven](told(reserved(facts(MUNICIPALITY))))) == []


class TestConfirmation:
    AMOUNTS = Amounts(own=OURS.amount, other=THEIRS.amount)
    CONFIRM = c.ConfirmCoFinancing(**OF, overlap_id=OVERLAP, amounts=AMOUNTS)

    def test_each_side_confirms_both_amounts_in_its_own_log(self) -> None:
        for tenant, own in ((MINISTRY, OURS), (PRIZREN, THEIRS)):
            confirmed = e.CoFinancingConfirmed(
                **OF, overlap_id=OVERLAP, claim_id=stream(own), found_on=stream(OURS), amounts=self.AMOUNTS
            )
            outcome = given_nothing(CoFinancingConfirmation).when(self.CONFIRM, tenant=tenant, registers=(both(),))
            outcome.then([confirmed])

    def test_whoever_does_not_know_the_amounts_confirms_nothing(self) -> None:
        for wrong in (Amounts(own=OURS.amount, other=Money(1)), Amounts(own=Money(1), other=THEIRS.amount)):
            command = c.ConfirmCoFinancing(**OF, overlap_id=OVERLAP, amounts=wrong)
            outcome = given_nothing(CoFinancingConfirmation).when(command, registers=(both(),))
            outcome.then_refused(RuleViolated, rule="funding.overlap.amounts")
            assert str(THEIRS.amount) not in str(outcome.refusal), "nobody learns them by guessing"

    def test_whoever_is_no_side_is_refused(self) -> None:
        outcome = given_nothing(CoFinancingConfirmation).when(self.CONFIRM, tenant=SANDBOX, registers=(both(),))
        outcome.then_refused(RuleViolated, rule="funding.overlap.side")

    def test_the_same_amounts_once_and_others_anew(self) -> None:
        more = c.ConfirmCoFinancing(**OF, overlap_id=OVERLAP, amounts=Amounts(own=Money(1), other=THEIRS.amount))
        ids = {CoFinancingConfirmation.settled_id(1, one) for one in (self.CONFIRM, more, self.CONFIRM)}
        assert len(ids) == 2
        assert CoFinancingConfirmation.settled_id(1, CONSENT) is None

    def test_it_is_carried_into_the_ledger(self) -> None:
        confirmed = e.CoFinancingConfirmed(
            **OF, overlap_id=OVERLAP, claim_id=stream(THEIRS), found_on=stream(OURS), amounts=self.AMOUNTS
        )
        record = c.RecordConfirmation(overlap_id=OVERLAP, claim_id=stream(THEIRS), amounts=self.AMOUNTS)

        carried = list(POLICIES[e.CoFinancingConfirmed](told(confirmed)))
        assert carried == [Reaction(stream(OURS), record, NATIONAL_TENANT)]
