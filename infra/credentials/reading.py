"""Credentials as bytes: JSON in which nothing has two meanings, of a size that can be looked at."""

import json
from typing import Any

from infra.credentials.refusal import CredentialRefused

MOST_BYTES = 64 << 10
MOST_DEPTH = 32
Document = dict[str, Any]


def read(raw: bytes) -> Document:
    """The document.

    Raises: CredentialRefused for what is no JSON object, is too large or too deep, says a member twice or holds half a
    character (RFC 8785 knows no such document: two readers would see two).
    """
    if len(raw) > MOST_BYTES:
        raise CredentialRefused("size", f"a credential is read up to {MOST_BYTES} bytes")
    try:
        found = json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_no_number)
        json.dumps(found, ensure_ascii=False).encode()  # no text of half a character: nobody could be told of it
    except (ValueError, RecursionError) as error:
        raise CredentialRefused("json", "this is not JSON") from error
    if not isinstance(found, dict):
        raise CredentialRefused("json", "a credential is a JSON object")
    _require_flat(found, MOST_DEPTH)
    return found


def listed(value: object) -> list[Any]:
    """JSON-LD's one or several, as several."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _once(pairs: list[tuple[str, Any]]) -> Document:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise CredentialRefused("json", "a member is there twice")
    return found


def _no_number(name: str) -> object:
    raise CredentialRefused("json", f"{name} is no number")


def _require_flat(value: object, depth: int) -> None:
    if isinstance(value, (dict, list)):
        if not depth:
            raise CredentialRefused("size", f"a credential is read up to {MOST_DEPTH} levels")
        for one in value.values() if isinstance(value, dict) else value:
            _require_flat(one, depth - 1)
