"""Bearer tokens of Pakt's own issuer: JSON Web Tokens signed with Ed25519 (RFC 7519, RFC 8037, RFC 9864).

A person's token names the person and nothing else; tenant and rights come from mandates in the log. An API client's
(RFC 9068, `typ: at+jwt`) names the client and the scopes that it asked for; what these are worth, its grant in the log
says. One algorithm is accepted. Of what a token's header says about keys only the id of one of ours is followed.
"""

import base64
import binascii
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from domain.kernel.manifest import Scope
from infra.identity.token_keys import TokenKeys

ALGORITHM = "Ed25519"
ISSUER = "pakt"
AUDIENCE = "pakt-api"
LONGEST_TOKEN = 4096
REMEMBERED = 10_000
LEEWAY_SECONDS = 5
CLIENT_SECONDS = 600
"""How long a client's token lives; one that says it lives longer is none of ours."""
NOTICED_WITHIN = 60.0
"""Seconds after which a token that was seen before is looked at again: so soon every process knows of a retired key."""
_SCOPES: frozenset[str] = frozenset(Scope)
_CLIENT, _PERSON = "at+jwt", frozenset({"jwt", ""})


class TokenRefused(Exception):
    """The token is not one of ours, or not one of now; `reason` is a code such as "expired" or "signature"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Claims(msgspec.Struct, frozen=True):
    """What a person's token says. `expires_at` is seconds since 1970, UTC."""

    person_id: UUID
    name: str
    expires_at: float


class ClientClaims(msgspec.Struct, frozen=True):
    """What an API client's token says; times are seconds since 1970, UTC. `token_id` is its own for ever."""

    client_id: UUID
    scopes: frozenset[Scope]
    token_id: UUID
    issued_at: float
    expires_at: float


class TokenIssuer:
    """Issues tokens by one key, and verifies those of every key that is believed.

    Verified tokens are kept (at most `remembered`, by their exact text) for `NOTICED_WITHIN` seconds: a signature costs
    about 0.15 ms to check, a look-up well below a microsecond. Expiry is checked every time. `address` is the issuer of
    clients' tokens, as RFC 8414 names it; `issuer` that of persons'.
    """

    def __init__(
        self,
        keys: OKPKey | TokenKeys,
        *,
        issuer: str = ISSUER,
        address: str = "http://127.0.0.1:8000",
        audience: str = AUDIENCE,
        now: Callable[[], float] = time.time,
        remembered: int = REMEMBERED,
    ) -> None:
        self.keys = keys if isinstance(keys, TokenKeys) else TokenKeys([keys])
        self.issuer, self.address, self._audience, self._now = issuer, address, audience, now
        self._remembered = remembered
        self._verified: dict[str, tuple[float, Claims | ClientClaims]] = {}
        self._persons = self._registry(issuer, nbf={"essential": True})
        self._clients = self._registry(address, client_id={"essential": True}, jti={"essential": True})

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        issuer: str = ISSUER,
        address: str = "http://127.0.0.1:8000",
        audience: str = AUDIENCE,
        now: Callable[[], float] = time.time,
    ) -> "TokenIssuer":
        """The issuer whose first private key is in `path`; made there, readable by its owner only, when missing."""
        return cls(TokenKeys.open(path, now=now), issuer=issuer, address=address, audience=audience, now=now)

    @property
    def key_id(self) -> str:
        """The thumbprint (RFC 7638) of the key that signs: tells keys apart and gives nothing away."""
        return self.keys.signing.key_id

    def secret(self, purpose: str) -> bytes:
        """32 bytes that only holders of the private key can know, another 32 for every purpose."""
        return self.keys.secret(purpose)

    def issue(self, person_id: UUID, name: str, ttl: float) -> str:
        """A token for `person_id` that is valid from now on for `ttl` seconds."""
        now = int(self._now())
        claims = {"iss": self.issuer, "sub": str(person_id), "name": name, "nbf": now, "exp": now + int(ttl)}
        return self._signed("JWT", claims, now)

    def issue_to_client(self, client_id: UUID, scopes: Iterable[Scope], ttl: float = CLIENT_SECONDS) -> str:
        """An access token for an API client with these scopes, valid from now on for `ttl` seconds."""
        now = int(self._now())
        claims = {
            "iss": self.address,
            "sub": str(client_id),
            "client_id": str(client_id),
            "exp": now + int(ttl),
            "jti": str(UUID(bytes=os.urandom(16), version=4)),
            "scope": " ".join(sorted(scopes)),
        }
        return self._signed(_CLIENT, claims, now)

    def verify(self, token: str) -> Claims:
        """What a person's token says. Raises: TokenRefused as `read` does, and for a client's token."""
        known = self.read(token)
        if isinstance(known, ClientClaims):
            raise TokenRefused("client_token")
        return known

    def read(self, token: str) -> Claims | ClientClaims:
        """What the token says.

        Raises:
            TokenRefused: malformed, not canonical, not of this algorithm, of no key that is believed, of another issuer
                or audience, or not valid now.
        """
        found = self._verified.get(token)
        if found is not None:
            if found[0] >= self._now():
                return found[1]
            del self._verified[token]
        known = self._check(token)
        while len(self._verified) >= self._remembered:
            del self._verified[next(iter(self._verified))]
        self._verified[token] = (min(known.expires_at + LEEWAY_SECONDS, self._now() + NOTICED_WITHIN), known)
        return known

    def _signed(self, kind: str, claims: dict[str, Any], now: int) -> str:
        self.keys.refresh()
        signing = self.keys.signing
        header = {"typ": kind, "alg": ALGORITHM, "kid": signing.key_id}
        return jwt.encode(header, claims | {"aud": self._audience, "iat": now}, signing.key, algorithms=[ALGORITHM])

    def _check(self, token: str) -> Claims | ClientClaims:
        if len(token) > LONGEST_TOKEN:
            raise TokenRefused("too-long")
        _require_canonical(token)
        self.keys.refresh()
        try:
            decoded = jwt.decode(token, self._key_of, algorithms=[ALGORITHM])
            self._require_of_its_time(decoded.header, decoded.claims)
            kind = str(decoded.header.get("typ", "")).lower().removeprefix("application/")
            if kind == _CLIENT:
                return self._of_client(decoded.claims)
            if kind in _PERSON:
                return self._of_person(decoded.claims)
        except JoseError as error:
            raise TokenRefused("expired" if error.error == "expired_token" else error.error) from error
        except (ValueError, TypeError, KeyError, RecursionError, AttributeError) as error:
            raise TokenRefused("malformed") from error
        raise TokenRefused("kind")

    def _key_of(self, token: Any) -> OKPKey:
        """The key that the token says it is signed by, of those that are believed; the first where it says none."""
        headers: dict[str, Any] = token.headers()
        known = self.keys.believed.get(headers["kid"]) if "kid" in headers else self.keys.first()
        if known is None:
            raise TokenRefused("unknown_key")
        return known.public

    def _require_of_its_time(self, header: dict[str, Any], claims: dict[str, Any]) -> None:
        """A key that was replaced signs no more, whoever has it; processes take a moment to notice."""
        known = self.keys.believed.get(header["kid"]) if "kid" in header else self.keys.first()
        if known is None or (known.replaced_at is not None and claims["iat"] > known.replaced_at + NOTICED_WITHIN):
            raise TokenRefused("replaced_key")

    def _of_person(self, claims: dict[str, Any]) -> Claims:
        self._persons.validate(claims)
        if "client_id" in claims:
            raise TokenRefused("kind")
        return Claims(UUID(claims["sub"]), str(claims.get("name", "")), float(claims["exp"]))

    def _of_client(self, claims: dict[str, Any]) -> ClientClaims:
        self._clients.validate(claims)
        issued_at, expires_at = float(claims["iat"]), float(claims["exp"])
        if claims["sub"] != claims["client_id"] or expires_at - issued_at > CLIENT_SECONDS:
            raise TokenRefused("kind")
        scopes = frozenset(Scope(one) for one in str(claims.get("scope", "")).split() if one in _SCOPES)
        return ClientClaims(UUID(claims["sub"]), scopes, UUID(claims["jti"]), issued_at, expires_at)

    def _registry(self, issuer: str, **more: Any) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=lambda: int(self._now()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": self._audience},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            **more,
        )


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
