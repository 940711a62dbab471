"""Who asks: the person or the API client that a bearer token names. What they may do is not in the token alone."""

from collections.abc import Iterable
from uuid import UUID

from domain.kernel.message import N_
from infra.identity.tokens import Claims, ClientClaims, TokenIssuer, TokenRefused
from services.gateway.refusals import InvalidHeader, PersonNeeded, Unauthenticated

_SCHEME = "bearer "
MANDATE = b"pakt-mandate"
"""Header by which a client names the mandate on which it acts for a member."""

_SINGLE = (b"authorization", b"idempotency-key", b"if-match", b"content-type", b"content-length", MANDATE)


def single(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """The request's headers by name. Raises: InvalidHeader when one that decides something is sent twice."""
    pairs = list(headers)
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        for name in _SINGLE:
            if names.count(name) > 1:
                raise InvalidHeader(name.decode(), N_("The header is sent more than once."))
    return found


def person(headers: dict[bytes, bytes], tokens: TokenIssuer) -> UUID:
    """The person of the request's bearer token, where only a person can be meant.

    Raises: Unauthenticated as `believed` does; PersonNeeded for the token of an API client.
    """
    claims = believed(headers, tokens)
    if isinstance(claims, Claims):
        return claims.person_id
    raise PersonNeeded


def believed(headers: dict[bytes, bytes], tokens: TokenIssuer) -> Claims | ClientClaims:
    """What the request's bearer token says (RFC 6750, in the Authorization header only).

    Raises: Unauthenticated when there is none or it is not valid.
    """
    sent = headers.get(b"authorization")
    if sent is None:
        raise _refused("missing", tokens)
    text = sent.decode("latin-1")
    if text[:7].lower() != _SCHEME:
        raise _refused("scheme", tokens)
    try:
        return tokens.read(text[7:])
    except TokenRefused as error:
        raise _refused(error.reason, tokens) from error


def mandate(headers: dict[bytes, bytes]) -> UUID | None:
    """The mandate that a client names, None where it names none. Raises: InvalidHeader for one that is none."""
    sent = headers.get(MANDATE)
    if sent is None:
        return None
    try:
        return UUID(sent.decode("ascii"))
    except ValueError as error:
        raise InvalidHeader("Pakt-Mandate", N_("This is not a UUID.")) from error


def _refused(reason: str, tokens: TokenIssuer) -> Unauthenticated:
    return Unauthenticated(reason, tokens.issuer, tokens.key_id)
