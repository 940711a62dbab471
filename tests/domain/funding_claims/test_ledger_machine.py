"""The ledger under whatever order of commands, each perhaps twice: sums, overlaps and what it lets nobody do."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.funding_claims import commands as c
from domain.funding_claims import events as e
from domain.funding_claims.claim import FundingClaim
from domain.funding_claims.ledger import Claims
from domain.funding_claims.similarity import overlap
from domain.funding_claims.vocabulary import ClaimStage, CoFinancing, ReleaseReason
from domain.kernel.command import Command
from domain.kernel.errors import RuleViolated
from domain.kernel.event import Event
from domain.kernel.money import Money
from tests.domain.funding_claims.examples import CONTRACT, ORGANISATION, REASON, SUPERVISOR, facts, reserve, stream
from tests.domain.organisations.examples import REGISTER
from tests.support.given import NATIONAL
from tests.support.world import CLOCK, MACHINE, World

APPLICATIONS = st.sampled_from([(tenant, n) for tenant in (10, 36) for n in range(2)])
TEXTS = st.sampled_from(["Këshillime juridike për gratë", "Trajnime për gratë në Prizren", "Pošumljavanje Šare"])


class LedgerMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    def send(self, stream_id: UUID, command: Command, **more: object) -> tuple[Event, ...]:
        told = {"tenant": NATIONAL, "mandate": CLOCK, "references": {"institutions": REGISTER}} | more
        if stream_id not in self.world.aggregates and not isinstance(command, c.ReserveClaim):
            return ()
        if stream_id in self.world.aggregates and isinstance(command, c.ReserveClaim):
            return ()  # the append would refuse the stream's second beginning
        return self.world.send(command, stream_id, FundingClaim, **told)

    @property
    def ledger(self) -> Claims:
        return self.world.folded(Claims, stream(facts()), c.ReopenClaim(organisation_id=ORGANISATION))

    @rule(of=APPLICATIONS, text=TEXTS, start=st.integers(0, 300), days=st.integers(0, 200))
    def reserve_one(self, of: tuple[int, int], text: str, start: int, days: int) -> None:
        first = date(2026, 1, 1) + timedelta(days=start)
        told = facts(*of, activity=text, first_day=first, last_day=first + timedelta(days=days))
        self.send(stream(told), reserve(told))

    @rule(of=APPLICATIONS, cents=st.integers(1, 10**6))
    def confirm(self, of: tuple[int, int], cents: int) -> None:
        command = c.ConfirmClaim(organisation_id=ORGANISATION, contract_id=CONTRACT, amount=Money(cents))
        self.send(stream(facts(*of)), command)

    @rule(of=APPLICATIONS, reason=st.sampled_from(ReleaseReason))
    def release(self, of: tuple[int, int], reason: ReleaseReason) -> None:
        self.send(stream(facts(*of)), c.ReleaseClaim(reason=reason))

    @rule(of=APPLICATIONS)
    def reopen(self, of: tuple[int, int]) -> None:
        self.send(stream(facts(*of)), c.ReopenClaim(organisation_id=ORGANISATION))

    @rule(of=APPLICATIONS)
    def close(self, of: tuple[int, int]) -> None:
        self.send(stream(facts(*of)), c.CloseClaim(unpaid=Money(1)))

    @rule(of=APPLICATIONS, report=st.integers(0, 2), clear=st.booleans())
    def report(self, of: tuple[int, int], report: int, clear: bool) -> None:
        report_id = UUID(int=report)
        flag = c.FlagOverdueReport(report_id=report_id, due_on=date(2026, 2, 1))
        self.send(stream(facts(*of)), c.ClearOverdueReport(report_id=report_id) if clear else flag)

    @rule(of=APPLICATIONS, institution=st.sampled_from(["mflt", "prizren"]))
    def declare(self, of: tuple[int, int], institution: str) -> None:
        share = CoFinancing(institution=institution, amount=Money(1))
        self.send(stream(facts(*of)), c.AddCoFinancing(co_financing=share))

    @rule(one=APPLICATIONS, other=APPLICATIONS)
    def dismiss(self, one: tuple[int, int], other: tuple[int, int]) -> None:
        pair = e.overlap_id(stream(facts(*one)), stream(facts(*other)))
        command = c.DismissOverlap(overlap_id=pair, decision_no="1/2026", reason=REASON)
        self.send(stream(facts(*one)), command, mandate=SUPERVISOR)

    @invariant()
    def every_pair_that_overlaps_was_found_once(self) -> None:
        claims = self.ledger
        pairs = [found.overlap_id for claim in claims.claims.values() for found in claim.overlaps.values()]
        assert len(pairs) == len(set(pairs))
        for one in claims.open:
            for other in claims.open:
                if one.id < other.id and overlap(one.activity, other.activity, 450_000):
                    assert e.overlap_id(one.id, other.id) in pairs

    @invariant()
    def nobody_is_promised_the_same_twice_unseen(self) -> None:
        claims = self.ledger
        for claim in claims.open:
            standing = claims.undeclared(claim.id)
            try:
                claims.require_no_undeclared_overlap(claim.id)
            except RuleViolated:
                assert standing
            else:
                assert not standing

    @invariant()
    def what_is_owed_is_what_was_flagged(self) -> None:
        flagged = sum(isinstance(event, e.OverdueReportFlagged) for _, event in self.world.log)
        cleared = sum(isinstance(event, e.OverdueReportCleared) for _, event in self.world.log)
        assert sum(len(claim.overdue) for claim in self.ledger.claims.values()) == flagged - cleared

    @invariant()
    def a_contract_stands_behind_what_is_confirmed(self) -> None:
        for claim in self.ledger.claims.values():
            assert claim.stage not in (ClaimStage.CONFIRMED, ClaimStage.CLOSED) or claim.contract_id == CONTRACT

    def teardown(self) -> None:
        """Every claim is what its stored events make of it."""
        self.world.check_replay()


LedgerMachine.TestCase.settings = MACHINE
TestLedger = LedgerMachine.TestCase
