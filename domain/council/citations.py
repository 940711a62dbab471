"""What the Council and cooperation with civil society rest on; numbers have their citation in the rule pack."""

from domain.kernel.message import N_

COUNCIL = N_("Decision No. 05/96 of 2 April 2019 on the Council for Cooperation of the Government with Civil Society")
PROCEDURE = N_("Rules of Procedure of the Council for Cooperation of the Government with Civil Society")
STRATEGY = N_("Government Strategy and Action Plan for Cooperation with Civil Society")
