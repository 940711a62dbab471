"""The Council and its seats: the secretariat keeps them, a member leaves their own."""

from domain.council.commands import council as c
from domain.council.council import Council
from domain.council.events import council as e
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import STAFF, STRATEGY

SECRETARIAT = frozenset({Role.COUNCIL_SECRETARY})
MEMBERS = frozenset({Role.COUNCIL_MEMBER})
READERS = STAFF | STRATEGY
"""Who may see what is not public yet: drafts of minutes, and who sits where."""

COUNCIL = Domain(
    name="council",
    aggregates=(Council,),
    events=e.EVENTS,
    permissions={
        c.ConstituteCouncil: SECRETARIAT,
        c.FillSeat: SECRETARIAT,
        c.VacateSeat: SECRETARIAT | MEMBERS,
        c.AppointCoChair: SECRETARIAT,
        c.AppointCoordinator: SECRETARIAT,
    },
    queries={"councils": READERS, "council": READERS},
    public=frozenset({e.CouncilConstituted}),
    granted=frozenset({e.SeatFilled, e.SeatVacated, e.CoChairAppointed, e.CoordinatorAppointed}),
)
