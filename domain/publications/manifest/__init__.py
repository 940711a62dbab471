"""What this domain brings to the platform, and who may ask it for what: a module per part, joined here."""

from domain.kernel.manifest import joined
from domain.publications.manifest.publication import PUBLICATIONS

DOMAIN = joined("publications", PUBLICATIONS)
"""Documents of the cooperation, versioned, in several languages, each with its hash."""
