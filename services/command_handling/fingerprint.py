"""Telling a repeated request from another one under the same key, without keeping what it said about a person.

The log keeps a hash of every request. A hash of a name can be guessed back from it, for ever and after the name's
erasure. So the hash of a request that brings personal data is salted, with one random share for each person it tells
of, and each share is sealed under that person's key like the data itself: erasing one person makes the hash
unguessable, and from then on a repeat is known by its command id and its actor alone.
"""

import hashlib
import os
from collections.abc import Iterable, Sequence
from typing import Protocol
from uuid import UUID

import msgspec

from domain.kernel.event import Event, Personal
from infra.eventstore.interface import StoredEvent
from services.command_handling.request import Request

FIELD = "request_salt"
"""Name of the sealed value that holds a share."""

_encode = msgspec.json.Encoder(order="deterministic").encode


class Opener(Protocol):
    """Opens the personal part of an event; an erased person has no values."""

    async def open(self, event: StoredEvent) -> dict[UUID, dict[str, str]]:
        """Each person's fields."""
        ...


def fingerprint(request: Request, salt: bytes = b"") -> str:
    """SHA-256 (hex) over the salt, the command's name, the stream it aims at and its body."""
    aim = str(request.stream_id or "")
    parts = (salt, request.command.name.encode(), aim.encode(), _encode(request.command))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def salted(events: Sequence[Event]) -> bytes:
    """A new salt, its shares put among the personal data of the events; empty where there is none."""
    if not any(event.personal for event in events):
        return b""
    shares: dict[UUID, str] = {}
    for event in events:
        new = {value.subject_id for value in event.personal} - shares.keys()
        for subject in new:
            shares[subject] = os.urandom(16).hex()
        if new:
            needed = {value.subject_id for value in event.personal if value.needed}
            salt = (Personal(subject, FIELD, shares[subject], needed=subject in needed) for subject in new)
            event.about(*event.personal, *salt)
    return _joined(shares.values())


async def salt_of(vault: Opener, stored: Sequence[StoredEvent]) -> bytes | None:
    """The salt that was sealed with the events; None when somebody it rests on was erased."""
    shares: dict[UUID, str] = {}
    for event in stored:
        if event.pii is None:
            continue
        for subject, fields in (await vault.open(event)).items():
            if not fields:
                return None
            if FIELD in fields:
                shares[subject] = fields[FIELD]
    return _joined(shares.values())


def _joined(shares: Iterable[str]) -> bytes:
    return "".join(sorted(shares)).encode()
