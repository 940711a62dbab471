"""What API clients may do, over both event stores: by token, grant and a member's mandate, as they stand now."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from domain.clients import DOMAIN as CLIENTS
from domain.clients import commands as c
from domain.clients.vocabulary import RevocationReason
from domain.kernel.command import Command
from domain.kernel.context import Mandate
from domain.kernel.errors import NotPermitted, PaktError, RuleViolated, ScopeNeeded, StreamNotFound
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role, Scope
from domain.kernel.registry import Registry
from domain.organisations import DOMAIN as ORGANISATIONS
from domain.organisations import commands as o
from domain.organisations.vocabulary import Identifier, LegalForm, Scheme
from domain.rules import DOMAIN as RULES
from domain.tenants import DOMAIN as TENANTS
from domain.tenants.commands import FoundRegister, GrantMandate, RegisterInstitution, RegisterMember
from domain.tenants.membership import member_id
from infra.clock import FixedClock
from infra.eventstore.codec import decode_metadata
from infra.eventstore.interface import EventStore
from infra.keys.memory import MemoryKeys, MemorySubjectKeys
from services.command_handling.execute import CommandHandler
from services.command_handling.request import Client, Executed, Principal, Request
from services.vault import Vault
from tests.domain.organisations.examples import CONTACT, NAME, REASON
from tests.support.trial import TRIAL, CloseBox, MarkSlip, OpenBox, PutSlip

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SEED = Principal(UUID(int=0), Role.SEED)
CLAIMANT, OFFICIAL = Principal(UUID(int=1)), Principal(UUID(int=2))
BOX = derived_id("test", "box")
NAMES: dict[Any, str] = {"sq": "A", "sr": "B", "en": "C"}
FOR_MEMBERS, OWN = (Scope.CONTRIBUTIONS, Scope.MEMBERS), Scope.SCORES
TRIED = msgspec.structs.replace(
    TRIAL,
    permissions={
        **TRIAL.permissions,
        OpenBox: frozenset({Role.CSO_DELEGATE, Role.SIGNED_IN}),
        PutSlip: frozenset({Role.API_CLIENT, Role.COMMISSIONER}),
        MarkSlip: frozenset({Role.SIGNED_IN, Role.NATIONAL_SUPERVISOR, Role.COMMISSIONER}),
        CloseBox: frozenset({Role.API_CLIENT, Role.SIGNED_IN, Role.CSO_DELEGATE}),
    },
    scopes={
        Scope.CONTRIBUTIONS: frozenset({OpenBox, MarkSlip}),
        Scope.MEMBERS: frozenset({OpenBox}),
        OWN: frozenset({PutSlip}),
    },
)
"""A box is opened for a member, a slip put in the client's own name; closing a box is for no client."""
DOMAINS = (TENANTS, RULES, ORGANISATIONS, CLIENTS, TRIED)
REGISTRY = Registry(event for domain in DOMAINS for event in domain.events)


class Nation:
    """Two handlers on one store, as two processes: what one stores, the other's folds do not know yet."""

    def __init__(self, store: EventStore) -> None:
        vault = Vault(MemoryKeys(), MemorySubjectKeys())
        self.store = store
        self.handler, self.other = (CommandHandler(store, REGISTRY, DOMAINS, vault, FixedClock(NOW)) for _ in "12")
        self.other.authority._max_age = 3_600.0

    async def send(self, command: Command, by: Principal, stream: UUID | None = None, tenant: str = "opm") -> Executed:
        return await self.handler.execute(Request(tenant, command, uuid4(), by, stream))

    async def administer(self, command: Command, stream: UUID | None = None) -> UUID:
        return (await self.send(command, OFFICIAL, stream)).answer.stream_id

    async def client(self, *scopes: Scope, tenants: tuple[str, ...] = ("ministries",)) -> UUID:
        return await self.administer(c.RegisterClient(title="CiviKos", scopes=scopes or tuple(Scope), tenants=tenants))

    async def organisation(self, number: str) -> UUID:
        claim = o.ClaimOrganisation(
            legal_name=NAME, legal_form=LegalForm.FOUNDATION, municipality="prizren", contact=CONTACT
        )
        made = (await self.send(claim, CLAIMANT)).answer.stream_id
        proof = o.VerifyOrganisation(decision_no="1/2026", identifiers=(Identifier(Scheme.NGO, number),))
        return await self.administer(proof, made)

    async def mandate(self, organisation: UUID, client: UUID, since: date = date(2026, 1, 1)) -> UUID:
        command = o.MandateRepresentative(
            person_id=client,
            full_name="CiviKos",
            email="a@b.example",
            legal_basis="Member agreement",
            valid_from=since,
        )
        await self.administer(command, organisation)
        *_, last = (await self.handler.authority.national(fresh=True)).representation.held_by(client)
        return last.mandate_id

    async def acts(self, by: Principal, command: Command, tenant: str = "md", stream: UUID | None = None) -> Executed:
        """In the process that has seen nothing since it looked last."""
        return await self.other.execute(Request(tenant, command, uuid4(), by, stream))

    async def refused(self, by: Principal, command: Command, tenant: str = "md", stream: UUID | None = None) -> Any:
        position = await self.store.head(2)
        with pytest.raises(PaktError) as refusal:
            await self.acts(by, command, tenant, stream)
        assert await self.store.head(2) == position
        return refusal.value


@pytest.fixture
async def nation(store: EventStore) -> Nation:
    made = Nation(store)
    register = derived_id("institution_register", 1)
    await made.send(FoundRegister(slug="opm", code="OPM", names=NAMES), SEED, register)
    for slug, kind in (("md", "ministry"), ("prizren", "municipality")):
        await made.send(RegisterInstitution(slug=slug, code=slug, kind=kind, names=NAMES), SEED, register)
    await made.send(OpenBox(), SEED, BOX, "md")
    for role in (Role.ADMINISTRATOR, Role.REGISTRAR):
        await member(made, OFFICIAL.person_id, role)
    return made


async def member(made: Nation, person_id: UUID, role: Role, tenant: str = "opm") -> None:
    registered = RegisterMember(person_id=person_id, full_name="A", email="a@example.org")
    authority = made.handler.authority
    fold = await authority.of((await authority.tenant(tenant)).tenant_id, fresh=True)
    if person_id not in fold.members:
        await made.send(registered, SEED, tenant=tenant)
    stream = member_id((await authority.tenant(tenant)).tenant_id, person_id)
    grant = GrantMandate(role=role, legal_basis="Decision 1", valid_from=date(2026, 1, 1))
    await made.send(grant, SEED, stream, tenant)


def principal(client: UUID, *scopes: Scope, mandate: UUID | None = None) -> Principal:
    return Principal(client, client=Client(frozenset(scopes or Scope), mandate))


async def test_a_client_acts_in_its_own_name_where_its_grant_reaches(nation: Nation) -> None:
    client = await nation.client(OWN)

    done = await nation.acts(principal(client), PutSlip(box_id=BOX, text="7"))

    [stored] = await nation.store.read_log(2, done.answer.last_position - 1, 1)
    metadata = decode_metadata(stored.metadata)
    assert (metadata.actor, metadata.role, metadata.basis) == (client, Role.API_CLIENT, "grant to CiviKos")
    assert metadata.on_behalf_of is None


async def test_a_client_acts_for_the_member_whose_mandate_it_names(nation: Nation) -> None:
    client = await nation.client()
    organisations = [await nation.organisation(number) for number in ("5112345-6", "5112346-4")]
    mandates = [await nation.mandate(one, client) for one in organisations]

    for organisation, mandate in zip(organisations, mandates, strict=True):
        done = await nation.acts(principal(client, mandate=mandate), OpenBox())
        [stored] = await nation.store.read_log(2, done.answer.last_position - 1, 1)
        metadata = decode_metadata(stored.metadata)
        assert (metadata.actor, metadata.role, metadata.on_behalf_of) == (client, Role.CSO_DELEGATE, organisation)


async def test_without_a_mandate_nothing_is_done_for_a_member(nation: Nation) -> None:
    client, another = await nation.client(), await nation.client()
    organisation = await nation.organisation("5112345-6")
    others = await nation.mandate(organisation, another)
    coming = await nation.mandate(await nation.organisation("5112346-4"), client, date(2026, 4, 1))

    for mandate in (None, uuid4(), others, coming):
        refusal = await nation.refused(principal(client, mandate=mandate), OpenBox())
        assert isinstance(refusal, RuleViolated), mandate
        assert refusal.rule == "client.mandate"


async def test_a_mandate_ends_at_once(nation: Nation) -> None:
    client, organisation = await nation.client(), await nation.organisation("5112345-6")
    mandate = await nation.mandate(organisation, client)
    await nation.acts(principal(client, mandate=mandate), OpenBox())

    await nation.administer(o.RevokeRepresentative(mandate_id=mandate, reason="The member left."), organisation)

    assert (await nation.refused(principal(client, mandate=mandate), OpenBox())).rule == "client.mandate"


async def test_the_mandates_of_a_suspended_member_rest(nation: Nation) -> None:
    client, organisation = await nation.client(), await nation.organisation("5112345-6")
    mandate = await nation.mandate(organisation, client)
    await nation.acts(principal(client, mandate=mandate), OpenBox())

    await nation.administer(o.SuspendOrganisation(decision_no="4/2026", reason=REASON), organisation)

    assert (await nation.refused(principal(client, mandate=mandate), OpenBox())).rule == "client.mandate"


async def test_a_mandate_is_of_the_organisation_for_which_something_is_done(nation: Nation) -> None:
    client = await nation.client()
    one, two = [await nation.organisation(number) for number in ("5112345-6", "5112346-4")]
    by = principal(client, mandate=await nation.mandate(one, client))
    authority = nation.handler.authority
    ministry, roles = await authority.tenant("md"), frozenset({Role.CSO_DELEGATE})

    held = await authority.permit(ministry, by, "OpenBox", roles, NOW, one)

    assert held == Mandate(Role.CSO_DELEGATE, "Member agreement", one, by.client.mandate_id if by.client else None)
    with pytest.raises(RuleViolated, match=str(two)):
        await authority.permit(ministry, by, "OpenBox", roles, NOW, two)


async def test_scopes_must_be_in_the_token_and_in_the_grant(nation: Nation) -> None:
    client = await nation.client(OWN, Scope.MEMBERS)
    slip = PutSlip(box_id=BOX, text="7")

    unasked = await nation.refused(principal(client, Scope.MEMBERS), slip)
    ungranted = await nation.refused(principal(client), MarkSlip(), stream=uuid4())

    assert isinstance(unasked, ScopeNeeded)
    assert unasked.facts() == {"scopes": [OWN]}
    assert "token" in str(unasked)
    assert isinstance(ungranted, ScopeNeeded)
    assert ungranted.facts() == {"scopes": [Scope.CONTRIBUTIONS]}
    assert "grant" in str(ungranted)
    either = await nation.refused(principal(client, Scope.FEED), OpenBox())
    assert either.facts() == {"scopes": [Scope.MEMBERS]}


async def test_what_is_lost_is_lost_at_once_and_everywhere(nation: Nation) -> None:
    client = await nation.client(OWN, tenants=("all",))
    by, slip = principal(client), PutSlip(box_id=BOX, text="7")
    await nation.acts(by, slip)

    await nation.administer(c.ChangeClientAccess(scopes=(OWN,), tenants=("prizren", "national")), client)
    assert isinstance(await nation.refused(by, slip), StreamNotFound)
    await nation.administer(c.ChangeClientAccess(scopes=(Scope.FEED,), tenants=("md",)), client)
    assert isinstance(await nation.refused(by, slip), ScopeNeeded)
    await nation.administer(c.ChangeClientAccess(scopes=(OWN,), tenants=("md",)), client)
    await nation.acts(by, slip)
    await nation.administer(c.RevokeClient(reason=RevocationReason.COMPROMISED), client)
    assert isinstance(await nation.refused(by, slip), StreamNotFound)


async def test_what_is_for_no_client_is_for_none(nation: Nation) -> None:
    client, organisation = await nation.client(tenants=("all",)), await nation.organisation("5112345-6")
    by = principal(client, mandate=await nation.mandate(organisation, client))

    unscoped = await nation.refused(by, CloseBox(slips=0), stream=uuid4())
    register = await nation.refused(by, c.RegisterClient(title="X", scopes=(), tenants=()), "opm")
    not_a_delegates = await nation.refused(by, MarkSlip(), stream=uuid4())

    assert [type(one) for one in (unscoped, register, not_a_delegates)] == [NotPermitted] * 3


async def test_a_client_is_nobody_signed_in_no_member_and_no_supervisor(nation: Nation) -> None:
    """Whatever mandates its id was given as if it were a person."""
    client = await nation.client(tenants=("all",))
    await member(nation, client, Role.ADMINISTRATOR)
    await member(nation, client, Role.COMMISSIONER, "md")

    for command in (MarkSlip(), OpenBox()):
        refusal = await nation.refused(principal(client), command, stream=uuid4())
        assert (type(refusal), getattr(refusal, "rule", "")) == (RuleViolated, "client.mandate")


async def test_a_person_is_no_client(nation: Nation) -> None:
    client = await nation.client(OWN)
    slip = PutSlip(box_id=BOX, text="7")

    assert isinstance(await nation.refused(Principal(client), slip), NotPermitted)
    assert isinstance(await nation.refused(principal(uuid4()), slip), StreamNotFound)
    with pytest.raises(PaktError):  # nor can one be made of a person by a mandate
        await member(nation, uuid4(), Role.API_CLIENT, "md")


async def test_a_repeat_is_answered_after_the_grant_was_lost(nation: Nation) -> None:
    client = await nation.client(OWN)
    request = Request("md", PutSlip(box_id=BOX, text="7"), uuid4(), principal(client))
    first = await nation.handler.execute(request)
    await nation.administer(c.RevokeClient(reason=RevocationReason.UNUSED), client)

    again = await nation.handler.execute(request)

    assert (again.replayed, again.answer) == (True, first.answer)
