"""Opportunities to volunteer, with their shifts."""

from domain.kernel.manifest import Domain

OPPORTUNITIES = Domain(name="volunteering", aggregates=(), events=(), permissions={})
