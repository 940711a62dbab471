"""Who hears how far a backup or a restore is."""

from collections.abc import Callable

Told = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and of how much; 0 of 0 where nobody counts."""


def silent(what: str, done: int, of: int) -> None:
    """Tell nobody."""
