"""Who is told of which events: everybody of public ones, a program of what its grant reaches and of what is its own.

What kind an event is, its domain's manifest says (`Domain.public`, `granted`, `own`); an older version of an event is
of the kind of the newest. An event of none of the three is told to nobody.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from uuid import UUID

import msgspec

from domain.catalogue import DOMAINS
from domain.clients.client import ApiClient
from domain.governance import NationalGovernance
from domain.kernel.errors import StreamNotFound
from domain.kernel.event import Event
from domain.kernel.manifest import Domain, Scope
from domain.tenants.groups import covers
from domain.tenants.register import Institution
from infra.eventstore.interface import StoredEvent
from services.command_handling.authority import Authority
from services.command_handling.request import Principal


def _stored_names(domain: Domain, told: Iterable[type[Event]]) -> Iterator[str]:
    """The names under which events of these classes stand in logs, older versions too."""
    newest = {one.TOPIC for one in told}
    yield from newest
    after = {upcast.old: upcast.new for upcast in domain.upcasts}
    for old in after:
        name = old
        while name in after:
            name = after[name]
        if name in newest:
            yield old


PUBLIC = frozenset(name for domain in DOMAINS for name in _stored_names(domain, domain.public))
"""Stored names of events that everybody is told."""
GRANTED = frozenset(name for domain in DOMAINS for name in _stored_names(domain, domain.granted))
"""Stored names of events that a program is told of the institutions in its grant."""
OWN = frozenset(name for domain in DOMAINS for name in _stored_names(domain, domain.own))
"""Stored names of events that the program is told whose `client_id` they carry."""

_WIDER = PUBLIC | GRANTED
_NOTHING = frozenset[str]()
_WITH_OWN = {PUBLIC: PUBLIC | OWN, _WIDER: _WIDER | OWN, _NOTHING: _NOTHING}


class _Owned(msgspec.Struct, frozen=True):
    client_id: UUID


_owned = msgspec.json.Decoder(_Owned).decode


class Sight:
    """What one reader is told, as the national log stood when it was made.

    `institutions` by tenant id are those whose logs are followed, `granted` the tenant ids in the reader's grant;
    `client_id` is whose own events are told.
    """

    def __init__(
        self,
        institutions: Mapping[int, Institution],
        granted: Collection[int] = (),
        client_id: UUID | None = None,
    ) -> None:
        self.institutions, self.client_id = institutions, client_id
        self._names = {one: _WIDER if one in granted else PUBLIC for one in institutions}

    def sees(self, event: StoredEvent) -> bool:
        """Whether the reader is told of the event."""
        names = self._names.get(event.tenant_id)
        if names is None:
            return False
        if event.type_name in names:
            return True
        return self.client_id is not None and event.type_name in OWN and _owned(event.data).client_id == self.client_id

    def names(self, tenant_id: int) -> frozenset[str]:
        """Stored names that no event outside of has a chance to be told of that tenant."""
        names = self._names.get(tenant_id, _NOTHING)
        return _WITH_OWN[names] if self.client_id is not None else names


async def sight_of(
    authority: Authority, principal: Principal | None, slugs: Collection[str] | None = None, *, fresh: bool = False
) -> Sight:
    """What a reader (None, or any person: anybody) is told, of the institutions named or of all but sandboxes.

    With `fresh` nothing that stands in the national log when this begins is missed.
    Raises: StreamNotFound for a slug that nobody has.
    """
    national = await authority.national(fresh=fresh)
    everywhere = national.institutions
    if slugs is None:
        chosen = [one for one in everywhere.values() if not one.sandbox]
    else:
        if not everywhere.keys() >= set(slugs):
            raise StreamNotFound
        chosen = [everywhere[slug] for slug in dict.fromkeys(slugs)]
    institutions = {one.tenant_id: one for one in chosen}
    grant, scopes = _grant(national, principal)
    if grant is None:
        return Sight(institutions)
    granted = [one.tenant_id for one in chosen if covers(grant.tenants, one.slug, one.kind)]
    return Sight(institutions, granted if Scope.FEED in scopes else (), grant.id if scopes & _OWN_SCOPES else None)


_OWN_SCOPES = frozenset({Scope.FEED, Scope.WEBHOOKS})


def _grant(national: NationalGovernance, principal: Principal | None) -> tuple[ApiClient | None, frozenset[Scope]]:
    """The reader's grant where it has one that stands, with the scopes that the token has, too."""
    if principal is None or principal.client is None:
        return None, frozenset()
    found = national.clients.get(principal.person_id)
    if found is None or found.revoked:
        return None, frozenset()
    return found, found.scopes & principal.client.scopes
