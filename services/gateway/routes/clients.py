"""API clients: registered and granted by the national tenant; each institution sees those that reach it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, post
from litestar.params import FromPath

from domain.clients import commands as c
from domain.clients.client import ApiClient
from domain.clients.events import SecretIssued
from domain.clients.vocabulary import Secret
from domain.kernel.errors import RequestKeyReused, StreamNotFound
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.manifest import Scope
from domain.kernel.vocabulary import Instant
from infra.eventstore.codec import restore
from projections.reading import Page
from services.command_handling.request import Request as Sent
from services.gateway import body
from services.gateway.client_secret import digest, new_secret
from services.gateway.command_route import CommandRoute
from services.gateway.desk import Desk
from services.gateway.filters import NoFilter
from services.gateway.preconditions import command_id
from services.gateway.query_route import AtDesk
from services.gateway.register_route import AtDeskAsked, listed, shown
from services.gateway.routing import Routes
from services.gateway.security import single

_CLIENT = "/api-clients/{id}"
_NEVER_KEPT = {"cache-control": "no-store"}
AnyRequest = Request[Any, Any, Any]


class SecretView(msgspec.Struct, frozen=True):
    """A secret that was not retired, by its id: what it is, nobody but its holder knows."""

    secret_id: UUID
    expires_at: datetime | None


class NewSecret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a secret is asked for with: when it ends, where it does."""

    expires_at: Instant | None = None


class IssuedSecret(msgspec.Struct, frozen=True):
    """A secret, told this once: the repeat of the request has the id alone, and nobody can look the rest up."""

    client_id: UUID
    secret_id: UUID
    secret: str | None
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
    last_used_at: datetime | None
    revoked: bool
    secrets: tuple[SecretView, ...]
    version: int


_decoder = msgspec.json.Decoder(NewSecret)


@listed("/api-clients", "api_clients", ApiClientView)
async def api_clients(asked: AtDeskAsked[NoFilter]) -> Page[ApiClientView]:
    """Programs that may work in this institution, by their ids; to the national tenant all that ever might anywhere."""
    desk, limit = asked.place, asked.limit
    used = await desk.system.uses.last_used()
    every = [_shown(one, desk, used) for one in _within(desk, await _registered(asked))]
    rest = [one for one in every if asked.after is None or _key(one) > asked.after]
    return Page(rest[:limit], _key(rest[limit - 1]) if len(rest) > limit else None)


@shown("/api-clients/{id:uuid}", "api_client", ApiClientView)
async def api_client(asked: AtDeskAsked[NoFilter]) -> ApiClientView:
    """One program that may work in this institution."""
    found = (await asked.place.reads.national(asked.then, valid=True)).clients.get(asked.id)
    if found is None or not list(_within(asked.place, [found])):
        raise StreamNotFound
    return _shown(found, asked.place, await asked.place.system.uses.last_used())


_NEW_SECRET = {"application/json": {"schema": {"$ref": "#/components/schemas/NewSecret"}}}


@post(
    "/api-clients/{id:uuid}/secrets",
    status_code=201,
    opt={
        "query": "api_client_secret",
        "shows": IssuedSecret,
        "statuses": (409, 413, 415, 422),
        "takes": NewSecret,
        "body": {"required": True, "content": _NEW_SECRET},
        "responses": {},
    },
)
async def issue_secret(
    request: AnyRequest,
    desk: AtDesk,
    id: FromPath[UUID],  # noqa: A002 - the path's word
) -> Response[IssuedSecret]:
    """Make a secret for the client. It is answered once; beside it one other may count at the same time."""
    if not _nation(desk):
        raise StreamNotFound
    headers, handler = single(request.scope["headers"]), desk.system.handler
    key = command_id(headers, desk.tenant.slug, desk.person_id)
    body.require_json(headers)
    asked = body.decode(await body.read(headers, request.receive, desk.system.settings.max_body_bytes), _decoder)
    secret: str | None = new_secret()
    issuing = c.IssueClientSecret(digest=digest(str(secret)), expires_at=asked.expires_at)
    sent = Sent(desk.tenant.slug, issuing, key, desk.reader, stream_id=id)
    try:
        await handler.execute(sent)
    except RequestKeyReused:  # the same key has made one before: answered as far as it can be answered again
        before = await _issued(desk, key)
        if before is None:
            raise
        again = c.IssueClientSecret(digest=before.digest, expires_at=asked.expires_at)
        await handler.execute(msgspec.structs.replace(sent, command=again))
        secret = None
    made = await _issued(desk, key)
    if made is None:
        raise StreamNotFound
    return Response(IssuedSecret(id, made.secret_id, secret, made.expires_at), status_code=201, headers=_NEVER_KEPT)


async def _issued(desk: Desk, key: UUID) -> SecretIssued | None:
    """The secret that the command of that id issued; None where it did something else."""
    found = await desk.system.store.find_command(desk.tenant.tenant_id, key)
    if found is None:
        return None
    [stored] = await desk.system.store.read_log(desk.tenant.tenant_id, found[0] - 1, 1)
    event = restore(desk.system.registry, stored)
    return event if isinstance(event, SecretIssued) else None


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


def _shown(one: ApiClient, desk: Desk, used: Mapping[UUID, datetime]) -> ApiClientView:
    held: Iterable[Secret] = one.secrets.values() if _nation(desk) else ()
    return ApiClientView(
        client_id=one.id,
        title=one.title,
        organisation_id=one.organisation_id,
        scopes=tuple(sorted(one.scopes)),
        tenants=one.tenants,
        per_minute=one.per_minute,
        last_used_at=used.get(one.id),
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
    queries=(api_clients, api_client, issue_secret),
)
