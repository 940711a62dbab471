"""Organisations in any order of claims, proofs, suspensions and merges: one body has one entry, and nothing is lost."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.kernel.command import Command
from domain.kernel.context import Mandate
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Reaction, Role
from domain.organisations import commands as c
from domain.organisations import events as e
from domain.organisations.organisation import Organisation
from domain.organisations.policies import POLICIES
from domain.organisations.representation import Representation
from domain.organisations.standing import Standing
from domain.organisations.state import REGISTERED
from domain.organisations.vocabulary import CertificateKind, Identifier, LegalForm, Network, Position, Scheme, Stage
from tests.domain.organisations.examples import ANYBODY, CONTACT, NAME, REASON, REGISTER, REGISTRAR
from tests.support.given import NATIONAL, NOW, told
from tests.support.world import CLOCK, MACHINE, World

STREAMS = [derived_id("machine", "organisation", n) for n in range(4)]
PEOPLE = [derived_id("machine", "person", n) for n in range(3)]
streams = st.sampled_from(STREAMS)
people = st.sampled_from(PEOPLE)
identifiers = st.lists(
    st.builds(Identifier, st.sampled_from(Scheme), st.sampled_from(["5112345-6", "600123456", "odd"])),
    min_size=1,
    max_size=2,
).map(tuple)
days = st.integers(-400, 400).map(lambda n: NOW.date() + timedelta(days=n))
FACTS: dict[str, Any] = {"decision_no": "1/2026", "reason": REASON}


class Ask(Command, frozen=True, kw_only=True):
    """A command of another domain, which rests on an organisation."""

    organisation_id: UUID


class OrganisationMachine(RuleBasedStateMachine):
    """Drives a few organisations with the same few numbers and persons; what follows from events comes at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.waiting: list[Reaction] = []
        self.certificates: dict[UUID, UUID] = {}

    def held(self, stream: UUID) -> Organisation | None:
        found = self.world.aggregates.get(stream)
        assert found is None or isinstance(found, Organisation)
        return found

    def known(self, stream: UUID) -> Organisation:
        found = self.held(stream)
        assert found is not None
        return found

    def goes_on(self, one: Organisation) -> Organisation:
        """The entry that is left of it."""
        while one.merged_into is not None:
            one = self.known(one.merged_into)
        return one

    def everyone(self) -> list[Organisation]:
        return [one for stream in STREAMS if (one := self.held(stream)) is not None]

    def send(self, stream: UUID, command: Command, **overrides: Any) -> tuple[Event, ...]:
        if self.held(stream) is None and not isinstance(command, c.ClaimOrganisation):
            return ()
        references = {"register": REGISTER} if getattr(command, "municipality", None) else {}
        facts = {"tenant": NATIONAL, "mandate": REGISTRAR, "references": references} | overrides
        events = self.world.send(command, stream, Organisation, **facts)
        for event in events:
            self.waiting += POLICIES[type(event)](told(event, stream)) if type(event) in POLICIES else ()
        return events

    @rule(stream=streams, person=people, numbers=identifiers)
    def claim(self, stream: UUID, person: UUID, numbers: Any) -> None:
        if self.held(stream) is None:
            facts: dict[str, Any] = {"legal_name": NAME, "legal_form": LegalForm.INSTITUTE, "municipality": "prizren"}
            command = c.ClaimOrganisation(**facts, identifiers=numbers, contact=CONTACT)
            self.send(stream, command, actor=person, mandate=ANYBODY)

    @rule(stream=streams, numbers=identifiers, person=people, decided=st.booleans())
    def amend(self, stream: UUID, numbers: Any, person: UUID, decided: bool) -> None:
        command = c.AmendOrganisation(identifiers=numbers, decision_no="2/2026" if decided else None)
        self.send(stream, command, **({} if decided else {"actor": person, "mandate": ANYBODY}))

    @rule(stream=streams, numbers=identifiers)
    def verify(self, stream: UUID, numbers: Any) -> None:
        self.send(stream, c.VerifyOrganisation(decision_no="3/2026", identifiers=numbers))

    @rule(stream=streams, command=st.sampled_from([c.RefuseClaim, c.RemoveOrganisation]))
    def end(self, stream: UUID, command: Any) -> None:
        self.send(stream, command(**FACTS))

    @rule(stream=streams, command=st.sampled_from([c.SuspendOrganisation, c.ReinstateOrganisation]))
    def suspend_or_reinstate(self, stream: UUID, command: Any) -> None:
        self.send(stream, command(**FACTS))

    @rule(stream=streams, into=streams)
    def merge(self, stream: UUID, into: UUID) -> None:
        self.send(stream, c.MergeOrganisation(into=into, decision_no="4/2026"))

    @rule(which=st.integers(0, 3))
    def follow(self, which: int) -> None:
        """What follows from an event is done some time, and perhaps twice."""
        if self.waiting:
            reaction = self.waiting[which % len(self.waiting)]
            self.send(reaction.stream_id, reaction.command, mandate=CLOCK)
            if which % 2:
                self.waiting.remove(reaction)

    @rule(stream=streams, number=st.integers(1, 5), issued=days, until=st.none() | days)
    def certify(self, stream: UUID, number: int, issued: date, until: date | None) -> None:
        command = c.RecordCertificate(kind=CertificateKind.TAX, number=str(number), issued_on=issued, valid_until=until)
        for event in self.send(stream, command):
            assert isinstance(event, e.CertificateRecorded)
            self.certificates[event.certificate.certificate_id] = stream

    @rule(stream=streams, day=days, which=st.integers(0, 9))
    def revoke_certificate(self, stream: UUID, day: date, which: int) -> None:
        held = self.held(stream)
        if held is not None and held.certificates:
            known = list(held.certificates)
            one = known[which % len(known)]
            self.send(stream, c.RevokeCertificate(certificate_id=one, revoked_on=day, reason=REASON))

    @rule(stream=streams, since=days, until=st.none() | days)
    def grant(self, stream: UUID, since: date, until: date | None) -> None:
        self.send(stream, c.GrantPublicBenefit(decision_no="5/2026", valid_from=since, valid_until=until))

    @rule(stream=streams, person=people, since=days, until=st.none() | days)
    def office(self, stream: UUID, person: UUID, since: date, until: date | None) -> None:
        facts: dict[str, Any] = {"full_name": "Arta Berisha", "position": Position.CHAIR}
        self.send(stream, c.RecordOfficer(person_id=person, since=since, until=until, **facts))

    @rule(stream=streams, since=days, until=st.none() | days)
    def join(self, stream: UUID, since: date, until: date | None) -> None:
        self.send(stream, c.RecordMembership(network=Network.CIVIKOS, since=since, until=until))

    @rule(stream=streams, person=people, actor=people, begins=days, ends=st.none() | days)
    def mandate(self, stream: UUID, person: UUID, actor: UUID, begins: date, ends: date | None) -> None:
        facts: dict[str, Any] = {"full_name": "Arta Berisha", "email": "a@b.example", "legal_basis": "Statute"}
        command = c.MandateRepresentative(person_id=person, valid_from=begins, valid_to=ends, **facts)
        acting = Mandate(Role.CSO_DELEGATE, "Statute", stream, stream)
        self.send(stream, command, actor=actor, mandate=acting)

    @rule(stream=streams, which=st.integers(0, 9))
    def revoke_mandate(self, stream: UUID, which: int) -> None:
        held = self.held(stream)
        if held is not None and held.representatives:
            known = list(held.representatives)
            self.send(stream, c.RevokeRepresentative(mandate_id=known[which % len(known)], reason="Left"))

    @rule(days=st.integers(1, 60))
    def wait(self, days: int) -> None:
        self.world.wait(timedelta(days=days))

    @invariant()
    def an_identifier_proves_one_organisation(self) -> None:
        registered = [one for one in self.everyone() if one.stage in REGISTERED]
        proved = [(one.scheme, one.plain) for of in registered for one in set(of.identifiers)]
        plain = [{(one.scheme, one.plain) for one in of.identifiers} for of in registered]
        assert sum(map(len, plain)) == len(set(proved))

    @invariant()
    def others_see_the_same_organisation(self) -> None:
        for one in self.everyone():
            known = self.world.folded(Standing, one.id, Ask(organisation_id=one.id))
            goes_on = self.goes_on(one)
            assert known.organisation is not None
            assert vars(known.organisation) == vars(goes_on)
            assert {one.id, goes_on.id} <= known.entries

    @invariant()
    def who_acts_for_an_organisation_was_mandated_by_it_while_it_stood(self) -> None:
        fold = Representation()
        for _, event in self.world.log:
            fold.apply(event)
        for person in PEOPLE:
            for mandate in fold.mandates(person, self.world.now):
                organisation = self.held(mandate.organisation_id or person)
                assert organisation is not None
                assert organisation.stage is Stage.VERIFIED
                assert organisation.representatives[mandate.mandate_id or person].person_id == person
                assert all(self.goes_on(self.known(one)) is organisation for one in mandate.succeeds)

    @invariant()
    def intervals_of_public_benefit_do_not_overlap(self) -> None:
        for one in self.everyone():
            if not one.absorbed:
                held = list(one.public_benefit.values())
                assert not [1 for n, a in enumerate(held) for b in held[:n] if a.overlaps(b.valid_from, b.valid_until)]

    def teardown(self) -> None:
        """When everything that follows was done, each certificate is found where the entry went in the end."""
        while self.waiting:
            reaction = self.waiting.pop(0)
            self.send(reaction.stream_id, reaction.command, mandate=CLOCK)
        for certificate_id, stream in self.certificates.items():
            assert certificate_id in self.goes_on(self.known(stream)).certificates
        self.world.check_replay()


TestOrganisation = OrganisationMachine.TestCase
TestOrganisation.settings = MACHINE
