"""The count sheet of an election: its events and every ballot, as the log holds them, proven under one checkpoint.

Whoever has it counts again alone (`services/audit/standalone/count_votes.py`).
"""

from uuid import UUID

import msgspec

from domain.council.events import election as e
from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import NATIONAL_SLUG, NATIONAL_TENANT
from infra.eventstore.interface import LogReader
from services.receipts.receipt import Proved, Receipts

_SHOWN = frozenset({e.ElectionOpened.TOPIC, e.VotingOpened.TOPIC, e.ElectionCounted.TOPIC})


class CountSheet(msgspec.Struct, frozen=True):
    """What it takes to count an election again: opened, voting, every ballot, counted, in the order of the log.

    `checkpoint` is a signed note (C2SP tlog-checkpoint); both are empty for a moment, until the count is sealed.
    """

    election_id: UUID
    tenant: str
    checkpoint: str
    events: tuple[Proved, ...]


async def count_sheet(log: LogReader, receipts: Receipts, election_id: UUID) -> CountSheet:
    """The sheet of a counted election. Raises: StreamNotFound before, and for whatever is no election."""
    told = [one for one in await log.read_stream(NATIONAL_TENANT, election_id) if one.type_name in _SHOWN]
    if not any(one.type_name == e.ElectionCounted.TOPIC for one in told):
        raise StreamNotFound
    ballots = await log.read_tag(NATIONAL_TENANT, e.election_tag(election_id))
    bundle = await receipts.together(sorted((*told, *ballots), key=lambda event: event.position))
    return CountSheet(election_id, NATIONAL_SLUG, bundle.checkpoint, bundle.events)
