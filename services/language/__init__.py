"""Every text that the system says, in Albanian, Serbian (both scripts) and English."""

from services.language.negotiation import DEFAULT, SUPPORTED, negotiate
from services.language.translation import rule_name, translate, translate_code, warm

__all__ = ["DEFAULT", "SUPPORTED", "negotiate", "rule_name", "translate", "translate_code", "warm"]
