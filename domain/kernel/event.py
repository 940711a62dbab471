"""Events: facts in the past tense that carry only their payload; who, when and why are in the envelope."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self, cast
from uuid import UUID

import msgspec
from eventsourcing.domain import CanInitAggregate, CanMutateAggregate, OriginatorIDError, OriginatorVersionError

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""From here the microseconds count by which folding tells times: the server's own count, so nobody converts any."""
FILE = "file:"
"""Before the SHA-256 of a file, the name of a sealed value that is the file's name."""


class Personal(msgspec.Struct, frozen=True):
    """One value about one living person, to be sealed under that person's key and never put into a payload.

    A value that is not `needed` is left out when the person is erased already; any other refuses the command then.
    """

    subject_id: UUID
    field: str
    value: str
    needed: bool = True


def personal_file(subject_id: UUID, sha256: str, file_name: str) -> Personal:
    """A file that a person brought: its name is sealed, and its bytes go when the person is erased."""
    return Personal(subject_id, f"{FILE}{sha256}", file_name)


def about_tag(subject_id: UUID) -> str:
    """Tag of every event that has something sealed about the person."""
    return f"subject:{subject_id}"


class Event(msgspec.Struct, CanMutateAggregate[UUID], frozen=True, dict=True, forbid_unknown_fields=True):
    """Base of all events. Fields are the payload; the envelope lives in the instance's dict (see `stamp`).

    `TOPIC` is the stored name `<domain>.<Event>.v<n>`: an owned string, never an import path. `DRAFT` marks work on
    what was not handed in yet: what such an event says is for whoever acted, also after the draft was submitted.
    """

    TOPIC: ClassVar[str] = ""
    DRAFT: ClassVar[bool] = False

    def tags(self) -> tuple[str, ...]:
        """Names of the consistency boundaries this event belongs to; no personal data, at most 200 characters each."""
        return ()

    @property
    def receipt_code(self) -> str:
        """The code by which whoever holds it follows what this event began; '' for an event without one."""
        return ""

    @property
    def personal(self) -> tuple[Personal, ...]:
        """Values to seal with this event; empty on an event read back from the log."""
        return cast("tuple[Personal, ...]", self.__dict__.get("personal", ()))

    def about(self, *values: Personal | None) -> Self:
        """This event, carrying values to be sealed; None values are left out."""
        self.__dict__["personal"] = tuple(value for value in values if value is not None)
        return self

    @property
    def occurred_at(self) -> datetime:
        """When it happened, UTC; set by `stamp`."""
        at: datetime | int = self.__dict__["timestamp"]
        return at if isinstance(at, datetime) else EPOCH + timedelta(microseconds=at)

    def stamp(self, stream_id: UUID, version: int, occurred_at: datetime) -> Self:
        """Set the envelope: the library's names for stream, version and time."""
        self.__dict__.update(originator_id=stream_id, originator_version=version, timestamp=occurred_at)
        return self

    def _as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__struct_fields__} | self.__dict__

    def mutate(self, aggregate: Any) -> Any:
        """Apply to `aggregate`, checking stream and version as the library does."""
        envelope = self.__dict__
        if envelope["originator_id"] != aggregate._id:  # noqa: SLF001 - the library's own attribute names
            raise OriginatorIDError(envelope["originator_id"], aggregate._id)  # noqa: SLF001
        if envelope["originator_version"] != aggregate._version + 1:  # noqa: SLF001
            raise OriginatorVersionError(envelope["originator_version"], aggregate._version + 1)  # noqa: SLF001
        aggregate.appliers[type(self)](aggregate, self)
        aggregate._version = envelope["originator_version"]  # noqa: SLF001
        aggregate._modified_on = envelope["timestamp"]  # noqa: SLF001
        return aggregate


class InitialEvent(Event, CanInitAggregate[UUID], frozen=True):
    """The first event of a stream; `originates` is set by the aggregate class that names it as its `initial`."""

    originates: ClassVar[Any] = None  # an aggregate class; its module imports this one

    def mutate(self, aggregate: Any) -> Any:
        """Make the aggregate this event begins."""
        if aggregate is not None:
            raise OriginatorVersionError(self.__dict__["originator_version"], aggregate.version + 1)
        envelope = self.__dict__
        made = self.begun(envelope["originator_id"], envelope["timestamp"])
        made.appliers[type(self)](made, self)
        made.advance(1, envelope["timestamp"])
        return made

    def begun(self, stream_id: UUID, at: datetime | int) -> Any:
        """The aggregate this event begins, at version 0: nothing is applied yet."""
        made = self.originates.__new__(self.originates)
        made.__base_init__(stream_id, 0, at if isinstance(at, datetime) else EPOCH + timedelta(microseconds=at))
        return made


class Run(msgspec.Struct, frozen=True, gc=False):
    """Consecutive stored events of one type, for folding.

    `times` are microseconds since `EPOCH`, one an event; `joined` is the payloads in order with a comma between two,
    `lengths` how many bytes each takes.
    """

    type_name: str
    times: Sequence[int]
    lengths: Sequence[int]
    joined: bytes

    def payloads(self) -> list[bytes]:
        """The payloads, each by itself."""
        found, start = [], 0
        for length in self.lengths:
            found.append(self.joined[start : start + length])
            start += length + 1
        return found


class Metadata(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who, on what mandate, by which rules and because of what: stored beside every event and hashed with it.

    `actor` is a person or system id; `mandate` is `role` and `basis` (the legal basis). `cause` is the position of the
    event that led to this command, `tenant:epoch:position`. `source` and `source_id` mark imported history.
    `fingerprint` is the SHA-256 (hex) of the request, so that a reused key with another request is seen.
    `register` is the position of the last event of the national log that the decision rests on, where it looked at any:
    whoever folds the same tag up to there sees what it saw.
    """

    actor: UUID
    role: str
    basis: str
    fingerprint: str = ""
    on_behalf_of: UUID | None = None
    cause: str = ""
    correlation: UUID | None = None
    traceparent: str = ""
    rule_pack: str = ""
    calendar: str = ""
    language: str = ""
    source: str = ""
    source_id: str = ""
    register: int = 0


class RecordedEvent(msgspec.Struct, frozen=True):
    """A decoded event with its whole envelope, as projections and policies read it."""

    tenant_id: int
    epoch: int
    position: int
    stream_id: UUID
    version: int
    type_name: str
    occurred_at: datetime
    recorded_at: datetime
    command_id: UUID | None
    subject_id: UUID | None
    metadata: Metadata
    event: Event
    pii: bytes | None = None


Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns a payload of one stored version into the payload of the next."""
