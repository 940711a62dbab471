"""Which endpoints are told of an event: work that follows from the logs."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from domain.governance import NationalGovernance
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.registry import Registry
from domain.tenants.register import Institution
from domain.webhooks.events import DeliveriesRequested, EndpointPinged
from infra.eventstore.codec import recorded
from infra.eventstore.interface import EventStore, StoredEvent
from infra.work.interface import Work
from services.command_handling.authority import Authority
from services.egress.endpoints import Endpoints, Standing
from services.egress.recent_events import RecentEvents
from services.egress.subject import KIND, Subject
from services.feed.visibility import GRANTED, OWN, PUBLIC, Sight
from services.work.relay import traceparent_of

TOLD = PUBLIC | GRANTED | OWN
"""Stored names of events that anybody outside is told."""


class Telling:
    """Says what work follows; who may see an event is asked when it is sent."""

    def __init__(
        self, store: EventStore, registry: Registry, authority: Authority, endpoints: Endpoints, recent: RecentEvents
    ) -> None:
        self._store, self._registry, self._authority = store, registry, authority
        self._endpoints, self._recent = endpoints, recent

    async def follow(self, tenant_id: int, events: Sequence[StoredEvent]) -> Sequence[Work]:
        """For consecutive events of a log."""
        national = await self._authority.national(fresh=True)
        await self._endpoints.up_to_date()
        institution = national.by_tenant(tenant_id)
        if institution is None:
            return ()
        works: list[Work] = []
        for event in events:
            if event.type_name == EndpointPinged.TOPIC:
                first = [*self._work(event, self._endpoints.find(event.stream_id))]
            else:
                first = [*self._first(event, institution)]
            if first:
                self._recent.hold(event)
                works += first
            if event.type_name == DeliveriesRequested.TOPIC:
                works += await self._again(event, national)
        return works

    def _first(self, event: StoredEvent, institution: Institution) -> Iterator[Work]:
        for standing in self._endpoints.choosing(event.type_name):
            if standing.since <= event.recorded_at and _may_concern(event, standing, institution):
                yield from self._work(event, standing)

    async def _again(self, event: StoredEvent, national: NationalGovernance) -> list[Work]:
        """Everything of the asked stretch of a log that the endpoint asks for."""
        asked, standing = recorded(self._registry, event).event, self._endpoints.find(event.stream_id)
        if not isinstance(asked, DeliveriesRequested) or standing is None:
            return []
        institution = national.institutions[asked.tenant]
        length = asked.last - asked.first + 1
        return [
            work
            for one in await self._store.read_log(institution.tenant_id, asked.first - 1, length)
            if standing.names(one.type_name) and _may_concern(one, standing, institution)
            for work in self._work(one, standing, request=event)
        ]

    @staticmethod
    def _work(event: StoredEvent, standing: Standing | None, request: StoredEvent | None = None) -> Iterator[Work]:
        """Messages of one stream go out in their order."""
        if standing is None or not standing.active:
            return
        endpoint_id: UUID = standing.endpoint.id
        subject = Subject(
            endpoint_id, event.tenant_id, event.epoch, event.position, 0 if request is None else request.position
        )
        yield Work(
            NATIONAL_TENANT if request is not None else event.tenant_id,
            KIND,
            str(subject),
            lane=f"{endpoint_id}:{event.stream_id}",
            rank=event.position,
            traceparent=traceparent_of(event),
        )


def _may_concern(event: StoredEvent, standing: Standing, institution: Institution) -> bool:
    """Whether the endpoint asks for the institution, and the event is told to such clients at all."""
    if event.type_name not in TOLD or not standing.chooses(institution):
        return False
    sight = Sight({institution.tenant_id: institution}, client_id=standing.endpoint.client_id)
    return event.type_name not in OWN or sight.sees(event)
