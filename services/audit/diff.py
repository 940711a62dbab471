"""What changed in a tenant between two moments, read as the auditor."""

from datetime import datetime

import msgspec

from domain.kernel.errors import StreamNotFound
from projections.auditor_log import AuditorLog
from projections.changes import AggregateChange, changes
from projections.history import position_at
from services.bootstrap import System


class SpanRefused(Exception):
    """The two moments are no span of the log; the message says why."""


class Changed(msgspec.Struct, frozen=True):
    """What the events after position `after` up to position `upto` changed in a tenant."""

    tenant: str
    tenant_id: int
    after: int
    upto: int
    aggregates: list[AggregateChange]


async def diff(system: System, slug: str, begin: int | datetime, end: int | datetime | None = None) -> Changed:
    """The changes after `begin` up to `end`; a time means the last position recorded by then, None the log's end.

    Raises:
        StreamNotFound: no such tenant.
        SpanRefused: the log ends before `begin`, or `end` lies before it.
        HistoryCorrupt: the log has a gap, an unknown type or a payload that does not fit.
    """
    institution = (await system.handler.authority.national(fresh=True)).institutions.get(slug)
    if institution is None:
        raise StreamNotFound
    tenant_id, log = institution.tenant_id, AuditorLog(system.auditing)
    head = await log.head(tenant_id)

    async def position(of: int | datetime | None) -> int:
        if isinstance(of, datetime):
            return await position_at(log, tenant_id, of)
        return head if of is None else min(of, head)

    if isinstance(begin, int) and begin > head:
        raise SpanRefused(f"the log ends at position {head}, before {begin}")
    after, upto = await position(begin), await position(end)
    if upto < after:
        raise SpanRefused(
            f"it begins after position {after} and ends at position {upto}: give the earlier moment first"
        )
    return Changed(slug, tenant_id, after, upto, await changes(log, system.registry, tenant_id, after, upto))
