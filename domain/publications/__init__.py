"""Documents of the cooperation, versioned, in several languages, each with its hash."""

from domain.publications.manifest import DOMAIN

__all__ = ["DOMAIN"]
