"""Events of a commission: who judges, what they have to do with whom, and their scores, sealed until all are in.

None carries the tag of the call: there are many, and nobody decides on the call by them.
"""

from datetime import datetime
from uuid import UUID

from domain.grants.commission_parts import Member, Seat
from domain.grants.ranking import Candidate, Ranked
from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Text
from domain.kernel.vocabulary import Count, DecisionNo
from domain.scoring.composition import Composition
from domain.scoring.vocabulary import Commitment, ConflictBasis, Interest, Salt, ScoredPoints


class CommissionFormed(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The commission of a call was named: its internal members, and the pool of which `experts` are drawn.

    `published_at`: since when the call is public; None in older logs. Sealed with it: the full name
    of each person.
    """

    TOPIC = "grants.CommissionFormed.v1"

    call_id: UUID
    decision_no: DecisionNo
    members: tuple[Member, ...]
    pool: tuple[Member, ...]
    experts: Count
    published_at: datetime | None = None


class ExpertsDrawn(Event, frozen=True, kw_only=True):
    """The lots were drawn by a seed that nobody chose: `experts` are members, `alternates` follow in this order.

    Whoever has seed and pool draws the same (`domain/scoring/lots.py`).
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


class ConflictSuspected(Event, frozen=True, kw_only=True):
    """The register tells of an office of the member at the applicant, recorded only after the call was public.

    By itself it recuses nobody: an applicant could choose its judges. `officers` are the register's ids of the entries.
    """

    TOPIC = "grants.ConflictSuspected.v1"

    person_id: UUID
    application_id: UUID
    basis: ConflictBasis
    officers: tuple[UUID, ...]


class ConflictDecided(Event, frozen=True, kw_only=True):
    """It was decided, outside the commission, whether those `officers` entries recuse the member."""

    TOPIC = "grants.ConflictDecided.v1"

    person_id: UUID
    application_id: UUID
    officers: tuple[UUID, ...]
    recused: bool
    decision_no: DecisionNo
    reason: Text


class MemberReplaced(Event, frozen=True, kw_only=True):
    """The member did not judge in time, and judges no application any more of which their points are not known.

    `seats` are all of these, each with the alternate who was next for it.
    """

    TOPIC = "grants.MemberReplaced.v1"

    person_id: UUID
    decision_no: DecisionNo
    reason: Text
    seats: tuple[Seat, ...]


class PoolExtended(Event, frozen=True, kw_only=True):
    """More alternates were drawn, out of `pool` by `seed`, and follow the earlier ones as `alternates`.

    `seats` are the places that were empty and are taken at once. Sealed with it: the full name of each person.
    """

    TOPIC = "grants.PoolExtended.v1"

    decision_no: DecisionNo
    pool: tuple[Member, ...]
    seed: str
    alternates: tuple[UUID, ...]
    seats: tuple[Seat, ...]


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


class ScoringClosed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Every score is known: this is the ranking that follows from them.

    `composition` is what each application's judges had to be; None in older logs.
    """

    TOPIC = "grants.ScoringClosed.v1"

    ranking: tuple[Ranked, ...]
    composition: Composition | None = None


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
    ConflictSuspected,
    ConflictDecided,
    MemberReplaced,
    PoolExtended,
    ScoreCommitted,
    ScoreRevealed,
    ScoringClosed,
    ApplicationReopened,
)
"""Every event of a commission, in the order of a life."""
