"""Volunteers over HTTP: one's own entry in the national register, an official's list, and who could help where."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.manifest import Role
from domain.volunteering.commands import volunteer as c
from domain.volunteering.events.volunteer import volunteer_id
from domain.volunteering.vocabulary import ProviderStage
from projections import volunteer_provider_queries as providers
from projections import volunteer_queries as q
from projections.catalogue import VOLUNTEER_PROVIDERS, VOLUNTEERS
from projections.reading import Page, ReadConnection
from projections.volunteer_register import VolunteerRow
from services.gateway.command_route import CommandRoute
from services.gateway.desk import Desk
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, listed, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

_VOLUNTEER = "/volunteers/{id}"
VolunteerView = view_of(VolunteerRow, "Volunteer")
MatchView = view_of(q.Match, "VolunteerMatch")


@listed("/volunteers", "volunteers", VolunteerView, of=(VOLUNTEERS,), by=q.Filter)
async def volunteers(asked: AtDeskAsked[q.Filter]) -> Page[VolunteerRow]:
    """Volunteers of the nation by id, the newest first: in the national tenant, for its official."""
    return await q.volunteers(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/volunteers/{id:uuid}", "volunteer", VolunteerView, of=(VOLUNTEERS,))
async def volunteer(asked: AtDeskAsked[NoFilter]) -> VolunteerRow | None:
    """One volunteer by the id of the entry."""
    return await q.volunteer(asked.connection, asked.id)


@shown("/me/volunteer", "own_volunteer", VolunteerView, of=(VOLUNTEERS,))
async def own_volunteer(asked: AtDeskAsked[NoFilter]) -> VolunteerRow | None:
    """The reader's own entry, in the national tenant; what is sealed opens at `/subjects/{person}`."""
    return await q.volunteer(asked.connection, volunteer_id(asked.place.person_id))


@listed(
    "/volunteer-matches",
    "volunteer_matches",
    MatchView,
    by=q.Filter,
    only=("band", "municipality", "skill", "language"),
    past=False,
    national=True,
)
async def volunteer_matches(asked: AtDeskAsked[q.Filter]) -> Page[q.Match]:
    """Volunteers who consent to be found, by id: for the people of active providers in any institution."""
    await _require_provider(asked.place)
    async with _register(asked) as connection:
        return await q.matches(connection, asked.chosen, after=asked.after, limit=asked.limit)


async def _require_provider(desk: Desk) -> None:
    """Refuse delegates of organisations that no official has verified: to them there is nobody."""
    if desk.mandate.role != Role.CSO_DELEGATE:
        return
    active = providers.Filter(state=ProviderStage.ACTIVE)
    async with desk.reads.one(desk.tenant.tenant_id, (VOLUNTEER_PROVIDERS,)) as connection:
        found = await providers.providers(connection, active, organisations=await desk.organisations(), limit=1)
    if not found.items:
        raise StreamNotFound


@asynccontextmanager
async def _register(asked: AtDeskAsked[q.Filter]) -> AsyncIterator[ReadConnection]:
    """A connection on the national register as it is now: a consent that was withdrawn counts at once."""
    desk = asked.place
    async with desk.reads.one(NATIONAL_TENANT, (VOLUNTEERS,), audited=desk.audits) as connection:
        yield connection


ROUTES = Routes(
    commands=(
        CommandRoute("/volunteers", c.RegisterVolunteer, reads=_VOLUNTEER),
        CommandRoute(f"{_VOLUNTEER}/revise", c.ReviseVolunteer),
        CommandRoute(f"{_VOLUNTEER}/consents", c.GiveConsent),
        CommandRoute(f"{_VOLUNTEER}/consents/withdraw", c.WithdrawConsent),
        CommandRoute(f"{_VOLUNTEER}/calendar/renew", c.RenewCalendar),
        CommandRoute(f"{_VOLUNTEER}/guardians", c.RecordGuardian),
        CommandRoute(f"{_VOLUNTEER}/guardians/end", c.EndGuardian),
    ),
    queries=(volunteers, volunteer, own_volunteer, volunteer_matches),
)
