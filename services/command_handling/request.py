"""What goes into the command path and what comes out of it."""

from datetime import datetime
from uuid import UUID

import msgspec

from domain.kernel.command import Command
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role, Scope


class Client(msgspec.Struct, frozen=True):
    """What an access token lets a program do, as far as its grant in the log reaches.

    `mandate_id` names the mandate on which it acts for a member: of whom it is, the log says.
    """

    scopes: frozenset[Scope]
    mandate_id: UUID | None = None


class Principal(msgspec.Struct, frozen=True):
    """Who sends a command: a person or an API client by a verified token, or a part of the system by its own role.

    What the person may do is never in here: it comes from the mandates in the log.
    """

    person_id: UUID
    system_role: Role | None = None
    client: Client | None = None


CLOCK = Principal(derived_id("system", Role.CLOCK), system_role=Role.CLOCK)
"""The system itself, doing what time or an event asks for."""

OPERATOR = Principal(derived_id("system", Role.OPERATOR), system_role=Role.OPERATOR)
"""Whoever runs the installation, at its console."""


class Imported(msgspec.Struct, frozen=True):
    """Marks a command that tells of the past: when it happened (UTC), and which record elsewhere says so."""

    occurred_at: datetime
    source: str
    source_id: str


class Request(msgspec.Struct, frozen=True):
    """A command on its way. `stream_id` is None for commands that begin a stream, unless the stream's id is given.

    `command_id` is the idempotency key: the same id has one outcome for ever. `if_match` is the version the caller saw.
    `received_at` is when the whole of it had come in (UTC, by this machine's clock): what waits for its turn over a
    deadline was in time all the same. None for what the system sends itself: it comes when it is looked at.
    """

    tenant: str
    command: Command
    command_id: UUID
    principal: Principal
    stream_id: UUID | None = None
    if_match: int | None = None
    language: str = ""
    traceparent: str = ""
    cause: str = ""
    correlation: UUID | None = None
    imported: Imported | None = None
    received_at: datetime | None = None


class EventReference(msgspec.Struct, frozen=True):
    """A stored event: its type name, its position in the tenant's log, and its id, which stays its own for ever."""

    type: str
    position: int
    id: UUID


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a successful command made: a function of the stored events alone, so a repeat gives the same bytes.

    `receipt_code` is there when something was submitted: whoever holds it can follow that, under `/v1/public/receipts`.
    """

    tenant: str
    stream_id: UUID
    version: int
    first_position: int
    last_position: int
    events: tuple[EventReference, ...]
    receipt_code: str = ""


class Executed(msgspec.Struct, frozen=True):
    """An answer, and whether this call stored the events or an earlier one had."""

    answer: Answer
    replayed: bool
