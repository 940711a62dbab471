"""The time to apply, and what a clarification leaves of it."""

from domain.kernel.judging import Law
from domain.kernel.message import N_
from domain.kernel.rules import Rule
from domain.kernel.window import Window

OPEN = "grant.call.min_open"
CLARIFY = "grant.call.clarify"


def _opening_rule(law: Law) -> Rule:
    return law.rules[OPEN]


OPENING = Window(
    name="opening",
    rule=_opening_rule,
    opened_by="CallPublished",
    field="open_days",
    not_countable="opening-not-countable",
    too_short="open-too-short",
    shortfall=N_("The call is open for {days} days as the rule counts them ({unit}, {counting}); it asks for {least}."),
)
