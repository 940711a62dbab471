"""What a record comes to: the commands that tell its history, each with the time it happened."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from domain.kernel.command import Command
from services.importing.cells import Sum, Unread
from services.importing.lines import Line, Record
from services.importing.mapping import BadRecord, Reader

C = TypeVar("C", bound=Command)
TICK = timedelta(seconds=1)
_PATTERN = re.compile(r"`str` matching regex '.*'", re.DOTALL)
_QUOTED = re.compile(r"Invalid enum value '.*' - at", re.DOTALL)
"""The report outlives an erasure: what a record says is not repeated in it, in whatever column it stood."""


class Place(msgspec.Struct, frozen=True):
    """A stream in the log of an institution; its id is None for a command whose own words settle it."""

    tenant: str
    stream_id: UUID | None


class Step(msgspec.Struct, frozen=True):
    """One command and when it happened; the first of a record begins the stream, the others follow on it.

    A step with a `place` goes there instead. One without a time does not tell of the past: it happens as it is sent.
    """

    name: str
    command: Command
    occurred_at: datetime | None
    place: Place | None = None


class Story(msgspec.Struct, frozen=True):
    """A record's commands in order; `remarks` say what had to be supposed.

    Of a row of a table: `unread` are the cells that could not be read, `sums` what its cells of amounts add to those of
    their columns.
    """

    source_id: str
    steps: tuple[Step, ...]
    remarks: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()
    sums: Mapping[str, Sum] = {}


Tell = Callable[[Line], Story]
"""Turns a readable line into its story, or raises BadRecord with the reason; asked once for each line, in order."""
TellRecord = Callable[[Record, str], Story]
"""Turns a record and its id into its story, or raises BadRecord."""


def telling(reader: Reader, tell_record: TellRecord) -> Tell:
    """Stories of records that are known by what the mapping calls `id`."""

    def tell(line: Line) -> Story:
        record = line.record or {}
        source_id = reader.required(record, "id")
        with about(source_id):
            return tell_record(record, source_id)

    return tell


@contextmanager
def about(source_id: str) -> Iterator[None]:
    """Let a bad record say which one it is."""
    try:
        yield
    except BadRecord as error:
        error.source_id = source_id
        raise


def step(name: str, kind: type[C], at: datetime | None, facts: dict[str, Any]) -> Step:
    """A step with the command of these facts.

    Raises: BadRecord.
    """
    return Step(name, made(name, kind, facts), at)


def made(name: str, kind: type[C], facts: dict[str, Any]) -> C:
    """The command, its values checked as if they had come over the wire.

    Raises: BadRecord, which calls the step by its name.
    """
    try:
        return msgspec.convert(facts, kind)
    except msgspec.ValidationError as error:
        said = _PATTERN.sub("a text of another form", _QUOTED.sub("Not one of the possible values - at", str(error)))
        raise BadRecord(f"{name}: {said}") from error


def checked(name: str, command: Command, at: datetime) -> Step:
    """The step of a command that was put together here, its values checked as if it had come over the wire."""
    try:
        msgspec.convert(msgspec.to_builtins(command), type(command))
    except msgspec.ValidationError as error:
        raise BadRecord(f"{name}: {error}") from error
    return Step(name, command, at)


def worded(language: str, words: str) -> dict[str, dict[str, str]]:
    """A text in one language, as it comes over the wire."""
    return {language: {"text": words}}


def given(**values: str | None) -> dict[str, str]:
    """The values that the record has."""
    return {name: value for name, value in values.items() if value is not None}
