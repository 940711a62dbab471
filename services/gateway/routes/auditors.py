"""Who may look at an institution: auditors' mandates as its own log holds them."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

import msgspec

from domain.tenants.auditing import AuditPeriod
from projections.reading import Page
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, listed
from services.gateway.routing import Routes


class AuditorView(msgspec.Struct, frozen=True):
    """An auditor's mandate over the tenant; `tenants` are all that it names, none for the tenant's own auditor.

    `state` is in_force, not_yet, expired or revoked by the tenant's time.
    """

    mandate_id: UUID
    person_id: UUID
    legal_basis: str
    valid_from: date
    valid_to: date | None
    tenants: tuple[str, ...]
    state: str


@listed("/auditors", "auditors", AuditorView)
async def auditors(asked: AtDeskAsked[NoFilter]) -> Page[AuditorView]:
    """Who may look at this institution, might or will, on which basis and until which day."""
    desk, limit = asked.place, asked.limit
    found = (await desk.governance(asked.then.moment)).every_audit()
    withdrawn = (await desk.reads.national(asked.then, valid=True)).withdrawn
    every = sorted((_auditor(person_id, one, asked.now, withdrawn) for person_id, one in found), key=_key)
    rest = [one for one in every if asked.after is None or _key(one) > asked.after]
    return Page(rest[:limit], _key(rest[limit - 1]) if len(rest) > limit else None)


def _key(of: AuditorView) -> tuple[str, str]:
    return of.valid_from.isoformat(), str(of.mandate_id)


def _auditor(person_id: UUID, of: AuditPeriod, now: datetime, withdrawn: Collection[UUID]) -> AuditorView:
    state = "revoked" if of.mandate_id in withdrawn else of.state_at(now)
    return AuditorView(of.mandate_id, person_id, of.legal_basis, of.valid_from, of.valid_to, of.tenants, state)


ROUTES = Routes(queries=(auditors,))
