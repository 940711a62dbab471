"""Events of a commission: who judges, what they have to do with whom, and their scores, sealed until all are in.

None carries the tag of the call: there are many, and nobody decides on the call by them.
"""

from uuid import UUID

from domain.grants.commission_parts import Commitment, Member, Salt, ScoredPoints
from domain.grants.ranking import Candidate, Ranked
from domain.grants.vocabulary import ConflictBasis, Interest
from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Text
from domain.kernel.vocabulary import Count, DecisionNo


class CommissionFormed(InitialEvent, frozen=True, kw_only=True):
    """The commission of a call was named: its internal members, and the pool of which `experts` are drawn.

    Sealed with it: the full name of each person.
    """

    TOPIC = "grants.CommissionFormed.v1"

    call_id: UUID
    decision_no: DecisionNo
    members: tuple[Member, ...]
    pool: tuple[Member, ...]
    experts: Count


class ExpertsDrawn(Event, frozen=True, kw_only=True):
    """The lots were drawn by a seed that nobody chose: `experts` are members, `alternates` follow in this order.

    Whoever has seed and pool draws the same (`domain/grants/drawing.py`).
    """

    TOPIC = "grants.ExpertsDrawn.v1"

    seed: str
    experts: tuple[UUID, ...]
    alternates: tuple[UUID, ...]


class ScoringOpened(Event, frozen=True, kw_only=True):
    """These applications are judged; `tie_seed` decides between equals by lot, and nobody chose it."""

    TOPIC = "grants.ScoringOpened.v1"

    candidates: tuple[Candidate, ...]
    tie_seed: str


class InterestDeclared(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A member said what they have to do with an applicant, before seeing the application.

    Sealed with it: the `detail`, where one was given.
    """

    TOPIC = "grants.InterestDeclared.v1"

    person_id: UUID
    application_id: UUID
    interest: Interest


class MemberRecused(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The member does not judge this application; the `substitute` does, if there was one left to take the place.

    `basis` is another than `declared` where the register or the member's own employers said what was not declared.
    """

    TOPIC = "grants.MemberRecused.v1"

    person_id: UUID
    application_id: UUID
    basis: ConflictBasis
    substitute: UUID | None = None


class ScoreCommitted(Event, frozen=True, kw_only=True):
    """The member's points stand, and nobody knows them: `commitment` is their salted hash. `round` counts from 1."""

    TOPIC = "grants.ScoreCommitted.v1"

    person_id: UUID
    application_id: UUID
    round: Count
    commitment: Commitment


class ScoreRevealed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The points that the member had committed to, proved by the salt."""

    TOPIC = "grants.ScoreRevealed.v1"

    person_id: UUID
    application_id: UUID
    round: Count
    points: ScoredPoints
    salt: Salt
    comment: Text | None = None


class ScoringClosed(Event, frozen=True, kw_only=True):
    """Every score is known: this is the ranking that follows from them."""

    TOPIC = "grants.ScoringClosed.v1"

    ranking: tuple[Ranked, ...]


class ApplicationReopened(Event, frozen=True, kw_only=True):
    """A complaint has the application scored anew, as `round`; the earlier scores stay readable."""

    TOPIC = "grants.ApplicationReopened.v1"

    application_id: UUID
    complaint_id: UUID
    round: Count


EVENTS: tuple[type[Event], ...] = (
    CommissionFormed,
    ExpertsDrawn,
    ScoringOpened,
    InterestDeclared,
    MemberRecused,
    ScoreCommitted,
    ScoreRevealed,
    ScoringClosed,
    ApplicationReopened,
)
"""Every event of a commission, in the order of a life."""
