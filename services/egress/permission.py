"""Whether an event may be told to an endpoint now: asked of the national log as it stands when this is asked."""

from uuid import UUID

from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.manifest import Scope
from domain.tenants.register import Institution
from infra.eventstore.interface import EventStore, StoredEvent
from infra.joining import Joined
from services.command_handling.authority import Authority
from services.command_handling.request import Client, Principal
from services.egress.endpoints import Endpoints, Standing
from services.feed.visibility import sight_of

_SCOPES = frozenset({Scope.FEED, Scope.WEBHOOKS})


class Permission:
    """Asks where the national log ends, and reads what is new there; who asks at once asks together."""

    def __init__(self, store: EventStore, authority: Authority, endpoints: Endpoints) -> None:
        self._store, self._authority, self._endpoints = store, authority, endpoints
        self._up_to_date, self._seen = Joined(self._look), 0

    async def of(self, event: StoredEvent, endpoint_id: UUID) -> tuple[Standing, Institution] | None:
        """The endpoint and the event's institution, unless nothing (more) is to be told. Raises: Unavailable."""
        await self._up_to_date()
        standing = self._endpoints.find(endpoint_id)
        if standing is None or not standing.active:
            return None
        institution = await self._seen_by(event, standing)
        return None if institution is None else (standing, institution)

    async def _look(self) -> None:
        end = await self._store.head(NATIONAL_TENANT)
        if end != self._seen:
            await self._endpoints.up_to_date()
            await self._authority.national(fresh=True)
            self._seen = end

    async def _seen_by(self, event: StoredEvent, standing: Standing) -> Institution | None:
        client_id = standing.endpoint.client_id
        national = await self._authority.national()
        institution, client = national.by_tenant(event.tenant_id), national.clients.get(client_id)
        if institution is None or client is None or client.revoked or Scope.WEBHOOKS not in client.scopes:
            return None
        if event.stream_id != standing.endpoint.id and not standing.chooses(institution):
            return None
        try:
            sight = await sight_of(self._authority, Principal(client_id, client=Client(_SCOPES)), [institution.slug])
        except StreamNotFound:
            return None
        return institution if sight.sees(event) else None
