"""Governing events: who may do what and by which rules. Every decision of their tenant rests on them."""

GOVERNS = "governs"
"""Tag of governing events; every append is conditioned on having seen the last of them."""


def governs(_event: object) -> tuple[str, ...]:
    """The tags of a governing event: `tags = governs` in its class."""
    return (GOVERNS,)
