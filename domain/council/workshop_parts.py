"""Words of a workshop: at which level, who came from which side, how many."""

from enum import StrEnum

import msgspec

from domain.kernel.text import Line, Slug
from domain.kernel.vocabulary import Count, Url


class WorkshopLevel(StrEnum):
    """Whether it is held for the whole country or in a municipality."""

    CENTRAL = "central"
    LOCAL = "local"


class WorkshopStage(StrEnum):
    """Where a workshop stands."""

    ANNOUNCED = "announced"
    HELD = "held"
    CANCELLED = "cancelled"


class AttendingSide(StrEnum):
    """For whom somebody came."""

    CSO = "cso"
    INSTITUTIONS = "institutions"
    OTHERS = "others"


class Attendance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many came from one side, by gender as they said it; `undisclosed` did not say."""

    side: AttendingSide
    women: Count
    men: Count
    undisclosed: Count = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.women + self.men + self.undisclosed


class WorkshopPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Where it is: a room, a page to join it by, or both; `municipality` is a slug."""

    room: Line | None = None
    page: Url | None = None
    municipality: Slug | None = None
