"""Volunteers, known to the nation once."""

from domain.kernel.manifest import Domain

VOLUNTEERS = Domain(name="volunteering", aggregates=(), events=(), permissions={})
