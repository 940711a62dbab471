"""One consultation with its contributions, from the time when it is prepared: what the state machines drive."""

from datetime import datetime

from domain.consultations.consultation import Consultation
from domain.consultations.contribution import Contribution
from tests.domain.consultations.stories import PREPARED_AT
from tests.support import world
from tests.support.world import CLOCK, MACHINE


class World(world.World):
    """A log that begins when the consultation is prepared."""

    def __init__(self) -> None:
        super().__init__(PREPARED_AT)


def is_later(now: datetime, then: datetime | None) -> bool:
    """Whether `now` is at or after `then`; never before anything is due."""
    return then is not None and now >= then


__all__ = ["CLOCK", "MACHINE", "Consultation", "Contribution", "World", "is_later"]
