"""What this domain brings to the platform, and who may ask it for what: a module per aggregate, joined here."""

from domain.kernel.manifest import joined

DOMAIN = joined("contracts")
