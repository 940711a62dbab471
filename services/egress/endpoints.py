"""What is sent where: the endpoints of the national log, folded as far as it reaches."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.kernel.event import InitialEvent
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.registry import Registry
from domain.tenants.groups import covers
from domain.tenants.register import Institution
from domain.webhooks.endpoint import WebhookEndpoint
from domain.webhooks.events import ENDPOINTS, EndpointEnabled, EndpointRegistered
from domain.webhooks.vocabulary import EndpointStage, matches
from infra.eventstore.codec import recorded
from infra.eventstore.interface import EventStore, StoredEvent


class Standing:
    """An endpoint, and since when (by the database's clock) events are told there: what was stored before is not."""

    def __init__(self, endpoint: WebhookEndpoint, since: datetime) -> None:
        self.endpoint, self.since = endpoint, since

    @property
    def active(self) -> bool:
        """Whether anything is sent to it."""
        return self.endpoint.stage is EndpointStage.ACTIVE

    def chooses(self, institution: Institution) -> bool:
        """Whether events of that institution are asked for; those of a sandbox only by its name."""
        tenants = self.endpoint.tenants
        if institution.sandbox:
            return institution.slug in tenants
        return covers(tenants, institution.slug, institution.kind)

    def names(self, type_name: str) -> bool:
        """Whether events of that type are asked for."""
        return any(matches(pattern, type_name) for pattern in self.endpoint.types)


class Endpoints:
    """Every endpoint that was not removed; `up_to_date` reads what is new."""

    def __init__(self, store: EventStore, registry: Registry) -> None:
        self._store, self._registry = store, registry
        self._position, self._turn = 0, asyncio.Lock()
        self._standing: dict[UUID, Standing] = {}
        self._choosing: defaultdict[str, set[UUID]] = defaultdict(set)

    async def up_to_date(self) -> None:
        """Take in what stands in the log when this begins. Raises: Unavailable."""
        async with self._turn:
            for stored in await self._store.read_tag(NATIONAL_TENANT, ENDPOINTS, self._position):
                self._apply(stored)
                self._position = stored.position

    def __len__(self) -> int:
        """How many there are."""
        return len(self._standing)

    def find(self, endpoint_id: UUID) -> Standing | None:
        """One of them."""
        return self._standing.get(endpoint_id)

    def choosing(self, type_name: str) -> Iterator[Standing]:
        """Active ones that ask for events of that type, each once, in the order of their ids."""
        domain, event, _ = type_name.split(".")
        patterns = ("*", f"{domain}.*", f"{domain}.{event}.*", type_name)
        found = {one for pattern in patterns for one in self._choosing.get(pattern, ())}
        for endpoint_id in sorted(found):
            if (standing := self._standing[endpoint_id]).active:
                yield standing

    def _apply(self, stored: StoredEvent) -> None:
        event: Any = recorded(self._registry, stored).event
        if isinstance(event, InitialEvent):
            begun: WebhookEndpoint = event.begun(stored.stream_id, stored.occurred_at)
            self._standing[stored.stream_id] = Standing(begun, stored.recorded_at)
        standing = self._standing[stored.stream_id]
        endpoint = standing.endpoint
        if not isinstance(event, EndpointRegistered):
            self._chosen(endpoint, chosen=False)
        endpoint.appliers[type(event)](endpoint, event)
        if isinstance(event, EndpointEnabled):
            standing.since = stored.recorded_at
        if endpoint.stage is EndpointStage.REMOVED:
            del self._standing[stored.stream_id]
        else:
            self._chosen(endpoint, chosen=True)

    def _chosen(self, endpoint: WebhookEndpoint, *, chosen: bool) -> None:
        for pattern in endpoint.types:
            (self._choosing[pattern].add if chosen else self._choosing[pattern].discard)(endpoint.id)
