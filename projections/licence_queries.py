"""Questions to the registers of licences: those of an issuer, of all, and what ends soon of what buyers rely on."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.deadline import local_day
from projections.licence_entry_register import LicenceEntryRow
from projections.licence_register import LicenceFacts, LicenceRow
from projections.lookup import Lookup, of_any, published
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection
from projections.searching import folded

_TABLE = "licence_register"
_ENTRIES = "licence_entry_register"
_VALID = (
    "EXISTS (SELECT FROM jsonb_array_elements(terms) t"
    " WHERE (t->>'valid_from')::date <= $day AND (t->>'valid_until')::date >= $day)"
    " AND NOT EXISTS (SELECT FROM jsonb_array_elements(interruptions) i"
    " WHERE (i->>'first_day')::date <= $day AND coalesce((i->>'ended')::date, 'infinity') > $day)"
)
"""Whether a licence is valid on the day for which `$day` stands."""
_RUNNING = "state IN ('granted', 'suspended')"

Days = Annotated[int, msgspec.Meta(ge=0, le=3_660, description="Days from today, within which the last day comes")]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=200, description="Words that must occur")]


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing.

    `place` is a municipality's slug, `valid_on` a day on which the licence is valid; `expiring_within` so many days it
    ends if nobody renews it, `renewable` it may be renewed today, `overdue` a decision is. `text` is looked for in
    names and numbers of organisations.
    """

    state: str | None = None
    service: str | None = None
    place: str | None = None
    organisation_id: UUID | None = None
    valid_on: date | None = None
    expiring_within: Days | None = None
    renewable: bool | None = None
    overdue: bool | None = None
    text: Words | None = None

    def conditions(self, now: datetime) -> Conditions:
        """As a WHERE clause."""
        today = local_day(now)
        where = _asked(self.state, self.service, self.place, self.organisation_id, self.valid_on)
        _add_expiring(where, self.expiring_within, today)
        if self.renewable is not None:
            may = "coalesce(state = 'granted' AND renewable_from <= ? AND valid_until >= ?, false)"
            where.add(may if self.renewable else f"NOT {may}", today, today)
        if self.overdue is not None:
            late = "coalesce(state = 'applied' AND decide_by <= ?, false)"
            where.add(late if self.overdue else f"NOT {late}", now)
        if self.text:
            where.add("strpos(searched, ?) > 0", folded(self.text))
        return where


class EntryFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What entries to look for; None asks nothing. `relied_on`: a contract of the reader's institution rests on it."""

    state: str | None = None
    service: str | None = None
    place: str | None = None
    organisation_id: UUID | None = None
    institution: str | None = None
    valid_on: date | None = None
    expiring_within: Days | None = None
    relied_on: bool | None = None

    def conditions(self, now: datetime, seen_by: int) -> Conditions:
        """As a WHERE clause, for a reader of the institution `seen_by`."""
        where = _asked(self.state, self.service, self.place, self.organisation_id, self.valid_on)
        _add_expiring(where.add_equal(institution=self.institution), self.expiring_within, local_day(now))
        if self.relied_on is not None:
            holds = "relied_on_by @> jsonb_build_array(jsonb_build_object('tenant_id', ?::int))"
            where.add(holds if self.relied_on else f"NOT {holds}", seen_by)
        return where


NO_FILTER = Filter()


def _asked(
    state: str | None, service: str | None, place: str | None, organisation_id: UUID | None, valid_on: date | None
) -> Conditions:
    where = Conditions().add_equal(state=state, service=service, organisation_id=organisation_id)
    if place is not None:
        where.add("jsonb_exists(places, ?)", place)
    if valid_on is not None:
        where.add(_VALID.replace("$day", f"{where.parameter(valid_on)}::date"))
    return where


def _add_expiring(where: Conditions, within: int | None, today: date) -> None:
    if within is not None:
        where.add(f"{_RUNNING} AND valid_until BETWEEN ? AND ?", today, today + timedelta(days=within))


class PublicLicence(LicenceFacts, frozen=True):
    """A granted licence as everybody sees it, of the institution `tenant`; `valid`: it is today."""

    tenant: str = ""
    valid: bool = False


class _Held(LicenceFacts, frozen=True):
    """The columns that the public role may read."""

    renewable_from: date | None = None
    searched: str = ""


DEALING_LICENCES = (
    "SELECT l.tenant_id, 'licence' AS kind, l.licence_id AS dealing_id, t.slug AS tenant, l.organisation_id,"
    " NULL::uuid AS about_id, jsonb_build_object('en', jsonb_build_object('text', l.service)) AS title, l.state,"
    " l.granted_at AS at, NULL::jsonb AS amount"
    " FROM licence_register l JOIN (SELECT tenant_id, slug FROM es.tenant) t USING (tenant_id) WHERE l.public"
)
"""What organisations are or were licensed for, for `projections/dealings.py`; a service is said by its code."""


def _public(where: Conditions, now: datetime) -> str:
    day = f"{where.parameter(local_day(now))}::date"
    return published(_Held, _TABLE, valid=_VALID.replace("$day", day))


_LICENCES = Lookup(LicenceRow, _TABLE, "applied_at", "licence_id", descending=True)
_PUBLIC_LICENCES = Lookup(PublicLicence, _public, "granted_at", "licence_id", descending=True)
_LICENCE_ENTRIES = Lookup(LicenceEntryRow, _ENTRIES, "valid_until", "entry_id")


async def licences(
    connection: ReadConnection,
    now: datetime,
    chosen: Filter = NO_FILTER,
    *,
    organisations: Collection[UUID] | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[LicenceRow]:
    """Licences asked for and decided, the newest first, of these `organisations` where they are given.

    The key is `(applied_at, licence_id)`.
    """
    return await _LICENCES.page(connection, of_any(organisations, chosen.conditions(now)), after, limit)


async def licence(connection: ReadConnection, licence_id: UUID) -> LicenceRow | None:
    """One licence of the tenant."""
    return await _LICENCES.one(connection, licence_id)


async def public_licences(
    connection: ReadConnection,
    now: datetime,
    chosen: Filter = NO_FILTER,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicLicence]:
    """Granted licences of the tenants in scope, the newest first; the key is `(granted_at, licence_id)`."""
    return await _PUBLIC_LICENCES.page(
        connection, chosen.conditions(now).add_equal(tenant=tenant), after, limit, now=now
    )


async def public_licence(connection: ReadConnection, now: datetime, licence_id: UUID) -> PublicLicence | None:
    """One granted licence of the tenants in scope."""
    return await _PUBLIC_LICENCES.one(connection, licence_id, now=now)


async def licence_entries(
    connection: ReadConnection,
    now: datetime,
    seen_by: int,
    chosen: EntryFilter,
    *,
    after: After | None = None,
    limit: int = 50,
) -> Page[LicenceEntryRow]:
    """Licences of all issuers as buyers decide by them, what ends first first; the key is `(valid_until, entry_id)`."""
    return await _LICENCE_ENTRIES.page(connection, chosen.conditions(now, seen_by), after, limit)


async def licence_entry(connection: ReadConnection, entry_id: UUID) -> LicenceEntryRow | None:
    """One entry of the national register."""
    return await _LICENCE_ENTRIES.one(connection, entry_id)
