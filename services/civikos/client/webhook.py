"""The receiver's side of Standard Webhooks 1.0.0: which messages to act on.

A message is taken when one of its signatures is of a key that the receiver knows, over exactly these bytes, and its
time is within five minutes of the receiver's clock. While a secret is being replaced the receiver knows both.

The sender repeats a message that was not answered with 2xx under the same id with a new time: that is taken, and known
by `Message.repeated` for one that was taken before. The same id with the same time is a copy that somebody else sent.
"""

import base64
import binascii
import hmac
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import msgspec

from services.civikos.client.ed25519 import holds
from services.civikos.client.errors import Replayed, WebhookRefused

TOLERANCE = 300
"""Seconds by which a message's time may differ from the receiver's, either way, ends included."""
SECRET, PUBLIC = "whsec_", "whpk_"
_ID, _TIME, _SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_MOST_SIGNATURES, _KEY_BYTES = 32, 32


class Key(Protocol):
    """What can check one kind of signature."""

    version: str

    def signed(self, content: bytes, signature: bytes) -> bool:
        """Whether the signature is of this key over the content."""
        ...


class SharedKey:
    """A secret that the sender knows too: `v1`, HMAC-SHA256."""

    version = "v1"

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def signed(self, content: bytes, signature: bytes) -> bool:
        """Whether the signature is of this key over the content."""
        return hmac.compare_digest(hmac.digest(self._secret, content, "sha256"), signature)


class PublicKey:
    """The public half of the sender's key: `v1a`, Ed25519."""

    version = "v1a"

    def __init__(self, public: bytes) -> None:
        if len(public) != _KEY_BYTES:
            msg = f"a public key has {_KEY_BYTES} bytes"
            raise ValueError(msg)
        self._public = public

    def signed(self, content: bytes, signature: bytes) -> bool:
        """Whether the signature is of this key over the content."""
        return holds(self._public, signature, content)


def key_of(text: str) -> Key:
    """A key as the endpoint shows it, `whsec_…` (the prefix may be missing) or `whpk_…`. Raises: ValueError."""
    raw = base64.b64decode(text.removeprefix(SECRET).removeprefix(PUBLIC), validate=True)
    return PublicKey(raw) if text.startswith(PUBLIC) else SharedKey(raw)


class Message(msgspec.Struct, frozen=True):
    """A message to act on: `id` is that of the event, `at` when this try was sent (seconds since 1970)."""

    id: str
    at: int
    body: bytes
    repeated: bool


class Receiver:
    """Checks messages by any of some keys. What was taken it remembers for as long as a copy could pass for new."""

    def __init__(
        self, keys: Iterable[str], *, tolerance: int = TOLERANCE, clock: Callable[[], float] = time.time
    ) -> None:
        self._keys = [key_of(one) for one in keys]
        self._tolerance, self._clock = tolerance, clock
        self._taken: dict[str, int] = {}

    def take(self, headers: Mapping[str, str], body: bytes) -> Message:
        """The message, once it is known to be the sender's and new; header names are compared without their case.

        Raises: WebhookRefused, of which Replayed is one kind.
        """
        told = {name.lower(): value for name, value in headers.items()}
        message_id, sent, signatures = (_header(told, name) for name in (_ID, _TIME, _SIGNATURE))
        at, now = _seconds(sent), self._clock()
        if abs(now - at) > self._tolerance:
            raise WebhookRefused("its time is more than five minutes off")
        self._require_signed(f"{message_id}.{sent}.".encode() + body, signatures)
        return Message(message_id, at, body, repeated=self._repeated(message_id, at, now))

    def _require_signed(self, content: bytes, signatures: str) -> None:
        for signature in signatures.split(" ")[:_MOST_SIGNATURES]:
            version, _, text = signature.partition(",")
            raw = _decoded(text)
            if any(key.version == version and key.signed(content, raw) for key in self._keys):
                return
        raise WebhookRefused("no signature is of a known key over this message")

    def _repeated(self, message_id: str, at: int, now: float) -> bool:
        """Whether the message was taken before, at an earlier time. Raises: Replayed."""
        self._taken = {one: when for one, when in self._taken.items() if now - when <= self._tolerance}
        before = self._taken.get(message_id)
        if before is not None and at <= before:
            raise Replayed("this message was taken before")
        self._taken[message_id] = at
        return before is not None

    def forget(self, message: Message) -> None:
        """Take the same message once more: what it led to was not done."""
        self._taken.pop(message.id, None)


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    if not value:
        raise WebhookRefused(f"{name} is missing")
    return value


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise WebhookRefused("its time is no number of seconds")
    return int(text)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
