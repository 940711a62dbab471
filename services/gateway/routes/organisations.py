"""Organisations: addresses of their commands, which the national tenant takes, and what is asked of their register."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.params import FromPath
from msgspec.structs import replace

from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import NATIONAL_SLUG
from domain.kernel.manifest import Role
from domain.organisations import commands as c
from projections import dealings as dealing_queries
from projections import organisation_queries
from projections.catalogue import ORGANISATIONS
from projections.dealings import MODELS, Dealing
from projections.organisation_queries import Filter, PublicOrganisation
from projections.organisation_register import OrganisationRow
from projections.reading import LARGEST, Page
from services.erasure.holdings import opened_in
from services.gateway.command_route import CommandRoute
from services.gateway.desk import Desk, Reads, Then
from services.gateway.filters import NoFilter
from services.gateway.listing import PUBLIC, answer
from services.gateway.parameters import AsOfTime, KnownAt, moment
from services.gateway.public_scope import AtScope, Scope
from services.gateway.query_route import AtDesk, open_query, query
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of, viewer

AnyRequest = Request[Any, Any, Any]
OrganisationView = view_of(OrganisationRow, "Organisation", without=("numbers", "tenures"))
EntryView = view_of(PublicOrganisation, "PublicOrganisation")
DealingView = view_of(Dealing, "Dealing")
_entry, _dealing = viewer(EntryView), viewer(DealingView)
OFFICERS_PUBLIC = "organisation.officers.public"
"""The rule that says what everybody sees of officers: nothing, or positions and days."""
_ORGANISATION = "/organisations/{id}"


class OrganisationPage(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the register, and what institutions publicly had to do with the organisation, the newest first.

    `more`: the list of dealings goes on under the address of their own.
    """

    organisation: EntryView  # type: ignore[valid-type] # a type that is made
    dealings: list[DealingView]  # type: ignore[valid-type]
    more: bool


class Person(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody in an office, or with a mandate to act for the organisation; `full_name` is null where it is erased."""

    person_id: UUID
    full_name: str | None
    since: date
    until: date | None
    position: str = ""
    officer_id: UUID | None = None
    mandate_id: UUID | None = None
    revoked_at: datetime | None = None
    email: str | None = None


class People(msgspec.Struct, frozen=True):
    """Officers and representatives of an organisation, of entries that were merged into it too."""

    organisation_id: UUID
    officers: list[Person]
    representatives: list[Person]


@listed("/organisations", "organisations", OrganisationView, of=(ORGANISATIONS,), by=Filter)
async def organisations(asked: AtDeskAsked[Filter]) -> Page[OrganisationRow]:
    """Claims and entries of the register, what changed last first."""
    return await organisation_queries.organisations(
        asked.connection, asked.now, asked.chosen, after=asked.after, limit=asked.limit
    )


@shown("/organisations/{id:uuid}", "organisation", OrganisationView, of=(ORGANISATIONS,))
async def organisation(asked: AtDeskAsked[NoFilter]) -> OrganisationRow | None:
    """One entry, for those who keep the register, its claimant and whoever acts for it.

    Under the id of an entry that was merged the one that goes on is shown.
    """
    row = await organisation_queries.organisation(asked.connection, asked.id)
    return row if row is not None and await _concerns(asked.place, row) else None


@listed("/me/organisations", "own_organisations", OrganisationView, of=(ORGANISATIONS,))
async def own_organisations(asked: AtDeskAsked[NoFilter]) -> Page[OrganisationRow]:
    """What the reader claimed or acts for, what changed last first."""
    desk = asked.place
    return await organisation_queries.own_organisations(
        asked.connection, desk.person_id, await _acts_for(desk), after=asked.after, limit=asked.limit
    )


@query("/organisations/{id:uuid}/people", "organisation_people", shows=People)
async def people(request: AnyRequest, desk: AtDesk, id: FromPath[UUID]) -> Response[Any]:  # noqa: A002 - the path's word
    """Who holds an office and who acts for the organisation, by name: for those who keep the register, and for it."""
    async with desk.reading((ORGANISATIONS,)) as connection:
        row = await organisation_queries.organisation(connection, id)
    if row is None or not await _concerns(desk, row):
        raise StreamNotFound
    streams = (row.organisation_id, *row.absorbed)
    opened = await opened_in(desk.system.store, desk.system.eraser.vault, desk.tenant.tenant_id, streams)
    return answer(request, _named(row, opened), cache="no-store")


@open_listed(
    "/organisations",
    EntryView,
    of=(ORGANISATIONS,),
    by=Filter,
    only=("state", "municipality", "legal_form", "number", "network", "text", "expiring_within"),
    operation_id="PublicOrganisations",
)
async def public_organisations(asked: AtWindowAsked[Filter]) -> Page[PublicOrganisation]:
    """The register of organisations, what changed last first."""
    found = await organisation_queries.public_organisations(
        asked.connection, asked.now, asked.chosen, after=asked.after, limit=asked.limit
    )
    if await _officers_are_public(asked.place.reads, asked.then):
        return found
    return Page([replace(one, tenures=()) for one in found.items], found.next)


@open_query("/organisations/{id:uuid}", shows=OrganisationPage, operation_id="PublicOrganisation")
async def page(
    request: AnyRequest,
    seen: AtScope,
    id: FromPath[UUID],  # noqa: A002 - the path's word
    *,
    as_of: AsOfTime = None,
    known_at: KnownAt = None,
) -> Response[Any]:
    """One organisation: its entry in the register and everything public that institutions had to do with it.

    Under the id of an entry that was merged the one that goes on is shown, with what was recorded under both.
    """
    at = moment(as_of, known_at)
    then = await seen.within(None).then(at)
    entry = await _public_entry(seen, id, then)
    async with seen.within(None).reading(MODELS, at) as connection:
        found = await dealing_queries.dealings(connection, (entry.organisation_id, *entry.absorbed), limit=LARGEST)
    shown_page = OrganisationPage(
        organisation=_entry(entry), dealings=[_dealing(one) for one in found.items], more=found.next is not None
    )
    return answer(request, shown_page, cache=PUBLIC)


@open_listed(
    "/organisations/{id:uuid}/dealings",
    DealingView,
    of=MODELS,
    by=dealing_queries.Filter,
    operation_id="PublicDealings",
)
async def dealings(asked: AtWindowAsked[dealing_queries.Filter]) -> Page[Dealing]:
    """What institutions publicly had to do with an organisation, the newest first."""
    entry = await _public_entry(asked.place.scope, asked.id, asked.then)
    return await dealing_queries.dealings(
        asked.connection,
        (entry.organisation_id, *entry.absorbed),
        asked.chosen,
        after=asked.after,
        limit=asked.limit,
    )


async def _public_entry(scope: Scope, organisation_id: UUID, then: Then) -> PublicOrganisation:
    async with scope.within(NATIONAL_SLUG).reading((ORGANISATIONS,), then.moment) as connection:
        entry = await organisation_queries.public_organisation(connection, organisation_id)
    if entry is None:
        raise StreamNotFound
    return entry if await _officers_are_public(scope.reads, then) else replace(entry, tenures=())


async def _officers_are_public(reads: Reads, then: Then) -> bool:
    """Whether the rules of that day make positions public; a pack without the rule does not."""
    rules = await reads.national_rules(then)
    return OFFICERS_PUBLIC in rules and rules[OFFICERS_PUBLIC].value == "positions"


async def _acts_for(desk: Desk) -> list[UUID]:
    return [one.organisation_id for one in await desk.held() if one.organisation_id is not None]


async def _concerns(desk: Desk, row: OrganisationRow) -> bool:
    """Whoever asks on no office's mandate asks about what they claimed or act for: of others there is nothing."""
    if desk.mandate.role not in (Role.SIGNED_IN, Role.CSO_DELEGATE):
        return True
    claimed = row.claimant_id == desk.person_id and row.verified_at is None
    return claimed or row.organisation_id in await _acts_for(desk)


def _named(row: OrganisationRow, opened: dict[UUID, dict[str, str]]) -> People:
    def of(person_id: UUID, field: str) -> str | None:
        return opened.get(person_id, {}).get(field)

    officers = [
        Person(
            person_id=one.person_id,
            full_name=of(one.person_id, "full_name"),
            since=one.since,
            until=one.until,
            position=one.position,
            officer_id=one.officer_id,
        )
        for one in row.officers
    ]
    representatives = [
        Person(
            person_id=one.person_id,
            full_name=of(one.person_id, "full_name"),
            since=one.valid_from,
            until=one.valid_to,
            mandate_id=one.mandate_id,
            revoked_at=one.revoked_at,
            email=of(one.person_id, "email"),
        )
        for one in row.representatives
    ]
    return People(row.organisation_id, officers, representatives)


ROUTES = Routes(
    commands=(
        CommandRoute("/organisations", c.ClaimOrganisation, reads=_ORGANISATION),
        CommandRoute(f"{_ORGANISATION}/amend", c.AmendOrganisation),
        CommandRoute(f"{_ORGANISATION}/verify", c.VerifyOrganisation),
        CommandRoute(f"{_ORGANISATION}/refuse", c.RefuseClaim),
        CommandRoute(f"{_ORGANISATION}/suspend", c.SuspendOrganisation),
        CommandRoute(f"{_ORGANISATION}/reinstate", c.ReinstateOrganisation),
        CommandRoute(f"{_ORGANISATION}/remove", c.RemoveOrganisation),
        CommandRoute(f"{_ORGANISATION}/merge", c.MergeOrganisation),
        CommandRoute(f"{_ORGANISATION}/certificates", c.RecordCertificate),
        CommandRoute(f"{_ORGANISATION}/revoke-certificate", c.RevokeCertificate),
        CommandRoute(f"{_ORGANISATION}/public-benefit", c.GrantPublicBenefit),
        CommandRoute(f"{_ORGANISATION}/end-public-benefit", c.EndPublicBenefit),
        CommandRoute(f"{_ORGANISATION}/officers", c.RecordOfficer),
        CommandRoute(f"{_ORGANISATION}/end-officer", c.EndOfficer),
        CommandRoute(f"{_ORGANISATION}/memberships", c.RecordMembership),
        CommandRoute(f"{_ORGANISATION}/end-membership", c.EndMembership),
        CommandRoute(f"{_ORGANISATION}/representatives", c.MandateRepresentative),
        CommandRoute(f"{_ORGANISATION}/revoke-representative", c.RevokeRepresentative),
    ),
    queries=(organisations, organisation, own_organisations, people),
    open=(public_organisations, page, dealings),
)
