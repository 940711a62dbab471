"""The act on which an erasure rests. The article is left to the officer: the text of the law must be in hand."""

from domain.kernel.message import N_

PERSONAL_DATA = N_("Law No. 06/L-082 on Protection of Personal Data")
