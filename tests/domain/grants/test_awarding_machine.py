"""Any order of commands from the first draft to the final ranking: what must never happen, never does."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from domain.grants.vocabulary import ApplicationStage, CallStage, ComplaintDecision
from domain.scoring.vocabulary import Interest
from tests.domain.grants.awarding import Awarding
from tests.domain.grants.judging import DRAFTS, PERSON, PICK, POINTS, seated
from tests.domain.grants.planted import plant_call
from tests.support.world import MACHINE


class AwardingMachine(Awarding):
    """The whole way, with a commission that does its work or not."""

    @initialize(ahead=st.integers(0, 4))
    def begin(self, ahead: int) -> None:
        """Some histories begin later: applications in, all checked, the commission at work."""
        plant_call(self.world)
        if ahead > 0:
            for draft in DRAFTS[:2]:
                self.write(draft, 450_000, submit=True)
            self.close_and_evaluate()
        if ahead > 1:
            self.check_everybody()
            self.assemble()
        if ahead > 2:
            self.everybody_declares_and_commits({"relevance": 30, "capacity": 40})
            self.reveal(lie=False)
        if ahead > 3:
            self.close_scoring()
            self.publish()

    time_passes = rule(by=st.sampled_from([timedelta(minutes=1), timedelta(days=1), timedelta(days=9)]))(
        Awarding.time_passes
    )
    write = precondition(lambda self: self.call.stage is CallStage.PUBLISHED)(
        rule(draft=PICK, cents=st.integers(90_000, 1_010_000), submit=st.booleans())(Awarding.write)
    )
    withdraw = precondition(lambda self: any(one in self.world.aggregates for one in DRAFTS))(
        rule(draft=PICK)(Awarding.withdraw)
    )
    close_and_evaluate = rule()(Awarding.close_and_evaluate)
    check = rule(draft=PICK, eligible=st.booleans())(Awarding.check)
    check_everybody = rule()(Awarding.check_everybody)
    assemble = rule()(Awarding.assemble)
    declare = precondition(seated)(rule(who=PERSON, draft=PICK, interest=st.sampled_from(Interest))(Awarding.declare))
    commit = precondition(seated)(rule(who=PERSON, draft=PICK, points=POINTS)(Awarding.commit))
    everybody_declares_and_commits = precondition(seated)(rule(points=POINTS)(Awarding.everybody_declares_and_commits))
    reveal = precondition(seated)(rule(lie=st.sampled_from([False, False, True]))(Awarding.reveal))
    close_scoring = precondition(seated)(rule()(Awarding.close_scoring))
    publish = precondition(seated)(rule()(Awarding.publish))
    complain = precondition(lambda self: self.call.stage is CallStage.PROVISIONAL)(
        rule(draft=PICK, decision=st.sampled_from(ComplaintDecision), decide=st.booleans(), judge=st.booleans())(
            Awarding.complain
        )
    )
    complain_of_the_check = precondition(
        lambda self: any(one.stage is ApplicationStage.INELIGIBLE for one in self.held())
    )(
        rule(draft=PICK, decision=st.sampled_from(ComplaintDecision), decide=st.booleans(), checker=st.booleans())(
            Awarding.complain_of_the_check
        )
    )
    release = precondition(lambda self: self.call.stage is CallStage.PROVISIONAL)(rule()(Awarding.release))
    finish = precondition(lambda self: self.call.stage is CallStage.PROVISIONAL)(rule()(Awarding.finish))


AwardingMachine.TestCase.settings = MACHINE
TestAwarding = AwardingMachine.TestCase
