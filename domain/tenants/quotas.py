"""How much of the installation an institution may use, so that what one does leaves the others theirs."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import msgspec


class Resource(StrEnum):
    """What is counted, each in its own measure."""

    REQUESTS = "requests"
    """Commands and queries about the institution, a minute."""
    EXPORTS = "exports"
    """Lists taken whole, as NDJSON or CSV, an hour."""
    STORAGE = "storage"
    """Megabytes (10^6) of uploaded files."""
    JOBS = "jobs"
    """Pieces of background work that wait at once."""
    WEBHOOKS = "webhooks"
    """Endpoints that name the institution itself and want to be told of its events."""


USUAL: Mapping[Resource, int] = {
    Resource.REQUESTS: 600_000,
    Resource.EXPORTS: 3_600,
    Resource.STORAGE: 100_000,
    Resource.JOBS: 100_000,
    Resource.WEBHOOKS: 1_000,
}
"""For an institution of which nothing else was decided: more than one needs, less than a runaway takes (ADR 0051)."""
WINDOWS: Mapping[Resource, int] = {Resource.REQUESTS: 60, Resource.EXPORTS: 3_600}
"""Seconds after which the count begins anew; the others are what there is at a time."""
PACED = frozenset({Resource.REQUESTS})
"""What is given out evenly over its window: all of it at once would be felt by the others."""

Limit = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000_000, description="In the measure of the resource")]
