"""Nominations driven in any order: never more are taken than there are places, and nothing is decided twice."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.kernel.context import Mandate
from domain.kernel.ids import derived_id
from domain.platforms.commands import nomination as c
from domain.platforms.events import nomination as e
from domain.platforms.nomination import Nomination
from domain.platforms.nomination_call import NominationCall
from domain.platforms.vocabulary import NominationCallStage
from tests.domain.platforms import examples as x
from tests.support.world import MACHINE, World

PLACES = 2
streams = st.integers(0, 4).map(lambda n: derived_id("test", "nomination", n))
actors = st.sampled_from([x.CLIENT, x.OTHER_CLIENT])


class NominationMachine(RuleBasedStateMachine):
    """Two platforms nominate for one call."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @initialize()
    def ask(self) -> None:
        told = {name: getattr(x.ASKED, name) for name in c.AskForNominations.__struct_fields__}
        assert self.world.send(c.AskForNominations(**told | {"places": PLACES}), x.CALL, NominationCall)

    @rule(stream=streams, actor=actors)
    def nominate(self, stream: UUID, actor: UUID) -> None:
        if stream in self.world.aggregates:
            return
        command = c.NominatePerson(call_id=x.CALL, full_name="Arta Berisha")
        made = self.world.send(command, stream, Nomination, mandate=x.API_CLIENT, actor=actor)
        assert bool(made) is (self.open and self.world.now.date() <= x.ASKED.until)

    @rule(stream=streams, actor=actors, kind=st.sampled_from([c.AcceptNominee, c.DeclineNominee, c.WithdrawNomination]))
    def decide(
        self, stream: UUID, actor: UUID, kind: type[c.AcceptNominee | c.DeclineNominee | c.WithdrawNomination]
    ) -> None:
        if stream not in self.world.aggregates:
            return
        told: dict[str, Any] = {"call_id": x.CALL} | ({"reason": "Jo."} if kind is c.DeclineNominee else {})
        by: Mandate = x.API_CLIENT if kind is c.WithdrawNomination else x.SECRETARY
        made = self.world.send(kind(**told), stream, Nomination, mandate=by, actor=actor)
        assert self.open or not made

    @rule()
    def end(self) -> None:
        was = self.open
        assert bool(self.world.send(c.EndNominations(reason=x.ENDED.reason), x.CALL, NominationCall)) is was

    @rule(days=st.integers(1, 10))
    def wait(self, days: int) -> None:
        self.world.wait(timedelta(days=days))

    @property
    def open(self) -> bool:
        call = self.world.aggregates[x.CALL]
        assert isinstance(call, NominationCall)
        return call.stage is NominationCallStage.ASKED

    @invariant()
    def no_more_than_there_are_places(self) -> None:
        told = self.world.log
        assert sum(isinstance(event, e.NomineeAccepted) for _, event in told) <= PLACES
        ends = [
            stream
            for stream, event in told
            if isinstance(event, e.NomineeAccepted | e.NomineeDeclined | e.NominationWithdrawn)
        ]
        assert len(ends) == len(set(ends))

    def teardown(self) -> None:
        self.world.check_replay()


TestNominations = NominationMachine.TestCase
TestNominations.settings = MACHINE
