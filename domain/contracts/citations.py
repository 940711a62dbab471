"""Acts on which requirements rest that set no number; numbers have their citation in the rule pack."""

from domain.kernel.message import N_

PROCUREMENT = N_("Law No. 04/L-042 on Public Procurement in Kosovo")
SERVICES = N_("Law No. 02/L-17 on Social and Family Services")
LANGUAGES = N_("Law No. 02/L-037 on the Use of Languages")
