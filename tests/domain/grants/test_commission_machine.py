"""A commission whose members fall silent, lose the salt, take offices or are named in them: no call is stuck by it.

Whatever happened, it comes to a ranking by judges whom no one chose, and the public sheet proves it.
"""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from domain.grants.vocabulary import CallStage, CommissionStage, ComplaintDecision
from domain.scoring.vocabulary import Interest
from tests.domain.grants.awarding import Awarding
from tests.domain.grants.judging import DRAFTS, PERSON, PICK, POINTS, seated
from tests.domain.grants.planted import plant_call
from tests.support.world import MACHINE


class CommissionMachine(Awarding):
    """From a commission at work to the ranking."""

    @initialize(committed=st.booleans(), known=st.booleans())
    def begin(self, committed: bool, known: bool) -> None:
        """Two applications are judged; sometimes everybody has committed, and sometimes shown, already."""
        plant_call(self.world)
        for draft in DRAFTS[:2]:
            self.write(draft, 450_000, submit=True)
        self.close_and_evaluate()
        self.check_everybody()
        self.assemble()
        if committed:
            self.everybody_declares_and_commits({"relevance": 30, "capacity": 40})
        if known:
            self.lose_the_salt(1, DRAFTS[1])
            self.reveal(lie=False)

    time_passes = rule(by=st.sampled_from([timedelta(days=1), timedelta(days=9)]))(Awarding.time_passes)
    withdraw = rule(draft=PICK)(Awarding.withdraw)
    take_office = rule(who=PERSON, draft=PICK)(Awarding.take_office)
    declare = rule(who=PERSON, draft=PICK, interest=st.sampled_from(Interest))(Awarding.declare)
    commit = rule(who=PERSON, draft=PICK, points=POINTS)(Awarding.commit)
    everybody_declares_and_commits = rule(points=POINTS)(Awarding.everybody_declares_and_commits)
    lose_the_salt = rule(who=PERSON, draft=PICK)(Awarding.lose_the_salt)
    reveal = rule(lie=st.sampled_from([False, False, True]))(Awarding.reveal)
    decide_conflict = rule(who=PERSON, draft=PICK, recused=st.booleans())(Awarding.decide_conflict)
    replace = rule(who=PERSON, judge=st.sampled_from([False, False, True]))(Awarding.replace)
    extend = precondition(lambda self: len(self.people) < 12)(rule(size=st.integers(2, 3))(Awarding.extend))
    close_scoring = rule()(Awarding.close_scoring)
    bring_to_an_end = precondition(lambda self: seated(self) and self.commission.stage is CommissionStage.SCORING)(
        rule(points=POINTS)(Awarding.bring_to_an_end)
    )
    publish = rule()(Awarding.publish)
    complain = precondition(lambda self: self.call.stage is CallStage.PROVISIONAL)(
        rule(draft=PICK, decision=st.sampled_from(ComplaintDecision), decide=st.booleans(), judge=st.booleans())(
            Awarding.complain
        )
    )
    finish = precondition(lambda self: self.call.stage is CallStage.PROVISIONAL)(rule()(Awarding.finish))


CommissionMachine.TestCase.settings = MACHINE
TestCommission = CommissionMachine.TestCase
