"""What becomes of an institution's open duties when it is merged or split."""

from domain.succession.manifest import DOMAIN

__all__ = ["DOMAIN"]
