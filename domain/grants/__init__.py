"""Grants: the yearly funding plan, the call with its criteria and its form, and what follows from it."""

from domain.grants.manifest import DOMAIN

__all__ = ["DOMAIN"]
