"""Words of judging: criteria, points and their commitments, how points become one number, and interests."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.text import END, Line, Title
from domain.kernel.vocabulary import MILLION, Code

Points = Annotated[int, msgspec.Meta(ge=0, le=1_000)]
ScoredPoints = Annotated[dict[Code, Points], msgspec.Meta(min_length=1, max_length=30)]
Commitment = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^[0-9a-f]{{64}}{END}",
        description="SHA-256 (hex) of `<id of what is judged>:<member id>:<points as canonical JSON>:<salt>`",
    ),
]
Salt = Annotated[
    str, msgspec.Meta(pattern=rf"^[0-9a-f]{{32,128}}{END}", description="Random bytes, hexadecimal: 16 or more")
]


class Aggregation(StrEnum):
    """How the members' points on a criterion become one number."""

    MEAN = "mean"
    TRIMMED_MEAN = "trimmed_mean"
    MEDIAN = "median"


class TieRule(StrEnum):
    """What decides between equal scores, in the order in which a call lists them."""

    HEAVIEST_CRITERION = "heaviest_criterion"
    LOWER_AMOUNT = "lower_amount"
    EARLIER_SUBMISSION = "earlier_submission"
    LOT = "lot"


class Criterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What is scored, up to `max_points`; all weights make a million. Below `threshold` nothing is awarded."""

    code: Code
    title: Title
    weight: Annotated[int, msgspec.Meta(ge=1, le=MILLION)]
    max_points: Annotated[int, msgspec.Meta(ge=1, le=1_000)]
    threshold: Points = 0


class Nominee(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody who may come to judge; the name is sealed. `employers` are organisations, past ones too."""

    person_id: UUID
    full_name: Line
    employers: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=20)] = ()


class Interest(StrEnum):
    """What a member has to do with an applicant. A hard interest recuses, a soft one is on record."""

    NONE = "none"
    SOFT = "soft"
    HARD = "hard"


class ConflictBasis(StrEnum):
    """Why somebody is recused. `officer`: by an office at the organisation or a mandate to act for it.

    `late_officer`: by one that was recorded since the call is public, by decision alone.
    """

    DECLARED = "declared"
    OFFICER = "officer"
    EMPLOYER = "employer"
    LATE_OFFICER = "late_officer"
