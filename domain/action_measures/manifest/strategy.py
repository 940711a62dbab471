"""The strategy: whoever coordinates it puts it on record, and what it assigns is handed over."""

from domain.action_measures.commands import strategy as c
from domain.action_measures.events import strategy as e
from domain.action_measures.policies import POLICIES
from domain.action_measures.strategy import Strategy
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import STAFF, STRATEGY

_COORDINATORS = frozenset({Role.COUNCIL_SECRETARY, Role.OGG_SUPERVISOR})

STRATEGIES = Domain(
    name="action_measures",
    aggregates=(Strategy,),
    events=e.EVENTS,
    permissions={
        c.AdoptStrategy: _COORDINATORS,
        c.AddSpecificObjective: _COORDINATORS,
        c.AssignMeasure: _COORDINATORS,
        c.RecordOutput: _COORDINATORS,
        c.EndStrategy: _COORDINATORS,
    },
    queries={"strategies": STAFF | STRATEGY, "strategy": STAFF | STRATEGY},
    policies=POLICIES,
    public=frozenset(
        {
            e.StrategyAdopted,
            e.SpecificObjectiveAdded,
            e.MeasureAssigned,
            e.OutputRecorded,
            e.StrategyEnded,
        }
    ),
)
