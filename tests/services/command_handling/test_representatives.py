"""Who acts for an organisation in every institution, over both event stores: by the national log, as it stands now."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from domain.kernel.command import Command
from domain.kernel.context import Mandate
from domain.kernel.errors import NotPermitted, PaktError, RuleViolated
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Role
from domain.kernel.registry import Registry
from domain.organisations import DOMAIN as ORGANISATIONS
from domain.organisations import commands as c
from domain.organisations.events import RepresentativeMandated
from domain.organisations.vocabulary import Identifier, LegalForm, Scheme
from domain.rules import DOMAIN as RULES
from domain.tenants import DOMAIN as TENANTS
from domain.tenants.commands import FoundRegister, GrantMandate, RegisterInstitution, RegisterMember, RevokeMandate
from infra.clock import FixedClock
from infra.eventstore.codec import decode_metadata, restore
from infra.eventstore.interface import EventStore
from infra.keys.memory import MemoryKeys, MemorySubjectKeys
from services.command_handling.execute import CommandHandler
from services.command_handling.request import Executed, Principal, Request
from services.vault import Vault
from tests.domain.organisations.examples import CONTACT, NAME, REASON
from tests.support.trial import TRIAL, OpenBox

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)
BOXES = msgspec.structs.replace(
    TRIAL, permissions={**TRIAL.permissions, OpenBox: frozenset({Role.CSO_DELEGATE, Role.CONSULTATION_COORDINATOR})}
)
"""The trial domain, in which a delegate may open a box."""
DOMAINS = (TENANTS, RULES, ORGANISATIONS, BOXES)
REGISTRY = Registry(event for domain in DOMAINS for event in domain.events)
SEED = Principal(UUID(int=0), Role.SEED)
CLAIMANT, REGISTRAR, ARTA, BESA = (Principal(UUID(int=n)) for n in range(1, 5))
NAMES = {"sq": "A", "sr": "B", "en": "C"}
DECIDED: dict[str, Any] = {"decision_no": "4/2026", "reason": REASON}


class Processes:
    """As many handlers on one store as a test wants: the national tenant with its registrar, two ministries."""

    def __init__(self, store: EventStore) -> None:
        self.store, self.vault = store, Vault(MemoryKeys(), MemorySubjectKeys())
        self.handler = self.another()

    def another(self) -> CommandHandler:
        return CommandHandler(self.store, REGISTRY, DOMAINS, self.vault, FixedClock(NOW))

    async def send(
        self,
        command: Command,
        principal: Principal = REGISTRAR,
        stream: UUID | None = None,
        tenant: str = "opm",
        handler: CommandHandler | None = None,
    ) -> Executed:
        request = Request(tenant, command, uuid4(), principal, stream)
        return await (handler or self.handler).execute(request)

    async def verified(self, number: str) -> UUID:
        """An organisation that was claimed and verified."""
        claim = c.ClaimOrganisation(
            legal_name=NAME, legal_form=LegalForm.FOUNDATION, municipality="prizren", contact=CONTACT
        )
        made = (await self.send(claim, CLAIMANT)).answer.stream_id
        proof = c.VerifyOrganisation(decision_no="1/2026", identifiers=(Identifier(Scheme.NGO, number),))
        await self.send(proof, stream=made)
        return made

    async def mandated(self, organisation: UUID, person: Principal = ARTA, **changes: Any) -> UUID:
        """A representative of the organisation: the mandate's id."""
        facts: dict[str, Any] = {"full_name": "Arta", "email": "a@b.example", "legal_basis": "Statute, Article 12"}
        facts |= {"person_id": person.person_id, "valid_from": date(2026, 1, 1)} | changes
        done = (await self.send(c.MandateRepresentative(**facts), stream=organisation)).answer
        [stored] = await self.store.read_log(NATIONAL_TENANT, done.last_position - 1, 1)
        event = restore(REGISTRY, stored)
        assert isinstance(event, RepresentativeMandated)
        return event.mandate_id

    async def acts(self, tenant: str, organisation: UUID, person: Principal = ARTA) -> Mandate:
        """The mandate on which the person acts for the organisation there."""
        authority = self.handler.authority
        found = await authority.tenant(tenant)
        return await authority.permit(found, person, "OpenBox", frozenset({Role.CSO_DELEGATE}), NOW, organisation)


@pytest.fixture
async def processes(store: EventStore) -> Processes:
    made = Processes(store)
    founded = await made.send(
        FoundRegister(slug="opm", code="OPM", names=NAMES), SEED, derived_id("institution_register", 1)
    )
    for slug, kind in (("md", "ministry"), ("prizren", "municipality")):
        register = RegisterInstitution(slug=slug, code=slug, kind=kind, names=NAMES)
        await made.send(register, SEED, founded.answer.stream_id)
    await member(made, "opm", REGISTRAR, Role.REGISTRAR)
    return made


async def member(made: Processes, tenant: str, who: Principal, role: Role, organisation: UUID | None = None) -> UUID:
    registered = RegisterMember(person_id=who.person_id, full_name="A", email="a@example.org")
    stream = (await made.send(registered, SEED, tenant=tenant)).answer.stream_id
    grant = GrantMandate(role=role, legal_basis="Decision 1", valid_from=date(2026, 1, 1), organisation_id=organisation)
    await made.send(grant, SEED, stream, tenant)
    return stream


async def test_an_organisations_mandate_gives_its_delegate_a_right_in_every_institution(processes: Processes) -> None:
    organisation = await processes.verified("5112345-6")
    mandate_id = await processes.mandated(organisation)

    held = Mandate(Role.CSO_DELEGATE, "Statute, Article 12", organisation, mandate_id)
    assert [await processes.acts(tenant, organisation) for tenant in ("opm", "md", "prizren")] == [held] * 3
    opened = (await processes.send(OpenBox(), ARTA, tenant="md")).answer
    [stored] = await processes.store.read_log(2, opened.last_position - 1, 1)
    metadata = decode_metadata(stored.metadata)
    assert (metadata.role, metadata.basis, metadata.on_behalf_of) == (Role.CSO_DELEGATE, held.basis, organisation)
    with pytest.raises(NotPermitted):
        await processes.send(OpenBox(), BESA, tenant="md")


@pytest.mark.parametrize(
    "days",
    [
        {"valid_from": TODAY + DAY},
        {"valid_from": TODAY + DAY, "valid_to": TODAY + 2 * DAY},
    ],
)
async def test_a_mandate_that_is_still_to_come_gives_nothing(processes: Processes, days: dict[str, date]) -> None:
    organisation = await processes.verified("5112345-6")
    await processes.mandated(organisation, **days)

    with pytest.raises(NotPermitted):
        await processes.acts("md", organisation)


async def test_a_mandate_is_over_after_its_last_day(processes: Processes) -> None:
    organisation = await processes.verified("5112345-6")
    await processes.mandated(organisation, valid_to=TODAY)
    await processes.acts("md", organisation)

    later = CommandHandler(processes.store, REGISTRY, DOMAINS, processes.vault, FixedClock(NOW + DAY))
    with pytest.raises(NotPermitted):
        await processes.send(OpenBox(), ARTA, tenant="md", handler=later)


ENDINGS: list[Callable[[UUID], Command]] = [
    lambda mandate: c.RevokeRepresentative(mandate_id=mandate, reason="Left"),
    lambda _: c.SuspendOrganisation(**DECIDED),
    lambda _: c.RemoveOrganisation(**DECIDED),
]


@pytest.mark.parametrize("ending", ENDINGS, ids=["revoked", "suspended", "removed"])
async def test_what_ends_a_mandate_in_another_process_ends_it_at_once(
    processes: Processes, ending: Callable[[UUID], Command]
) -> None:
    organisation = await processes.verified("5112345-6")
    mandate_id = await processes.mandated(organisation)
    await processes.send(OpenBox(), ARTA, tenant="md")
    await processes.send(ending(mandate_id), stream=organisation, handler=processes.another())

    with pytest.raises(NotPermitted):
        await processes.send(OpenBox(), ARTA, tenant="md")


async def test_a_merged_entry_is_represented_no_more(processes: Processes) -> None:
    organisation, survivor = await processes.verified("5112345-6"), await processes.verified("5198765-4")
    await processes.mandated(organisation)
    merge = c.MergeOrganisation(into=survivor, decision_no="5/2026")
    await processes.send(merge, stream=organisation, handler=processes.another())

    with pytest.raises(NotPermitted):
        await processes.send(OpenBox(), ARTA, tenant="md")


async def test_reinstating_gives_mandates_back(processes: Processes) -> None:
    organisation = await processes.verified("5112345-6")
    await processes.mandated(organisation)
    await processes.send(c.SuspendOrganisation(**DECIDED), stream=organisation)
    await processes.send(c.ReinstateOrganisation(**DECIDED), stream=organisation)

    await processes.send(OpenBox(), ARTA, tenant="md")


async def test_of_two_organisations_each_is_acted_for_on_its_own_mandate(processes: Processes) -> None:
    one, other = await processes.verified("5112345-6"), await processes.verified("5198765-4")
    await processes.mandated(one)
    mine = await processes.mandated(other)

    assert (await processes.acts("md", other)).mandate_id == mine
    contact = c.AmendOrganisation(contact=CONTACT)
    await processes.send(contact, ARTA, stream=other)
    await processes.send(c.RevokeRepresentative(mandate_id=mine, reason="Left"), stream=other)
    with pytest.raises(NotPermitted):
        await processes.send(contact, ARTA, stream=other)
    await processes.send(contact, ARTA, stream=one)


async def test_an_institutions_own_mandate_stands_beside_it_and_only_there(processes: Processes) -> None:
    organisation = await processes.verified("5112345-6")
    stream = await member(processes, "md", BESA, Role.CSO_DELEGATE, organisation)

    own = await processes.acts("md", organisation, BESA)
    assert (own.basis, own.mandate_id) == ("Decision 1", None)
    with pytest.raises(NotPermitted):
        await processes.acts("prizren", organisation, BESA)
    await processes.mandated(organisation, BESA)
    assert (await processes.acts("prizren", organisation, BESA)).basis == "Statute, Article 12"
    [granted] = (await processes.handler.authority.of(2)).members[BESA.person_id].mandates
    await processes.send(RevokeMandate(mandate_id=granted, reason="Left"), SEED, stream, "md")
    assert (await processes.acts("md", organisation, BESA)).basis == "Statute, Article 12"


async def test_the_registrar_acts_as_such_where_anybody_might(processes: Processes) -> None:
    """A mandate for no organisation is used on every one; a claimant has none, and acts for themselves."""
    claim = c.ClaimOrganisation(
        legal_name=NAME, legal_form=LegalForm.FOUNDATION, municipality="prizren", contact=CONTACT
    )
    claimed = (await processes.send(claim, CLAIMANT)).answer.stream_id
    amend = c.AmendOrganisation(contact=CONTACT)
    roles = []
    for who in (CLAIMANT, REGISTRAR):
        done = (await processes.send(amend, who, stream=claimed)).answer
        [stored] = await processes.store.read_log(NATIONAL_TENANT, done.last_position - 1, 1)
        roles.append(decode_metadata(stored.metadata).role)
    assert roles == [Role.SIGNED_IN, Role.REGISTRAR]
    with pytest.raises(NotPermitted):
        await processes.send(amend, ARTA, stream=claimed)


async def test_of_many_verifications_at_once_one_gets_the_number(processes: Processes) -> None:
    """The boundaries of identifiers are proved by the append, each of the two that a proof names."""
    claim = c.ClaimOrganisation(
        legal_name=NAME, legal_form=LegalForm.FOUNDATION, municipality="prizren", contact=CONTACT
    )
    claims = [(await processes.send(claim, CLAIMANT)).answer.stream_id for _ in range(8)]
    shared = (Identifier(Scheme.NGO, "5112345-6"), Identifier(Scheme.FISCAL, "600123456"))

    async def verify(n: int, stream: UUID) -> Executed | PaktError:
        own = Identifier(Scheme.NGO if n % 2 else Scheme.FISCAL, f"60012340{n}")
        proof = c.VerifyOrganisation(decision_no="1/2026", identifiers=(shared[n % 2], own))
        try:
            return await processes.send(proof, stream=stream, handler=processes.another())
        except PaktError as refusal:
            return refusal

    outcomes = await asyncio.gather(*(verify(n, stream) for n, stream in enumerate(claims)))

    refused = [one for one in outcomes if isinstance(one, PaktError)]
    assert len(outcomes) - len(refused) == len(shared)
    assert {one.rule for one in refused if isinstance(one, RuleViolated)} == {"organisation.identifier"}
