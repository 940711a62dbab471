"""Events of an election to the seats of civil society, and of the ballots cast in it. The national log holds them."""

from uuid import UUID

from domain.council.election_parts import Seats, Tally
from domain.kernel.deadline import Deadline
from domain.kernel.event import Event, InitialEvent
from domain.kernel.ids import derived_id
from domain.kernel.receipt import receipt_tag
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import Count, DecisionNo


def election_tag(election_id: UUID) -> str:
    """Boundary of every ballot of an election."""
    return f"election:{election_id}"


def ballot_id(election_id: UUID, organisation_id: UUID) -> UUID:
    """The stream of the one ballot that an organisation has in an election."""
    return derived_id("ballot", election_id, organisation_id)


def voter_tag(election_id: UUID, organisation_id: UUID) -> str:
    """Boundary of an organisation's vote in an election."""
    return f"ballot:{ballot_id(election_id, organisation_id)}"


class ElectionOpened(InitialEvent, frozen=True, kw_only=True):
    """Organisations nominate until `nominations`; votes are cast for at least `voting_days` after that."""

    TOPIC = "council.ElectionOpened.v1"

    council_id: UUID
    seats: Seats
    decision_no: DecisionNo
    nominations: Deadline
    voting_days: Count


class CandidateNominated(Event, frozen=True, kw_only=True):
    """An organisation named somebody, by id; whether they stand, they say themselves."""

    TOPIC = "council.CandidateNominated.v1"

    organisation_id: UUID
    organisation_name: Title
    person_id: UUID


class NominationAccepted(Event, frozen=True, kw_only=True):
    """The candidate stands, and agrees that everybody reads the name sealed with it."""

    TOPIC = "council.NominationAccepted.v1"

    person_id: UUID


class CandidacyWithdrawn(Event, frozen=True, kw_only=True):
    """The candidate does not stand, or no more; the organisation may nominate another."""

    TOPIC = "council.CandidacyWithdrawn.v1"

    person_id: UUID


class VotingOpened(Event, frozen=True, kw_only=True):
    """Votes are cast until `voting`; who can be named on a ballot is settled."""

    TOPIC = "council.VotingOpened.v1"

    candidates: tuple[UUID, ...]
    voting: Deadline


class ElectionLapsed(Event, frozen=True, kw_only=True):
    """Nobody stood when nominations ended: there is nothing to vote on, and the seats stay vacant."""

    TOPIC = "council.ElectionLapsed.v1"


class ElectionCounted(Event, frozen=True, kw_only=True):
    """Every ballot was counted. `tallies` from the most votes to the fewest; equals stand in the order of their lots.

    `seed` follows from the receipt codes of all ballots, so that nobody chose it.
    """

    TOPIC = "council.ElectionCounted.v1"

    ballots: Count
    seed: str
    tallies: tuple[Tally, ...]


class ElectionCancelled(Event, frozen=True, kw_only=True):
    """Nobody is elected by it; what was cast counts for nothing and stays in the log."""

    TOPIC = "council.ElectionCancelled.v1"

    decision_no: DecisionNo
    reason: Text


class BallotCast(InitialEvent, frozen=True, kw_only=True):
    """An organisation voted, for everybody to see. `receipt` is the code by which anybody finds its proof."""

    TOPIC = "council.BallotCast.v1"

    election_id: UUID
    organisation_id: UUID
    organisation_name: Title
    candidates: tuple[UUID, ...]
    receipt: str

    def tags(self) -> tuple[str, ...]:
        """The boundaries of the election and of the voter, and the way from the receipt's code to here."""
        return (
            election_tag(self.election_id),
            voter_tag(self.election_id, self.organisation_id),
            receipt_tag(self.receipt),
        )

    @property
    def receipt_code(self) -> str:
        """The code on the voter's receipt."""
        return self.receipt


EVENTS: tuple[type[Event], ...] = (
    ElectionOpened,
    CandidateNominated,
    NominationAccepted,
    CandidacyWithdrawn,
    VotingOpened,
    ElectionLapsed,
    ElectionCounted,
    ElectionCancelled,
    BallotCast,
)
"""Every event of an election, in the order of a life."""
