"""Many commands at once, and one command sent many times at once: each is decided on what the one before it stored."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.kernel.command import Command
from domain.kernel.context import Tenant
from domain.kernel.errors import ConcurrencyConflict, RequestStillRuns, RuleViolated
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.registry import Registry
from domain.kernel.text import Language
from domain.rules import DOMAIN as RULES
from domain.tenants import DOMAIN as TENANTS
from domain.tenants.commands import FoundRegister, GrantMandate, Kind, RegisterInstitution, RegisterMember
from infra.clock import FixedClock
from infra.eventstore.interface import EventStore
from infra.keys.memory import MemoryKeys, MemorySubjectKeys
from services.command_handling.execute import CommandHandler
from services.command_handling.request import Executed, Principal, Request
from services.vault import Vault
from tests.support.trial import TRIAL, OpenBox

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DOMAINS = (TENANTS, RULES, TRIAL)
REGISTRY = Registry(event for domain in DOMAINS for event in domain.events)
SEED, BESA = Principal(UUID(int=0), Role.SEED), Principal(UUID(int=1))
NAMES = {Language("sq"): "A", Language("sr"): "B", Language("en"): "C"}


class World:
    """One store, and as many handlers (processes) on it as a test wants; Besa coordinates the ministry."""

    def __init__(self, store: EventStore) -> None:
        self.store, self.vault = store, Vault(MemoryKeys(), MemorySubjectKeys())
        self.handler = self.process()
        self.member: UUID | None = None

    def process(self) -> CommandHandler:
        return CommandHandler(self.store, REGISTRY, DOMAINS, self.vault, FixedClock(NOW))

    async def send(
        self,
        command: Command,
        principal: Principal = BESA,
        stream: UUID | None = None,
        *,
        key: UUID | None = None,
        tenant: str = "md",
        handler: CommandHandler | None = None,
        **more: Any,
    ) -> Executed:
        request = Request(tenant, command, key or uuid4(), principal, stream, **more)
        return await (handler or self.handler).execute(request)


@pytest.fixture
async def world(store: EventStore) -> World:
    made = World(store)
    founded = await made.send(FoundRegister(slug="opm", code="OPM", names=NAMES), SEED, derived_id("i"), tenant="opm")
    ministry = RegisterInstitution(slug="md", code="MD", kind=Kind.MINISTRY, names=NAMES)
    await made.send(ministry, SEED, founded.answer.stream_id, tenant="opm")
    besa = RegisterMember(person_id=BESA.person_id, full_name="Besa", email="besa@example.org")
    made.member = (await made.send(besa, SEED)).answer.stream_id
    grant = GrantMandate(role=Role.CONSULTATION_COORDINATOR, legal_basis="Decision", valid_from=date(2026, 1, 1))
    await made.send(grant, SEED, made.member)
    return made


def granting(n: int) -> GrantMandate:
    day = date(2026, 1, 1) + timedelta(days=n)
    return GrantMandate(role=Role.LEGAL_OFFICER, legal_basis=f"Decision {n}", valid_from=day, valid_to=day)


def registering(n: int) -> RegisterMember:
    return RegisterMember(person_id=uuid4(), full_name=f"P{n}", email=f"p{n}@example.org")


async def test_fifty_commands_at_once_that_change_who_governs_are_all_carried_out(world: World) -> None:
    """Each breaks the condition of all the others; none of their senders said on which version it rests."""
    before = await world.store.head(2)
    sent = [world.send(granting(n), SEED, world.member) for n in range(25)]
    sent += [world.send(registering(n), SEED) for n in range(25)]
    answers = await asyncio.gather(*sent)

    stored = await world.store.read_log(2, before, 100)
    assert sorted(one.answer.first_position for one in answers) == [*range(before + 1, before + 51)]
    assert [one.position for one in stored] == [*range(before + 1, before + 51)]


async def test_so_are_those_of_two_processes(world: World) -> None:
    processes = [world.process() for _ in range(2)]
    sent = [world.send(registering(n), SEED, handler=processes[n % 2]) for n in range(50)]
    answers = await asyncio.gather(*sent)

    assert len({one.answer.first_position for one in answers}) == 50


async def test_of_fifty_commands_that_say_on_which_version_they_rest_one_is_carried_out(world: World) -> None:
    """However often the others could be decided again: they were meant for a version that is over."""
    version = (await world.send(granting(0), SEED, world.member)).answer.version
    sent = [world.send(granting(n), SEED, world.member, if_match=version) for n in range(1, 51)]
    outcomes = await asyncio.gather(*sent, return_exceptions=True)

    lost = [one for one in outcomes if isinstance(one, ConcurrencyConflict)]
    assert len(lost) == 49
    assert {(one.expected, one.actual) for one in lost} == {(version, version + 1)}


async def test_a_command_whose_grounds_are_gone_when_its_turn_comes_is_refused_on_them(world: World) -> None:
    """Ten ask for what can be given once: nothing is decided on what was there before the wait."""
    same = granting(1)
    outcomes = await asyncio.gather(*(world.send(same, SEED, world.member) for _ in range(10)), return_exceptions=True)

    assert sum(not isinstance(one, Exception) for one in outcomes) == 1
    assert all(isinstance(one, RuleViolated) for one in outcomes if isinstance(one, Exception))


async def test_a_repeat_is_told_to_come_back_when_the_first_takes_too_long(world: World) -> None:
    key, slow = uuid4(), Slow()
    world.handler.patience, world.handler.proofs[OpenBox] = 0.05, slow
    first = asyncio.ensure_future(world.send(OpenBox(), key=key))
    await slow.began.wait()
    with pytest.raises(RequestStillRuns):
        await world.send(OpenBox(), key=key)
    slow.go_on.set()

    assert not (await first).replayed
    assert (await world.send(OpenBox(), key=key)).replayed
    assert not world.handler.turns.waiting


async def test_who_waits_behind_those_that_gave_up_is_decided_on_itself(world: World) -> None:
    key, slow = uuid4(), Slow()
    world.handler.proofs[OpenBox] = slow
    first, second, third = (asyncio.ensure_future(world.send(OpenBox(), key=key)) for _ in range(3))
    await slow.began.wait()
    await asyncio.sleep(0.05)
    first.cancel()
    second.cancel()
    slow.go_on.set()

    assert not (await third).replayed
    assert (first.cancelled(), second.cancelled()) == (True, True)
    assert not world.handler.turns.waiting


class Slow:
    """What must be true of a command, and is found out only when the test lets it be."""

    def __init__(self) -> None:
        self.began, self.go_on = asyncio.Event(), asyncio.Event()

    async def __call__(self, _tenant: Tenant, _request: Request) -> None:
        self.began.set()
        await self.go_on.wait()
