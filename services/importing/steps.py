"""What a record comes to: the commands that tell its history, each with the time it happened."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from domain.consultations.commands import (
    CloseConsultation,
    OpenConsultation,
    PlanConsultation,
    RecordContribution,
    WithdrawConsultation,
)
from domain.kernel.command import Command
from services.importing.lines import Line, Record
from services.importing.mapping import BadRecord, Mapping, Reader

C = TypeVar("C", bound=Command)
TICK = timedelta(seconds=1)
_PATTERN = re.compile(r"`str` matching regex '.*'", re.DOTALL)
_QUOTED = re.compile(r"Invalid enum value '.*' - at", re.DOTALL)
"""The report outlives an erasure: what a record says is not repeated in it, in whatever column it stood."""


class Step(msgspec.Struct, frozen=True):
    """One command and when it happened; the first of a record begins the stream, the others follow on it."""

    name: str
    command: Command
    occurred_at: datetime


class Story(msgspec.Struct, frozen=True):
    """A record's commands in order; `remarks` say what had to be supposed."""

    source_id: str
    steps: tuple[Step, ...]
    remarks: tuple[str, ...] = ()


Tell = Callable[[Line], Story]
"""Turns a readable line into its story, or raises BadRecord with the reason."""


class Window(msgspec.Struct, frozen=True):
    """When a consultation took contributions, UTC, half-open."""

    opened_at: datetime
    closes_at: datetime


def consultation_stories(mapping: Mapping, now: datetime) -> Tell:
    """Stories of consultations up to `now`, the tenant's time: what is still to come is left to come."""
    reader = mapping.reader(mapping.consultations)

    def tell(line: Line) -> Story:
        record = line.record or {}
        source_id = reader.required(record, "id")
        with _about(source_id):
            return _consultation(reader, record, source_id, now)

    return tell


@contextmanager
def _about(source_id: str) -> Iterator[None]:
    """Let a bad record say which one it is."""
    try:
        yield
    except BadRecord as error:
        error.source_id = source_id
        raise


def _consultation(reader: Reader, record: Record, source_id: str, now: datetime) -> Story:
    language, remarks = reader.required(record, "language"), []
    title, changed = reader.line(record, "title")
    if title is None:
        raise BadRecord("nothing is given for title")
    if changed:
        remarks.append("control characters were taken out of the title")
    opens, closes = reader.start(record, "opens"), reader.end(record, "closes")
    planned = reader.start(record, "planned") or opens
    if planned is None:
        raise BadRecord("nothing says when it was planned")
    if opens and closes and closes <= opens:
        raise BadRecord(f"the window ends at {closes.isoformat()}, before it starts at {opens.isoformat()}")
    if max(planned, opens or planned) > now:
        raise BadRecord("it lies in the future: only what has happened can be imported")
    facts: dict[str, Any] = {
        "title": _in(language, title),
        "act_kind": reader.required(record, "act_kind"),
    }
    summary = reader.text(record, "summary")
    if summary:
        facts["summary"] = _in(language, summary)
    steps = [_step("plan", PlanConsultation, min(planned, opens or planned), facts)]
    gone = reader.start(record, "withdrawn_at") if reader.flag(record, "withdrawn") else None
    if opens and closes:
        steps.append(_step("open", OpenConsultation, opens, {"closes_at": closes}))
        if closes <= min(now, gone or now):
            steps.append(_step("close", CloseConsultation, closes, {}))
    if reader.flag(record, "withdrawn"):
        at = max(gone or steps[-1].occurred_at, steps[-1].occurred_at)
        reason = _in(language, reader.text(record, "withdrawal_reason") or "Withdrawn.")
        steps.append(_step("withdraw", WithdrawConsultation, at, {"reason": reason}))
    return Story(source_id, tuple(steps), tuple(remarks))


def contribution_stories(mapping: Mapping, consultation_id: UUID, window: Window) -> Tell:
    """Stories of contributions to one consultation that took them within `window`."""
    reader = mapping.reader(mapping.contributions)

    def tell(line: Line) -> Story:
        record = line.record or {}
        source_id = reader.text(record, "id")
        remarks = []
        if source_id is None:
            source_id = f"#{line.number}"
            remarks.append(f"no reference in the source: taken as {source_id}, its place in the file")
        with _about(source_id):
            return _contribution(reader, record, Story(source_id, (), tuple(remarks)), consultation_id, window)

    return tell


def _contribution(reader: Reader, record: Record, told: Story, consultation_id: UUID, window: Window) -> Story:
    remarks = list(told.remarks)
    received = reader.within(record, "received")
    if received is None:
        received = window.closes_at - TICK
        remarks.append("no date in the source: taken as the last moment of the window")
    elif not window.opened_at <= received < window.closes_at:
        raise BadRecord(f"it came in at {received.isoformat()}, outside of the window")
    if reader.defaulted(record, "body"):
        remarks.append("no text in the source: the mapping's words stand for it")
    facts: dict[str, Any] = {
        "consultation_id": consultation_id,
        "body": reader.required(record, "body"),
        "language": reader.required(record, "language"),
        "channel": reader.text(record, "channel") or "web",
        "kind": reader.text(record, "kind") or "other",
        "received_at": received,
    }
    facts |= _given(title=reader.line(record, "title")[0], organisation_name=reader.line(record, "organisation")[0])
    person = _given(name=reader.line(record, "name")[0], email=reader.text(record, "email"))
    if person:
        facts["contributor"] = person
    return Story(told.source_id, (_step("record", RecordContribution, received, facts),), tuple(remarks))


def _step(name: str, kind: type[C], at: datetime, facts: dict[str, Any]) -> Step:
    """The command, its values checked as if they had come over the wire."""
    try:
        return Step(name, msgspec.convert(facts, kind), at)
    except msgspec.ValidationError as error:
        said = _PATTERN.sub("a text of another form", _QUOTED.sub("Not one of the possible values - at", str(error)))
        raise BadRecord(f"{name}: {said}") from error


def _in(language: str, words: str) -> dict[str, dict[str, str]]:
    return {language: {"text": words}}


def _given(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}
