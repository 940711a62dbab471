"""What this domain brings to the platform, and who may ask it for what: a module per part, joined here."""

from domain.kernel.manifest import joined

DOMAIN = joined("action_measures")
"""The strategy: objectives, measures, indicators, what was promised for when and what became of it."""
