"""Programs that work through the API: what each may do, where, and by which secret it shows who it is."""

from domain.clients import commands as c
from domain.clients import events as e
from domain.clients.client import ApiClient
from domain.kernel.manifest import Domain, Role

_ADMINISTRATION = frozenset({Role.ADMINISTRATOR})
"""Of the national tenant, in whose log alone clients stand."""

_WATCHERS = _ADMINISTRATION | {Role.AUDITOR}
"""Each institution sees which clients reach it."""

DOMAIN = Domain(
    name="clients",
    aggregates=(ApiClient,),
    events=(
        e.ClientRegistered,
        e.ClientAccessChanged,
        e.SecretIssued,
        e.SecretRetired,
        e.ClientQuotaSet,
        e.ClientRevoked,
    ),
    permissions={
        c.RegisterClient: _ADMINISTRATION,
        c.ChangeClientAccess: _ADMINISTRATION,
        c.IssueClientSecret: _ADMINISTRATION,
        c.RetireClientSecret: _ADMINISTRATION,
        c.SetClientQuota: _ADMINISTRATION,
        c.RevokeClient: _ADMINISTRATION,
    },
    queries={"api_clients": _WATCHERS, "api_client": _WATCHERS, "api_client_secret": _ADMINISTRATION},
    inward=frozenset({c.IssueClientSecret}),
)
