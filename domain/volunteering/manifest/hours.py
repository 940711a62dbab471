"""Agreements, the minutes given under them, and everybody's time in the national log."""

from domain.kernel.manifest import Domain

HOURS = Domain(name="volunteering", aggregates=(), events=(), permissions={})
