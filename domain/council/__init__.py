"""The Council for Cooperation: who sits in it, how they are elected, what it decides and what becomes of that."""

from domain.council.manifest import DOMAIN

__all__ = ["DOMAIN"]
