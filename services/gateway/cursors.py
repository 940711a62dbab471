"""Cursors: where a list goes on, signed so that nobody can make one up or take it to another list."""

import base64
import binascii
import hmac
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from domain.kernel.message import N_
from services.gateway.refusals import InvalidParameter

_SIGNATURE_BYTES = 16
_LONGEST = 2_000


class Cursors:
    """Makes and reads cursors under one secret; what they are bound to is the list's address and filters."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def write(self, bound_to: str, after: tuple[Any, ...]) -> str:
        """A text for use in an address. `after` holds JSON values, UUIDs, dates and times."""
        return self.seal(bound_to, msgspec.json.encode([_tagged(part) for part in after]))

    def read(self, bound_to: str, cursor: str, parameter: str = "cursor") -> tuple[Any, ...]:
        """The sort key a cursor was made of. Raises: InvalidParameter, of that `parameter`, for any other text."""
        try:
            payload = self.open(bound_to, cursor)
        except ValueError as error:
            raise _unreadable(parameter) from error
        return tuple(_untagged(part) for part in msgspec.json.decode(payload))

    def seal(self, bound_to: str, payload: bytes) -> str:
        """Any bytes as a text for use in an address."""
        return base64.urlsafe_b64encode(self._sign(bound_to, payload) + payload).rstrip(b"=").decode()

    def open(self, bound_to: str, cursor: str, longest: int = _LONGEST) -> bytes:
        """What was sealed, where it was bound to the same. Raises: ValueError for any other text."""
        if len(cursor) > longest:
            raise ValueError("longer than any cursor")
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except binascii.Error as error:
            raise ValueError("not base64url") from error
        signature, payload = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        canonical = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        if canonical != cursor or not hmac.compare_digest(signature, self._sign(bound_to, payload)):
            raise ValueError("not what was sealed")
        return payload

    def _sign(self, bound_to: str, payload: bytes) -> bytes:
        return hmac.digest(self._secret, bound_to.encode() + b"\0" + payload, "sha256")[:_SIGNATURE_BYTES]


def _tagged(part: Any) -> Any:
    """JSON has no UUIDs and times: such a part says what it is."""
    match part:
        case UUID():
            return {"uuid": str(part)}
        case datetime():
            return {"time": part.isoformat()}
        case date():
            return {"date": part.isoformat()}
        case _:
            return part


def _untagged(part: Any) -> Any:
    match part:
        case {"uuid": text}:
            return UUID(text)
        case {"time": text}:
            return datetime.fromisoformat(text)
        case {"date": text}:
            return date.fromisoformat(text)
        case _:
            return part


def _unreadable(parameter: str) -> InvalidParameter:
    return InvalidParameter(parameter, N_("The cursor is not one that this list gave."))
