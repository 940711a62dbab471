"""Policies across logs: what an event of one log asks of another arrives there once, in order, and from no sandbox."""

from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from domain.kernel.errors import Unavailable
from domain.kernel.event import RecordedEvent
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Domain, Reaction
from domain.rules.commands import OverrideRule
from domain.rules.events import RuleOverridden
from domain.tenants.auditing import AuditMandate, audit_mandate_id
from domain.tenants.commands import DeclareLanguages, GrantAudit, RevokeAudit
from domain.tenants.events import LanguagesDeclared
from domain.tenants.seed import tenant_ids
from infra.eventstore.codec import recorded
from services.bootstrap import System
from services.work.failures import Failures
from services.worker.policies import Policies
from services.worker.policy import of_domain
from tests.support.postgres import Cluster
from tests.support.system import project, seeded_system, send

MJ, MESTI, SANDBOX = "mj", "mesti", "sandbox-ministry"
PERSON = derived_id("test", "auditor")
OVERRIDE = OverrideRule(rule="consultation.written.min", value=20, reason="More time")


def mandate_of(event: RecordedEvent) -> UUID:
    """One mandate for each tenant that the events come from."""
    return derived_id("test", "mandate", event.tenant_id)


def grant(event: RecordedEvent, to: int) -> Reaction:
    slugs = tuple(slug for slug, tenant_id in tenant_ids().items() if tenant_id == to)
    command = GrantAudit(
        mandate_id=mandate_of(event),
        person_id=PERSON,
        tenants=slugs,
        legal_basis="Decision 1",
        valid_from=date(2026, 1, 1),
        valid_to=date(2027, 1, 1),
    )
    return Reaction(audit_mandate_id(to, mandate_of(event)), command, to)


def begin_elsewhere(event: RecordedEvent) -> Iterator[Reaction]:
    yield grant(event, NATIONAL_TENANT)
    yield grant(event, tenant_ids()[MESTI])


def begin_again(event: RecordedEvent) -> Iterator[Reaction]:
    yield from begin_elsewhere(event)


def end_elsewhere(event: RecordedEvent) -> Iterator[Reaction]:
    for to in (NATIONAL_TENANT, tenant_ids()[MESTI]):
        yield Reaction(audit_mandate_id(to, mandate_of(event)), RevokeAudit(mandate_id=mandate_of(event)), to)


def nowhere(event: RecordedEvent) -> Iterator[Reaction]:
    yield Reaction(event.stream_id, RevokeAudit(mandate_id=event.stream_id), 999_999)


def domain(name: str, **policies: object) -> Domain:
    events = {"declared": LanguagesDeclared, "overridden": RuleOverridden}
    return Domain(name, (), (), {}, policies={events[on]: policy for on, policy in policies.items()})  # type: ignore[misc]


BOTH = domain("both", declared=begin_elsewhere, overridden=end_elsewhere)


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path) as made:
        yield made


def failures(system: System) -> Failures:
    return Failures(system.engine.connections, system.auditing)


def policies(system: System, *domains: Domain) -> Policies:
    return Policies(system, failures(system), tuple(policy for one in domains for policy in of_domain(one)))


async def declared(system: System, tenant: str) -> None:
    await send(system, tenant, "legal_officer", DeclareLanguages(languages=("sq", "sr"), decision_no="1/2026"))
    await project(system, tenant)


async def overridden(system: System, tenant: str) -> None:
    await send(system, tenant, "legal_officer", OVERRIDE)
    await project(system, tenant)


async def mandate(system: System, tenant_id: int, origin: str) -> AuditMandate:
    mandate_id = derived_id("test", "mandate", tenant_ids()[origin])
    stream = audit_mandate_id(tenant_id, mandate_id)
    return await system.handler.aggregates.replay(tenant_id, AuditMandate, stream, lambda _: True)


async def test_what_happens_in_one_log_arrives_in_two_others(system: System) -> None:
    await declared(system, MJ)

    assert await policies(system, BOTH).run_once() == 2
    for tenant_id in (NATIONAL_TENANT, tenant_ids()[MESTI]):
        arrived = await mandate(system, tenant_id, MJ)
        [stored] = await system.store.read_stream(tenant_id, arrived.id)
        origin = recorded(system.registry, (await system.store.read_tag(tenant_ids()[MJ], "governs"))[-1])
        assert recorded(system.registry, stored).metadata.cause == f"{tenant_ids()[MJ]}:1:{origin.position}"
    assert await failures(system).all(list(tenant_ids().values())) == []


async def test_a_lost_checkpoint_doubles_nothing(system: System) -> None:
    await declared(system, MJ)
    await overridden(system, MJ)
    await policies(system, BOTH).run_once()
    heads = [await system.store.head(tenant_id) for tenant_id in tenant_ids().values()]
    async with system.database.connect() as admin:  # type: ignore[attr-defined] # the test's own database
        await admin.execute("DELETE FROM es.policy")

    assert await policies(system, BOTH).run_once() == 4, "sent again, answered from the logs"
    assert heads == [await system.store.head(tenant_id) for tenant_id in tenant_ids().values()]
    assert await failures(system).all(list(tenant_ids().values())) == []


async def test_what_began_by_another_command_has_begun(system: System) -> None:
    """As when a restored log tells an event a second time, under another epoch."""
    await declared(system, MJ)
    await policies(system, BOTH).run_once()
    head = await system.store.head(NATIONAL_TENANT)

    assert await policies(system, domain("again", declared=begin_again)).run_once() == 2

    assert await system.store.head(NATIONAL_TENANT) == head
    assert await failures(system).all(list(tenant_ids().values())) == []


async def test_the_later_event_waits_for_the_earlier_one(system: System) -> None:
    """A domain's policies read in one line: an end never overtakes its beginning, whatever fails in between."""
    await declared(system, MJ)
    await overridden(system, MJ)
    down = {"down": True}

    def failing(event: RecordedEvent) -> Iterator[Reaction]:
        if down["down"]:
            raise Unavailable("somebody")
        yield from begin_elsewhere(event)

    both = policies(system, domain("both", declared=failing, overridden=end_elsewhere))
    assert await both.run_once() == 0
    down["down"] = False

    assert await both.run_once() == 4
    assert (await mandate(system, NATIONAL_TENANT, MJ)).period.revoked
    assert await failures(system).all(list(tenant_ids().values())) == []


async def test_a_log_that_takes_nothing_holds_up_its_sender_only(system: System) -> None:
    for tenant in (MJ, "mflt"):
        await declared(system, tenant)

    assert await policies(system, domain("lost", declared=nowhere), BOTH).run_once() == 4
    assert not (await mandate(system, NATIONAL_TENANT, "mflt")).period.revoked


async def test_nothing_leaves_a_sandbox(system: System) -> None:
    await declared(system, SANDBOX)
    heads = [await system.store.head(tenant_id) for tenant_id in tenant_ids().values()]

    assert await policies(system, BOTH).run_once() == 0
    assert heads == [await system.store.head(tenant_id) for tenant_id in tenant_ids().values()]


async def test_a_refused_command_is_kept_and_holds_up_nothing(system: System) -> None:
    await overridden(system, MJ)  # ends what never began
    await declared(system, MJ)

    assert await policies(system, BOTH).run_once() == 4
    found = await failures(system).all(list(tenant_ids().values()))
    assert {(one.kind, one.tenant_id) for one in found} == {
        ("end_elsewhere", NATIONAL_TENANT),
        ("end_elsewhere", tenant_ids()[MESTI]),
    }
    assert not (await mandate(system, NATIONAL_TENANT, MJ)).period.revoked
