"""Looks at an institution on an auditor's mandate: each is an event of that institution's log before it is answered.

The command path decides whether the mandate holds, and the append proves it: a mandate that was revoked elsewhere a
moment ago stores nothing, and whoever stored nothing is shown nothing.
"""

from collections.abc import Mapping
from uuid import UUID, uuid4

import msgspec

from domain.kernel.context import Tenant
from domain.kernel.ids import derived_id
from domain.tenants.commands import Act, RecordAccess
from services.command_handling.execute import CommandHandler
from services.command_handling.request import Principal, Request

RETRIED_WITHIN = 60
"""Seconds within which the same question under the same request id is the same look."""


class Look(msgspec.Struct, frozen=True):
    """What is asked for: the query's name, its plain parameters, and its words, which may tell of a person."""

    what: str
    act: Act = Act.QUERY
    parameters: Mapping[str, str] = {}
    words: Mapping[str, str] = {}


async def put_on_record(
    handler: CommandHandler, tenant: Tenant, principal: Principal, look: Look, request_id: UUID
) -> bool:
    """Store the look; answers whether an earlier request under the same id had stored it.

    Raises:
        NotPermitted: the principal holds no auditor's mandate here now; MandateNotInForce where it names one.
        Unavailable: it cannot be stored, so nothing may be shown.
    """
    command = RecordAccess(
        act=look.act,
        what=look.what,
        parameters=dict(look.parameters),
        words=dict(look.words),
        request_id=request_id,
    )
    command_id = uuid4()
    if not look.words:  # an id that followed from words would be a hash of them, kept for ever
        window = int(handler.clock.now().timestamp()) // RETRIED_WITHIN
        asked = msgspec.json.encode(command, order="sorted").decode()
        command_id = derived_id("access", tenant.tenant_id, principal.person_id, window, asked)
    executed = await handler.execute(Request(tenant.slug, command, command_id, principal))
    return executed.replayed
