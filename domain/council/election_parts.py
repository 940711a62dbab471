"""Words of an election to the Council, and its count: what anybody works out again from the public ballots."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.vocabulary import Count
from domain.scoring.lots import lot

Seats = Annotated[int, msgspec.Meta(ge=1, le=100, description="How many are elected")]


class ElectionStage(StrEnum):
    """Where an election stands; `lapsed` since nobody stood for it."""

    NOMINATIONS = "nominations"
    VOTING = "voting"
    COUNTED = "counted"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


class Candidate(msgspec.Struct, frozen=True):
    """Who stands, by id, and which organisation nominated them."""

    person_id: UUID
    organisation_id: UUID


class Vote(msgspec.Struct, frozen=True):
    """One organisation's ballot, with the code of its receipt."""

    organisation_id: UUID
    candidates: tuple[UUID, ...]
    receipt: str


class Tally(msgspec.Struct, frozen=True):
    """How many ballots name a candidate; `lot` orders equals, the lowest first."""

    person_id: UUID
    votes: Count
    lot: str
    elected: bool


class Result(msgspec.Struct, frozen=True):
    """The count: tallies from the most votes to the fewest, and the seed by which lots were drawn between equals."""

    seed: str
    tallies: tuple[Tally, ...]


def seed_of(election_id: UUID, votes: Iterable[Vote]) -> str:
    """What lots are drawn by: the SHA-256 of the election's id and every receipt code, sorted, one on a line.

    Codes are random and each is given to another voter: nobody knows the seed before the last ballot is in, nobody
    chooses it, and everybody finds it again.
    """
    lines = [str(election_id), *sorted(vote.receipt for vote in votes)]
    return sha256("\n".join(lines).encode()).hexdigest()


def counted(election_id: UUID, candidates: Sequence[UUID], votes: Sequence[Vote], seats: int) -> Result:
    """Those named most often are elected, up to `seats`, and nobody whom no ballot names.

    `services/audit/standalone/count_votes.py` does the same without Pakt.
    """
    seed = seed_of(election_id, votes)
    named = {one: sum(one in vote.candidates for vote in votes) for one in candidates}
    order = sorted(candidates, key=lambda one: (-named[one], lot(seed, one)))
    return Result(
        seed,
        tuple(
            Tally(one, named[one], lot(seed, one), elected=place < seats and named[one] > 0)
            for place, one in enumerate(order)
        ),
    )
