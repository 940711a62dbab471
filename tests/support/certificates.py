"""Certificates as an installation makes them: a log with an issue in it, its checkpoint, the credential, the lists."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.volunteering.holder import hashed_name
from infra.credentials.data_integrity import sign
from infra.credentials.issuers import IssuerKey, KeyState, issuers_note
from infra.credentials.multikey import did_key
from infra.credentials.open_badges import Badge, Issuer, Programme, compose, stamp, status_credential
from infra.credentials.status_list import encoded
from infra.eventstore.interface import StoredEvent
from infra.eventstore.leaf import entry_of
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import leaf_hash, node_hash
from infra.tlog.note import Signer, sign_note
from infra.tlog.proof import TlogProof

INSTALLATION, SLUG = "pakt.example", "mflt"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
CERTIFICATE, SUBJECT, PROGRAMME, EVENT = (UUID(int=(7 << 76) | (8 << 60) | n) for n in range(1, 5))
NAME, SALT = "Vlora Berisha", "00112233445566778899aabbccddeeff"
STATUS = "https://pakt.example/v1/public/status-lists"


def key(seed: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())


def public(seed: str) -> bytes:
    return key(seed).public_key().public_bytes_raw()


@dataclass
class Issued:
    """What goes into a certificate; a test changes one thing and makes it anew."""

    log: str = "installation"
    issuer: str = "issuer of mflt"
    slug: str = SLUG
    at: datetime = NOW
    stored: datetime | None = None
    valid_until: datetime | None = None
    type_name: str = "volunteering.CertificateIssued.v1"
    changes: dict[str, Any] = field(default_factory=dict)
    """What the event says otherwise than the credential."""

    def data(self) -> dict[str, Any]:
        said = {
            "subject": str(SUBJECT),
            "name_hash": hashed_name(NAME, SALT),
            "issuer_key": public(self.issuer).hex(),
            "programme_id": str(PROGRAMME),
            "minutes": 4_830,
            "months": 1,
            "entries": 23,
            "first_day": "2026-03-02",
            "last_day": "2026-09-14",
        }
        if self.valid_until:
            said["valid_until"] = self.valid_until.isoformat()
        return said | self.changes

    def event(self) -> StoredEvent:
        data = json.dumps(self.data()).encode()
        stored = self.stored or self.at + timedelta(milliseconds=3)
        return StoredEvent(
            tenant_id=9,
            position=2,
            epoch=1,
            stream_id=CERTIFICATE,
            version=1,
            type_name=self.type_name,
            occurred_at=self.at,
            recorded_at=stored,
            command_id=EVENT,
            subject_id=None,
            metadata=b"{}",
            data=data,
            pii=None,
        )

    def proof(self) -> str:
        """Of the second of two entries."""
        entry, before = entry_of(self.event()), leaf_hash(b"the entry before")
        origin = f"{INSTALLATION}/{self.slug}/1"
        checkpoint = Checkpoint(origin, 2, node_hash(before, leaf_hash(entry)))
        return str(TlogProof(1, (before,), sign_note(checkpoint.text, Signer(origin, key(self.log))), entry))

    def bare(self) -> dict[str, Any]:
        badge = Badge(
            certificate_id=CERTIFICATE,
            subject=SUBJECT,
            name_hash=hashed_name(NAME, SALT),
            salt=SALT,
            issuer=Issuer(did_key(public(self.issuer)), "Ministria e Financave", "https://pakt.example"),
            programme=Programme(PROGRAMME, "Ndihmë për të moshuarit / Pomoć starijima", "Së paku 4 orë", ("care",)),
            issued_at=self.at,
            valid_until=self.valid_until,
            first_day=date(2026, 3, 2),
            last_day=date(2026, 9, 14),
            numbers={"minutes": 4_830, "months": 1, "entries": 23},
            event_id=EVENT,
            position=2,
            evidence=self.proof(),
            status_lists=f"{STATUS}/{self.slug}/1",
        )
        return compose(badge)

    def credential(self) -> dict[str, Any]:
        return sign(self.bare(), key(self.issuer), self.at)


def issuers(*lines: tuple[str, str, KeyState], signed_by: str = "installation", since: datetime = NOW) -> str:
    """The list of issuers: institution, seed of its key, state."""
    keys = [IssuerKey(slug, public(seed).hex(), state, since, f"Name of {slug}") for slug, seed, state in lines]
    return str(issuers_note(Signer(f"{INSTALLATION}/issuers", key(signed_by)), NOW, keys))


def status(
    *revoked: int, issuer: str = "issuer of mflt", slug: str = SLUG, until: datetime | None = None
) -> dict[str, Any]:
    """The first status list of the institution's first epoch."""
    made = status_credential(
        Issuer(did_key(public(issuer)), "", ""),
        f"{STATUS}/{slug}/1/0",
        encoded(revoked),
        NOW - timedelta(hours=1),
        until or NOW + timedelta(days=1),
    )
    return sign(made, key(issuer), NOW)


def told(at: datetime) -> str:
    return stamp(at)
