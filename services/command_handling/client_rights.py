"""What an API client may do: as much as its token, its grant in the national log and a member's mandate all allow."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from domain.governance import NationalGovernance
from domain.kernel.context import Mandate, Tenant
from domain.kernel.errors import NotPermitted, RuleViolated, ScopeNeeded, StreamNotFound
from domain.kernel.manifest import Domain, Role, Scope
from domain.kernel.message import N_
from services.command_handling.request import Client

RULE = "client.mandate"
"""Names every refusal of a client that does not act on a mandate of the member for whom it acts."""


class ClientRights:
    """The scopes under which the domains let clients send each command and ask each query."""

    def __init__(self, domains: Iterable[Domain]) -> None:
        self._scopes: dict[str, frozenset[Scope]] = {}
        for domain in domains:
            for scope, used in domain.scopes.items():
                for one in used:
                    name = one if isinstance(one, str) else one.name
                    self._scopes[name] = self._scopes.get(name, frozenset()) | {scope}

    def scopes(self, name: str) -> frozenset[Scope]:
        """Those of which one is needed for the command or query; none where it is for no client."""
        return self._scopes.get(name, frozenset())

    def permit(
        self,
        national: NationalGovernance,
        tenant: Tenant,
        client_id: UUID,
        client: Client,
        name: str,
        roles: frozenset[Role],
        now: datetime,
        organisation_id: UUID | None,
    ) -> Mandate:
        """The mandate under which the client may do this: one that it names, or else its own grant.

        Raises: StreamNotFound outside of its grant; ScopeNeeded; NotPermitted for what is for no client; RuleViolated
        when it names no mandate and needs one, or one that is not its own, not in force or another organisation's.
        """
        grant = national.clients.get(client_id)
        if grant is None or not grant.covers(tenant):
            raise StreamNotFound
        self._require_scope(name, grant.scopes, client.scopes, roles)
        if client.mandate_id is not None:
            held = national.representation.mandates(client_id, now)
            named = next((one for one in held if one.mandate_id == client.mandate_id), None)
            return _of_member(named, client.mandate_id, name, roles, organisation_id)
        if Role.API_CLIENT in roles:
            return Mandate(Role.API_CLIENT, f"grant to {grant.title}")
        raise RuleViolated(RULE, N_("A client does this for a member: name the mandate that the member gave it."))

    def _require_scope(
        self, name: str, granted: frozenset[Scope], sent: frozenset[Scope], roles: frozenset[Role]
    ) -> None:
        needed = self.scopes(name)
        if not needed:
            raise NotPermitted(name, tuple(sorted(roles)))
        if not needed & granted & sent:
            wanted = tuple(sorted(needed & granted or needed))
            raise ScopeNeeded(name, wanted, granted=bool(needed & granted))


def _of_member(
    named: Mandate | None, mandate_id: UUID, name: str, roles: frozenset[Role], organisation_id: UUID | None
) -> Mandate:
    if named is None:
        raise RuleViolated(RULE, N_("No mandate {mandate} of this client is in force."), mandate=str(mandate_id))
    if organisation_id is not None and not named.concerns(organisation_id):
        raise RuleViolated(
            RULE,
            N_("Mandate {mandate} is of another organisation than {organisation}, for which this is."),
            mandate=str(mandate_id),
            organisation=str(organisation_id),
        )
    if named.role not in roles:
        raise NotPermitted(name, tuple(sorted(roles)))
    return named
