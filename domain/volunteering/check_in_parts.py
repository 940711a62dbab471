"""Checking in by a phone: what a pass says, what a phone signs, and when a signed moment can be believed.

A phone and this module write what is signed in the same words; who checks a signature (`services/check_in`) writes
them again. Nothing here knows a key.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.ids import derived_id
from domain.kernel.text import END
from domain.kernel.vocabulary import Code, Instant

HOURS = "volunteer.check_in.hours"
SKEW = timedelta(minutes=5)
"""By how much a phone's clock may be wrong: not of the law, but of phones that set their clocks by a network."""
PublicKey = Annotated[
    str,
    msgspec.Meta(pattern=rf"^04[0-9a-f]{{128}}{END}", description="Point of P-256, uncompressed (SEC 1), hexadecimal"),
]
Signature = Annotated[
    str,
    msgspec.Meta(pattern=rf"^[0-9a-f]{{128}}{END}", description="ECDSA over SHA-256: r and s, 32 bytes each, in hex"),
]
PassProof = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^([0-9A-HJKMNP-TV-Z]{{8}}|[A-Za-z0-9+/=]{{80,100}}){END}",
        description="What shows that the pass was seen: its short code, or the signature that its QR code carries",
    ),
]
PassNumber = Annotated[int, msgspec.Meta(ge=1, le=1_000_000, description="Passes of an opportunity count from 1")]


class Kind(StrEnum):
    """Which end of a shift."""

    START = "start"
    END = "end"


class CheckIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A moment that a phone signed; `id` is the phone's, so that it counts once however often it is sent.

    `at` is what the phone's clock said. `task` is a code of the agreement's tasks.
    """

    id: UUID
    kind: Kind
    at: Instant
    agreement_id: UUID
    opportunity_id: UUID
    task: Code
    pass_number: PassNumber
    pass_proof: PassProof
    signature: Signature


CheckIns = Annotated[tuple[CheckIn, ...], msgspec.Meta(min_length=1, max_length=50)]


def device_id(tenant_id: int, public_key: str) -> UUID:
    """The stream of the phone that holds the key."""
    return derived_id("check_in_device", tenant_id, public_key)


def site_tag(opportunity_id: UUID) -> str:
    """Boundary of an opportunity's passes."""
    return f"check_in_at:{opportunity_id}"


def registration_text(tenant: str, person_id: UUID) -> str:
    """What a phone signs to show that it holds the key which it brings."""
    return f"pakt check-in phone v1\n{tenant}\n{person_id}\n"


def check_in_text(tenant: str, phone_id: UUID, one: CheckIn) -> str:
    """What a phone signs of a check-in."""
    said = (
        "pakt check-in v1",
        tenant,
        phone_id,
        one.id,
        one.kind,
        _seconds(one.at),
        one.agreement_id,
        one.opportunity_id,
        one.task,
        one.pass_number,
        one.pass_proof,
    )
    return "".join(f"{part}\n" for part in said)


def pass_text(name: str, tenant: str, opportunity_id: UUID, number: int, valid: tuple[datetime, datetime]) -> str:
    """What an institution signs of a pass; the first line names the key."""
    begins, ends = valid
    said = (
        name,
        "check-in pass v1",
        f"institution {tenant}",
        f"opportunity {opportunity_id}",
        f"number {number}",
        f"valid {_seconds(begins)} {_seconds(ends)}",
    )
    return "".join(f"{part}\n" for part in said)


def _seconds(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
