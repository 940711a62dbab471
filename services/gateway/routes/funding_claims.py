"""The ledger over HTTP: the nation's supervisors see and rule, an institution sees what is its own or touches it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from domain.funding_claims import commands as c
from domain.funding_claims.settling import SHARE
from domain.kernel.ids import NATIONAL_TENANT
from projections import funding_queries
from projections.catalogue import FUNDING_CLAIMS, FUNDING_OVERLAPS
from projections.funding_claim_register import ClaimRow
from projections.reading import Page, ReadConnection
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, listed, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

ClaimView = view_of(ClaimRow, "FundingClaim")
OverlapView = view_of(funding_queries.Overlap, "FundingOverlap")
_CLAIM = "/funding-claims/{id}"


@asynccontextmanager
async def _ledger(asked: AtDeskAsked[Any]) -> AsyncIterator[tuple[ReadConnection, int | None]]:
    """A connection on the national ledger, and whose part of it the reader may see: None for all of it."""
    desk = asked.place
    own, models = desk.tenant.tenant_id, (FUNDING_CLAIMS, FUNDING_OVERLAPS)
    async with desk.reads.one(NATIONAL_TENANT, models, asked.then.moment, audited=desk.audits) as connection:
        yield connection, None if own == NATIONAL_TENANT else own


async def _share(asked: AtDeskAsked[Any]) -> int | None:
    """How much of a project's costs may be paid by the rules of that day."""
    rules = await asked.place.reads.national_rules(asked.then)
    return rules.number(SHARE) if SHARE in rules else None


@listed("/funding-claims", "funding_claims", ClaimView, by=funding_queries.ClaimFilter, national=True)
async def funding_claims(asked: AtDeskAsked[funding_queries.ClaimFilter]) -> Page[ClaimRow]:
    """The institution's claims in the national ledger, the newest first; at the national tenant those of all."""
    async with _ledger(asked) as (connection, seen_by):
        return await funding_queries.funding_claims(
            connection, seen_by, asked.chosen, after=asked.after, limit=asked.limit
        )


@shown("/funding-claims/{id:uuid}", "funding_claim", ClaimView, national=True)
async def funding_claim(asked: AtDeskAsked[NoFilter]) -> ClaimRow | None:
    """One of the institution's claims; at the national tenant of any."""
    async with _ledger(asked) as (connection, seen_by):
        return await funding_queries.funding_claim(connection, seen_by, asked.id)


@listed("/funding-overlaps", "funding_overlaps", OverlapView, by=funding_queries.OverlapFilter, national=True)
async def funding_overlaps(asked: AtDeskAsked[funding_queries.OverlapFilter]) -> Page[funding_queries.Overlap]:
    """Overlaps that touch the institution's claims, the newest first: how alike, whose the other is, where to ask."""
    share = await _share(asked)
    async with _ledger(asked) as (connection, seen_by):
        return await funding_queries.funding_overlaps(
            connection, seen_by, share, asked.chosen, after=asked.after, limit=asked.limit
        )


@shown("/funding-overlaps/{id:uuid}", "funding_overlap", OverlapView, national=True)
async def funding_overlap(asked: AtDeskAsked[NoFilter]) -> funding_queries.Overlap | None:
    """One overlap; with the other institution's file once that consented, or the disclosure was ordered."""
    share = await _share(asked)
    async with _ledger(asked) as (connection, seen_by):
        return await funding_queries.funding_overlap(connection, seen_by, share, asked.id)


ROUTES = Routes(
    commands=(
        CommandRoute("/disclosure-consents", c.ConsentToDisclosure),
        CommandRoute("/co-financing-confirmations", c.ConfirmCoFinancing),
        CommandRoute(f"{_CLAIM}/order-disclosure", c.OrderDisclosure),
        CommandRoute(f"{_CLAIM}/dismiss-overlap", c.DismissOverlap),
    ),
    queries=(funding_claims, funding_claim, funding_overlaps, funding_overlap),
)
