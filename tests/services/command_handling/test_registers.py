"""Facts of the national log in a tenant's decision, over both event stores: fresh each time, and on record how far."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.kernel.command import Command
from domain.kernel.errors import NotPermitted, RuleViolated
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Role
from domain.kernel.registry import Registry
from domain.rules import DOMAIN as RULES
from domain.tenants import DOMAIN as TENANTS
from domain.tenants.commands import FoundRegister, GrantMandate, RegisterInstitution, RegisterMember
from infra.clock import FixedClock
from infra.eventstore.codec import decode_metadata, restore
from infra.eventstore.interface import EventStore
from infra.keys.memory import MemoryKeys, MemorySubjectKeys
from services.command_handling.execute import CommandHandler
from services.command_handling.request import Executed, Principal, Request
from services.vault import Vault
from tests.support.trial import TRIAL, EndPermit, GivePermit, LabelBox, OpenBox, Permits

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DOMAINS = (TENANTS, RULES, TRIAL)
REGISTRY = Registry(event for domain in DOMAINS for event in domain.events)
SEED = Principal(UUID(int=0), Role.SEED)
BESA, DRITA = Principal(UUID(int=1)), Principal(UUID(int=2))
NAMES = {"sq": "A", "sr": "B", "en": "C"}
HOLDER, OTHER = derived_id("holder"), derived_id("other")


class Processes:
    """As many handlers on one store as a test wants; Besa coordinates the ministry, Drita is the registrar."""

    def __init__(self, store: EventStore) -> None:
        self.store = store
        self.vault = Vault(MemoryKeys(), MemorySubjectKeys())
        self.handler = self.another()

    def another(self) -> CommandHandler:
        return CommandHandler(self.store, REGISTRY, DOMAINS, self.vault, FixedClock(NOW))

    async def send(
        self,
        command: Command,
        principal: Principal = BESA,
        stream: UUID | None = None,
        tenant: str = "md",
        handler: CommandHandler | None = None,
    ) -> Executed:
        request = Request(tenant, command, uuid4(), principal, stream)
        return await (handler or self.handler).execute(request)

    async def give(self, **more: Any) -> UUID:
        """A permit's stream."""
        return (await self.send(GivePermit(holder=HOLDER, **more), DRITA, tenant="opm")).answer.stream_id

    async def register_of(self, tenant_id: int, position: int) -> int:
        """What the event's metadata says of the national log."""
        [stored] = await self.store.read_log(tenant_id, position - 1, 1)
        return decode_metadata(stored.metadata).register


@pytest.fixture
async def processes(store: EventStore) -> Processes:
    made = Processes(store)
    founded = await made.send(FoundRegister(slug="opm", code="OPM", names=NAMES), SEED, derived_id("i"), tenant="opm")
    ministry = RegisterInstitution(slug="md", code="MD", kind="ministry", names=NAMES)
    await made.send(ministry, SEED, founded.answer.stream_id, tenant="opm")
    for tenant, who, role in (("md", BESA, Role.CONSULTATION_COORDINATOR), ("opm", DRITA, Role.REGISTRAR)):
        member = RegisterMember(person_id=who.person_id, full_name="A", email="a@example.org")
        stream = (await made.send(member, SEED, tenant=tenant)).answer.stream_id
        grant = GrantMandate(role=role, legal_basis="Decision 1", valid_from=date(2026, 1, 1))
        await made.send(grant, SEED, stream, tenant)
    return made


async def test_a_tenant_decides_on_the_national_log_and_says_how_far_it_looked(processes: Processes) -> None:
    await processes.give()
    given_at = await processes.store.head(NATIONAL_TENANT)
    box = (await processes.send(OpenBox())).answer

    done = (await processes.send(LabelBox(holder=HOLDER), stream=box.stream_id)).answer

    assert await processes.register_of(2, done.last_position) == given_at
    assert await processes.register_of(2, box.last_position) == 0, "it looked at nothing"
    [stored] = await processes.store.read_log(2, box.last_position - 1, 1)
    assert b"register" not in stored.metadata, "leaves of such events are as they always were"


async def test_what_the_national_log_does_not_hold_is_refused(processes: Processes) -> None:
    await processes.give()
    box = (await processes.send(OpenBox())).answer.stream_id
    head = await processes.store.head(2)

    with pytest.raises(RuleViolated, match="0 given"):
        await processes.send(LabelBox(holder=OTHER), stream=box)
    assert await processes.store.head(2) == head


async def test_what_ended_elsewhere_counts_at_once(processes: Processes) -> None:
    permit = await processes.give()
    box = (await processes.send(OpenBox())).answer.stream_id
    await processes.send(LabelBox(holder=HOLDER), stream=box)
    await processes.send(EndPermit(holder=HOLDER), DRITA, permit, "opm", processes.another())

    with pytest.raises(RuleViolated, match="1 given, none open"):
        await processes.send(LabelBox(holder=HOLDER), stream=box)


async def test_a_decision_can_be_taken_again_from_what_is_on_record(processes: Processes) -> None:
    permit = await processes.give()
    box = (await processes.send(OpenBox())).answer.stream_id
    labelled = (await processes.send(LabelBox(holder=HOLDER), stream=box)).answer
    await processes.send(EndPermit(holder=HOLDER), DRITA, permit, "opm")

    position = await processes.register_of(2, labelled.last_position)
    then, today = Permits(), Permits()
    for stored in await processes.store.read_tag(NATIONAL_TENANT, f"holder:{HOLDER}"):
        today.apply(stored.stream_id, restore(REGISTRY, stored))
        if stored.position <= position:
            then.apply(stored.stream_id, restore(REGISTRY, stored))

    assert (then.open, today.open) == (1, 0)


async def test_the_national_log_proves_its_own_facts_by_the_append(processes: Processes) -> None:
    givings = [
        processes.send(GivePermit(holder=HOLDER, most=3), DRITA, tenant="opm", handler=processes.another())
        for _ in range(12)
    ]
    outcomes = await asyncio.gather(*givings, return_exceptions=True)

    given = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
    assert len(given) == 3
    assert {getattr(refusal, "rule", "") for refusal in outcomes if isinstance(refusal, BaseException)} == {
        "trial.permits"
    }
    assert await processes.register_of(NATIONAL_TENANT, given[-1].answer.last_position) == 0


async def test_looking_at_the_national_log_gives_no_right_in_it(processes: Processes) -> None:
    with pytest.raises(NotPermitted):
        await processes.send(GivePermit(holder=HOLDER), BESA, tenant="opm")
