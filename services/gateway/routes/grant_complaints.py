"""Complaints against rankings and checks: filed by applicants, decided by officers who did not judge."""

from domain.grants.commands import complaint as c
from projections import grant_complaint_queries
from projections.catalogue import GRANT_COMPLAINTS
from projections.grant_complaint_register import GrantComplaintRow
from projections.reading import Page
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, listed, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

_COMPLAINT = "/grant-complaints/{id}"
ComplaintView = view_of(GrantComplaintRow, "GrantComplaint")

COMMANDS = (
    CommandRoute("/grant-complaints", c.FileComplaint, reads=_COMPLAINT),
    CommandRoute(f"{_COMPLAINT}/admit", c.AdmitComplaint),
    CommandRoute(f"{_COMPLAINT}/dismiss", c.DismissComplaint),
    CommandRoute(f"{_COMPLAINT}/decide", c.DecideComplaint),
)


@listed(
    "/grant-complaints",
    "grant_complaints",
    ComplaintView,
    of=(GRANT_COMPLAINTS,),
    by=grant_complaint_queries.Filter,
)
async def complaints(asked: AtDeskAsked[grant_complaint_queries.Filter]) -> Page[GrantComplaintRow]:
    """Complaints, the earliest first."""
    return await grant_complaint_queries.complaints(
        asked.connection, asked.now, asked.chosen, after=asked.after, limit=asked.limit
    )


@shown("/grant-complaints/{id:uuid}", "grant_complaint", ComplaintView, of=(GRANT_COMPLAINTS,))
async def complaint(asked: AtDeskAsked[NoFilter]) -> GrantComplaintRow | None:
    """One complaint: for officers, and for the organisation that complained."""
    row = await grant_complaint_queries.complaint(asked.connection, asked.id)
    if row is not None and not await asked.place.may_read_of(row.organisation_id):
        return None
    return row


@listed("/me/grant-complaints", "own_grant_complaints", ComplaintView, of=(GRANT_COMPLAINTS,))
async def own_complaints(asked: AtDeskAsked[NoFilter]) -> Page[GrantComplaintRow]:
    """Complaints of the reader's organisations, the earliest first."""
    return await grant_complaint_queries.complaints(
        asked.connection,
        asked.now,
        grant_complaint_queries.Filter(),
        organisations=await asked.place.organisations(),
        after=asked.after,
        limit=asked.limit,
    )


ROUTES = Routes(commands=COMMANDS, queries=(complaints, complaint, own_complaints))
