"""A claim from its reservation to its end: what each command leads to, and what it refuses."""

from typing import Any

import pytest

from domain.funding_claims import commands as c
from domain.funding_claims import events as e
from domain.funding_claims.claim import FundingClaim
from domain.funding_claims.ledger import Claims
from domain.funding_claims.vocabulary import ClaimStage, ReleaseReason
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.money import Money
from tests.domain.funding_claims.examples import (
    ACTIVITY,
    CONTRACT,
    MINISTRY,
    MUNICIPALITY,
    ORGANISATION,
    OURS,
    OVERLAP,
    REASON,
    REPORT,
    SHARE,
    SUPERVISOR,
    THEIRS,
    facts,
    found,
    knowing,
    ledger,
    reserve,
    reserved,
    stream,
)
from tests.support.given import MINISTRY as MFLT
from tests.support.given import NOW, Outcome, given, given_nothing

OF = {"organisation_id": ORGANISATION}
CONFIRM = c.ConfirmClaim(**OF, contract_id=CONTRACT, amount=Money(400_000))
CONFIRMED = e.ClaimConfirmed(**OF, contract_id=CONTRACT, amount=Money(400_000))
RELEASE = c.ReleaseClaim(reason=ReleaseReason.REJECTED)
RELEASED = e.ClaimReleased(**OF, reason=ReleaseReason.REJECTED)
CLOSE, CLOSED = c.CloseClaim(unpaid=Money(10_000)), e.ClaimClosed(**OF, spent=Money(390_000))
REOPEN, REOPENED = c.ReopenClaim(**OF), e.ClaimReopened(**OF)
FLAG = c.FlagOverdueReport(report_id=REPORT, due_on=NOW.date())
FLAGGED = e.OverdueReportFlagged(**OF, report_id=REPORT, due_on=NOW.date())
CLEAR, CLEARED = c.ClearOverdueReport(report_id=REPORT), e.OverdueReportCleared(**OF, report_id=REPORT)
ADD, ADDED = c.AddCoFinancing(co_financing=SHARE), e.CoFinancingAdded(**OF, co_financing=SHARE)
ORDER = c.OrderDisclosure(overlap_id=OVERLAP, decision_no="7/2026", reason=REASON)
DISMISS = c.DismissOverlap(overlap_id=OVERLAP, decision_no="8/2026", reason=REASON)
RESERVED = reserved(OURS)


def when(command: Command, *past: Event, others: Claims | None = None, **more: Any) -> Outcome:
    return given(FundingClaim, [RESERVED, *past], stream_id=stream(OURS)).when(command, **knowing(others, **more))


class TestReserving:
    def reserved(self, others: Claims | None = None, **changes: Any) -> Outcome:
        of = facts(**changes)
        return given_nothing(FundingClaim, stream_id=stream(of)).when(reserve(of), **knowing(others))

    def test_a_claim_of_an_organisation_without_any(self) -> None:
        self.reserved().then([RESERVED]).then_state(lambda claim: claim.stage is ClaimStage.RESERVED)

    def test_the_same_project_elsewhere_is_found_and_explained(self) -> None:
        self.reserved(ledger((reserved(THEIRS),))).then([RESERVED, found()])

    def test_so_it_is_in_another_call_of_the_same_institution(self) -> None:
        self.reserved(ledger((reserved(facts(MINISTRY, 1)),))).then_events(e.ClaimReserved, e.OverlapFound)

    def test_what_was_paid_already_is_not_paid_again(self) -> None:
        self.reserved(ledger((reserved(THEIRS), CONFIRMED, CLOSED))).then([RESERVED, found()])

    def test_a_released_claim_is_in_nobodys_way(self) -> None:
        self.reserved(ledger((reserved(THEIRS), RELEASED))).then([RESERVED])

    def test_another_project_of_the_same_organisation_is_none(self) -> None:
        other = facts(MUNICIPALITY, title="Pyllëzim në Sharr", activity="Mbjellje e fidanëve me nxënës të shkollave")
        self.reserved(ledger((reserved(other),))).then([RESERVED])

    def test_nor_is_the_same_one_in_another_year(self) -> None:
        last_year = facts(
            MUNICIPALITY, first_day=OURS.first_day.replace(year=2025), last_day=OURS.last_day.replace(year=2025)
        )
        self.reserved(ledger((reserved(last_year),))).then([RESERVED])

    def test_an_overlap_that_was_declared_says_so(self) -> None:
        declared = facts(MUNICIPALITY, co_financing=(msg_share("mflt"),))
        found_so = self.reserved(ledger((reserved(declared),))).events[-1]
        assert isinstance(found_so, e.OverlapFound)
        assert found_so.declared

    def test_an_institution_that_nobody_knows(self) -> None:
        of = facts(999)
        given_nothing(FundingClaim, stream_id=stream(of)).when(reserve(of), **knowing()).then_refused(
            InvalidValue, pointer="/facts/origin/tenant_id"
        )

    def test_elsewhere_than_in_the_national_log(self) -> None:
        given_nothing(FundingClaim, stream_id=stream(OURS)).when(reserve(OURS), **knowing(tenant=MFLT)).then_refused(
            RuleViolated, rule="tenant.national"
        )


def msg_share(institution: str) -> Any:
    return type(SHARE)(institution=institution, amount=SHARE.amount)


class TestCourse:
    def test_what_was_promised_is_confirmed_paid_and_closed(self) -> None:
        when(CONFIRM).then([CONFIRMED]).then_state(lambda claim: claim.amount == Money(400_000))
        when(CLOSE, CONFIRMED).then([CLOSED]).then_state(lambda claim: claim.stage is ClaimStage.CLOSED)

    def test_a_contract_of_which_nothing_was_paid_is_released(self) -> None:
        nothing = c.CloseClaim(unpaid=Money(400_000))
        when(nothing, CONFIRMED).then([e.ClaimReleased(**OF, reason=ReleaseReason.TERMINATED)])

    def test_what_was_rejected_is_released_and_reserved_again(self) -> None:
        when(RELEASE).then([RELEASED]).then_state(lambda claim: not claim.open)
        when(RELEASE, CONFIRMED).then([RELEASED])
        when(REOPEN, RELEASED).then([REOPENED]).then_state(lambda claim: claim.open)

    def test_who_came_meanwhile_is_compared_with_it(self) -> None:
        others = ledger((RESERVED, RELEASED), (reserved(THEIRS),))
        when(REOPEN, RELEASED, others=others).then([REOPENED, found()])
        when(CONFIRM, RELEASED, others=others).then([CONFIRMED, found()])

    def test_a_pair_is_told_once_whichever_was_first(self) -> None:
        others = ledger((RESERVED, found(), RELEASED), (reserved(THEIRS),))
        when(REOPEN, found(), RELEASED, others=others).then([REOPENED])

    @pytest.mark.parametrize(
        ("command", "past"),
        [
            (REOPEN, ()),
            (REOPEN, (CONFIRMED,)),
            (CONFIRM, (CONFIRMED,)),
            (CONFIRM, (CONFIRMED, CLOSED)),
            (RELEASE, (RELEASED,)),
            (RELEASE, (CONFIRMED, CLOSED)),
            (CLOSE, ()),
            (CLOSE, (RELEASED,)),
            (CLOSE, (CONFIRMED, CLOSED)),
            (ADD, (ADDED,)),
            (FLAG, (FLAGGED,)),
            (CLEAR, ()),
            (CLEAR, (FLAGGED, CLEARED)),
        ],
    )
    def test_what_the_claim_knows_already_changes_nothing(self, command: Command, past: tuple[Event, ...]) -> None:
        when(command, *past).then_refused(IllegalTransition)

    def test_reports_are_overdue_until_they_come(self) -> None:
        when(FLAG, CONFIRMED).then([FLAGGED]).then_state(lambda claim: claim.overdue == {REPORT: NOW.date()})
        when(CLEAR, CONFIRMED, FLAGGED).then([CLEARED]).then_state(lambda claim: claim.overdue == {})
        when(FLAG, CONFIRMED, FLAGGED, CLEARED).then([FLAGGED])

    def test_co_financing_is_declared_later(self) -> None:
        when(ADD).then([ADDED]).then_state(lambda claim: claim.declares("prizren"))


class TestOverlap:
    def test_disclosure_is_ordered_once(self) -> None:
        ordered = e.DisclosureOrdered(**OF, overlap_id=OVERLAP, decision_no="7/2026", reason=REASON)
        when(ORDER, found(), mandate=SUPERVISOR).then([ordered])
        when(ORDER, found(), ordered, mandate=SUPERVISOR).then_refused(IllegalTransition)

    def test_an_overlap_is_dismissed_once(self) -> None:
        dismissed = e.OverlapDismissed(**OF, overlap_id=OVERLAP, decision_no="8/2026", reason=REASON)
        when(DISMISS, found(), mandate=SUPERVISOR).then([dismissed])
        when(DISMISS, found(), dismissed, mandate=SUPERVISOR).then_refused(IllegalTransition)

    def test_each_side_consents_once(self) -> None:
        for side in (OURS, THEIRS):
            consent = c.RecordConsent(overlap_id=OVERLAP, claim_id=stream(side))
            consented = e.DisclosureConsented(**OF, overlap_id=OVERLAP, claim_id=stream(side))
            when(consent, found()).then([consented])
            when(consent, found(), consented).then_refused(IllegalTransition)

    def test_nobody_else_does(self) -> None:
        stranger = c.RecordConsent(overlap_id=OVERLAP, claim_id=REPORT)
        when(stranger, found()).then_refused(InvalidValue, pointer="/claim_id")

    @pytest.mark.parametrize(
        "command", [ORDER, DISMISS, c.RecordConsent(overlap_id=OVERLAP, claim_id=stream(OURS))], ids=lambda it: it.name
    )
    def test_there_must_be_one(self, command: Command) -> None:
        when(command).then_refused(InvalidValue, pointer="/overlap_id")


def test_the_text_itself_is_not_in_what_the_other_side_is_told() -> None:
    assert ACTIVITY not in repr(found())
