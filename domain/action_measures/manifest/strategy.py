"""The strategy: whoever coordinates it puts it on record, and what it assigns is handed over."""

from domain.action_measures.commands import strategy as c
from domain.action_measures.events.strategy import EVENTS
from domain.action_measures.policies import POLICIES
from domain.action_measures.strategy import Strategy
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import STAFF, STRATEGY

_COORDINATORS = frozenset({Role.COUNCIL_SECRETARY, Role.OGG_SUPERVISOR})

STRATEGIES = Domain(
    name="action_measures",
    aggregates=(Strategy,),
    events=EVENTS,
    permissions={
        c.AdoptStrategy: _COORDINATORS,
        c.AddSpecificObjective: _COORDINATORS,
        c.AssignMeasure: _COORDINATORS,
        c.RecordOutput: _COORDINATORS,
        c.EndStrategy: _COORDINATORS,
    },
    queries={"strategies": STAFF | STRATEGY, "strategy": STAFF | STRATEGY},
    policies=POLICIES,
)
