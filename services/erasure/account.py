"""What the log says of its erasures: each with what it made unreadable."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from domain.erasure.erasure import erasure_id
from domain.erasure.events import ERASURES, ErasureCompleted, SubjectErased
from domain.kernel.registry import Registry
from infra.eventstore.codec import restore
from infra.eventstore.interface import LogReader, StoredEvent


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One erasure. `position` is that of the decision; the rest is there once the key is known to be destroyed.

    `erased_at` is when it was decided, by the institution's time; `recorded_at` when the log took it in, UTC.
    """

    subject_id: UUID
    ground: str
    legal_basis: str
    erased_at: datetime
    restored: bool
    epoch: int
    position: int
    recorded_at: datetime
    completed_position: int | None = None
    completed_at: datetime | None = None
    values: int | None = None
    files: int | None = None


async def account_of(log: LogReader, registry: Registry, tenant_id: int, subject_id: UUID) -> Account | None:
    """The person's erasure; None when there is none. Raises: Unavailable, HistoryCorrupt."""
    stored = await log.read_stream(tenant_id, erasure_id(tenant_id, subject_id))
    return next(iter(_folded(registry, stored)), None)


async def accounts(log: LogReader, registry: Registry, tenant_id: int) -> list[Account]:
    """Every erasure of a tenant, in order of decision. Raises: Unavailable, HistoryCorrupt."""
    return _folded(registry, await log.read_tag(tenant_id, ERASURES))


def _folded(registry: Registry, stored: Iterable[StoredEvent]) -> list[Account]:
    found: dict[UUID, Account] = {}
    for one in stored:
        event = restore(registry, one)
        if isinstance(event, SubjectErased):
            found[one.stream_id] = Account(
                subject_id=event.subject_id,
                ground=str(event.ground),
                legal_basis=event.legal_basis,
                erased_at=event.erased_at,
                restored=event.restored,
                epoch=one.epoch,
                position=one.position,
                recorded_at=one.recorded_at,
            )
        elif isinstance(event, ErasureCompleted):
            found[one.stream_id] = msgspec.structs.replace(
                found[one.stream_id],
                completed_position=one.position,
                completed_at=one.recorded_at,
                values=event.values,
                files=event.files,
            )
    return list(found.values())
