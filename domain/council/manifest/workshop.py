"""Workshops: whoever works on the strategy in an institution invites to them, everybody reads what came of them."""

from domain.council.commands import workshop as c
from domain.council.events import workshop as e
from domain.council.workshop import Workshop
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import STAFF, STRATEGY

ORGANISERS = frozenset({Role.ADMINISTRATOR, Role.CONSULTATION_COORDINATOR, Role.MEASURE_LEAD, Role.COUNCIL_SECRETARY})
"""Who works with civil society for an institution."""

WORKSHOPS = Domain(
    name="council",
    aggregates=(Workshop,),
    events=e.EVENTS,
    permissions={
        c.AnnounceWorkshop: ORGANISERS,
        c.RecordAttendance: ORGANISERS,
        c.RecordOutputs: ORGANISERS,
        c.CancelWorkshop: ORGANISERS,
    },
    queries={"workshops": STAFF | STRATEGY, "workshop": STAFF | STRATEGY},
    public=frozenset({e.WorkshopAnnounced, e.AttendanceRecorded, e.OutputsRecorded, e.WorkshopCancelled}),
)
