"""The time to bid, what a clarification leaves of it, and the time in which bids are opened."""

from domain.kernel.open_call import call_window

OPEN = "contract.call.min_open"
CLARIFY = "contract.call.clarify"
OPENING = "contract.bid.opening"
BIDDING = call_window("bidding", OPEN)
