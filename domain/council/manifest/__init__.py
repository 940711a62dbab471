"""What this domain brings to the platform, and who may ask it for what: a module per part, joined here."""

from domain.kernel.manifest import joined

DOMAIN = joined("council")
"""The Council for Cooperation: who sits in it, how they are elected, what it decides and what becomes of that."""
