"""What stands in a world's log before a state machine begins: an open call and two organisations of the register."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from domain.kernel.event import Event
from domain.organisations import events as o
from domain.organisations.vocabulary import CertificateKind
from tests.domain.grants.applications import ELSEWHERE, ORGANISATION, certificate
from tests.domain.grants.stories import CALL, OPEN_CALL, PREPARED_AT
from tests.domain.organisations.examples import NGO, claimed
from tests.support.world import World


def plant(world: World, stream_id: UUID, events: Sequence[Event], at: datetime) -> None:
    """Put events into the log as they are, one a minute."""
    made = None
    for version, event in enumerate(events, 1):
        fresh = msgspec.structs.replace(event).stamp(stream_id, version, at + timedelta(minutes=version))
        made = fresh.mutate(made)
        world.log.append((stream_id, fresh))
    world.aggregates[stream_id] = made


def tell(world: World, stream_id: UUID, event: Event) -> None:
    """Something more happens to a stream, whoever decided it."""
    held = world.aggregates[stream_id]
    event.stamp(stream_id, held.version + 1, max(world.now, held.modified_on)).mutate(held)
    world.log.append((stream_id, event))


def plant_call(world: World) -> None:
    """A published call, and two organisations in good standing."""
    plant(world, CALL, OPEN_CALL, PREPARED_AT)
    for organisation_id in (ORGANISATION, ELSEWHERE):
        register = (
            claimed(organisation_id=organisation_id),
            o.OrganisationVerified(organisation_id=organisation_id, identifiers=(NGO,), decision_no="4/2026"),
            *(
                o.CertificateRecorded(organisation_id=organisation_id, certificate=certificate(kind))
                for kind in CertificateKind
            ),
        )
        plant(world, organisation_id, register, PREPARED_AT - timedelta(days=30))
