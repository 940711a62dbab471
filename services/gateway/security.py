"""Who asks: the person a bearer token names. What they may do is not in the token."""

from uuid import UUID

from infra.identity.tokens import TokenIssuer, TokenRefused
from services.gateway.refusals import Unauthenticated

_SCHEME = "bearer "


def person(headers: dict[bytes, bytes], tokens: TokenIssuer) -> UUID:
    """The person of the request's bearer token (RFC 6750, in the Authorization header only).

    Raises: Unauthenticated when there is none or it is not valid.
    """
    sent = headers.get(b"authorization")
    if sent is None:
        raise Unauthenticated
    text = sent.decode("latin-1")
    if text[:7].lower() != _SCHEME:
        raise Unauthenticated("scheme")
    try:
        return tokens.verify(text[7:]).person_id
    except TokenRefused as error:
        raise Unauthenticated(error.reason) from error
