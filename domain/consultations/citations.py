"""Acts on which requirements rest that set no number; numbers have their citation in the rule pack."""

from domain.kernel.message import N_

MINIMUM_STANDARDS = N_("Regulation (GRK) No. 05/2016 on Minimum Standards for Public Consultation")
MUNICIPAL_STANDARDS = N_(
    "Administrative Instruction (MLGA) No. 06/2018 on Minimum Standards of Public Consultation in Municipalities"
)
LANGUAGES = N_("Law No. 02/L-037 on the Use of Languages")


def standards(kind: str) -> str:
    """The act on consultations that binds an institution of this kind."""
    return MUNICIPAL_STANDARDS if kind == "municipality" else MINIMUM_STANDARDS
