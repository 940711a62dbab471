"""Parts of a file (RFC 9110, sections 13 and 14): which bytes a request asks for, and whether it has them already."""

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

import msgspec

from services.gateway.preconditions import is_known
from services.gateway.refusals import RangeNotSatisfiable

Headers = Mapping[bytes, bytes]
_ONE = re.compile(r"(?ai)bytes[ \t]*=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*")


class Whole(msgspec.Struct, frozen=True):
    """A file that parts are asked of; `changed_at` in whole seconds, as HTTP tells them."""

    size: int
    etag: str
    changed_at: datetime

    @property
    def last_modified(self) -> str:
        """The time as a header says it."""
        return format_datetime(self.changed_at.astimezone(UTC).replace(microsecond=0), usegmt=True)

    def is_known_to(self, headers: Headers) -> bool:
        """Whether the reader has it: by If-None-Match or, where that is not sent, by If-Modified-Since."""
        if b"if-none-match" in headers:
            return is_known(dict(headers), self.etag)
        since = _time(headers.get(b"if-modified-since"))
        return since is not None and self.changed_at.replace(microsecond=0) <= since

    def part(self, headers: Headers) -> tuple[int, int] | None:
        """The bytes from one number on and before another; None for all of them.

        What cannot be read as one range is not taken for any, nor is a range of a file that has changed (If-Range).
        Raises: RangeNotSatisfiable.
        """
        asked = _ONE.fullmatch(headers.get(b"range", b"").decode("latin-1"))
        if asked is None or not (asked[1] or asked[2]) or not self._unchanged(headers):
            return None
        if asked[1]:
            begin, end = int(asked[1]), min(int(asked[2]) + 1 if asked[2] else self.size, self.size)
            if asked[2] and int(asked[2]) < begin:
                return None
        else:
            begin, end = max(self.size - int(asked[2]), 0), self.size
        if begin >= self.size or begin >= end:
            raise RangeNotSatisfiable(self.size)
        return begin, end

    def _unchanged(self, headers: Headers) -> bool:
        sent = headers.get(b"if-range", b"").decode("latin-1").strip()
        return sent in {"", self.etag, self.last_modified}


def _time(sent: bytes | None) -> datetime | None:
    try:
        found = None if sent is None else parsedate_to_datetime(sent.decode("latin-1"))
    except (ValueError, OverflowError):
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)


def digest(sha256: bytes) -> str:
    """The value of Content-Digest and Repr-Digest (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(sha256).decode()}:"
