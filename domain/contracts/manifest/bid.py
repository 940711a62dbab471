"""The bid: the bidder seals and opens it, the officer qualifies, the system disregards."""

from domain.contracts.bid import Bid
from domain.contracts.commands import bid as c
from domain.contracts.events.bid import EVENTS
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import SUPERVISED

_BIDDERS = frozenset({Role.CSO_DELEGATE})
_OFFICERS = frozenset({Role.PROCUREMENT_OFFICER})
_CLOCK = frozenset({Role.CLOCK})
_READERS = SUPERVISED | {Role.PROCUREMENT_OFFICER, Role.CONTRACT_MANAGER, Role.COMPLAINT_OFFICER}
"""Evaluators are not among them: they see a bid once they have declared their interests."""

BIDS = Domain(
    name="contracts",
    aggregates=(Bid,),
    events=EVENTS,
    permissions={
        c.SealBid: _BIDDERS,
        c.ResealBid: _BIDDERS,
        c.WithdrawBid: _BIDDERS,
        c.OpenBid: _BIDDERS,
        c.DisregardBid: _CLOCK,
        c.QualifyBid: _OFFICERS,
        c.DisqualifyBid: _OFFICERS,
        c.ReopenBid: _CLOCK,
    },
    queries={
        "service_bids": _READERS,
        "service_bid": _READERS,
        "own_service_bids": _BIDDERS,
    },
)
