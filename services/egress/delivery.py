"""One message to one endpoint: what it says, and what follows from the answer."""

import logging
import time
from collections.abc import Mapping
from uuid import UUID, uuid4

from domain.kernel.errors import IllegalTransition
from domain.kernel.ids import NATIONAL_SLUG, derived_id, event_id
from domain.tenants.register import Institution
from domain.webhooks.commands import DisableEndpoint
from domain.webhooks.vocabulary import DisabledBecause
from infra.clock import Clock
from infra.egress.interface import Egress, Reply, RequestFailed
from infra.eventstore.interface import StoredEvent
from infra.standard_webhooks.endpoint_keys import EndpointKeys
from infra.standard_webhooks.signing import Signing, signed_headers
from infra.telemetry.propagation import TRACEPARENT, current_traceparent
from infra.work.interface import Again, Done, GivenUp, Outcome, Work
from services.command_handling.execute import CommandHandler
from services.command_handling.request import CLOCK, Request
from services.egress.attempts import Attempt, Attempts
from services.egress.endpoints import Standing
from services.egress.permission import Permission
from services.egress.recent_events import RecentEvents
from services.egress.retry_after import seconds_asked
from services.egress.subject import Subject
from services.feed.cloud_event import MEDIA_TYPE, address_of, cloud_event
from services.work.kinds import Retry

MOST_BYTES = 20_000
"""Of a body (Standard Webhooks: below 20 kB); what is longer stands behind an address."""
GONE, BUSY = 410, frozenset({429, 503})

log = logging.getLogger("pakt.egress")


class Delivery:
    """Sends; `retry` says when a failed try is made again, `base` is the address of this installation."""

    def __init__(
        self,
        handler: CommandHandler,
        permission: Permission,
        recent: RecentEvents,
        egress: Egress,
        keys: EndpointKeys,
        attempts: Attempts,
        retry: Retry,
        base: str,
    ) -> None:
        self._handler, self._permission, self._recent, self._egress = handler, permission, recent, egress
        self._keys, self._attempts, self._retry, self._base = keys, attempts, retry, base
        self._clock: Clock = handler.clock

    async def perform(self, work: Work) -> Outcome:
        """One try. What its client may not see (any more), and what is for an endpoint that is over, is done."""
        subject = Subject.parse(work.subject)
        event = await self._recent.find(subject.tenant_id, subject.epoch, subject.position)
        if event is None or (permitted := await self._permission.of(event, subject.endpoint_id)) is None:
            return Done()
        standing, institution = permitted
        answer, milliseconds = await self._send(event, standing, institution)
        await self._note(event, standing, institution, work.attempts + 1, answer, milliseconds)
        return await self._outcome(work, standing, answer)

    async def _send(
        self, event: StoredEvent, standing: Standing, institution: Institution
    ) -> tuple[Reply | RequestFailed, int]:
        """What came of it, and how many milliseconds it took."""
        body = cloud_event(event, institution.slug, self._base)
        if len(body) > MOST_BYTES:
            body = cloud_event(
                event, institution.slug, self._base, dataref=address_of(self._base, institution.slug, event)
            )
        headers = self._headers(event, standing, body)
        began = time.monotonic()
        answer: Reply | RequestFailed
        try:
            answer = await self._egress.post(standing.endpoint.url, headers, body)
        except RequestFailed as failed:
            answer = failed
        return answer, round((time.monotonic() - began) * 1000)

    def _headers(self, event: StoredEvent, standing: Standing, body: bytes) -> Mapping[str, str]:
        now, endpoint = self._clock.now(), standing.endpoint
        generations = endpoint.generations(now)
        signing: list[Signing] = [
            *(self._keys.secret(endpoint.id, one) for one in generations),
            *(self._keys.signing_key(endpoint.id, one) for one in generations),
        ]
        signed = signed_headers(str(_id(event)), int(now.timestamp()), body, signing)
        traced = {TRACEPARENT: parent} if (parent := current_traceparent()) else {}
        return {"content-type": MEDIA_TYPE, "user-agent": "pakt-webhooks", **signed, **traced}

    async def _note(
        self,
        event: StoredEvent,
        standing: Standing,
        institution: Institution,
        number: int,
        answer: Reply | RequestFailed,
        milliseconds: int,
    ) -> None:
        await self._attempts.note(
            Attempt(
                endpoint_id=standing.endpoint.id,
                attempt_id=uuid4(),
                at=self._clock.now(),
                message_id=_id(event),
                type=event.type_name,
                of_tenant=institution.slug,
                epoch=event.epoch,
                position=event.position,
                number=number,
                status=answer.status if isinstance(answer, Reply) else 0,
                failure="" if isinstance(answer, Reply) else answer.failure.value,
                milliseconds=milliseconds,
            )
        )

    async def _outcome(self, work: Work, standing: Standing, answer: Reply | RequestFailed) -> Outcome:
        if isinstance(answer, Reply):
            if 200 <= answer.status < 300:  # noqa: PLR2004 - successful, RFC 9110 section 15.3
                return Done()
            if answer.status == GONE:
                await self._disable(standing, DisabledBecause.GONE)
                return Done()
        reason = f"answered {answer.status}" if isinstance(answer, Reply) else answer.failure.value
        after = self._retry(work.attempts + 1)
        if after is None:
            await self._disable(standing, DisabledBecause.FAILING)
            return GivenUp(reason)
        if isinstance(answer, Reply) and answer.status in BUSY:
            after = max(after, seconds_asked(answer.retry_after, self._clock.now()))
        return Again(after, reason)

    async def _disable(self, standing: Standing, reason: DisabledBecause) -> None:
        """Once since it was registered or enabled, whoever finds it out first."""
        endpoint_id: UUID = standing.endpoint.id
        command_id = derived_id("webhook disabled", endpoint_id, standing.since.isoformat(), reason)
        request = Request(NATIONAL_SLUG, DisableEndpoint(reason=reason), command_id, CLOCK, stream_id=endpoint_id)
        try:
            await self._handler.execute(request)
        except IllegalTransition:
            return  # it was disabled or removed meanwhile
        log.warning("webhook endpoint %s was disabled: %s", endpoint_id, reason)


def _id(event: StoredEvent) -> UUID:
    return event_id(event.command_id, event.stream_id, event.version)
