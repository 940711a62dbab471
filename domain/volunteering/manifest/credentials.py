"""Programmes, and certificates that prove hours to anybody."""

from domain.kernel.manifest import Domain

CREDENTIALS = Domain(name="volunteering", aggregates=(), events=(), permissions={})
