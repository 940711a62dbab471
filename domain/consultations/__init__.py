"""Public consultations: the yearly plan, the consultation with its window, and every contribution with its answer."""

from domain.consultations.manifest import DOMAIN

__all__ = ["DOMAIN"]
