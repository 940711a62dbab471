"""The time to bid, what a clarification leaves of it, and the time in which bids are opened."""

from domain.kernel.judging import Law
from domain.kernel.message import N_
from domain.kernel.rules import Rule
from domain.kernel.window import Window

OPEN = "contract.call.min_open"
CLARIFY = "contract.call.clarify"
OPENING = "contract.bid.opening"


def _bidding_rule(law: Law) -> Rule:
    return law.rules[OPEN]


BIDDING = Window(
    name="bidding",
    rule=_bidding_rule,
    opened_by="CallPublished",
    field="open_days",
    not_countable="opening-not-countable",
    too_short="open-too-short",
    shortfall=N_("The call is open for {days} days as the rule counts them ({unit}, {counting}); it asks for {least}."),
)
