"""Bearer tokens of Pakt's own issuer: JSON Web Tokens signed with Ed25519 (RFC 7519, RFC 8037, RFC 9864).

A token names a person and nothing else; tenant and rights come from mandates in the log. One algorithm is accepted,
and what a token's header says about keys is never followed.
"""

import base64
import binascii
import hmac
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

ALGORITHM = "Ed25519"
ISSUER = "pakt"
AUDIENCE = "pakt-api"
LONGEST_TOKEN = 4096
REMEMBERED = 10_000
LEEWAY_SECONDS = 5


class TokenRefused(Exception):
    """The token is not one of ours, or not one of now; `reason` is a code such as "expired" or "signature"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Claims(msgspec.Struct, frozen=True):
    """What a verified token says. `expires_at` is seconds since 1970, UTC."""

    person_id: UUID
    name: str
    expires_at: float


class TokenIssuer:
    """Issues and verifies the tokens of one key.

    Verified tokens are kept (at most `remembered`, by their exact text): a signature costs about 0.15 ms to
    check, a look-up well below a microsecond. Expiry is checked every time.
    """

    def __init__(
        self,
        key: OKPKey,
        *,
        issuer: str = ISSUER,
        audience: str = AUDIENCE,
        now: Callable[[], float] = time.time,
        remembered: int = REMEMBERED,
    ) -> None:
        self._key, self.issuer, self._audience, self._now = key, issuer, audience, now
        self._remembered = remembered
        self._public = OKPKey.import_key(key.as_dict(private=False))
        self.key_id = self._public.thumbprint()
        """The public key's thumbprint (RFC 7638): tells keys apart and gives nothing away."""
        self._verified: dict[str, Claims] = {}
        self._registry = jwt.JWTClaimsRegistry(
            now=lambda: int(self._now()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
            nbf={"essential": True},
            iat={"essential": True},
        )

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        issuer: str = ISSUER,
        audience: str = AUDIENCE,
        now: Callable[[], float] = time.time,
    ) -> "TokenIssuer":
        """The issuer whose private key is in `path` (a JWK); made there, readable by its owner only, when missing."""
        return cls(_load(path), issuer=issuer, audience=audience, now=now)

    def secret(self, purpose: str) -> bytes:
        """32 bytes that only holders of the private key can know, another 32 for every purpose."""
        private = base64.urlsafe_b64decode(str(self._key.as_dict(private=True)["d"]) + "==")
        return hmac.digest(private, purpose.encode(), "sha256")

    def issue(self, person_id: UUID, name: str, ttl: float) -> str:
        """A token for `person_id` that is valid from now on for `ttl` seconds."""
        now = int(self._now())
        claims = {
            "iss": self.issuer,
            "aud": self._audience,
            "sub": str(person_id),
            "name": name,
            "iat": now,
            "nbf": now,
            "exp": now + int(ttl),
        }
        return jwt.encode({"alg": ALGORITHM}, claims, self._key, algorithms=[ALGORITHM])

    def verify(self, token: str) -> Claims:
        """What the token says.

        Raises:
            TokenRefused: malformed, not canonical, not of this algorithm, key, issuer or audience, or not
                valid now.
        """
        known = self._verified.get(token)
        if known is None:
            known = self._check(token)
            while len(self._verified) >= self._remembered:
                del self._verified[next(iter(self._verified))]
            self._verified[token] = known
        elif known.expires_at + LEEWAY_SECONDS < self._now():
            del self._verified[token]
            raise TokenRefused("expired")
        return known

    def _check(self, token: str) -> Claims:
        if len(token) > LONGEST_TOKEN:
            raise TokenRefused("too-long")
        _require_canonical(token)
        try:
            decoded = jwt.decode(token, self._public, algorithms=[ALGORITHM])
            self._registry.validate(decoded.claims)
            claims = decoded.claims
            return Claims(UUID(claims["sub"]), str(claims.get("name", "")), float(claims["exp"]))
        except JoseError as error:
            raise TokenRefused(error.error) from error
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise TokenRefused("malformed") from error


def _require_canonical(token: str) -> None:
    """Refuse other spellings of the same bytes: the last character of a base64 text has bits that say nothing."""
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - header, claims, signature
        raise TokenRefused("malformed")
    for part in parts:
        try:
            raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        except (binascii.Error, ValueError) as error:
            raise TokenRefused("malformed") from error
        if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != part:
            raise TokenRefused("malformed")


def _load(path: Path) -> OKPKey:
    """The key in `path`. A new one appears there whole or not at all, whoever else starts at the same time."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(OKPKey.generate_key("Ed25519").as_dict(private=True), file)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return OKPKey.import_key(json.loads(path.read_text()))
