"""The time to apply, and what a clarification leaves of it."""

from domain.kernel.open_call import call_window

OPEN = "grant.call.min_open"
CLARIFY = "grant.call.clarify"
OPENING = call_window("opening", OPEN)
