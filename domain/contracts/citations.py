"""Acts on which requirements rest that set no number; numbers have their citation in the rule pack."""

from domain.kernel.message import N_

PROCUREMENT = N_("Law No. 04/L-042 on Public Procurement")
