"""Auditors for tests: appointed by the national supervisor, carried into the logs by the worker's policy."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from domain.kernel.ids import derived_id
from domain.tenants.commands import AppointAuditor, RevokeAppointment
from domain.tenants.events import AuditAccessed
from domain.tenants.seed import tenant_ids
from infra.eventstore.codec import restore
from infra.eventstore.interface import StoredEvent
from services.bootstrap import System
from services.work.failures import Failures
from services.worker.policies import Policies
from tests.support.system import project, send

ARTA, BESIM = derived_id("test", "auditor", "Arta"), derived_id("test", "auditor", "Besim")
ACCESSED = AuditAccessed.TOPIC


async def appointed(
    system: System, person_id: UUID, tenants: Sequence[str], valid_from: date, valid_to: date, *, relay: bool = True
) -> UUID:
    """The mandate of a new auditor; unless `relay` is off it stands in the log of each institution."""
    command = AppointAuditor(
        person_id=person_id,
        full_name="Arta Berisha",
        email="arta@example.org",
        tenants=tuple(tenants),
        legal_basis="Decision 7/2026",
        valid_from=valid_from,
        valid_to=valid_to,
    )
    mandate_id = (await send(system, "opm", "ogg_supervisor", command)).stream_id
    if relay:
        await relayed(system)
    return mandate_id


async def withdrawn(system: System, mandate_id: UUID, *, relay: bool = True) -> None:
    """The appointment revoked."""
    await send(system, "opm", "ogg_supervisor", RevokeAppointment(reason="Left"), mandate_id)
    if relay:
        await relayed(system)


async def relayed(system: System) -> int:
    """Let the worker's policies answer what the national log holds; how many commands were sent."""
    await project(system, "opm")
    policies = Policies(system, Failures(system.engine.connections, system.auditing))
    return await policies.run_once()


async def stored(system: System, tenant: str) -> list[StoredEvent]:
    """The tenant's whole log."""
    return await system.store.read_log(tenant_ids()[tenant], 0, 100_000)


async def looks(system: System, tenant: str) -> list[Any]:
    """What the tenant's log says was looked at, in order."""
    return [restore(system.registry, event) for event in await stored(system, tenant) if event.type_name == ACCESSED]
