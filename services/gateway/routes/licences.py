"""Licences: an issuer decides on them, an organisation has them, every buyer and everybody knows which are valid."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from domain.kernel.ids import NATIONAL_TENANT
from domain.licences import commands as c
from projections import licence_queries as q
from projections.catalogue import LICENCE_ENTRIES, LICENCES
from projections.licence_entry_register import LicenceEntryRow
from projections.licence_register import LicenceRow
from projections.reading import Page, ReadConnection
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

_LICENCE = "/licences/{id}"
LicenceView = view_of(LicenceRow, "Licence", without=("searched", "public"))
PublicLicenceView = view_of(q.PublicLicence, "PublicLicence")
EntryView = view_of(LicenceEntryRow, "LicenceEntry")


@listed("/licences", "licences", LicenceView, of=(LICENCES,), by=q.Filter)
async def licences(asked: AtDeskAsked[q.Filter]) -> Page[LicenceRow]:
    """Licences that the institution was asked for and decided on, the newest first.

    With `overdue=true` those on which a decision is overdue, with `expiring_within` those that end within so many days.
    """
    return await q.licences(asked.connection, asked.now, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/licences/{id:uuid}", "licence", LicenceView, of=(LICENCES,))
async def licence(asked: AtDeskAsked[NoFilter]) -> LicenceRow | None:
    """One licence with its inspections and decisions: for the issuer, and for the organisation that asked for it."""
    row = await q.licence(asked.connection, asked.id)
    return row if row is not None and await asked.place.may_read_of(row.organisation_id) else None


@listed("/me/licences", "own_licences", LicenceView, of=(LICENCES,), by=q.Filter, only=("state", "service"))
async def own_licences(asked: AtDeskAsked[q.Filter]) -> Page[LicenceRow]:
    """What the reader's organisations asked the institution to be licensed for, the newest first."""
    return await q.licences(
        asked.connection,
        asked.now,
        asked.chosen,
        organisations=await asked.place.organisations(),
        after=asked.after,
        limit=asked.limit,
    )


@asynccontextmanager
async def _register(asked: AtDeskAsked[Any]) -> AsyncIterator[ReadConnection]:
    """A connection on the national register of licences, at the moment that is asked about."""
    desk = asked.place
    async with desk.reads.one(
        NATIONAL_TENANT, (LICENCE_ENTRIES,), asked.then.moment, audited=desk.audits
    ) as connection:
        yield connection


@listed("/licence-entries", "licence_entries", EntryView, by=q.EntryFilter, national=True)
async def licence_entries(asked: AtDeskAsked[q.EntryFilter]) -> Page[LicenceEntryRow]:
    """Licences of all issuers as every buyer decides by them, what ends first first.

    `relied_on=true` and `expiring_within=90` together: what this institution's contracts rest on and who has to renew.
    """
    async with _register(asked) as connection:
        return await q.licence_entries(
            connection,
            asked.now,
            asked.place.tenant.tenant_id,
            asked.chosen,
            after=asked.after,
            limit=asked.limit,
        )


@shown("/licence-entries/{id:uuid}", "licence_entry", EntryView, national=True)
async def licence_entry(asked: AtDeskAsked[NoFilter]) -> LicenceEntryRow | None:
    """One licence as every buyer decides by it: how it stands since when, by which event of its issuer's log."""
    async with _register(asked) as connection:
        return await q.licence_entry(connection, asked.id)


@open_listed(
    "/licences",
    PublicLicenceView,
    of=(LICENCES,),
    by=q.Filter,
    only=("state", "service", "place", "organisation_id", "valid_on", "expiring_within", "text"),
    operation_id="PublicLicences",
)
async def public_licences(asked: AtWindowAsked[q.Filter]) -> Page[q.PublicLicence]:
    """The public register of licences, of all issuers or of one, the newest first."""
    return await q.public_licences(
        asked.connection, asked.now, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


@open_shown("/licences/{id:uuid}", PublicLicenceView, of=(LICENCES,), operation_id="PublicLicence")
async def public_licence(asked: AtWindowAsked[NoFilter]) -> q.PublicLicence | None:
    """One licence with the decisions on it."""
    return await q.public_licence(asked.connection, asked.now, asked.id)


ROUTES = Routes(
    commands=(
        CommandRoute("/licences", c.ApplyForLicence, reads=_LICENCE),
        CommandRoute(f"{_LICENCE}/inspections", c.RecordInspection),
        CommandRoute(f"{_LICENCE}/grant", c.GrantLicence),
        CommandRoute(f"{_LICENCE}/refuse", c.RefuseLicence),
        CommandRoute(f"{_LICENCE}/renew", c.RenewLicence),
        CommandRoute(f"{_LICENCE}/suspend", c.SuspendLicence),
        CommandRoute(f"{_LICENCE}/reinstate", c.ReinstateLicence),
        CommandRoute(f"{_LICENCE}/revoke", c.RevokeLicence),
    ),
    queries=(licences, licence, own_licences, licence_entries, licence_entry),
    open=(public_licences, public_licence),
)
