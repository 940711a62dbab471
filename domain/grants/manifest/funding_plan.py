"""The funding plan: who writes it, who puts it in force."""

from domain.grants.commands import funding_plan as c
from domain.grants.events import funding_plan as e
from domain.grants.funding_plan import FundingPlan
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import FUNDING, STAFF

_OFFICERS = frozenset({Role.GRANT_OFFICER})
_IN_FORCE = frozenset({Role.GRANT_OFFICER, Role.LEGAL_OFFICER})

PLANS = Domain(
    name="grants",
    aggregates=(FundingPlan,),
    events=e.EVENTS,
    permissions={
        c.DraftFundingPlan: _OFFICERS,
        c.AddPlanLine: _OFFICERS,
        c.ChangePlanLine: _OFFICERS,
        c.DropPlanLine: _OFFICERS,
        c.PublishFundingPlan: _IN_FORCE,
        c.ReportFundingPlan: _IN_FORCE,
    },
    queries={"funding_plans": STAFF | FUNDING, "funding_plan": STAFF | FUNDING},
    public=frozenset({e.FundingPlanPublished, e.FundingPlanReported}),
    granted=frozenset({e.PlanLineAdded, e.PlanLineChanged, e.PlanLineDropped}),
)
