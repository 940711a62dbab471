"""The receiver of webhooks: the published vectors, and what somebody in between could do to a message."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
import standardwebhooks
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from services.civikos.client.errors import Replayed, WebhookRefused
from services.civikos.client.webhook import Receiver, key_of
from tests.support.running import ROOT

VECTORS: list[dict[str, Any]] = json.loads(
    (ROOT / "tests" / "support" / "standard_webhooks" / "vectors.json").read_text()
)["vectors"]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_" + base64.b64encode(b"another secret of 32 bytes length").decode()
NOW = 1_800_000_000
BODY = b'{"specversion":"1.0"}'


def receiver(*keys: str, now: float = NOW) -> Receiver:
    return Receiver(keys or (SECRET,), clock=lambda: now)


def signed(body: bytes = BODY, *, message: str = "msg-1", at: int = NOW, secret: str = SECRET) -> dict[str, str]:
    """As the reference library signs."""
    signature = standardwebhooks.Webhook(secret).sign(message, datetime.fromtimestamp(at, UTC), body.decode())
    return {"Webhook-Id": message, "Webhook-Timestamp": str(at), "Webhook-Signature": signature}


def test_there_are_thirteen_vectors() -> None:
    assert len(VECTORS) == 13


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: one["name"])
def test_a_vector_is_judged_as_stated(vector: dict[str, Any]) -> None:
    body = base64.b64decode(vector["payload_base64"])
    asked = receiver(vector["secret"], now=vector["now"])

    if vector["expect"] == "valid":
        assert asked.take(vector["headers"], body).body == body
    else:
        with pytest.raises(WebhookRefused):
            asked.take(vector["headers"], body)


def test_a_copy_of_a_message_is_refused_and_another_try_is_known_for_one() -> None:
    asked = receiver()

    assert not asked.take(signed(), BODY).repeated
    with pytest.raises(Replayed):
        asked.take(signed(), BODY)
    assert asked.take(signed(at=NOW + 5), BODY).repeated
    with pytest.raises(Replayed):
        asked.take(signed(), BODY)
    with pytest.raises(Replayed):
        asked.take(signed(at=NOW + 5), BODY)


def test_what_could_not_be_done_is_taken_again() -> None:
    asked = receiver()
    asked.forget(asked.take(signed(), BODY))

    assert not asked.take(signed(), BODY).repeated


def test_a_copy_that_is_no_longer_remembered_is_too_old() -> None:
    now = [float(NOW)]
    asked = Receiver([SECRET], clock=lambda: now[0])
    for number in range(50):
        now[0] = NOW + number * 30
        asked.take(signed(message=f"msg-{number}", at=int(now[0])), BODY)

    assert len(asked._taken) <= 12
    for number in range(50):
        with pytest.raises(WebhookRefused):
            asked.take(signed(message=f"msg-{number}", at=NOW + number * 30), BODY)


def test_while_a_secret_is_replaced_either_is_taken() -> None:
    both = receiver(SECRET, OTHER)

    assert both.take(signed(secret=OTHER), BODY).id == "msg-1"
    assert both.take(signed(message="msg-2"), BODY).id == "msg-2"
    with pytest.raises(WebhookRefused):
        receiver(OTHER).take(signed(), BODY)


def test_a_public_key_checks_v1a_and_nothing_else() -> None:
    private = Ed25519PrivateKey.generate()
    public = "whpk_" + base64.b64encode(private.public_key().public_bytes_raw()).decode()
    raw = base64.b64encode(private.sign(b"msg-1.%d." % NOW + BODY)).decode()
    headers = signed() | {"Webhook-Signature": f"v1,{raw} v1a,{raw}"}

    assert receiver(public).take(headers, BODY).body == BODY
    for altered in (f"v1,{raw}", f"v1a,{raw[:-4]}", "v1a,", "v1a", f"v1a,{'A' * 88}"):
        with pytest.raises(WebhookRefused):
            receiver(public).take(headers | {"Webhook-Signature": altered}, BODY)
    with pytest.raises(WebhookRefused):
        receiver(SECRET).take(headers, BODY)


@given(
    body=st.binary(min_size=1, max_size=200).filter(lambda one: one.isascii()),
    place=st.integers(0),
    bit=st.integers(0, 7),
)
def test_a_message_with_one_bit_changed_is_refused(body: bytes, place: int, bit: int) -> None:
    headers = signed(body)
    changed = bytearray(body)
    changed[place % len(body)] ^= 1 << bit

    assert receiver().take(headers, body).body == body
    with pytest.raises(WebhookRefused):
        receiver().take(headers, bytes(changed))
    with pytest.raises(WebhookRefused):
        receiver().take(headers | {"Webhook-Id": "msg-2"}, body)
    with pytest.raises(WebhookRefused):
        receiver().take(headers | {"Webhook-Timestamp": str(NOW + 1)}, body)


@pytest.mark.parametrize("text", ["whsec_%%%", "whpk_AAAA", "whpk_"])
def test_what_is_no_key_is_refused_at_once(text: str) -> None:
    with pytest.raises(ValueError):
        key_of(text)
