"""Which of the events that a reader may be told it wants: of some institutions, types, or one stream."""

from functools import lru_cache
from uuid import UUID

import msgspec

from domain.transparency.events import EpochBegun
from infra.eventstore.interface import StoredEvent
from services.feed.cloud_event import TYPE_PREFIX
from services.feed.visibility import GRANTED, OWN, PUBLIC

EVERYTHING_BELOW = ".*"
ALWAYS = EpochBegun.TOPIC
"""Told whatever is chosen: it says that positions which were told before are not part of the log any more."""


def fits(pattern: str, type_name: str) -> bool:
    """Whether a stored name is the one of the pattern, or begins like a pattern that ends in `.*`.

    The pattern may be written as the type of a CloudEvent.
    """
    plain = pattern.removeprefix(TYPE_PREFIX)
    if plain.endswith(EVERYTHING_BELOW):
        return type_name.startswith(plain[:-1])
    return type_name == plain


@lru_cache(maxsize=4_096)
def is_told(pattern: str) -> bool:
    """Whether events of any type that fits are told to anybody."""
    return any(fits(pattern, name) for name in PUBLIC | GRANTED | OWN)


@lru_cache(maxsize=4_096)
def _fitting(names: frozenset[str], patterns: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name for name in names if any(fits(pattern, name) for pattern in patterns))


@lru_cache(maxsize=16_384)
def _fits_any(patterns: tuple[str, ...], type_name: str) -> bool:
    return any(fits(pattern, type_name) for pattern in patterns)


class Selection(msgspec.Struct, frozen=True):
    """What a reader asks for; None asks nothing. `tenants` are slugs, `types` patterns, `subject` a stream."""

    tenants: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    subject: UUID | None = None

    def names(self, told: frozenset[str]) -> frozenset[str]:
        """Of stored names that may be told, those to look for."""
        return told if self.types is None else _fitting(told, self.types) | {ALWAYS}

    def chooses(self, event: StoredEvent) -> bool:
        """Whether the event, which the reader may be told, is asked for."""
        if event.type_name == ALWAYS:
            return True
        if self.subject is not None and event.stream_id != self.subject:
            return False
        return self.types is None or _fits_any(self.types, event.type_name)

    def __str__(self) -> str:
        parts = (self.tenants and sorted(self.tenants), self.types and sorted(self.types), self.subject)
        return msgspec.json.encode(parts).decode()
