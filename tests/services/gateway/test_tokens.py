import base64
import json
import stat
from pathlib import Path
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from infra.identity import tokens as module
from infra.identity.tokens import Claims, TokenIssuer, TokenRefused

BESA = UUID("0192f3c0-0000-7000-8000-000000000001")
NOW = 1_800_000_000.0


class Watch:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def issuer(watch: Watch) -> TokenIssuer:
    return TokenIssuer(OKPKey.generate_key("Ed25519"), now=watch)


def signed(key: OKPKey, header: dict[str, object] | None = None, **changed: object) -> str:
    claims: dict[str, object] = {
        "iss": "pakt",
        "aud": "pakt-api",
        "sub": str(BESA),
        "iat": int(NOW),
        "nbf": int(NOW),
        "exp": int(NOW) + 600,
    }
    claims = {name: value for name, value in (claims | changed).items() if value is not None}
    return jwt.encode(header or {"alg": "Ed25519"}, claims, key, algorithms=["Ed25519", "EdDSA"])


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_token_names_its_person(issuer: TokenIssuer) -> None:
    found = issuer.verify(issuer.issue(BESA, "Besa", 600))

    assert found == Claims(BESA, "Besa", NOW + 600)


def test_a_token_ends(issuer: TokenIssuer, watch: Watch) -> None:
    token = issuer.issue(BESA, "Besa", 600)
    issuer.verify(token)

    watch.at += 600 + module.LEEWAY_SECONDS + 1

    with pytest.raises(TokenRefused, match="expired"):
        issuer.verify(token)
    with pytest.raises(TokenRefused, match="expired"):  # forgotten by now, so checked anew
        issuer.verify(token)


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "somebody"},
        {"iss": None},
        {"aud": "another-api"},
        {"aud": None},
        {"exp": int(NOW) - 60},
        {"exp": None},
        {"exp": "tomorrow"},
        {"nbf": int(NOW) + 60},
        {"nbf": None},
        {"iat": None},
        {"sub": None},
        {"sub": "not-a-uuid"},
        {"sub": 7},
    ],
    ids=str,
)
def test_wrong_claims_are_refused(changed: dict[str, object], watch: Watch) -> None:
    key = OKPKey.generate_key("Ed25519")
    issuer = TokenIssuer(key, now=watch)
    assert issuer.verify(signed(key)).person_id == BESA

    with pytest.raises(TokenRefused):
        issuer.verify(signed(key, **changed))


def test_another_key_is_refused(issuer: TokenIssuer) -> None:
    with pytest.raises(TokenRefused, match="bad_signature"):
        issuer.verify(signed(OKPKey.generate_key("Ed25519")))


def test_no_algorithm_but_ours_is_taken(watch: Watch) -> None:
    key = OKPKey.generate_key("Ed25519")
    issuer = TokenIssuer(key, now=watch)
    header, payload, signature = signed(key).split(".")
    public = key.as_dict(private=False)
    forged = {
        "none": f"{part({'alg': 'none'})}.{payload}.",
        "none with the signature": f"{part({'alg': 'none'})}.{payload}.{signature}",
        "hmac with the public key": jwt.encode(
            {"alg": "HS256"}, {"sub": str(BESA)}, OctKey.import_key(str(public["x"])), algorithms=["HS256"]
        ),
        "a key in the header": signed(
            OKPKey.generate_key("Ed25519"),
            {"alg": "Ed25519", "jwk": OKPKey.generate_key("Ed25519").as_dict(private=False)},
        ),
        "no header": f".{payload}.{signature}",
        "two parts": f"{header}.{payload}",
        "four parts": f"{header}.{payload}.{signature}.{signature}",
        "five parts": f"{header}.{payload}.{signature}.{signature}.{signature}",
        "not base64": "a.b.c",
        "not ascii": "ë.ë.ë",
        "too long": "a" * 5_000,
        "empty": "",
    }

    for name, token in forged.items():
        with pytest.raises(TokenRefused):
            pytest.fail(f"{name}: {issuer.verify(token)}")


def test_no_character_of_a_token_can_be_changed(watch: Watch) -> None:
    key = OKPKey.generate_key("Ed25519")
    issuer = TokenIssuer(key, now=watch)
    token = signed(key)
    issuer.verify(token)

    for n, letter in enumerate(token):
        for other in "AQgwB_-.=":
            if other != letter:
                with pytest.raises(TokenRefused):
                    issuer.verify(token[:n] + other + token[n + 1 :])


def test_no_more_tokens_are_remembered_than_said(watch: Watch) -> None:
    issuer = TokenIssuer(OKPKey.generate_key("Ed25519"), now=watch, remembered=3)
    tokens = [issuer.issue(BESA, str(n), 600) for n in range(5)]
    for token in tokens:
        issuer.verify(token)

    assert list(issuer._verified) == tokens[-3:]


def test_the_key_is_its_owners_alone_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "tokens.jwk"
    token = TokenIssuer.open(path).issue(BESA, "Besa", 600)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert TokenIssuer.open(path).verify(token).person_id == BESA
    assert [p.name for p in path.parent.iterdir()] == ["tokens.jwk"]


def test_secrets_follow_from_key_and_purpose(tmp_path: Path) -> None:
    one, again = TokenIssuer.open(tmp_path / "a"), TokenIssuer.open(tmp_path / "a")
    other = TokenIssuer.open(tmp_path / "b")

    assert one.secret("cursors") == again.secret("cursors")
    assert len({one.secret("cursors"), one.secret("x"), other.secret("cursors")}) == 3
