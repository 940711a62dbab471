"""What a command is about: the streams that it aims at or names, and those that its aggregate belongs to.

One of several successors may act on the streams of its own duties, and on what belongs to them: a contribution names
its consultation, an instalment's request its agreement.
"""

from typing import Any
from uuid import UUID

from domain.kernel.aggregate import Aggregate
from domain.kernel.command import Command


def concerned(stream_id: UUID, command: Command, aggregate: Aggregate | None) -> frozenset[UUID]:
    """Ids of streams, among other ids: whoever asks knows which are duties."""
    said = [getattr(command, name) for name in command.__struct_fields__]
    state: list[Any] = [] if aggregate is None else list(vars(aggregate).values())
    return frozenset({stream_id, *(value for value in (*said, *state) if isinstance(value, UUID))})
