"""Standard Webhooks, the sender's side: what we sign is what the published vectors and the reference library take."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
import standardwebhooks
from hypothesis import given
from hypothesis import strategies as st

from infra.standard_webhooks.signing import SharedSecret, SigningKey, signed_headers
from tests.support.running import SHARED

FILE = SHARED / "standard_webhooks" / "vectors.json"
VECTORS: list[dict[str, Any]] = json.loads(FILE.read_text())["vectors"] if FILE.is_file() else []
PAYLOAD = b'{"test": 2432232314}'


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: one["name"])
def test_a_vector_is_signed_as_published_and_what_differs_is_not_ours(vector: dict[str, Any]) -> None:
    secret, body = SharedSecret.parse(vector["secret"]), base64.b64decode(vector["payload_base64"])

    ours = signed_headers(vector["id"], vector["timestamp"], body, [secret])

    assert ours["webhook-signature"] == vector["signature"]
    borne = vector["headers"].get("webhook-signature", "").split(" ")
    same = ours["webhook-signature"] in borne and all(
        vector["headers"].get(name) == ours[name] for name in ("webhook-id", "webhook-timestamp")
    )
    in_time = abs(vector["now"] - vector["timestamp"]) <= 300
    assert (same and in_time) == (vector["expect"] == "valid")


@pytest.mark.skipif(not FILE.is_file(), reason="the vectors are not there")
def test_there_are_thirteen_of_them() -> None:
    assert len(VECTORS) == 13


@given(
    body=st.binary(max_size=2_000), key=st.binary(min_size=24, max_size=64), older=st.binary(min_size=24, max_size=64)
)
def test_the_reference_library_takes_it_under_either_secret(body: bytes, key: bytes, older: bytes) -> None:
    now = int(datetime.now(tz=UTC).timestamp())
    body = b'{"said":"%b"}' % base64.b64encode(body)

    headers = signed_headers("0198", now, body, [SharedSecret(key), SharedSecret(older)])

    for secret in (SharedSecret(key), SharedSecret(older)):
        standardwebhooks.Webhook(str(secret)).verify(body, dict(headers))
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(str(SharedSecret(bytes(32)))).verify(body + b" ", dict(headers))


def test_an_ed25519_signature_is_the_one_that_the_reference_library_in_go_is_tested_with() -> None:
    key = SigningKey(base64.b64decode("VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk="))

    headers = signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, PAYLOAD, [key])

    assert headers["webhook-signature"] == (
        "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag=="
    )
    assert len(base64.b64decode(key.public.removeprefix("whpk_"))) == 32


def test_a_message_bears_the_signatures_in_their_order() -> None:
    secret, key = SharedSecret(bytes(range(32))), SigningKey(bytes(32))

    headers = signed_headers("one", 1, b"{}", [secret, key])

    versions = [one.split(",")[0] for one in headers["webhook-signature"].split(" ")]
    assert versions == ["v1", "v1a"]


@pytest.mark.parametrize("length", [0, 23, 65])
def test_a_secret_of_another_length_is_none(length: int) -> None:
    with pytest.raises(ValueError, match="24 to 64 bytes"):
        SharedSecret(bytes(length))


@pytest.mark.parametrize("wrong", ["a.b", "a\nb", "ë"])
def test_an_id_says_where_it_ends(wrong: str) -> None:
    with pytest.raises(ValueError, match="no id of a message"):
        signed_headers(wrong, 1, b"{}", [SharedSecret(bytes(32))])


def test_a_secret_is_shown_only_when_it_is_asked_for() -> None:
    secret = SharedSecret(bytes(range(32)))

    assert "AAEC" not in repr(secret)
    assert SharedSecret.parse(str(secret)) == secret
    with pytest.raises(ValueError, match="base64"):
        SharedSecret.parse("whsec_!!!")
