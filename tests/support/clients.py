"""API clients over a system: registered, granted, given a token and a member's mandate."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol
from uuid import UUID, uuid4

from domain.clients.commands import ChangeClientAccess, RegisterClient, RevokeClient
from domain.clients.vocabulary import RevocationReason
from domain.kernel.command import Command
from domain.kernel.ids import NATIONAL_SLUG
from domain.kernel.manifest import Role, Scope
from domain.organisations.commands import MandateRepresentative, RevokeRepresentative
from domain.organisations.seed import DEMO_ORGANISATIONS
from infra.identity.tokens import TokenIssuer
from services.command_handling.execute import CommandHandler
from services.command_handling.request import Answer, Client, Principal, Request
from tests.support.system import official

MEMBER, OTHER_MEMBER = (one.organisation_id for one in DEMO_ORGANISATIONS)
"""Two verified organisations, each of which may give a client a mandate."""


class Issuing(Protocol):
    """Enough of a system to have clients."""

    @property
    def handler(self) -> CommandHandler: ...

    @property
    def tokens(self) -> TokenIssuer: ...


async def registered(
    system: Issuing,
    *scopes: Scope,
    tenants: Iterable[str] = ("all",),
    organisation_id: UUID | None = None,
    title: str = "CiviKos",
) -> UUID:
    """A client with that grant: its id. Without scopes: with all of them."""
    command = RegisterClient(
        title=title, scopes=scopes or tuple(Scope), tenants=tuple(tenants), organisation_id=organisation_id
    )
    return (await administered(system, command)).stream_id


async def changed(system: Issuing, client_id: UUID, *scopes: Scope, tenants: Iterable[str] = ("all",)) -> None:
    """Another grant: these scopes and institutions, and no other."""
    await administered(system, ChangeClientAccess(scopes=scopes, tenants=tuple(tenants)), client_id)


async def revoked(system: Issuing, client_id: UUID) -> None:
    """The client ended."""
    await administered(system, RevokeClient(reason=RevocationReason.COMPROMISED), client_id)


async def mandated(system: Issuing, client_id: UUID, organisation_id: UUID = MEMBER) -> UUID:
    """A mandate of the organisation for the client: its id."""
    command = MandateRepresentative(
        person_id=client_id,
        full_name="CiviKos",
        email="api@civikos.example",
        legal_basis="Member agreement, Article 4",
        valid_from=date(2017, 1, 1),
    )
    await administered(system, command, organisation_id, role=Role.REGISTRAR)
    national = await system.handler.authority.national(fresh=True)
    *_, last = (one for one in national.representation.held_by(client_id) if one.organisation_id == organisation_id)
    return last.mandate_id


async def unmandated(system: Issuing, mandate_id: UUID, organisation_id: UUID = MEMBER) -> None:
    """The mandate revoked."""
    command = RevokeRepresentative(mandate_id=mandate_id, reason="The member left.")
    await administered(system, command, organisation_id, role=Role.REGISTRAR)


def bearer(system: Issuing, client_id: UUID, *scopes: Scope, mandate_id: UUID | None = None) -> dict[str, str]:
    """Headers of a request by the client, with a token for these scopes (none named: all); on a member's mandate."""
    token = system.tokens.issue_to_client(client_id, scopes or tuple(Scope))
    named = {} if mandate_id is None else {"pakt-mandate": str(mandate_id)}
    return {"authorization": f"Bearer {token}"} | named


async def administered(
    system: Issuing, command: Command, stream_id: UUID | None = None, *, role: Role = Role.ADMINISTRATOR
) -> Answer:
    """Let an official of the nation send a command."""
    request = Request(NATIONAL_SLUG, command, uuid4(), official(NATIONAL_SLUG, role), stream_id=stream_id)
    return (await system.handler.execute(request)).answer


def acting(client_id: UUID, *scopes: Scope, mandate_id: UUID | None = None) -> Principal:
    """The client as the command path sees it, with a token for these scopes (none named: all)."""
    return Principal(client_id, client=Client(frozenset(scopes or Scope), mandate_id))
