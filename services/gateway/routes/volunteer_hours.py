"""Hours: told by who worked or supervised, confirmed by the provider, and everybody's own over all institutions."""

from domain.volunteering.commands import hours as c
from projections import volunteer_hours_queries as q
from projections.catalogue import VOLUNTEER_AGREEMENTS, VOLUNTEER_HOURS, VOLUNTEER_TIME
from projections.reading import Page
from projections.volunteer_hours_register import VolunteerHoursRow
from projections.volunteer_time_register import VolunteerTimeRow
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, listed
from services.gateway.routes.volunteer_agreements import providers_of
from services.gateway.routing import Routes
from services.gateway.views import view_of

_LEDGER = "/hours-ledgers/{id}"
_MODELS = (VOLUNTEER_HOURS, VOLUNTEER_AGREEMENTS)
HoursView = view_of(VolunteerHoursRow, "VolunteerHours")
TimeView = view_of(VolunteerTimeRow, "VolunteerTime")


@listed("/volunteer-hours", "volunteer_hours", HoursView, of=_MODELS, by=q.Filter)
async def hours(asked: AtDeskAsked[q.Filter]) -> Page[VolunteerHoursRow]:
    """Every entry of hours in the institution, the latest work first; people by ids alone."""
    return await q.hours(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@listed("/provider/volunteer-hours", "provider_hours", HoursView, of=_MODELS, by=q.Filter)
async def provider_hours(asked: AtDeskAsked[q.Filter]) -> Page[VolunteerHoursRow]:
    """Entries of the providers for which the reader acts; `state=claimed` are those to confirm."""
    own = await providers_of(asked.place)
    return await q.hours(asked.connection, asked.chosen, providers=own, after=asked.after, limit=asked.limit)


@listed("/me/volunteer-hours", "own_hours", HoursView, of=_MODELS, by=q.Filter)
async def own_hours(asked: AtDeskAsked[q.Filter]) -> Page[VolunteerHoursRow]:
    """Entries that the reader worked, supervises or guards, the latest first, with why the nation refused any."""
    me = asked.place.person_id
    return await q.hours(asked.connection, asked.chosen, person_id=me, after=asked.after, limit=asked.limit)


@listed("/me/volunteer-time", "own_time", TimeView, of=(VOLUNTEER_TIME,))
async def own_time(asked: AtDeskAsked[NoFilter]) -> Page[VolunteerTimeRow]:
    """What the reader worked in all institutions, the latest first: asked at the national institution."""
    return await q.own_time(asked.connection, asked.place.person_id, after=asked.after, limit=asked.limit)


ROUTES = Routes(
    commands=(
        CommandRoute(f"{_LEDGER}/log", c.LogHours),
        CommandRoute(f"{_LEDGER}/confirm", c.ConfirmHours),
        CommandRoute(f"{_LEDGER}/reject", c.RejectHours),
        CommandRoute(f"{_LEDGER}/correct", c.CorrectHours),
        CommandRoute(f"{_LEDGER}/total", c.StateTotal),
    ),
    queries=(hours, provider_hours, own_hours, own_time),
)
