"""What a module of addresses brings."""

from collections.abc import Sequence

import msgspec
from litestar.handlers import HTTPRouteHandler

from services.gateway.command_route import CommandRoute


class Routes(msgspec.Struct, frozen=True, kw_only=True):
    """Commands and `queries` stand below a tenant, `national` ones below the nation, `open` ones are everybody's."""

    commands: Sequence[CommandRoute] = ()
    queries: Sequence[HTTPRouteHandler] = ()
    national: Sequence[HTTPRouteHandler] = ()
    open: Sequence[HTTPRouteHandler] = ()


def joined(*parts: Routes) -> Routes:
    """The addresses of several modules as one."""
    return Routes(
        commands=[one for part in parts for one in part.commands],
        queries=[one for part in parts for one in part.queries],
        national=[one for part in parts for one in part.national],
        open=[one for part in parts for one in part.open],
    )
