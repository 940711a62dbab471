"""What this domain brings to the platform, and who may ask it for what: a module per part, joined here."""

from domain.kernel.manifest import joined

DOMAIN = joined("publications")
"""Documents of the cooperation, versioned, in several languages, each with its hash."""
