"""The ledger under whatever order of commands, each perhaps twice: sums, overlaps and what it lets nobody do.

Two entries of the register claim, and one may be merged into the other at any time; what follows from it comes later.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.funding_claims import commands as c
from domain.funding_claims import events as e
from domain.funding_claims.claim import FundingClaim
from domain.funding_claims.claim_state import ClaimState
from domain.funding_claims.ledger import Claims
from domain.funding_claims.policies import POLICIES
from domain.funding_claims.similarity import overlap
from domain.funding_claims.transfer import ClaimTransfer
from domain.funding_claims.vocabulary import Amounts, ClaimStage, CoFinancing, ReleaseReason
from domain.kernel.command import Command
from domain.kernel.errors import RuleViolated
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Reaction
from domain.kernel.money import Money
from domain.rules.shipped import shipped_rules
from tests.domain.funding_claims.examples import CONTRACT, ORGANISATION, REASON, SUPERVISOR, facts, merged, stream
from tests.domain.organisations.examples import REGISTER
from tests.support.given import NATIONAL, told
from tests.support.world import CLOCK, MACHINE, World

RULES = shipped_rules("ministry")
SURVIVOR = derived_id("test", "survivor")
APPLICATIONS = st.sampled_from([(tenant, n) for tenant in (10, 36) for n in range(2)])
ENTRIES = st.sampled_from([ORGANISATION, SURVIVOR])
TEXTS = st.sampled_from(["Këshillime juridike për gratë", "Trajnime për gratë në Prizren", "Pošumljavanje Šare"])
CENTS = st.sampled_from([1, 300_000, 500_000, 800_000])
COSTS = 800_000


class LedgerMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.waiting: list[Reaction] = []
        self.claimant: dict[UUID, UUID] = {}
        self.merged = False

    def send(self, stream_id: UUID, command: Command, **more: Any) -> tuple[Event, ...]:
        known = {"tenant": NATIONAL, "mandate": CLOCK, "references": {"institutions": REGISTER}} | more
        begins = isinstance(command, c.ReserveClaim | c.TransferClaims)
        if (stream_id in self.world.aggregates) == begins:
            return ()  # nothing to decide on, or the append would refuse the stream's second beginning
        of = ClaimTransfer if isinstance(command, c.TransferClaims) else FundingClaim
        events = self.world.send(command, stream_id, of, **known)
        for event in events:
            self.follow_from(event, stream_id)
        return events

    def follow_from(self, event: Event, stream_id: UUID) -> None:
        if type(event) in POLICIES:
            self.waiting += POLICIES[type(event)](told(event, stream_id, position=len(self.world.log)))

    def on(self, of: tuple[int, int], command: type[Command], **fields: Any) -> None:
        """A command that names the entry under which the institution's own log knows the claim, for ever."""
        stream_id = stream(facts(*of))
        if stream_id in self.claimant:
            self.send(stream_id, command(organisation_id=self.claimant[stream_id], **fields))

    def held(self, of: tuple[int, int]) -> FundingClaim | None:
        found = self.world.aggregates.get(stream(facts(*of)))
        assert found is None or isinstance(found, FundingClaim)
        return found

    def ledger_of(self, entry: UUID) -> Claims:
        return self.world.folded(Claims, entry, c.ReopenClaim(organisation_id=entry))

    @property
    def ledgers(self) -> list[Claims]:
        """One for each organisation."""
        return [self.ledger_of(entry) for entry in ([SURVIVOR] if self.merged else [ORGANISATION, SURVIVOR])]

    @rule(of=APPLICATIONS, entry=ENTRIES, text=TEXTS, start=st.integers(0, 300), days=st.integers(0, 200), cents=CENTS)
    def reserve_one(self, of: tuple[int, int], entry: UUID, text: str, start: int, days: int, cents: int) -> None:
        first = date(2026, 1, 1) + timedelta(days=start)
        last = first + timedelta(days=days)
        claim = facts(*of, activity=text, first_day=first, last_day=last, amount=Money(cents))
        if self.send(stream(claim), c.ReserveClaim(organisation_id=entry, facts=claim)):
            self.claimant[stream(claim)] = entry

    @rule(of=APPLICATIONS, cents=CENTS)
    def confirm(self, of: tuple[int, int], cents: int) -> None:
        self.on(of, c.ConfirmClaim, contract_id=CONTRACT, amount=Money(cents))

    @rule(of=APPLICATIONS, cents=st.none() | CENTS, days=st.none() | st.integers(-400, 400))
    def amend(self, of: tuple[int, int], cents: int | None, days: int | None) -> None:
        claim = self.held(of)
        if claim is not None:
            last = None if days is None else max(claim.facts.first_day, claim.facts.last_day + timedelta(days=days))
            self.on(of, c.AmendClaim, amount=None if cents is None else Money(cents), last_day=last)

    @rule(of=APPLICATIONS, reason=st.sampled_from(ReleaseReason))
    def release(self, of: tuple[int, int], reason: ReleaseReason) -> None:
        self.send(stream(facts(*of)), c.ReleaseClaim(reason=reason))

    @rule(of=APPLICATIONS, cents=st.none() | CENTS)
    def reopen(self, of: tuple[int, int], cents: int | None) -> None:
        self.on(of, c.ReopenClaim, amount=None if cents is None else Money(cents))

    @rule(of=APPLICATIONS)
    def close(self, of: tuple[int, int]) -> None:
        self.send(stream(facts(*of)), c.CloseClaim(unpaid=Money(1)))

    @rule(of=APPLICATIONS, report=st.integers(0, 2), over=st.booleans())
    def report(self, of: tuple[int, int], report: int, over: bool) -> None:
        """Overdue; it came, or was waived."""
        report_id = UUID(int=report)
        flag = c.FlagOverdueReport(report_id=report_id, due_on=date(2026, 2, 1))
        self.send(stream(facts(*of)), c.ClearOverdueReport(report_id=report_id) if over else flag)

    @rule(of=APPLICATIONS, institution=st.sampled_from(["mflt", "prizren"]), cents=CENTS)
    def declare(self, of: tuple[int, int], institution: str, cents: int) -> None:
        share = CoFinancing(institution=institution, amount=Money(cents))
        self.send(stream(facts(*of)), c.AddCoFinancing(co_financing=share))

    @rule(one=APPLICATIONS, other=APPLICATIONS)
    def dismiss(self, one: tuple[int, int], other: tuple[int, int]) -> None:
        pair = e.overlap_id(stream(facts(*one)), stream(facts(*other)))
        command = c.DismissOverlap(overlap_id=pair, decision_no="1/2026", reason=REASON)
        self.send(stream(facts(*one)), command, mandate=SUPERVISOR)

    @rule(one=APPLICATIONS, other=APPLICATIONS, both=st.booleans())
    def confirm_co_financing(self, one: tuple[int, int], other: tuple[int, int], both: bool) -> None:
        ours, theirs = self.held(one), self.held(other)
        if ours is None or theirs is None:
            return
        pair = e.overlap_id(ours.id, theirs.id)
        for side, against in ((ours, theirs), (theirs, ours)) if both else ((ours, theirs),):
            amounts = Amounts(own=side.amount, other=against.amount)
            self.send(ours.id, c.RecordConfirmation(overlap_id=pair, claim_id=side.id, amounts=amounts))

    @precondition(lambda self: not self.merged)
    @rule()
    def merge(self) -> None:
        """As the register tells it; what follows waits."""
        self.merged = True
        for stream_id, event in merged(ORGANISATION, SURVIVOR):
            event.stamp(stream_id, 1, self.world.now)
            self.world.log.append((stream_id, event))
            self.follow_from(event, stream_id)

    @rule(which=st.integers(0, 7))
    def follow(self, which: int) -> None:
        """What follows from an event is done some time, and perhaps twice."""
        if self.waiting:
            reaction = self.waiting[which % len(self.waiting)]
            self.send(reaction.stream_id, reaction.command)
            if which % 2:
                self.waiting.remove(reaction)

    @invariant()
    def every_pair_of_one_organisation_that_overlaps_was_found_once(self) -> None:
        for claims in self.ledgers:
            pairs = [found.overlap_id for claim in claims.claims.values() for found in claim.overlaps.values()]
            assert len(pairs) == len(set(pairs))
            for one in claims.open:
                for other in claims.open:
                    together = one.id < other.id and one.organisation_id == other.organisation_id
                    if together and overlap(one.activity, other.activity, 450_000):
                        assert e.overlap_id(one.id, other.id) in pairs

    @invariant()
    def nobody_is_promised_the_same_twice_unseen(self) -> None:
        for claims in self.ledgers:
            for claim in claims.open:
                unsettled = claims.unsettled(claim.id, RULES)
                try:
                    claims.require_settled(claim.id, RULES)
                except RuleViolated:
                    assert unsettled
                else:
                    assert not unsettled

    @invariant()
    def whatever_is_declared_and_confirmed_no_project_is_paid_more_than_it_costs(self) -> None:
        for claims in self.ledgers:
            for claim in claims.open:
                beside = list(_open_beside(claim, claims))
                if beside and not claims.unsettled(claim.id, RULES):
                    assert sum(one.amount.amount for one in (claim, *beside)) <= COSTS

    @invariant()
    def both_entries_know_the_same_ledger(self) -> None:
        if self.merged:
            ours, theirs = self.ledger_of(ORGANISATION), self.ledger_of(SURVIVOR)
            assert [vars(one) for one in ours.claims.values()] == [vars(one) for one in theirs.claims.values()]
            assert ours.goes_on(ORGANISATION) == theirs.goes_on(SURVIVOR) == SURVIVOR

    @invariant()
    def what_is_owed_is_what_was_flagged_whoever_goes_on(self) -> None:
        flagged = sum(isinstance(event, e.OverdueReportFlagged) for _, event in self.world.log)
        cleared = sum(isinstance(event, e.OverdueReportCleared) for _, event in self.world.log)
        assert sum(len(one.overdue) for of in self.ledgers for one in of.claims.values()) == flagged - cleared

    @invariant()
    def a_contract_stands_behind_what_is_confirmed(self) -> None:
        for claims in self.ledgers:
            for claim in claims.claims.values():
                assert claim.stage not in (ClaimStage.CONFIRMED, ClaimStage.CLOSED) or claim.contract_id == CONTRACT

    def teardown(self) -> None:
        """When all that follows was done a merged entry has no claims; every claim is what its stored events make."""
        while self.waiting:
            reaction = self.waiting.pop(0)
            self.send(reaction.stream_id, reaction.command)
        if self.merged:
            assert {one.organisation_id for one in self.ledger_of(ORGANISATION).claims.values()} <= {SURVIVOR}
            self.every_pair_of_one_organisation_that_overlaps_was_found_once()
        self.world.check_replay()


def _open_beside(claim: ClaimState, claims: Claims) -> Iterator[ClaimState]:
    """Counted anew, by the stored pairs alone."""
    for on in claims.claims.values():
        for found in on.overlaps.values():
            sides = {found.this.claim_id, found.other.claim_id}
            if claim.id in sides and found.overlap_id not in on.dismissed:
                yield from (claims.claims[one] for one in sides - {claim.id} if claims.claims[one].open)


LedgerMachine.TestCase.settings = MACHINE
TestLedger = LedgerMachine.TestCase
