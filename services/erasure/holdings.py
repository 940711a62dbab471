"""What is sealed about a person in a tenant, opened for the person or for whoever protects the data."""

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

import msgspec

from domain.kernel.event import about_tag
from infra.eventstore.interface import EventStore
from services.command_handling.fingerprint import FIELD as SALT
from services.vault import Vault


class State(StrEnum):
    """What there is about a person: nothing, values that open, or values that nobody can open any more."""

    NOTHING = "nothing"
    HELD = "held"
    ERASED = "erased"


class HeldValue(msgspec.Struct, frozen=True):
    """One sealed value and the event it was said with; `value` is null where the person was erased."""

    position: int
    type: str
    field: str
    value: str | None
    erased: bool


class Holding(msgspec.Struct, frozen=True):
    """All that is sealed about one person in one institution, in the order it was said."""

    subject_id: UUID
    state: State
    values: list[HeldValue]


async def holding(store: EventStore, vault: Vault, tenant_id: int, subject_id: UUID) -> Holding:
    """Open everything about the person. Raises: Unavailable, HistoryCorrupt."""
    values: list[HeldValue] = []
    for stored in await store.read_tag(tenant_id, about_tag(subject_id)):
        opened = (await vault.open(stored)).get(subject_id, {})
        names = [name for name in vault.fields(stored, subject_id) if name != SALT]
        values += [
            HeldValue(stored.position, stored.type_name, name, opened.get(name), name not in opened) for name in names
        ]
    erased = await vault.erased(tenant_id, subject_id)
    state = State.ERASED if erased else State.HELD if values else State.NOTHING
    return Holding(subject_id, state, values)


async def opened_in(
    store: EventStore, vault: Vault, tenant_id: int, streams: Iterable[UUID]
) -> dict[UUID, dict[str, str]]:
    """By person, what is sealed in these streams, the newest value of each field; nothing of who was erased.

    Raises: Unavailable, HistoryCorrupt.
    """
    found: dict[UUID, dict[str, str]] = {}
    for stream_id in streams:
        for stored in await store.read_stream(tenant_id, stream_id):
            for person_id, fields in (await vault.open(stored)).items():
                found.setdefault(person_id, {}).update(fields)
    return found
