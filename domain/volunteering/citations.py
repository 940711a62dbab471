"""The acts on which volunteering rests; numbers have their citation in the rule pack."""

from domain.kernel.message import N_

VOLUNTARY_WORK = N_("Administrative Instruction (MCYS) No. 01/2016 on Voluntary Work of Youth")
YOUTH = N_("Law No. 03/L-145 on Empowerment and Participation of Youth")
