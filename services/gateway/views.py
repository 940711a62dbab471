"""What readers see of rows: the same fields without those that only the machine needs."""

from projections.views import INTERNAL, view_of, viewer

__all__ = ["INTERNAL", "view_of", "viewer"]
