"""What the strategy and its action plan rest on; numbers have their citation in the rule pack."""

from domain.kernel.message import N_

STRATEGY = N_("Government Strategy and Action Plan for Cooperation with Civil Society")
