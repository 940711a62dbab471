"""A person has themselves erased wherever something is sealed about them: one institution after the other.

There is no act over several logs. Each institution decides for itself; a request that was cut off is repeated with its
key, and what was decided before is answered again.
"""

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

import msgspec

from domain.erasure.commands import EraseSubject, Ground
from domain.kernel.errors import CommandRefused, ConcurrencyConflict, PaktError
from domain.kernel.ids import derived_id
from services.command_handling.request import Principal, Request
from services.erasure.account import Account, account_of
from services.erasure.erase import Eraser


class Became(StrEnum):
    """What became of the wish in one institution; `failed`: unknown, so the request is to be repeated."""

    ERASED = "erased"
    REFUSED = "refused"
    FAILED = "failed"


class Fate(msgspec.Struct, frozen=True):
    """One institution's answer: the erasure as its log has it, now or before, or the error that stood in the way."""

    tenant: str
    became: Became
    account: Account | None = None
    error: PaktError | None = None


async def erase_everywhere(
    eraser: Eraser, tenants: Iterable[str], person_id: UUID, ground: Ground, key: UUID
) -> list[Fate]:
    """What became of it in each institution that holds something, in the order of `tenants`; `key` makes it repeatable.

    What one institution refuses, or cannot do now, keeps no other from erasing.
    """
    found = []
    for slug in tenants:
        try:
            tenant_id = (await eraser.handler.authority.tenant(slug)).tenant_id
            if await eraser.own_events.anything_sealed(tenant_id, person_id):
                command_id = derived_id("erase_everywhere", tenant_id, key)
                request = Request(slug, EraseSubject(person_id, ground), command_id, Principal(person_id))
                found.append(await _fate(eraser, tenant_id, request, person_id))
        except PaktError as error:
            found.append(Fate(slug, Became.FAILED, error=error))
    return found


async def _fate(eraser: Eraser, tenant_id: int, request: Request, person_id: UUID) -> Fate:
    store, registry = eraser.handler.store, eraser.handler.registry
    account, refusal = await account_of(store, registry, tenant_id, person_id), None
    if account is None or account.completed_at is None:
        try:
            await eraser.handler.execute(request)
        except (CommandRefused, ConcurrencyConflict) as error:
            refusal = error
        account = await account_of(store, registry, tenant_id, person_id)
    if account is None:
        return Fate(request.tenant, Became.REFUSED, error=refusal)
    return Fate(request.tenant, Became.ERASED, account)
