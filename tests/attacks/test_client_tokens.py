"""Access tokens of API clients that somebody made, bent or kept: none is believed, and nothing is told or done."""

import base64
import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from domain.kernel.manifest import Scope
from infra.identity.token_keys import KeyUnknown, TokenKeys, retire, rotate
from infra.identity.tokens import CLIENT_SECONDS, NOTICED_WITHIN, ClientClaims, TokenIssuer, TokenRefused
from services.bootstrap import System
from tests.services.gateway.client import Caller
from tests.support import clients

CLIENT = UUID("0192f3c0-0000-7000-8000-000000000001")
NOW = 1_800_000_000.0
HERE = "https://pakt.example.org"


class Watch:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> float:
        return self.at


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


class Forger:
    """Has an issuer's key, and signs with it, or with another, what the issuer never would."""

    def __init__(self) -> None:
        self.key, self.watch = OKPKey.generate_key("Ed25519"), Watch()
        self.issuer = TokenIssuer(self.key, address=HERE, now=self.watch)

    def signed(self, header: dict[str, Any] | None = None, *, key: Any = None, **changed: object) -> str:
        kept: dict[str, Any] = {"alg": "Ed25519", "typ": "at+jwt", "kid": self.issuer.key_id} | (header or {})
        claims: dict[str, object] = {
            "iss": HERE,
            "aud": "pakt-api",
            "sub": str(CLIENT),
            "client_id": str(CLIENT),
            "iat": int(NOW),
            "exp": int(NOW) + CLIENT_SECONDS,
            "jti": str(uuid4()),
            "scope": "feed scores",
        }
        claims = {name: value for name, value in (claims | changed).items() if value is not None}
        kept = {name: value for name, value in kept.items() if value is not None}
        return jwt.encode(kept, claims, key or self.key, algorithms=["Ed25519", "EdDSA", "HS256"], default_type=None)


@pytest.fixture
def forger() -> Forger:
    return Forger()


def test_what_the_issuer_itself_would_say_is_believed(forger: Forger) -> None:
    found = forger.issuer.read(forger.signed())

    assert isinstance(found, ClientClaims)
    assert (found.client_id, found.scopes) == (CLIENT, {Scope.FEED, Scope.SCORES})
    own = forger.issuer.read(forger.issuer.issue_to_client(CLIENT, [Scope.FEED]))
    assert isinstance(own, ClientClaims)
    assert own.expires_at == NOW + CLIENT_SECONDS


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "pakt"},
        {"iss": HERE + "/"},
        {"iss": None},
        {"aud": "another-api"},
        {"aud": None},
        {"exp": int(NOW) - 60, "iat": int(NOW) - 600},
        {"exp": None},
        {"exp": int(NOW) + CLIENT_SECONDS + 1},
        {"exp": int(NOW) + 86_400},
        {"iat": None},
        {"iat": int(NOW) + 3_600, "exp": int(NOW) + 3_900},
        {"iat": "now"},
        {"sub": str(UUID(int=9))},
        {"sub": None},
        {"client_id": None},
        {"client_id": "x", "sub": "x"},
        {"jti": None},
        {"jti": "7"},
    ],
    ids=str,
)
def test_claims_that_are_not_a_clients_are_refused(forger: Forger, changed: dict[str, object]) -> None:
    with pytest.raises(TokenRefused):
        forger.issuer.read(forger.signed(**changed))


@pytest.mark.parametrize(
    "kid",
    [
        "../../../dev/null",
        "tokens.jwk",
        "' OR 1=1 --",
        "",
        7,
        [],
        {},
        None.__class__.__name__,
        "https://evil.example/k",
    ],
    ids=str,
)
def test_a_key_id_chooses_among_our_own_keys_alone(forger: Forger, kid: object) -> None:
    _, payload, signature = forger.signed().split(".")
    bent = part({"alg": "Ed25519", "typ": "at+jwt", "kid": kid})

    with pytest.raises(TokenRefused):
        forger.issuer.read(f"{bent}.{payload}.{signature}")


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_no_other_algorithm_and_no_key_of_the_callers(forger: Forger) -> None:
    _, payload, signature = forger.signed().split(".")
    public, other = forger.key.as_dict(private=False), OKPKey.generate_key("Ed25519")
    shared = OctKey.import_key(str(public["x"]))
    raw = OctKey.import_key(base64.urlsafe_b64decode(str(public["x"]) + "=="))
    forged = {
        "none": f"{part({'alg': 'none', 'typ': 'at+jwt'})}.{payload}.",
        "None": f"{part({'alg': 'None', 'typ': 'at+jwt'})}.{payload}.{signature}",
        "hmac with the public key": forger.signed({"alg": "HS256"}, key=shared),
        "hmac with its bytes": forger.signed({"alg": "HS256"}, key=raw),
        "the older name of the algorithm": forger.signed({"alg": "EdDSA"}),
        "another key under our id": forger.signed(key=other),
        "another key, told in the header": forger.signed({"jwk": other.as_dict(private=False), "kid": None}, key=other),
        "another key, by address": forger.signed({"jku": "https://evil.example/jwks"}, key=other),
    }

    for name, token in forged.items():
        with pytest.raises(TokenRefused):
            pytest.fail(f"{name}: {forger.issuer.read(token)}")


@pytest.mark.parametrize("kind", [None, "JWT", "jwt", "dpop+jwt", "logout+jwt", "at+jwt "], ids=str)
def test_a_token_is_of_the_kind_that_its_header_says(forger: Forger, kind: Any) -> None:
    """A person's token is none of a client's, and one of a client is none of a person's."""
    with pytest.raises(TokenRefused):
        forger.issuer.read(forger.signed({"typ": kind}))
    with pytest.raises(TokenRefused):
        forger.issuer.read(forger.signed({"typ": kind}, iss="pakt", nbf=int(NOW)))
    with pytest.raises(TokenRefused, match="client_token"):
        forger.issuer.verify(forger.signed())


def test_a_token_ends_with_its_ten_minutes(forger: Forger) -> None:
    token = forger.issuer.issue_to_client(CLIENT, Scope)
    forger.issuer.read(token)
    forger.watch.at += CLIENT_SECONDS + 6

    for _ in "12":
        with pytest.raises(TokenRefused, match="expired"):
            forger.issuer.read(token)


def test_a_key_that_was_replaced_signs_no_more(tmp_path: Path) -> None:
    path, watch = tmp_path / "tokens.jwk", Watch()
    issuer = TokenIssuer.open(path, now=watch)
    stolen, before = TokenKeys.open(path).signing, issuer.issue_to_client(CLIENT, Scope)
    second = rotate(path, now=watch)
    thief = TokenIssuer(stolen.key, now=watch)
    assert issuer.read(before)
    assert issuer.key_id == second

    watch.at += NOTICED_WITHIN + 1

    with pytest.raises(TokenRefused, match="replaced_key"):
        issuer.read(thief.issue_to_client(CLIENT, Scope))
    with pytest.raises(TokenRefused, match="replaced_key"):
        issuer.read(thief.issue(uuid4(), "Besa", 600))
    with pytest.raises(KeyUnknown):
        retire(path, second)
    assert issuer.read(before)
    retire(path, stolen.key_id)
    watch.at += NOTICED_WITHIN + 1
    with pytest.raises(TokenRefused, match="unknown_key"):
        issuer.read(before)
    assert TokenKeys.open(path).secret("cursors") == issuer.secret("cursors") == thief.secret("cursors")
    assert [one["kid"] for one in TokenKeys.open(path).published()["keys"]] == [second]  # type: ignore[attr-defined]


async def test_what_is_a_persons_own_is_for_no_client(system: System, caller: Caller) -> None:
    client_id = await clients.registered(system)
    by = clients.bearer(system, client_id)
    erasure = {"ground": "consent_withdrawn"}

    for answer in (
        await caller.get("/v1/me", **by),
        await caller.get("/v1/me/data", **by),
        await caller.post("/v1/me/erasures", erasure, **by),
    ):
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/person-needed")


async def test_a_client_sees_and_does_only_what_is_for_clients(system: System, caller: Caller) -> None:
    client_id = await clients.registered(system, tenants=("mj",))
    by = clients.bearer(system, client_id)
    head = await system.store.head(1)

    inside = await caller.get("/v1/tenants/mj/audit", **by)
    outside = await caller.get("/v1/tenants/mesti/audit", **by)
    nation = await caller.get("/v1/tenants/opm/api-clients", **by)
    more = await caller.post(
        f"/v1/tenants/opm/api-clients/{client_id}/access", {"scopes": [], "tenants": ["all"]}, **by
    )
    twice = await caller.client.get(
        "/v1/tenants/mj/audit", headers=[*by.items(), ("pakt-mandate", str(uuid4())), ("pakt-mandate", str(uuid4()))]
    )
    crooked = await caller.get("/v1/tenants/mj/audit", **by | {"pakt-mandate": "x"})
    unknown = await caller.get("/v1/tenants/mj/audit", **clients.bearer(system, uuid4()))

    assert [one.status_code for one in (inside, outside, nation, more)] == [403, 404, 404, 404]
    assert [(one.status_code, one.json()["type"]) for one in (twice, crooked)] == [
        (400, "/problems/invalid-header")
    ] * 2
    assert (unknown.status_code, unknown.json()["reason"]) == (401, "revoked")
    assert await system.store.head(1) == head
