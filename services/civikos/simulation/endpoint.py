"""Where the platform has events told: one endpoint for its address, found again at every start."""

from collections.abc import Sequence

from services.civikos.client.model import RegisterEndpoint
from services.civikos.client.pakt import Pakt


async def secrets_of(pakt: Pakt, url: str, types: Sequence[str], tenants: Sequence[str]) -> list[str]:
    """The keys by which messages to the address are checked; registers the endpoint where there is none yet."""
    mine = [one for one in await pakt.endpoints() if one.url == url]
    known = [one for one in mine if one.state != "removed"]
    if known:
        endpoint_id = known[0].endpoint_id
        if known[0].state == "disabled":
            await pakt.enable_endpoint(endpoint_id, key=f"enable:{endpoint_id}:{known[0].version}")
    else:
        wanted = RegisterEndpoint(url=url, types=list(types), tenants=list(tenants))
        endpoint_id = (await pakt.register_endpoint(wanted, key=f"endpoint:{url}:{len(mine)}")).stream_id
    found = await pakt.endpoint_secrets(endpoint_id)
    return [key for one in found.secrets for key in (one.secret, one.public_key)]
