"""Volunteering: who offers it, who takes part, what was agreed, how many minutes were given, and what proves them."""

from domain.volunteering.manifest import DOMAIN

__all__ = ["DOMAIN"]
