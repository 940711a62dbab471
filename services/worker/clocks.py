"""What time it is for each institution: only a sandbox has a clock of its own, so no other log is asked."""

from collections.abc import Mapping
from datetime import datetime

from services.bootstrap import System


async def times(system: System) -> Mapping[int, datetime]:
    """Each tenant's time by its id, in the order of the register."""
    authority, now = system.handler.authority, system.clock.now()
    return {
        one.tenant_id: (await authority.of(one.tenant_id)).now(now) if one.sandbox else now
        for one in (await authority.national()).institutions.values()
    }
