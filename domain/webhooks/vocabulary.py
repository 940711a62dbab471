"""Words of webhooks."""

from enum import StrEnum
from typing import Annotated

import msgspec

from domain.kernel.text import END, Slug
from domain.kernel.vocabulary import TARGET

MOST_ENDPOINTS = 50
"""That a client has at once, disabled ones too: a bound of an installation's work, which no law knows of."""
MOST_REPLAYED = 10_000
"""Positions of a log that one request for deliveries may span."""
OVERLAP_HOURS = 24
"""Usual time for which messages are signed under the old secret too."""

EndpointUrl = Annotated[
    str,
    msgspec.Meta(
        max_length=1_000,
        pattern=TARGET,
        description="Where messages are posted to; https, unless the installation lets the address be asked without",
    ),
]
TypePattern = Annotated[
    str,
    msgspec.Meta(
        max_length=120,
        pattern=rf"^([a-z_]+\.[A-Z][A-Za-z]*\.v[1-9][0-9]{{0,2}}|[a-z_]+\.([A-Z][A-Za-z]*\.)?\*|\*){END}",
        description="Stored name of an event's type, or the beginning of several before `*`, as `consultations.*`",
    ),
]
Types = Annotated[tuple[TypePattern, ...], msgspec.Meta(min_length=1, max_length=200)]
Chosen = Annotated[
    tuple[Slug, ...],
    msgspec.Meta(
        min_length=1,
        max_length=200,
        description="Slugs of institutions, or groups of them: all, ministries, municipalities, national",
    ),
]
Place = Annotated[int, msgspec.Meta(ge=1, le=1 << 53, description="Position in a log, from 1")]
OverlapHours = Annotated[
    int, msgspec.Meta(ge=0, le=168, description="Hours for which messages are signed under the old secret too")
]
Generation = Annotated[int, msgspec.Meta(ge=1, le=1_000_000, description="Which secret of the endpoint, from 1")]


class EndpointStage(StrEnum):
    """Whether messages are sent to it."""

    ACTIVE = "active"
    DISABLED = "disabled"
    REMOVED = "removed"


class DisabledBecause(StrEnum):
    """Why nothing is sent to an endpoint until it is enabled again."""

    REQUESTED = "requested"
    """Its client asked for it."""
    MISUSED = "misused"
    """The national administrator decided it."""
    FAILING = "failing"
    """The last try of a message failed."""
    GONE = "gone"
    """It answered 410."""


def matches(pattern: str, type_name: str) -> bool:
    """Whether a pattern names the stored name of an event's type."""
    return type_name.startswith(pattern[:-1]) if pattern.endswith("*") else type_name == pattern
