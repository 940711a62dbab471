"""What a platform of civil society keeps here: the directory of its members, and whom it nominates."""

from domain.platforms.manifest import DOMAIN

__all__ = ["DOMAIN"]
