"""The act on which the ledger's requirements rest; its articles are still to be compared with its text."""

from domain.kernel.message import N_

PUBLIC_FINANCING = N_("Regulation (MF) No. 04/2017 on Public Financing of Non-Governmental Organisations")
