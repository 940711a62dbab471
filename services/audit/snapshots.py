"""The stored past checked against the log: every span of every kept read model, folded again and compared.

The log is read as the auditor and folded from its first event; nothing of what is stored is built on.
"""

from datetime import datetime
from typing import Any

import msgspec

from domain.kernel.errors import HistoryCorrupt, StreamNotFound
from domain.kernel.message import N_
from infra.database.interface import Connection
from infra.database.scope import scope
from projections import stored_past
from projections.auditor_log import AuditorLog
from projections.checksum import difference
from projections.fold import Fold
from projections.history import History, Moment
from projections.read_model import ReadModel
from services.bootstrap import System


class Checked(msgspec.Struct, frozen=True):
    """One read model's stored past: `spans` up to `position`, and those of them that the log does not lead to.

    `differing_rows` counts rows that differ, are missing or are too many; `first_differing` is where the first span
    begins that is wrong, None where all is well. `unread` says that another version of the code wrote it.
    """

    name: str
    position: int
    spans: int
    rows: int
    differing_spans: int
    differing_rows: int
    first_differing: int | None
    unread: bool


class Snapshots(msgspec.Struct, frozen=True):
    """A tenant's stored past, checked."""

    tenant: str
    tenant_id: int
    read_models: tuple[Checked, ...]


async def check_snapshots(system: System, slug: str) -> Snapshots:
    """Fold the log again, span by span, and compare.

    Raises:
        StreamNotFound: no such tenant.
        HistoryCorrupt: the log has a gap, an unknown type or a payload that does not fit.
    """
    institution = (await system.handler.authority.national(fresh=True)).institutions.get(slug)
    if institution is None:
        raise StreamNotFound
    tenant_id = institution.tenant_id
    history = History(AuditorLog(system.auditing), system.registry)
    checked = []
    for model in system.engine.models_of(tenant_id):
        if model.kept:
            async with (
                system.auditing.borrow(tenant_id) as lent,
                scope(lent, tenants=[tenant_id], snapshot=True) as connection,
            ):
                checked.append(await _check(connection, history, model, tenant_id))
    return Snapshots(slug, tenant_id, tuple(checked))


async def _check(connection: Connection, history: History, model: ReadModel[Any], tenant_id: int) -> Checked:
    spans = await stored_past.spans(connection, tenant_id, model)
    unread = any(span.version != model.version for span in spans)
    fold: Fold[Any] = Fold(model, strict=True, live=True)
    before, wrong, rows = 0, list[tuple[int, int]](), 0
    latest: datetime | None = None
    for span in spans:
        known = {key for key, row in fold.rows.items() if row is not None}
        recorded_at, earliest, last = await _fold(history, fold, tenant_id, before, span.position)
        latest = last if latest is None else max(latest, last)
        written, deleted = fold.changes()
        ended = {key for key in fold.touched if key in known}
        found = await stored_past.written(connection, model, tenant_id, span.position)
        gone = await stored_past.ended(connection, model, tenant_id, span.position)
        told = span.checksum, span.changed, span.recorded_at, span.earliest, span.latest
        checksum = stored_past.span_checksum(model, written, deleted)
        meant = checksum, len(written) + len(deleted), recorded_at, earliest, latest
        differing = difference(model, found, written).rows + len(ended ^ set(gone)) + (told != meant)
        wrong += [(before, differing)] if differing else []
        before, rows = span.position, rows + len(written)
        fold.settle(keep=len(fold.rows))
    stray = await stored_past.count(connection, model, tenant_id) - rows
    if stray and not wrong:
        wrong.append((before, abs(stray)))
    return Checked(
        name=model.name,
        position=before,
        spans=len(spans),
        rows=rows,
        differing_spans=len(wrong),
        differing_rows=sum(number for _, number in wrong),
        first_differing=wrong[0][0] + 1 if wrong else None,
        unread=unread,
    )


async def _fold(
    history: History, fold: Fold[Any], tenant_id: int, after: int, upto: int
) -> tuple[datetime, datetime, datetime]:
    """Take a span into the fold; when its last event was recorded, and the bounds of when its events occurred."""
    log = await history.log.read_log(tenant_id, after, upto - after)
    if await history.fold_into([fold], tenant_id, after, Moment(position=upto)) != upto:
        raise HistoryCorrupt(N_("Tenant {tenant}: a position after {start} is missing."), tenant=tenant_id, start=after)
    return log[-1].recorded_at, min(event.occurred_at for event in log), max(event.occurred_at for event in log)
