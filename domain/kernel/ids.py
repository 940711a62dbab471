"""Names for identifiers, and ids that follow from other ids."""

from uuid import UUID, uuid5

PAKT = UUID("6f0b1d5e-54a8-5f0a-9c0e-6f3a2b8c7d10")
"""Namespace of every id that Pakt derives (RFC 9562 version 5)."""

NATIONAL_TENANT = 1
"""The tenant that holds institutions, rule packs, calendar and action plan."""

NATIONAL_SLUG = "opm"
"""Slug of the national tenant: the Office of the Prime Minister."""


def derived_id(*parts: object) -> UUID:
    """The same id for the same parts, for ever; parts are told apart by their order and text."""
    return uuid5(PAKT, "\x1f".join(str(part) for part in parts))
