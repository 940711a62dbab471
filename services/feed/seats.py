"""Who follows the feed for as long as they like: so many in a process, and nobody takes the room of all others."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

MOST = 1_000
"""Streams that a process holds open; each holds events of its own."""
OF_ANYBODY = MOST // 2
"""Streams of all together who do not say who they are: the rest is for who does."""
OF_ONE = 100
"""Streams of one reader who does."""


class Seats:
    """Streams that are open, by whose they are; None: of anybody."""

    def __init__(self) -> None:
        self._taken = Counter[UUID | None]()

    def room(self, reader: UUID | None) -> bool:
        """Whether the reader may open one more."""
        most = OF_ANYBODY if reader is None else OF_ONE
        return self._taken[reader] < most and self._taken.total() < MOST

    @contextmanager
    def taken(self, reader: UUID | None) -> Iterator[None]:
        """One more stream of the reader, for as long as it is open."""
        self._taken[reader] += 1
        try:
            yield
        finally:
            self._taken[reader] -= 1
            if not self._taken[reader]:
                del self._taken[reader]
