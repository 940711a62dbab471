"""What is kept of a dump: its files by their hashes, and where each log was cut for it."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec


class LogCut(msgspec.Struct, frozen=True):
    """How far a log was read: up to `position` of `epoch`.

    `head` is a signed head of its tree (C2SP tlog-checkpoint) over that position, or the newest where none was sealed
    yet; '' where there is none at all.
    """

    epoch: int
    position: int
    head: str = ""


class DumpFile(msgspec.Struct, frozen=True):
    """A file in one form: SHA-256 in hexadecimal and size in bytes."""

    form: str
    sha256: str
    size: int


class Dump(msgspec.Struct, frozen=True, kw_only=True):
    """A dataset as it stood on a day, cut of `logs` by slug. What was open or overdue was so `as_of` that time.

    `rows` counts a register's; `first` and `last` are the days that it stretches over. `not_offered` says of a form why
    it is not there. The same day may have several editions, of which the newest counts; one without files, because it
    was `gone`, says why.
    """

    dataset: str
    day: date
    edition: int
    as_of: datetime
    built_at: datetime
    files: tuple[DumpFile, ...]
    logs: Mapping[str, LogCut]
    rows: int | None = None
    first: date | None = None
    last: date | None = None
    not_offered: Mapping[str, str] = {}
    gone: str = ""

    def file(self, form: str) -> DumpFile | None:
        """The file in that form."""
        return next((one for one in self.files if one.form == form), None)


EXPIRED, TAKEN = "expired", "taken-from-view"
"""Why a dump is gone: it had been kept long enough, or something in it is public no more."""
