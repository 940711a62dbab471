"""API clients at the gateway: their token still stands, and they have not asked too often this minute.

Each answer to a client says what is left (draft-ietf-httpapi-ratelimit-headers). A person's request costs nothing here.
"""

from domain.clients.client import ApiClient
from infra.identity.interface import WINDOW_SECONDS
from infra.identity.tokens import Claims, ClientClaims
from services.command_handling.request import Client, Principal
from services.gateway.rate_limit import State, tell
from services.gateway.refusals import QuotaExceeded, Unauthenticated
from services.gateway.security import believed, mandate
from services.gateway.system import Writing


async def principal(headers: dict[bytes, bytes], system: Writing, state: State) -> Principal:
    """Whoever the request's bearer token names; `state` is the request's, of which the answer gets its headers.

    Raises: as `believed` and `admitted`.
    """
    claims = believed(headers, system.tokens)
    return Principal(claims.person_id) if isinstance(claims, Claims) else await admitted(headers, claims, system, state)


async def admitted(headers: dict[bytes, bytes], claims: ClientClaims, system: Writing, state: State) -> Principal:
    """The client of a token, its request counted.

    Raises: Unauthenticated when the client or the token was revoked; QuotaExceeded; InvalidHeader for a mandate that is
    none; Unavailable.
    """
    client = (await system.handler.authority.national()).clients.get(claims.client_id)
    if client is None:  # registered a moment ago, by another process
        client = (await system.handler.authority.national(fresh=True)).clients.get(claims.client_id)
    if client is None or client.revoked or await system.uses.is_ended(claims.token_id):
        raise Unauthenticated("revoked", system.tokens.issuer, system.tokens.key_id)
    await count(client, system, state)
    return Principal(claims.client_id, client=Client(claims.scopes, mandate(headers)))


async def count(client: ApiClient, system: Writing, state: State) -> None:
    """Count one request of the client. Raises: QuotaExceeded."""
    use = await system.uses.count(client.id)
    left = client.per_minute - use.used
    tell(state, "minute", quota=client.per_minute, window=WINDOW_SECONDS, left=max(0, left), resets_in=use.resets_in)
    if left < 0:
        raise QuotaExceeded(client.per_minute, use.resets_in)
