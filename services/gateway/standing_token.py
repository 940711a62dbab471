"""The token under which an answer goes on for a while: whether it is still one that would be let in."""

from collections.abc import Mapping

from infra.identity.tokens import ClientClaims
from services.gateway.refusals import Unauthenticated
from services.gateway.security import believed
from services.gateway.system import Writing

LOOK_AFTER = 5.0
"""Seconds after which it is asked again whether the token was ended; that its time is over is noticed at once."""


class StandingToken:
    """The bearer token of a request that was let in; `now` is in seconds of a clock that only goes forward."""

    def __init__(self, headers: Mapping[bytes, bytes], system: Writing, now: float) -> None:
        self._headers, self._system = dict(headers), system
        self._looked_at = now

    async def require(self, now: float) -> None:
        """Raises: Unauthenticated, with the reason, when it would not be let in any more; Unavailable."""
        claims = believed(self._headers, self._system.tokens)
        if not isinstance(claims, ClientClaims) or now - self._looked_at < LOOK_AFTER:
            return
        client = (await self._system.handler.authority.national()).clients.get(claims.client_id)
        if client is None or client.revoked or await self._system.uses.is_ended(claims.token_id):
            raise Unauthenticated("revoked", self._system.tokens.issuer, self._system.tokens.key_id)
        self._looked_at = now
