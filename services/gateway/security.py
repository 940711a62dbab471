"""Who asks: the person a bearer token names. What they may do is not in the token."""

from collections.abc import Iterable
from uuid import UUID

from domain.kernel.message import N_
from infra.identity.tokens import TokenIssuer, TokenRefused
from services.gateway.refusals import InvalidHeader, Unauthenticated

_SCHEME = "bearer "


_SINGLE = (b"authorization", b"idempotency-key", b"if-match", b"content-type", b"content-length")


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
    """The person of the request's bearer token (RFC 6750, in the Authorization header only).

    Raises: Unauthenticated when there is none or it is not valid.
    """
    sent = headers.get(b"authorization")
    if sent is None:
        raise _refused("missing", tokens)
    text = sent.decode("latin-1")
    if text[:7].lower() != _SCHEME:
        raise _refused("scheme", tokens)
    try:
        return tokens.verify(text[7:]).person_id
    except TokenRefused as error:
        raise _refused(error.reason, tokens) from error


def _refused(reason: str, tokens: TokenIssuer) -> Unauthenticated:
    return Unauthenticated(reason, tokens.issuer, tokens.key_id)
