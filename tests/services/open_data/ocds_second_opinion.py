"""Merging releases with another implementation of the standard, written in another language."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from ocdsmerge_rs import Merger

from services.open_data.ocds_schema import release_schema


def compiled_elsewhere(releases: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What the releases come to."""
    found: dict[str, Any] = _merger().create_compiled_release(_sorted(releases))
    return found


def versioned_elsewhere(releases: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Every field with each value that it had."""
    found: dict[str, Any] = _merger().create_versioned_release(_sorted(releases))
    return found


def _sorted(releases: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(releases, key=lambda release: str(release["date"]))


@cache
def _merger() -> Merger:
    return Merger(rules=Merger.get_rules(Merger.dereference(dict(release_schema()))))
