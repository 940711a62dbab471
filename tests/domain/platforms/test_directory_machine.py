"""Two clients' directories driven in any order: a number names one organisation, and an organisation has one number."""

from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.kernel.command import Command
from domain.kernel.ids import derived_id
from domain.organisations.vocabulary import Identifier, Scheme
from domain.platforms.commands import member as c
from domain.platforms.directory import Directory, Told
from domain.platforms.events.member import directory_tag, member_id
from domain.platforms.member import Member
from domain.platforms.vocabulary import MemberFacts, MemberStage
from tests.domain.organisations.examples import verified
from tests.domain.platforms.examples import API_CLIENT, CLIENT, OTHER_CLIENT
from tests.support.given import NATIONAL
from tests.support.world import MACHINE, World

clients = st.sampled_from([CLIENT, OTHER_CLIENT])
numbers = st.sampled_from(["1", "2", "3"])
organisations = st.integers(0, 3)
titles = st.sampled_from(["Forumi", "Qendra"])


def organisation(number: int) -> UUID:
    return derived_id("test", "organisation", number)


def identifier(number: int) -> Identifier:
    return Identifier(Scheme.NGO, f"510000{number}")


class DirectoryMachine(RuleBasedStateMachine):
    """Clients list, amend, delist and list again, their own and each other's."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        for number in range(3):  # the fourth is in no register
            event = verified(organisation(number), (identifier(number),))
            event.stamp(organisation(number), 1, self.world.now)
            self.world.log.append((organisation(number), event))

    def send(self, command: Command, client: UUID, number: str, actor: UUID) -> bool:
        stream_id = member_id(client, number)
        if isinstance(command, c.ListMember) is (stream_id in self.world.aggregates):
            return False
        held = self.world.aggregates.get(stream_id)
        if (
            isinstance(command, c.AmendMember)
            and isinstance(held, Member)
            and (command.organisation_id, command.facts) == (held.organisation_id, held.facts)
        ):
            return False  # says nothing new
        return bool(self.world.send(command, stream_id, Member, tenant=NATIONAL, mandate=API_CLIENT, actor=actor))

    @rule(client=clients, actor=clients, number=numbers, of=organisations, title=titles)
    def enter(self, client: UUID, actor: UUID, number: str, of: int, title: str) -> None:
        facts = MemberFacts(identifier=identifier(of), title=title)
        taken = organisation(of) in self.directory(client).listed()
        command = c.ListMember(client_id=client, number=number, organisation_id=organisation(of), facts=facts)
        known = member_id(client, number) in self.world.aggregates
        assert self.send(command, client, number, actor) is (client == actor and of < 3 and not taken and not known)

    @rule(client=clients, actor=clients, number=numbers, of=organisations, title=titles, again=st.booleans())
    def say_anew(self, client: UUID, actor: UUID, number: str, of: int, title: str, *, again: bool) -> None:
        facts = MemberFacts(identifier=identifier(of), title=title)
        kind = c.RelistMember if again else c.AmendMember
        made = self.send(kind(client_id=client, organisation_id=organisation(of), facts=facts), client, number, actor)
        assert not made or (client == actor and of < 3)

    @rule(client=clients, actor=clients, number=numbers)
    def delist(self, client: UUID, actor: UUID, number: str) -> None:
        held = self.world.aggregates.get(member_id(client, number))
        listed = isinstance(held, Member) and held.stage is MemberStage.LISTED
        assert self.send(c.DelistMember(client_id=client), client, number, actor) is (listed and client == actor)

    @invariant()
    def an_organisation_has_one_number(self) -> None:
        for client in (CLIENT, OTHER_CLIENT):
            entries = self.directory(client).entries
            listed = [one.organisation_id for one in entries.values() if one.listed]
            assert len(listed) == len(set(listed))
            for number, entry in entries.items():
                held = self.world.aggregates[member_id(client, number)]
                assert isinstance(held, Member)
                assert (held.organisation_id, held.facts) == (entry.organisation_id, entry.facts)
                assert (held.stage is MemberStage.LISTED) is entry.listed

    def directory(self, client: UUID) -> Directory:
        found = Directory()
        for _, event in self.world.log:
            if directory_tag(client) in event.tags():
                assert isinstance(event, Told)
                found.apply(event)
        return found

    def teardown(self) -> None:
        self.world.check_replay()


TestDirectories = DirectoryMachine.TestCase
TestDirectories.settings = MACHINE
