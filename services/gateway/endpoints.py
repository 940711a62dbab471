"""The addresses of commands, found by one look-up."""

from uuid import UUID

from litestar import Litestar
from litestar.routes import HTTPRoute
from litestar.types import HTTPScope

from services.gateway.command_route import ENDPOINT, TENANT, Endpoint

_PREFIX = ["", "v1", "tenants"]
_SLUG, _WITHIN = 3, 4
_TEMPLATE = "{id:uuid}"


class Endpoints:
    """Every command route of an application. `find` knows addresses as they are documented and no other spelling."""

    def __init__(self, app: Litestar) -> None:
        self._found: dict[tuple[str, ...], Endpoint] = {}
        places: set[int] = set()
        for route in app.routes:
            if isinstance(route, HTTPRoute) and route.path.startswith(TENANT) and "POST" in route.route_handler_map:
                endpoint: Endpoint | None = route.route_handler_map["POST"][0].opt.get(ENDPOINT)
                if endpoint is not None:
                    within = route.path.split("/")[_WITHIN:]
                    places |= {n for n, part in enumerate(within) if part == _TEMPLATE}
                    self._found[tuple(within)] = endpoint
        self._places = sorted(places)
        """Where, within a tenant's address, an id may stand."""

    def find(self, scope: HTTPScope) -> Endpoint | None:
        """The endpoint a request is for, with its `path_params` set; None where the framework shall look."""
        if scope["method"] != "POST":
            return None
        parts = scope["path"].split("/")
        if parts[:_SLUG] != _PREFIX or len(parts) <= _WITHIN:
            return None
        within = parts[_WITHIN:]
        endpoint = self._found.get(tuple(within))
        if endpoint is not None:
            scope["path_params"] = {"tenant": parts[_SLUG]}
            return endpoint if _TEMPLATE not in within else None
        for place in self._places:
            if place >= len(within):
                break
            given, within[place] = within[place], _TEMPLATE
            endpoint = self._found.get(tuple(within))
            if endpoint is not None:
                return _with_id(scope, endpoint, parts[_SLUG], given)
            within[place] = given
        return None


def _with_id(scope: HTTPScope, endpoint: Endpoint, tenant: str, given: str) -> Endpoint | None:
    try:
        scope["path_params"] = {"tenant": tenant, "id": UUID(given)}  # type: ignore[dict-item] # as litestar does
    except ValueError:
        return None
    return endpoint
