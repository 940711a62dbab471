"""Checking in by a code on a phone."""

from domain.kernel.manifest import Domain

CHECKIN = Domain(name="volunteering", aggregates=(), events=(), permissions={})
