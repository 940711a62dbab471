"""API clients: registered, given access, revoked by the national tenant; each institution sees those that reach it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from domain.clients import commands as c
from domain.clients.client import ApiClient
from domain.clients.vocabulary import Secret
from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.manifest import Scope
from projections.reading import Page
from services.gateway.command_route import CommandRoute
from services.gateway.desk import Desk
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, listed, shown
from services.gateway.routing import Routes

_CLIENT = "/api-clients/{id}"


class SecretView(msgspec.Struct, frozen=True):
    """A secret that was not retired, by its id: what it is, nobody but its holder knows."""

    secret_id: UUID
    expires_at: datetime | None


class ApiClientView(msgspec.Struct, frozen=True):
    """A program that works through the API. `tenants` are slugs and groups of institutions.

    `secrets` are for the national tenant alone, as is `version`, by which a change may say what it was based on.
    """

    client_id: UUID
    title: str
    organisation_id: UUID | None
    scopes: tuple[Scope, ...]
    tenants: tuple[str, ...]
    per_minute: int
    revoked: bool
    secrets: tuple[SecretView, ...]
    version: int


@listed("/api-clients", "api_clients", ApiClientView)
async def api_clients(asked: AtDeskAsked[NoFilter]) -> Page[ApiClientView]:
    """Programs that may work in this institution, by their ids; to the national tenant all that ever might anywhere."""
    desk, limit = asked.place, asked.limit
    every = [_shown(one, desk) for one in _within(desk, await _registered(asked))]
    rest = [one for one in every if asked.after is None or _key(one) > asked.after]
    return Page(rest[:limit], _key(rest[limit - 1]) if len(rest) > limit else None)


@shown("/api-clients/{id:uuid}", "api_client", ApiClientView)
async def api_client(asked: AtDeskAsked[NoFilter]) -> ApiClientView:
    """One program that may work in this institution."""
    found = (await asked.place.reads.national(asked.then, valid=True)).clients.get(asked.id)
    if found is None or not list(_within(asked.place, [found])):
        raise StreamNotFound
    return _shown(found, asked.place)


async def _registered(asked: AtDeskAsked[NoFilter]) -> list[ApiClient]:
    clients = (await asked.place.reads.national(asked.then, valid=True)).clients
    return sorted(clients.values(), key=lambda one: str(one.id))


def _within(desk: Desk, clients: Iterable[ApiClient]) -> Iterable[ApiClient]:
    """Those that the desk's institution may know of."""
    return (one for one in clients if _nation(desk) or one.covers(desk.tenant))


def _nation(desk: Desk) -> bool:
    return desk.tenant.tenant_id == NATIONAL_TENANT


def _key(of: ApiClientView) -> tuple[str, str]:
    return str(of.client_id), ""


def _shown(one: ApiClient, desk: Desk) -> ApiClientView:
    held: Iterable[Secret] = one.secrets.values() if _nation(desk) else ()
    return ApiClientView(
        client_id=one.id,
        title=one.title,
        organisation_id=one.organisation_id,
        scopes=tuple(sorted(one.scopes)),
        tenants=one.tenants,
        per_minute=one.per_minute,
        revoked=one.revoked,
        secrets=tuple(SecretView(secret.secret_id, secret.expires_at) for secret in held),
        version=one.version,
    )


ROUTES = Routes(
    commands=(
        CommandRoute("/api-clients", c.RegisterClient, reads=_CLIENT),
        CommandRoute(f"{_CLIENT}/access", c.ChangeClientAccess),
        CommandRoute(f"{_CLIENT}/quota", c.SetClientQuota),
        CommandRoute(f"{_CLIENT}/retire-secret", c.RetireClientSecret),
        CommandRoute(f"{_CLIENT}/revoke", c.RevokeClient),
    ),
    queries=(api_clients, api_client),
)
