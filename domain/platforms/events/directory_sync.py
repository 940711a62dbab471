"""Events of bringing a platform's directory up to date: a stream a file. The national log holds them."""

from uuid import UUID

from domain.kernel.event import Event, InitialEvent
from domain.kernel.vocabulary import Count, Sha256
from domain.platforms.vocabulary import LineOutcome, MemberNumber, RefusedLine


class DirectorySyncBegun(InitialEvent, frozen=True, kw_only=True):
    """A file came in: `digest` is that of its bytes; `complete` says that whoever is not in it is no member."""

    TOPIC = "platforms.DirectorySyncBegun.v1"

    client_id: UUID
    digest: Sha256
    lines: Count
    complete: bool


class DirectorySyncFinished(Event, frozen=True, kw_only=True):
    """What became of every line, in their order. `delisted` are the numbers of members who were not in it.

    `held_back`: nobody was delisted for being missing, since a line could not be read and may name them.
    """

    TOPIC = "platforms.DirectorySyncFinished.v1"

    client_id: UUID
    outcomes: tuple[LineOutcome, ...]
    refused: tuple[RefusedLine, ...]
    delisted: tuple[MemberNumber, ...]
    held_back: bool


EVENTS: tuple[type[Event], ...] = (DirectorySyncBegun, DirectorySyncFinished)
