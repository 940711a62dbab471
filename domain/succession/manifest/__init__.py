"""What this domain brings to the platform, and who may ask it for what: a module per part, joined here."""

from domain.kernel.manifest import joined
from domain.succession.manifest.institutions import INSTITUTIONS

DOMAIN = joined("succession", INSTITUTIONS)
"""What becomes of an institution's open duties when it is merged or split."""
