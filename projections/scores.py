"""Scores on the sheet of whatever is judged: sealed, then known, and shown when their round is over.

The sheets of grants and of services fold it alike.
"""

from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.contracts.events.evaluation import BidScoreCommitted, BidScoreRevealed
from domain.grants.events.commission import ScoreCommitted, ScoreRevealed
from domain.kernel.text import Text


class Score(msgspec.Struct, frozen=True):
    """What one person gave, in one round; `points` are None as long as they are sealed."""

    person_id: UUID
    round: int
    commitment: str
    points: dict[str, int] | None = None
    salt: str = ""
    comment: Text | None = None


def sealed(scores: tuple[Score, ...], told: BidScoreCommitted | ScoreCommitted) -> tuple[Score, ...]:
    """One more, sealed."""
    return (*scores, Score(told.person_id, told.round, told.commitment))


def known(scores: tuple[Score, ...], told: BidScoreRevealed | ScoreRevealed) -> tuple[Score, ...]:
    """One of them is known."""
    judged = (told.person_id, told.round)
    shown = {"points": told.points, "salt": told.salt, "comment": told.comment}
    return tuple(replace(one, **shown) if (one.person_id, one.round) == judged else one for one in scores)


def shown(scores: tuple[Score, ...], closed: int) -> tuple[Score, ...]:
    """Without the points of rounds after `closed`, by which some choice of who judges could still be made."""
    return tuple(one if one.round <= closed else replace(one, points=None, salt="", comment=None) for one in scores)


def without(people: tuple[UUID, ...], person_id: UUID) -> tuple[UUID, ...]:
    """The others."""
    return tuple(one for one in people if one != person_id)
