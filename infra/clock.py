"""Where the time comes from."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """A source of UTC time."""

    def now(self) -> datetime:
        """The time, UTC, to the microsecond."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The time by this machine."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands until it is set: for tests and replays."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The time it was set to."""
        return self.at
