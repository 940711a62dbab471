"""The acts on which licensing rests; their articles are still to be compared with their texts."""

from domain.kernel.message import N_

SOCIAL_SERVICES = N_("Law No. 02/L-17 on Social and Family Services")
ADMINISTRATIVE_PROCEDURE = N_("Law No. 05/L-031 on General Administrative Procedure")
