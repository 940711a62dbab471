"""What everybody may know of the keys that sign the logs; the domain's commands are the operator's alone."""

from typing import Any

import msgspec
from litestar import Request, Response

from services.gateway.listing import PUBLIC, answer
from services.gateway.public_scope import AtScope
from services.gateway.query_route import open_query
from services.gateway.routing import Routes
from services.keyring import KeyRing

AnyRequest = Request[Any, Any, Any]


class SigningKeyView(msgspec.Struct, frozen=True):
    """A key that signs or signed, by its public half in hex: `current`, `earlier`, or `retired`: no longer trusted."""

    public_key: str
    state: str


class SigningKeys(msgspec.Struct, frozen=True):
    """The installation's keys in the order of their making. Logs are named `<installation>/<institution>/<epoch>`."""

    installation: str
    keys: list[SigningKeyView]


@open_query("/signing-keys", shows=SigningKeys, operation_id="SigningKeys")
async def signing_keys(request: AnyRequest, seen: AtScope) -> Response[Any]:
    """The keys by which checkpoints verify."""
    system = seen.reads.system
    known = await KeyRing(system.handler, system.signing).known()
    shown = [SigningKeyView(key.public_key, key.state) for key in known]
    return answer(request, SigningKeys(system.settings.log_name, shown), cache=PUBLIC)


ROUTES = Routes(open=(signing_keys,))
