"""The measure: its lead works on it and reports, the clock marks what is late, civil society contests and scores."""

from domain.action_measures.commands import measure as c
from domain.action_measures.events.measure import EVENTS
from domain.action_measures.measure import Measure
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import STAFF, STRATEGY

_CLOCK = frozenset({Role.CLOCK})
_LEADS = frozenset({Role.MEASURE_LEAD})
_READERS = STAFF | STRATEGY

MEASURES = Domain(
    name="action_measures",
    aggregates=(Measure,),
    events=EVENTS,
    permissions={
        c.PlanMeasure: _CLOCK,
        c.StartMeasure: _LEADS,
        c.MarkMeasureAtRisk: _LEADS,
        c.FlagMeasureAtRisk: _CLOCK,
        c.ClearMeasureRisk: _LEADS,
        c.MarkMeasureDelayed: _CLOCK,
        c.CompleteMilestone: _LEADS,
        c.CompleteMeasure: _LEADS,
    },
    queries={"measures": _READERS, "measure": _READERS},
)
