"""What an institution still has to do: every stream of which something is open, whatever domain it is of.

A domain adds to it by a line in `OPEN`. Beside them stands every stream with a pending deadline, so that what has none
of these states is not lost either. Mandates are no rows of a read model: `services/succession.py` adds them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from domain.kernel.text import Title
from domain.succession.vocabulary import Duty, DutyKind
from projections.catalogue import (
    CONSULTATIONS,
    DEADLINES,
    DUTIES,
    FUNDING_PLANS,
    GRANT_AGREEMENTS,
    GRANT_CALLS,
    GRANT_COMPLAINTS,
    LICENCES,
    MEASURES,
    OPPORTUNITIES,
    SERVICE_CALLS,
    SERVICE_COMPLAINTS,
    SERVICE_CONTRACTS,
    VOLUNTEER_AGREEMENTS,
    VOLUNTEER_PROVIDERS,
)
from projections.duty_register import CARRIED
from projections.paging import After, Page
from projections.read_model import ReadModel
from projections.reading import IN_SCOPE, Conditions, ReadConnection, fetch_page


class Open(msgspec.Struct, frozen=True):
    """Streams of one register with something still to be done: those that are in none of the states `over`.

    `title` is an expression of its columns that says what one is called, as a `Title`.
    """

    kind: DutyKind
    of: ReadModel[Any]
    over: tuple[str, ...]
    title: str = "NULL::jsonb"


OPEN: tuple[Open, ...] = (
    Open(DutyKind.CONSULTATION, CONSULTATIONS, ("reported", "concluded", "withdrawn", "annulled"), "title"),
    Open(DutyKind.FUNDING_PLAN, FUNDING_PLANS, ("reported",), "title"),
    Open(DutyKind.GRANT_CALL, GRANT_CALLS, ("reported", "cancelled", "void"), "title"),
    Open(DutyKind.GRANT_COMPLAINT, GRANT_COMPLAINTS, ("inadmissible", "decided")),
    Open(DutyKind.GRANT_AGREEMENT, GRANT_AGREEMENTS, ("completed", "terminated")),
    Open(DutyKind.SERVICE_CALL, SERVICE_CALLS, ("contracted", "listed", "unsuccessful", "cancelled"), "title"),
    Open(DutyKind.SERVICE_COMPLAINT, SERVICE_COMPLAINTS, ("inadmissible", "decided")),
    Open(DutyKind.SERVICE_CONTRACT, SERVICE_CONTRACTS, ("accepted", "terminated"), "title"),
    Open(DutyKind.LICENCE, LICENCES, ("refused", "revoked", "expired")),
    Open(DutyKind.VOLUNTEER_PROVIDER, VOLUNTEER_PROVIDERS, ("refused",), "title"),
    Open(DutyKind.OPPORTUNITY, OPPORTUNITIES, ("closed",), "title"),
    Open(DutyKind.VOLUNTEER_AGREEMENT, VOLUNTEER_AGREEMENTS, ("completed", "ended", "declined", "withdrawn")),
    Open(DutyKind.MEASURE, MEASURES, ("done", "dropped"), "title"),
)
RESTS_ON: Sequence[ReadModel[Any]] = (*(one.of for one in OPEN), DEADLINES, DUTIES)
"""The read models that say what is open, and what of it was carried."""


def _select(one: Open) -> str:
    over = ", ".join(f"'{state}'" for state in one.over)
    return (
        f"SELECT tenant_id, {one.of.key[-1]} AS duty_id, '{one.kind}' AS kind, {one.title} AS title"  # noqa: S608 - ours
        f" FROM {one.of.table} WHERE {IN_SCOPE} AND state NOT IN ({over})"
    )


_PENDING = f"""SELECT tenant_id, stream_id AS duty_id, min(due_at) AS due FROM deadline_register
    WHERE {IN_SCOPE} AND state = 'pending' GROUP BY tenant_id, stream_id"""  # noqa: S608 - our own text
_STATED = " UNION ALL ".join(_select(one) for one in OPEN)
_OPEN = f"""SELECT tenant_id, duty_id, coalesce(s.kind, 'deadline') AS kind, s.title, p.due
    FROM ({_STATED}) s FULL JOIN ({_PENDING}) p USING (tenant_id, duty_id)"""  # noqa: S608 - our own text


async def open_duties(connection: ReadConnection) -> dict[int, list[Duty]]:
    """What is open, by tenant in scope; of each stream its earliest pending deadline."""
    found: dict[int, list[Duty]] = {}
    for row in await connection.fetch(f"SELECT tenant_id, duty_id, kind, due FROM ({_OPEN}) o ORDER BY 1, 2"):  # noqa: S608
        found.setdefault(row[0], []).append(Duty(row[1], DutyKind(row[2]), row[3]))
    return found


class HeldDuty(msgspec.Struct, frozen=True):
    """A duty of an ended institution (`tenant`) and who answers for it; `open` says that it is still to be done.

    `due_at` is its earliest pending deadline now. Mandates stand in the log alone and so count as open here.
    """

    tenant_id: int
    tenant: str
    duty_id: UUID
    kind: str
    answers: str
    since: datetime
    open: bool
    due_at: datetime | None
    overdue: bool
    title: Title | None
    decision_no: str
    earlier: tuple[str, ...]
    rank: int
    sort_at: datetime


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing."""

    kind: str | None = None
    open: bool | None = None
    overdue: bool | None = None
    of: str | None = None


async def held_duties(
    connection: ReadConnection,
    now: datetime,
    chosen: Filter,
    answers: str | None = None,
    *,
    after: After | None = None,
    limit: int = 50,
) -> Page[HeldDuty]:
    """Carried duties of the tenants in scope, those of the successor `answers` where it is named.

    Open ones first, by their day, those without a day after them; done ones last.
    """
    where = Conditions()
    at = where.parameter(now)
    where.add_equal(kind=chosen.kind, open=chosen.open, overdue=chosen.overdue, tenant=chosen.of, answers=answers)
    source = f"""(SELECT d.tenant_id, t.slug AS tenant, d.duty_id, d.kind, d.other AS answers, d.since,
        o.duty_id IS NOT NULL OR d.kind IN ('mandate', 'audit_mandate') AS open, o.due AS due_at,
        coalesce(o.due <= {at}, false) AS overdue, o.title,
        d.decision_no, d.earlier,
        CASE WHEN o.due IS NOT NULL THEN 0 WHEN o.duty_id IS NOT NULL THEN 1 ELSE 2 END AS rank,
        coalesce(o.due, d.since) AS sort_at
        FROM duty_register d JOIN (SELECT tenant_id, slug FROM es.tenant) t USING (tenant_id)
        LEFT JOIN ({_OPEN}) o ON o.tenant_id = d.tenant_id AND o.duty_id = d.duty_id
        WHERE d.direction = '{CARRIED}') held"""  # noqa: S608 - our own text
    order = ("rank", "sort_at", "duty_id")
    return await fetch_page(connection, HeldDuty, source, where, order, after, limit)
