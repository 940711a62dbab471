"""Acts on which requirements rest that set no number; numbers have their citation in the rule pack."""

from domain.kernel.message import N_

FINANCING = N_("Regulation (MF) No. 04/2017 on Public Financing of Non-Governmental Organisations")
ONLY_ORGANISATIONS = N_("Regulation MF-NR-04/2017 on Public Financing of Non-Governmental Organisations, Art. 3 §1.6")
LANGUAGES = N_("Law No. 02/L-037 on the Use of Languages")
