"""An institution's first administrator, appointed at the console; whoever comes after is let in by administrators."""

from uuid import UUID, uuid4

from domain.kernel.command import Command
from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import derived_id
from domain.tenants.commands import GrantMandate, RegisterMember
from domain.tenants.membership import member_id
from services.bootstrap import System
from services.command_handling.request import OPERATOR, Request


async def appoint(system: System, tenant: str, member: RegisterMember, mandate: GrantMandate) -> None:
    """Give the person the mandate, as a member of the institution; the log names the operator as who did it.

    Raises:
        StreamNotFound: no institution has that slug.
        CommandRefused: as when the person holds such a mandate there already.
    """
    institutions = (await system.handler.authority.national(fresh=True)).institutions
    if tenant not in institutions:
        raise StreamNotFound
    tenant_id = institutions[tenant].tenant_id
    stream_id = member_id(tenant_id, member.person_id)
    if member.person_id not in (await system.handler.authority.of(tenant_id, fresh=True)).members:
        await _send(system, tenant, stream_id, member, derived_id("appoint", tenant, member.person_id))
    await _send(system, tenant, stream_id, mandate, uuid4())


async def _send(system: System, tenant: str, stream_id: UUID, command: Command, command_id: UUID) -> None:
    await system.handler.execute(Request(tenant, command, command_id, OPERATOR, stream_id=stream_id))
