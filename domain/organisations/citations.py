"""Acts on which requirements of the register rest; the articles are still to be compared with the text of the law."""

from domain.kernel.message import N_

NGO_LAW = N_("Law No. 06/L-043 on Freedom of Association in Non-Governmental Organisations")
PUBLIC_FINANCING = N_("Regulation (MF) No. 04/2017 on Public Financing of Non-Governmental Organisations")
