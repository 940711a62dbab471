"""Complaints against proposed awards: filed by bidders, decided by officers who did not evaluate."""

from domain.contracts.commands import complaint as c
from projections import service_complaint_queries as q
from projections.catalogue import SERVICE_COMPLAINTS
from projections.reading import Page
from projections.service_complaint_register import ServiceComplaintRow
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, listed, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

_COMPLAINT = "/service-complaints/{id}"
ComplaintView = view_of(ServiceComplaintRow, "ServiceComplaint")

COMMANDS = (
    CommandRoute("/service-complaints", c.FileServiceComplaint, reads=_COMPLAINT),
    CommandRoute(f"{_COMPLAINT}/admit", c.AdmitServiceComplaint),
    CommandRoute(f"{_COMPLAINT}/dismiss", c.DismissServiceComplaint),
    CommandRoute(f"{_COMPLAINT}/decide", c.DecideServiceComplaint),
)


@listed("/service-complaints", "service_complaints", ComplaintView, of=(SERVICE_COMPLAINTS,), by=q.Filter)
async def complaints(asked: AtDeskAsked[q.Filter]) -> Page[ServiceComplaintRow]:
    """Complaints, the earliest first."""
    return await q.complaints(asked.connection, asked.now, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/service-complaints/{id:uuid}", "service_complaint", ComplaintView, of=(SERVICE_COMPLAINTS,))
async def complaint(asked: AtDeskAsked[NoFilter]) -> ServiceComplaintRow | None:
    """One complaint: for officers, and for the organisation that complained."""
    row = await q.complaint(asked.connection, asked.id)
    return row if row is not None and await asked.place.may_read_of(row.organisation_id) else None


@listed("/me/service-complaints", "own_service_complaints", ComplaintView, of=(SERVICE_COMPLAINTS,))
async def own_complaints(asked: AtDeskAsked[NoFilter]) -> Page[ServiceComplaintRow]:
    """Complaints of the reader's organisations, the earliest first."""
    return await q.complaints(
        asked.connection,
        asked.now,
        q.Filter(),
        organisations=await asked.place.organisations(),
        after=asked.after,
        limit=asked.limit,
    )


ROUTES = Routes(commands=COMMANDS, queries=(complaints, complaint, own_complaints))
