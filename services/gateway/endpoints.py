"""The addresses of commands, found by one look-up."""

from uuid import UUID

from litestar import Litestar
from litestar.routes import HTTPRoute
from litestar.types import HTTPScope

from services.gateway.command_route import ENDPOINT, TENANT, Endpoint

_PREFIX = ("", "v1", "tenants")
_SLUG, _WITHIN, _ID = 3, 4, 5
_TEMPLATE = "{id:uuid}"


class Endpoints:
    """Every command route of an application. `find` knows addresses as they are documented and no other spelling."""

    def __init__(self, app: Litestar) -> None:
        self._plain: dict[tuple[str, ...], Endpoint] = {}
        self._with_id: dict[tuple[str, ...], Endpoint] = {}
        for route in app.routes:
            if isinstance(route, HTTPRoute) and route.path.startswith(TENANT) and "POST" in route.route_handler_map:
                endpoint: Endpoint | None = route.route_handler_map["POST"][0].opt.get(ENDPOINT)
                if endpoint is not None:
                    self._add(tuple(route.path.split("/")[_WITHIN:]), endpoint)

    def _add(self, within: tuple[str, ...], endpoint: Endpoint) -> None:
        if _TEMPLATE in within:
            collection, _, *rest = within
            self._with_id[collection, *rest] = endpoint
        else:
            self._plain[within] = endpoint

    def find(self, scope: HTTPScope) -> Endpoint | None:
        """The endpoint a request is for, with its `path_params` set; None where the framework shall look."""
        if scope["method"] != "POST":
            return None
        parts = tuple(scope["path"].split("/"))
        if parts[:_SLUG] != _PREFIX or len(parts) <= _WITHIN:
            return None
        endpoint = self._plain.get(parts[_WITHIN:])
        if endpoint is not None:
            scope["path_params"] = {"tenant": parts[_SLUG]}
            return endpoint
        endpoint = self._with_id.get((parts[_WITHIN], *parts[_ID + 1 :]))
        if endpoint is None or len(parts) <= _ID:
            return None
        try:
            scope["path_params"] = {"tenant": parts[_SLUG], "id": UUID(parts[_ID])}  # type: ignore[dict-item] # as litestar does
        except ValueError:
            return None
        return endpoint
