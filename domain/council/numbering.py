"""The number of the next resolution: they are counted in each year, over all meetings."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from domain.council.events.meeting import RESOLUTIONS, ResolutionAdopted
from domain.kernel.command import Boundary, Command
from domain.kernel.deadline import local_day


class Numbering(Boundary):
    """How many resolutions each year has."""

    def __init__(self) -> None:
        self._adopted: Counter[int] = Counter()

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """One for the nation."""
        del stream_id, command
        return RESOLUTIONS

    def apply(self, stream_id: UUID, event: object) -> None:
        """The year stands in the number."""
        del stream_id
        if isinstance(event, ResolutionAdopted):
            self._adopted[int(event.number.partition("/")[2])] += 1

    def following(self, at: datetime) -> str:
        """The next number at that instant, in Kosovo's year."""
        year = local_day(at).year
        return f"{self._adopted[year] + 1}/{year}"
