"""Workshops of institutions with civil society: announced, attended, and what came of them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from domain.council.commands import workshop as c
from domain.kernel.vocabulary import LanguageFile
from projections import cooperation_queries as q
from projections.catalogue import WORKSHOPS
from projections.reading import Page, ReadConnection
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routes.files import open_files
from services.gateway.routing import Routes
from services.gateway.views import view_of

_ONE = "/workshops/{id}"
WorkshopView = view_of(q.PublicWorkshop, "Workshop")


@listed("/workshops", "workshops", WorkshopView, of=(WORKSHOPS,), by=q.WorkshopFilter)
async def workshops(asked: AtDeskAsked[q.WorkshopFilter]) -> Page[q.PublicWorkshop]:
    """Workshops of the institution, what begins last first."""
    return await q.workshops(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/workshops/{id:uuid}", "workshop", WorkshopView, of=(WORKSHOPS,))
async def workshop(asked: AtDeskAsked[NoFilter]) -> q.PublicWorkshop | None:
    """One workshop, with how many came and what came of it."""
    return await q.workshop(asked.connection, asked.id)


@open_listed("/workshops", WorkshopView, of=(WORKSHOPS,), by=q.WorkshopFilter, operation_id="PublicWorkshops")
async def public_workshops(asked: AtWindowAsked[q.WorkshopFilter]) -> Page[q.PublicWorkshop]:
    """Workshops of all institutions or of one, what begins last first."""
    return await q.workshops(
        asked.connection, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


@open_shown("/workshops/{id:uuid}", WorkshopView, of=(WORKSHOPS,), operation_id="PublicWorkshop")
async def public_workshop(asked: AtWindowAsked[NoFilter]) -> q.PublicWorkshop | None:
    """One workshop, with how many came and what came of it."""
    return await q.workshop(asked.connection, asked.id)


async def _one(connection: ReadConnection, _now: datetime, id_: UUID) -> q.PublicWorkshop | None:
    return await q.workshop(connection, id_)


@open_files("/workshops/{id:uuid}", WORKSHOPS, _one, operation_id="PublicWorkshopFile")
def public_file(found: q.PublicWorkshop) -> Iterable[LanguageFile]:
    """A paper that a workshop brought about."""
    return found.files


ROUTES = Routes(
    commands=(
        CommandRoute("/workshops", c.AnnounceWorkshop, reads=_ONE),
        CommandRoute(f"{_ONE}/attendance", c.RecordAttendance),
        CommandRoute(f"{_ONE}/outputs", c.RecordOutputs),
        CommandRoute(f"{_ONE}/cancel", c.CancelWorkshop),
    ),
    queries=(workshops, workshop),
    open=(public_workshops, public_workshop, public_file),
)
