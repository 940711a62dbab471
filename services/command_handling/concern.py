"""What a command is about: the streams that it aims at or names, and those that its aggregate belongs to.

One of several successors may act on the streams of its own duties, and on what belongs to them: a contribution names
its consultation, an instalment's request its agreement.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec

from domain.kernel.aggregate import Aggregate
from domain.kernel.command import Command


class Concern(msgspec.Struct, frozen=True):
    """Ids of streams, among other ids: whoever asks knows which are duties.

    `streams` are the one that is decided on and those that it belongs to; `said` is what the sender named besides.
    """

    streams: frozenset[UUID]
    said: frozenset[UUID]


def concerned(stream_id: UUID, command: Command, aggregate: Aggregate | None) -> Concern:
    """What the command is about; of what does not exist yet only the sender says what it belongs to."""
    state = () if aggregate is None else vars(aggregate).values()
    said = _ids(getattr(command, name) for name in command.__struct_fields__)
    return Concern(frozenset({stream_id, *_ids(state)}), said)


def _ids(values: Iterable[Any]) -> frozenset[UUID]:
    return frozenset(value for value in values if isinstance(value, UUID))
