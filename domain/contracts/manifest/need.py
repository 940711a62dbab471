"""The need: who assesses it, who decides to buy it."""

from domain.contracts.commands import need as c
from domain.contracts.events import need as e
from domain.contracts.need import ServiceNeed
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import FUNDING, STAFF

_OFFICERS = frozenset({Role.PROCUREMENT_OFFICER})
_DECIDERS = frozenset({Role.PROCUREMENT_OFFICER, Role.LEGAL_OFFICER})

NEEDS = Domain(
    name="contracts",
    aggregates=(ServiceNeed,),
    events=e.EVENTS,
    permissions={
        c.AssessNeed: _OFFICERS,
        c.ApproveNeed: _DECIDERS,
        c.WithdrawNeed: _DECIDERS,
    },
    queries={"service_needs": STAFF | FUNDING, "service_need": STAFF | FUNDING},
    public=frozenset({e.NeedApproved}),
    granted=frozenset({e.NeedWithdrawn}),
)
