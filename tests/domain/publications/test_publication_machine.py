"""A publication driven in any order: whatever was published once stays, under its hash and its number."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.publications.commands import publication as c
from domain.publications.events import publication as e
from domain.publications.publication import Publication
from domain.publications.vocabulary import PublicationKind, PublicationStage
from tests.domain.publications import examples as x
from tests.support.given import NATIONAL, STREAM
from tests.support.world import MACHINE, World

names = st.sampled_from(["first", "second", "third"])


class PublicationMachine(RuleBasedStateMachine):
    """The institution publishes, revises by whatever files, and withdraws."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @property
    def held(self) -> Publication:
        found = self.world.aggregates[STREAM]
        assert isinstance(found, Publication)
        return found

    @initialize(name=names)
    def publish(self, name: str) -> None:
        command = c.PublishDocument(kind=PublicationKind.REPORT, title=x.PUBLISHED.title, files=x.files(name))
        assert self.world.send(command, STREAM, Publication, tenant=NATIONAL)

    @rule(name=names)
    def revise(self, name: str) -> None:
        before = self.held
        counted, withdrawn = before.files, before.stage is PublicationStage.WITHDRAWN
        command = c.ReviseDocument(files=x.files(name), change=x.REVISED.change)
        made = self.world.send(command, STREAM, Publication, tenant=NATIONAL)
        assert bool(made) == (not withdrawn and command.files != counted)

    @rule()
    def withdraw(self) -> None:
        over = self.held.stage is PublicationStage.WITHDRAWN
        assert over != bool(
            self.world.send(c.WithdrawDocument(reason=x.WITHDRAWN.reason), STREAM, Publication, tenant=NATIONAL)
        )

    @invariant()
    def versions_count_on(self) -> None:
        told = [event for _, event in self.world.log]
        revised = [event for event in told if isinstance(event, e.DocumentRevised)]
        assert [one.number for one in revised] == list(range(2, len(revised) + 2))
        assert sum(isinstance(event, e.DocumentWithdrawn) for event in told) <= 1
        if told:
            assert vars(self.world.replayed(STREAM)) == vars(self.held)


TestPublications = PublicationMachine.TestCase
TestPublications.settings = MACHINE
