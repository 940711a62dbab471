"""What an institution that has ended still has to do, and what of it nobody answers for yet: must be nothing."""

from collections.abc import Iterator
from datetime import datetime

from domain.governance import Governance
from domain.kernel.deadline import local_day
from domain.succession.vocabulary import Duty, DutyKind
from infra.database.scope import scope
from projections.open_duties import RESTS_ON, open_duties
from services.bootstrap import System

_SHOWN = "SELECT coalesce(min(position), 0) FROM es.checkpoint WHERE tenant_id = $1 AND name = ANY ($2)"


async def open_duties_of(system: System, tenant_id: int) -> list[Duty]:
    """Every open duty in a log as far as its read models show it, mandates among them."""
    async with (
        system.auditing.borrow(tenant_id) as lent,
        scope(lent, tenants=[tenant_id], search_path="rm, es") as connection,
    ):
        found = (await open_duties(connection)).get(tenant_id, [])
    governance = await system.handler.authority.of(tenant_id)
    return [*found, *_mandates(governance, governance.now(system.clock.now()))]


async def uncarried(system: System, tenant_id: int) -> list[Duty]:
    """Open duties of an ended institution for which no successor of now answers by an event."""
    succession = (await system.handler.authority.of(tenant_id)).succession
    found = await open_duties_of(system, tenant_id)
    if succession is None:
        return found
    return [one for one in found if not succession.carries(one)]


async def shown_position(system: System, tenant_id: int) -> int:
    """How far the read models behind the duties show a log."""
    names = [model.name for model in RESTS_ON]
    async with system.auditing.borrow(tenant_id) as lent, scope(lent, tenants=[tenant_id]) as connection:
        position: int = await connection.fetchval(_SHOWN, tenant_id, names)
    return position


def _mandates(governance: Governance, now: datetime) -> Iterator[Duty]:
    """Members with a mandate that is not over, and auditors' mandates that are not."""
    today = local_day(now)
    for member in governance.members.values():
        if any(one.valid_to is None or one.valid_to >= today for one in member.mandates.values()):
            yield Duty(member.id, DutyKind.MANDATE)
    for held in governance.auditors.values():
        for mandate in held.values():
            if mandate.period.state_at(now) in {"in_force", "not_yet"}:
                yield Duty(mandate.id, DutyKind.AUDIT_MANDATE)
