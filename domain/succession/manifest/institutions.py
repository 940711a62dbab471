"""Who answers for ended institutions: the system carries their duties, the nation's supervisor assigns them."""

from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import FUNDING, INVOLVED, STAFF, STRATEGY, VOLUNTEERING
from domain.succession import commands as c
from domain.succession import events as e
from domain.succession.inheritance import Inheritance
from domain.succession.succession import Succession

_SYSTEM = frozenset({Role.CLOCK})
_WORKING = (STAFF | FUNDING | VOLUNTEERING | STRATEGY | {Role.DATA_PROTECTION_OFFICER}) - {Role.AUDITOR}
"""Who works for a successor. An auditor of it is none of its predecessors': their logs have auditors of their own."""
INSTITUTIONS = Domain(
    name="succession",
    aggregates=(Succession, Inheritance),
    events=e.EVENTS,
    permissions={
        c.BeginSuccession: _SYSTEM,
        c.PassSuccessionOn: _SYSTEM,
        c.CarryDuties: _SYSTEM,
        c.AssignDuty: frozenset({Role.NATIONAL_SUPERVISOR}),
        c.TakeSuccession: _SYSTEM,
        c.TakeDuties: _SYSTEM,
        c.HandOverDuties: _SYSTEM,
    },
    queries={"succession": INVOLVED, "inherited_duties": _WORKING},
    public=frozenset({e.SuccessionBegun, e.SuccessionPassed, e.SuccessionTaken}),
    granted=frozenset({e.DutyCarried, e.DutyAssigned, e.DutyTaken, e.DutyHandedOver}),
)
