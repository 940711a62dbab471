"""Any order of commands from the publication to the award: what must never happen, never does."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.contracts.bid import Bid
from domain.contracts.commands import bid as b
from domain.contracts.commands import call as c
from domain.contracts.commands import complaint as q
from domain.contracts.commands import evaluation as v
from domain.contracts.complaint import ServiceComplaint
from domain.contracts.evaluation import BidEvaluation
from domain.contracts.events import call as e
from domain.contracts.events import evaluation as ve
from domain.contracts.events.bid import BidOpened
from domain.contracts.policies import award
from domain.contracts.policies import funding_claims as ledger
from domain.contracts.service_call import ServiceCall
from domain.contracts.vocabulary import BidStage, CallStage, ComplaintDecision, ComplaintStage
from domain.funding_claims.claim import FundingClaim
from domain.funding_claims.events import claim_id
from domain.kernel.aggregate import Aggregate
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Reaction
from domain.licences.events import entry_id
from domain.organisations.events import OfficerRecorded
from domain.organisations.vocabulary import Officer, Position
from domain.scoring.vocabulary import Interest, Nominee
from tests.domain.contracts import bidding as x
from tests.domain.contracts import tendering as t
from tests.domain.contracts.bidding import BIDDERS, EVALUATION, SALT, SPARE
from tests.domain.contracts.evaluators import decide
from tests.domain.contracts.tendering import CALL, NEED, OFFICER, REASON
from tests.domain.grants.planted import plant, tell
from tests.domain.organisations.examples import REGISTER
from tests.support.given import MINISTRY, NATIONAL, told
from tests.support.world import CLOCK, MACHINE, World

OF: dict[str, type[Aggregate]] = {
    "ReopenBid": Bid,
    "DisregardBid": Bid,
    "SetAsideAward": ServiceCall,
    "ReserveClaim": FundingClaim,
    "ReopenClaim": FundingClaim,
    "ReleaseClaim": FundingClaim,
}
PEOPLE = (*x.PANEL, SPARE)
COMPLAINABLE = (CallStage.QUALIFICATION, CallStage.AWARD_PENDING, CallStage.STANDSTILL)
FRESH = tuple(derived_id("machine", "evaluator", n) for n in range(3))
BIDS, PERSON = st.sampled_from(list(BIDDERS)), st.sampled_from((*PEOPLE, *FRESH))
CONTENT = st.builds(x.content, st.integers(900, 1_300), st.integers(0, 600))
POINTS = st.fixed_dictionaries({"method": st.integers(15, 40), "staff": st.integers(0, 20)})


def plant_tender(world: World) -> None:
    """An approved need, an open call, and two licensed providers with their certificates."""
    plant(world, NEED, (t.NEED_ASSESSED, t.NEED_APPROVED), t.ASSESSED_AT)
    plant(world, CALL, t.OPEN_CALL, t.PUBLISHED_AT - timedelta(minutes=3))
    for organisation_id in BIDDERS.values():
        plant(world, organisation_id, x.registered(organisation_id), t.ASSESSED_AT)
        entry = x.licence_entered(organisation_id, licence_id=organisation_id)
        plant(world, entry_id(10, organisation_id), (entry,), t.ASSESSED_AT)


class TenderMachine(RuleBasedStateMachine):
    """Drives one call, the bids of two providers, one evaluation, complaints, and the claims in the ledger."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(t.DURING)
        self.contents: dict[UUID, Any] = {}
        self.points: dict[tuple[UUID, UUID], dict[str, int]] = {}
        self.complaints = 0

    @initialize(ahead=st.integers(0, 3))
    def begin(self, ahead: int) -> None:
        """Some histories begin later: bids opened, all scored, an award proposed."""
        plant_tender(self.world)
        if ahead > 0:
            for number, bid in enumerate(BIDDERS):
                self.seal(bid, x.content(1_000 + number, 400))
            self.close()
            for bid in BIDDERS:
                self.open(bid, lie=False)
        if ahead > 1:
            self.begin_qualification()
            for bid in BIDDERS:
                self.qualify(bid, out=False)
            self.assemble()
            self.everybody_declares_and_commits({"method": 30, "staff": 10})
            self.reveal(lie=False)
            self.close_scoring()
        if ahead > 2:
            self.propose()

    @property
    def call(self) -> ServiceCall:
        found = self.world.aggregates[CALL]
        assert isinstance(found, ServiceCall)
        return found

    @property
    def evaluation(self) -> Any:
        return self.world.aggregates.get(EVALUATION)

    def bid(self, bid: UUID) -> Bid | None:
        found = self.world.aggregates.get(bid)
        assert found is None or isinstance(found, Bid)
        return found

    def bidder(self, command: Any, bid: UUID) -> tuple[Event, ...]:
        return self.world.send(command, bid, Bid, mandate=x.delegate(BIDDERS[bid]))

    def officer(self, command: Any, stream: UUID = CALL, of: Any = ServiceCall) -> tuple[Event, ...]:
        events = self.world.send(command, stream, of, mandate=OFFICER)
        for event in events:
            self.follow(event, stream)
        return events

    def follow(self, event: Event, stream: UUID) -> None:
        """What policies send because of it, as the system sends it."""
        for policies in (award.POLICIES, ledger.POLICIES):
            policy = policies.get(type(event))
            for one in policy(told(event, stream)) if policy else ():
                self.react(one)

    def react(self, one: Reaction) -> None:
        national: dict[str, Any] = {"tenant": NATIONAL, "references": {"institutions": REGISTER}}
        place = national if one.tenant_id == NATIONAL.tenant_id else {}
        self.world.send(one.command, one.stream_id, OF[one.command.name], mandate=CLOCK, **place)

    @rule(by=st.sampled_from([timedelta(seconds=1), timedelta(days=1), timedelta(days=6)]))
    def time_passes(self, by: timedelta) -> None:
        if self.world.now < t.DURING + timedelta(days=90):
            self.world.wait(by)

    @rule(bid=BIDS, of=CONTENT)
    def seal(self, bid: UUID, of: Any) -> None:
        command = {"call_id": CALL, "organisation_id": BIDDERS[bid], "commitment": x.commitment(of, BIDDERS[bid])}
        known = self.bid(bid) is not None
        send: Any = b.ResealBid(**command) if known else b.SealBid(**command, language="sq")
        if self.bidder(send, bid):
            assert self.world.now < self.call.ends_at(), "a late bid was taken"
            self.contents[bid] = of

    @rule(bid=BIDS)
    def withdraw(self, bid: UUID) -> None:
        if self.bid(bid) is not None and self.bidder(b.WithdrawBid(call_id=CALL), bid):
            assert self.world.now < self.call.ends_at()

    @rule()
    def close(self) -> None:
        if self.call.stage is CallStage.PUBLISHED:
            self.world.now = max(self.world.now, self.call.ends_at())
            assert self.world.send(c.CloseServiceCall(), CALL, ServiceCall, mandate=CLOCK)

    @rule(bid=BIDS, lie=st.sampled_from([False, False, True]))
    def open(self, bid: UUID, lie: bool) -> None:
        if bid not in self.contents:
            return
        shown = x.content(999, 1) if lie else self.contents[bid]
        for event in self.bidder(b.OpenBid(call_id=CALL, content=shown, salt=SALT), bid):
            assert isinstance(event, BidOpened)
            assert event.content == self.contents[bid], "another content than the sealed one was taken"
            assert self.call.stage is CallStage.CLOSED
            assert self.call.opening is not None
            assert self.call.ends_at() <= self.world.now < self.call.opening.due_at

    @rule()
    def begin_qualification(self) -> None:
        for event in self.officer(c.BeginQualification()):
            assert isinstance(event, e.QualificationBegun)
            sealed = [one for one in BIDDERS if (found := self.bid(one)) and found.stage is BidStage.SEALED]
            assert sealed == [], "an unopened bid was not disregarded"

    @rule(bid=BIDS, out=st.booleans())
    def qualify(self, bid: UUID, out: bool) -> None:
        if self.bid(bid) is not None:
            ids = {"call_id": CALL, "organisation_id": BIDDERS[bid]}
            command: Any = b.DisqualifyBid(**ids, reason=REASON) if out else b.QualifyBid(**ids)
            self.officer(command, bid, Bid)

    @rule()
    def assemble(self) -> None:
        """Evaluators, and the bids before them, as far as it goes."""
        self.officer(c.BeginBidEvaluation())
        if self.evaluation is None:
            people = tuple(Nominee(person_id=one, full_name="N") for one in PEOPLE)
            appoint = v.AppointEvaluators(call_id=CALL, decision_no="33", evaluators=people[:3], alternates=people[3:])
            self.officer(appoint, EVALUATION, BidEvaluation)
        if self.evaluation is not None:
            for event in self.officer(v.OpenBidScoring(call_id=CALL), EVALUATION, BidEvaluation):
                assert isinstance(event, ve.BidScoringOpened)
                qualified = {one for one in BIDDERS if (found := self.bid(one)) and found.stage is BidStage.QUALIFIED}
                assert {one.bid_id for one in event.candidates} == qualified
                kept = self.evaluation.judging.commitments
                self.points = {key: one for key, one in self.points.items() if key in kept}

    def evaluator(self, command: Any, person: UUID) -> tuple[Event, ...]:
        return self.world.send(command, EVALUATION, BidEvaluation, mandate=x.COMMISSIONER, actor=person)

    @precondition(lambda self: self.evaluation is not None)
    @rule(person=PERSON, bid=BIDS, interest=st.sampled_from(Interest))
    def declare(self, person: UUID, bid: UUID, interest: Interest) -> None:
        command = v.DeclareBidInterest(bid_id=bid, organisation_id=BIDDERS[bid], interest=interest)
        for event in self.evaluator(command, person):
            if isinstance(event, ve.EvaluatorRecused):
                assert person not in self.evaluation.judging.panels[bid]
                assert not self.evaluation.may_read(person, bid)

    @precondition(lambda self: self.evaluation is not None)
    @rule(person=PERSON, bid=BIDS, points=POINTS)
    def commit(self, person: UUID, bid: UUID, points: dict[str, int]) -> None:
        command = v.CommitBidScore(bid_id=bid, organisation_id=BIDDERS[bid], commitment=x.score(bid, person, points))
        for event in self.evaluator(command, person):
            if isinstance(event, ve.BidScoreCommitted):
                assert self.evaluation.may_read(person, bid), "scored before the declaration"
                self.points[bid, person] = points

    @precondition(lambda self: self.evaluation is not None)
    @rule(points=POINTS)
    def everybody_declares_and_commits(self, points: dict[str, int]) -> None:
        for bid, panel in dict(self.evaluation.judging.panels).items():
            for person in panel:
                self.declare(person, bid, Interest.NONE)
                self.commit(person, bid, points)

    @precondition(lambda self: self.evaluation is not None)
    @rule(lie=st.sampled_from([False, False, True]))
    def reveal(self, lie: bool) -> None:
        for (bid, person), points in list(self.points.items()):
            shown = points | {"method": (points["method"] + 1) % 41} if lie else points
            command = v.RevealBidScore(call_id=CALL, bid_id=bid, points=shown, salt=SALT)
            sealed = self.evaluation.judging.waiting > 0 or self.evaluation.judging.suspected
            if self.evaluator(command, person):
                assert not lie, "other points than those committed to were taken"
                assert not sealed, "somebody's points were known before all were in"

    @precondition(lambda self: self.evaluation is not None)
    @rule()
    def close_scoring(self) -> None:
        for event in self.officer(v.CloseBidScoring(call_id=CALL), EVALUATION, BidEvaluation):
            if isinstance(event, ve.EvaluatorConflictSuspected):
                continue
            assert isinstance(event, ve.BidScoringClosed)
            assert not self.evaluation.judging.suspected, "ranked before a conflict was decided"
            assert {one.bid_id for one in event.ranking} == set(self.evaluation.candidates)
            sizes = {len(self.evaluation.judging.panels[bid]) for bid in self.evaluation.candidates}
            assert all(size >= 3 and size % 2 for size in sizes), "ranked by too few, or an even number"

    @rule(person=PERSON, bid=BIDS)
    def take_office(self, person: UUID, bid: UUID) -> None:
        """Or be named by the bidder as one who has: the call is public, so it comes late."""
        entry = Officer(
            officer_id=derived_id("office", len(self.world.log)),
            person_id=person,
            position=Position.BOARD_MEMBER,
            since=t.DURING.date().replace(year=2020),
        )
        tell(self.world, BIDDERS[bid], OfficerRecorded(organisation_id=BIDDERS[bid], officer=entry))

    @precondition(lambda self: self.evaluation is not None)
    @rule(person=PERSON, bid=BIDS, out=st.booleans())
    def decide_conflict(self, person: UUID, bid: UUID, out: bool) -> None:
        command = decide(recused=out, bid_id=bid, organisation_id=BIDDERS[bid], person_id=person)
        if self.officer(command, EVALUATION, BidEvaluation):
            assert (person in self.evaluation.judging.panels[bid]) is not out
            kept = self.evaluation.judging.commitments
            self.points = {key: one for key, one in self.points.items() if key in kept}

    @precondition(lambda self: self.evaluation is not None)
    @rule(person=PERSON)
    def replace(self, person: UUID) -> None:
        known = dict(self.evaluation.judging.points)
        command = v.ReplaceEvaluator(person_id=person, decision_no="35", reason=REASON)
        if self.officer(command, EVALUATION, BidEvaluation):
            kept = self.evaluation.judging.commitments
            assert self.evaluation.judging.points == known, "points that were known fell out"
            self.points = {key: one for key, one in self.points.items() if key in kept}

    @precondition(lambda self: self.evaluation is not None)
    @rule(fresh=st.sampled_from(FRESH))
    def appoint_alternate(self, fresh: UUID) -> None:
        named = (Nominee(person_id=fresh, full_name="N"),)
        self.officer(v.AppointAlternates(decision_no="36", alternates=named), EVALUATION, BidEvaluation)

    @precondition(lambda self: self.evaluation is not None and self.evaluation.ranking)
    @rule()
    def propose(self) -> None:
        for one in self.evaluation.ranking:
            command = c.ProposeAward(evaluation_id=EVALUATION, bid_id=one.bid_id, organisation_id=one.organisation_id)
            for event in self.officer(command):
                assert isinstance(event, e.AwardProposed)
                assert event.total <= t.euro(6_000_000)
                found = self.bid(one.bid_id)
                assert found is not None
                assert found.stage is BidStage.QUALIFIED
                return

    @precondition(lambda self: self.call.stage in COMPLAINABLE)
    @rule(
        bid=BIDS, contested=BIDS, decision=st.sampled_from(ComplaintDecision), decide=st.booleans(), judge=st.booleans()
    )
    def complain(self, bid: UUID, contested: UUID, decision: ComplaintDecision, decide: bool, judge: bool) -> None:
        stream = derived_id("machine", "complaint", self.complaints)
        self.complaints += 1
        command = q.FileServiceComplaint(
            call_id=CALL, bid_id=bid, organisation_id=BIDDERS[bid], contested_id=contested, grounds="x"
        )
        filed = self.world.send(command, stream, ServiceComplaint, mandate=x.delegate(BIDDERS[bid]))
        if not (filed and decide):
            return
        self.world.send(q.AdmitServiceComplaint(), stream, ServiceComplaint, mandate=x.COMPLAINT_OFFICER)
        verdict = q.DecideServiceComplaint(
            organisation_id=BIDDERS[bid], evaluation_id=EVALUATION, decision=decision, reason=REASON
        )
        actor = {"actor": x.FIRST} if judge else {}
        for event in self.world.send(verdict, stream, ServiceComplaint, mandate=x.COMPLAINT_OFFICER, **actor):
            assert not judge, "an evaluator decided"
            self.follow(event, stream)
            for streamed, aside in self.world.log[-1:]:
                if isinstance(aside, e.AwardSetAside):
                    self.follow(aside, streamed)

    @precondition(lambda self: self.call.stage is CallStage.STANDSTILL)
    @rule()
    def confirm(self) -> None:
        proposal = self.call.proposal
        assert proposal is not None
        command = c.ConfirmAward(
            bid_id=proposal.bid_id, organisation_id=proposal.organisation_id, decision_no="40/2026"
        )
        for event in self.officer(command):
            assert isinstance(event, e.AwardConfirmed)
            assert self.world.now >= proposal.standstill.due_at
            filed = [one for one in self.world.aggregates.values() if isinstance(one, ServiceComplaint)]
            settled = (ComplaintStage.DECIDED, ComplaintStage.INADMISSIBLE)
            assert all(one.stage in settled for one in filed)

    @precondition(lambda self: self.call.stage is CallStage.AWARDED)
    @rule()
    def lapse(self) -> None:
        assert self.officer(c.LapseServiceAward(reason=REASON))

    @invariant()
    def nothing_of_a_bid_is_known_before_it_is_opened(self) -> None:
        for one in BIDDERS:
            found = self.bid(one)
            if found is not None and found.stage in (BidStage.SEALED, BidStage.WITHDRAWN, BidStage.DISREGARDED):
                assert found.content is None

    @invariant()
    def the_ledger_holds_a_claim_for_the_award_that_stands_and_for_no_other(self) -> None:
        standing = self.call.award or self.call.proposal
        for whose in BIDDERS.values():
            claim = self.world.aggregates.get(claim_id(MINISTRY.tenant_id, e.contract_id(CALL, whose)))
            promised = standing is not None and standing.organisation_id == whose
            assert (isinstance(claim, FundingClaim) and claim.open) == promised

    def teardown(self) -> None:
        self.world.check_replay()


TenderMachine.TestCase.settings = MACHINE
TestTender = TenderMachine.TestCase
