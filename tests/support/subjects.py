"""Persons of a running installation: members with sealed names, who sign in with tokens of their own."""

from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from domain.kernel.ids import derived_id
from infra.identity.tokens import TokenIssuer


def person(number: int) -> UUID:
    """The nth person of a test."""
    return derived_id("test", "subject", number)


def register_member(officer: httpx.Client, number: int) -> None:
    """Let the administrator of the client's tenant register the nth person."""
    body = {
        "person_id": str(person(number)),
        "full_name": f"Emri {number} Mbiemri",
        "email": f"e{number}@example.org",
    }
    answer = officer.post("/members", json=body, headers={"Idempotency-Key": f"member-{number}"})
    assert answer.status_code in (200, 201), answer.text


def token_of(data: Path, number: int) -> str:
    """A token of the nth person."""
    return TokenIssuer.open(data / "keys" / "tokens.jwk").issue(person(number), "Besa", 3600)


def about(client: httpx.Client, data: Path, number: int, what: str = "subjects") -> dict[str, Any]:
    """What the tenant holds about the nth person, or tells of the erasure, to the person."""
    answer = client.get(f"/{what}/{person(number)}", headers={"Authorization": f"Bearer {token_of(data, number)}"})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def erase(client: httpx.Client, number: int, **headers: str) -> httpx.Response:
    """Ask for the nth person's erasure as whoever the client is signed in as."""
    body = {"subject_id": str(person(number)), "ground": "consent_withdrawn"}
    return client.post("/erasures", json=body, headers={"Idempotency-Key": f"erase-{number}"} | headers)
