"""How an address says that it will go: Deprecation (RFC 9745), Sunset (RFC 8594) and where its successor is.

An address is deprecated by `Deprecated` in its route; every answer of it then says so, refusals too, its description
says `deprecated`, and the changelog (`services/gateway/changelog.json`) must have said it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

import msgspec
from litestar.types import Scope

DEPRECATED = "pakt_deprecated"
"""Where a handler's options, and the state of a request to a command, hold the address's `Deprecated`."""
CHANGELOG = "/v1/changelog"
Headers = list[tuple[bytes, bytes]]


class Deprecated(msgspec.Struct, frozen=True):
    """Not to be used by new programs from `since` on; gone after `sunset`. `successor` is an address or a URL."""

    since: datetime
    sunset: datetime | None = None
    successor: str = ""

    def __post_init__(self) -> None:
        """Refuse what RFC 9745 forbids: an end before the warning.

        Raises: ValueError.
        """
        if self.sunset is not None and self.sunset < self.since:
            raise ValueError(f"gone at {self.sunset}, deprecated only from {self.since}")

    def headers(self) -> Headers:
        """The header fields."""
        said = [
            (b"deprecation", b"@%d" % self.since.timestamp()),
            (b"link", f'<{CHANGELOG}>; rel="deprecation"; type="application/json"'.encode()),
        ]
        if self.sunset is not None:
            said.append((b"sunset", format_datetime(self.sunset.astimezone(UTC), usegmt=True).encode()))
        if self.successor:
            said.append((b"link", f'<{self.successor}>; rel="successor-version"'.encode()))
        return said


def warnings_of(scope: Scope) -> Sequence[tuple[bytes, bytes]]:
    """What an answer to this request says of its address; nothing for most."""
    found: Deprecated | None = scope["state"].get(DEPRECATED)
    if found is None and (handler := scope.get("route_handler")) is not None:
        found = handler.opt.get(DEPRECATED)
    return found.headers() if found is not None else ()
