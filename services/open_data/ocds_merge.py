"""Releases of one process made into one: what stands today, and how every field came to it."""

import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any

from services.open_data.json_schema import Members
from services.open_data.ocds_schema import release_schema


class NotMerged(ValueError):
    """Releases that others made cannot be made into one; the message says why."""


def compiled(releases: Sequence[Members]) -> Members:
    """What the releases come to, by their dates; of two with the same date the later in order counts."""
    merged: Members = _merger().create_compiled_release(list(releases))
    return merged


def compiled_of_others(releases: Sequence[Members]) -> tuple[Members, tuple[str, ...]]:
    """The same of releases that nobody vouches for, with what the merge had to suppose.

    Raises: NotMerged for releases without dates, or with a list in one and no list in another.
    """
    from ocdsmerge.exceptions import OCDSMergeError  # noqa: PLC0415 - as in _merger

    with warnings.catch_warnings(record=True) as supposed:
        warnings.simplefilter("always")
        try:
            merged = compiled(releases)
        except (OCDSMergeError, AttributeError, TypeError, KeyError) as error:
            raise NotMerged(f"{type(error).__name__}: {error}") from error
    return merged, tuple(dict.fromkeys(str(one.message) for one in supposed))


def versioned(releases: Sequence[Members]) -> Members:
    """Every field with each value that it had, from which release."""
    merged: Members = _merger().create_versioned_release(list(releases))
    return merged


@cache
def _merger() -> Any:
    """By the rules of the schema that ships; with none the library would ask the network for one."""
    from ocdsmerge import Merger  # noqa: PLC0415 - takes long to import, and few processes merge

    return Merger(dict(release_schema()))
