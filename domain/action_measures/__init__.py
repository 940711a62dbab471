"""The strategy: objectives, measures, indicators, what was promised for when and what became of it."""

from domain.action_measures.manifest import DOMAIN

__all__ = ["DOMAIN"]
