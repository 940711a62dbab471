"""Consultations and contributions of the past: from the plan to the end of the window, and what came in within it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from domain.consultations.commands import (
    CloseConsultation,
    OpenConsultation,
    PlanConsultation,
    RecordContribution,
    WithdrawConsultation,
)
from domain.consultations.consultation import Consultation
from domain.kernel.errors import StreamNotFound
from services.bootstrap import System
from services.importing.kind import Kind, Order
from services.importing.lines import Line, Record, Unreadable
from services.importing.mapping import BadRecord, Reader
from services.importing.stories import TICK, Story, Tell, about, given, step, telling, worded


class Window(msgspec.Struct, frozen=True):
    """When a consultation took contributions, UTC, half-open."""

    opened_at: datetime
    closes_at: datetime


async def _tell_consultations(system: System, order: Order, reader: Reader) -> Tell:
    tenant = await system.handler.authority.tenant(order.tenant)
    return consultation_stories(reader, await system.handler.now(tenant))


async def _tell_contributions(system: System, order: Order, reader: Reader) -> Tell:
    tenant = await system.handler.authority.tenant(order.tenant)
    if order.of is None:
        raise StreamNotFound
    held = await system.handler.aggregates.read(tenant.tenant_id, Consultation, order.of, fresh=True)
    consultation = held.aggregate
    if not isinstance(consultation, Consultation) or consultation.starts_at is None or consultation.closes_at is None:
        raise Unreadable("the consultation was never open")
    return contribution_stories(reader, order.of, Window(consultation.starts_at, consultation.closes_at))


CONSULTATIONS = Kind(
    "consultations",
    (
        *("id", "title", "language", "act_kind", "summary", "planned", "opens", "closes"),
        *("withdrawn", "withdrawn_at", "withdrawal_reason"),
    ),
    _tell_consultations,
)
CONTRIBUTIONS = Kind(
    "contributions",
    ("id", "body", "language", "channel", "received", "title", "kind", "organisation", "name", "email"),
    _tell_contributions,
)


def consultation_stories(reader: Reader, now: datetime) -> Tell:
    """Stories of consultations up to `now`, the tenant's time: what is still to come is left to come."""
    return telling(reader, lambda record, source_id: _consultation(reader, record, source_id, now))


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
        "title": worded(language, title),
        "act_kind": reader.required(record, "act_kind"),
    }
    summary = reader.text(record, "summary")
    if summary:
        facts["summary"] = worded(language, summary)
    steps = [step("plan", PlanConsultation, min(planned, opens or planned), facts)]
    gone = reader.start(record, "withdrawn_at") if reader.flag(record, "withdrawn") else None
    if opens and closes:
        steps.append(step("open", OpenConsultation, opens, {"closes_at": closes}))
        if closes <= min(now, gone or now):
            steps.append(step("close", CloseConsultation, closes, {}))
    if reader.flag(record, "withdrawn"):
        last = max(one.occurred_at for one in steps if one.occurred_at is not None)
        at = max(gone or last, last)
        reason = worded(language, reader.text(record, "withdrawal_reason") or "Withdrawn.")
        steps.append(step("withdraw", WithdrawConsultation, at, {"reason": reason}))
    return Story(source_id, tuple(steps), tuple(remarks))


def contribution_stories(reader: Reader, consultation_id: UUID, window: Window) -> Tell:
    """Stories of contributions to one consultation that took them within `window`."""

    def tell(line: Line) -> Story:
        record = line.record or {}
        source_id = reader.text(record, "id")
        remarks = []
        if source_id is None:
            source_id = f"#{line.number}"
            remarks.append(f"no reference in the source: taken as {source_id}, its place in the file")
        with about(source_id):
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
    facts |= given(title=reader.line(record, "title")[0], organisation_name=reader.line(record, "organisation")[0])
    person = given(name=reader.line(record, "name")[0], email=reader.text(record, "email"))
    if person:
        facts["contributor"] = person
    return Story(told.source_id, (step("record", RecordContribution, received, facts),), tuple(remarks))
