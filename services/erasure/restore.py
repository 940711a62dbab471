"""Erasures taken over from the register: no process opens a key before the register's erasures are true here."""

import logging
from uuid import UUID

from domain.erasure.commands import RestoreErasure
from domain.erasure.erasure import erasure_id
from domain.erasure.events import ERASURES, SubjectErased
from domain.kernel.errors import ConcurrencyConflict
from domain.kernel.ids import derived_id
from services.command_handling.request import CLOCK, Request
from services.erasure.erase import Eraser

log = logging.getLogger("pakt.erasure")


async def destroy_registered(eraser: Eraser) -> int:
    """Destroy every key whose erasure the register knows; answers how many were there again.

    Raises: Unavailable, HistoryCorrupt: then nothing may be served.
    """
    found = 0
    for tenant_id, subjects in (await eraser.register.subjects()).items():
        found += await eraser.vault.destroy(tenant_id, subjects)
    if found:
        log.warning("%d erased keys were back, as after a restore: destroyed again", found)
    return found


async def record_lost(eraser: Eraser) -> int:
    """Record the register's erasures again that the logs have lost; answers how many.

    Raises: Unavailable.
    """
    recorded = 0
    known = (await eraser.handler.authority.national(fresh=True)).institutions.values()
    slugs = {institution.tenant_id: institution.slug for institution in known}
    for tenant_id, subjects in (await eraser.register.subjects()).items():
        if tenant_id not in slugs:  # the national log was lost too: there is no log to record it in yet
            continue
        for subject_id in await _lost(eraser, tenant_id, subjects):
            recorded += await _record(eraser, slugs[tenant_id], tenant_id, subject_id)
    return recorded


async def _lost(eraser: Eraser, tenant_id: int, subjects: list[UUID]) -> list[UUID]:
    stored = await eraser.handler.store.read_tag(tenant_id, ERASURES)
    streams = {one.stream_id for one in stored if one.type_name == SubjectErased.TOPIC}
    return [subject_id for subject_id in subjects if erasure_id(tenant_id, subject_id) not in streams]


async def _record(eraser: Eraser, slug: str, tenant_id: int, subject_id: UUID) -> int:
    entry = await eraser.register.entry(tenant_id, subject_id)
    command = RestoreErasure(
        subject_id=subject_id, ground=entry.ground, legal_basis=entry.legal_basis, erased_at=entry.erased_at
    )
    command_id = derived_id("erasure", "restore", tenant_id, subject_id, entry.erased_at.isoformat())
    try:
        executed = await eraser.handler.execute(Request(slug, command, command_id, CLOCK))
    except ConcurrencyConflict:  # another process recorded it
        return 0
    return int(not executed.replayed)
