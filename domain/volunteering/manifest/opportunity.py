"""The opportunity: its provider's people write and publish it, agreements fill it."""

from domain.kernel.manifest import Domain, Role
from domain.volunteering.commands import opportunity as c
from domain.volunteering.events import opportunity as e
from domain.volunteering.manifest.provider import OFFICIALS, PROVIDING, READERS
from domain.volunteering.opportunity import Opportunity

_CLOCK = frozenset({Role.CLOCK})

OPPORTUNITIES = Domain(
    name="volunteering",
    aggregates=(Opportunity,),
    events=e.EVENTS,
    permissions={
        c.DraftOpportunity: PROVIDING,
        c.RecordOpportunity: frozenset(),
        c.ReviseOpportunity: PROVIDING,
        c.PublishOpportunity: PROVIDING,
        c.CloseOpportunity: PROVIDING | OFFICIALS,
        c.MarkFilled: _CLOCK,
        c.MarkVacant: _CLOCK,
    },
    queries={
        "opportunities": READERS,
        "opportunity": READERS | {Role.CSO_DELEGATE},
        "opportunity_sums": READERS,
        "own_opportunities": frozenset({Role.CSO_DELEGATE}),
    },
    public=frozenset({e.OpportunityPublished, e.OpportunityFilled, e.OpportunityVacant, e.OpportunityClosed}),
    granted=frozenset({e.OpportunityRevised}),
)
