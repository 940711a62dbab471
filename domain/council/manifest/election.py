"""Elections of civil society to the Council: the secretariat calls them, organisations nominate and vote."""

from domain.council.ballot import Ballot
from domain.council.commands import election as c
from domain.council.election import CouncilElection
from domain.council.events import election as e
from domain.kernel.manifest import Domain, Role, Scope
from domain.kernel.readers import ANYBODY

_SECRETARY = frozenset({Role.COUNCIL_SECRETARY})
_ORGANISATIONS = frozenset({Role.CSO_DELEGATE})
_IN_PERSON = frozenset({Role.SIGNED_IN})
_CLOCK = frozenset({Role.CLOCK})

ELECTIONS = Domain(
    name="council",
    aggregates=(CouncilElection, Ballot),
    events=e.EVENTS,
    permissions={
        c.OpenElection: _SECRETARY,
        c.NominateCandidate: _ORGANISATIONS,
        c.AcceptNomination: _IN_PERSON,
        c.WithdrawCandidacy: _IN_PERSON,
        c.OpenVoting: _CLOCK,
        c.CastVote: _ORGANISATIONS,
        c.CountVotes: _SECRETARY | _CLOCK,
        c.CancelElection: _SECRETARY,
    },
    queries={
        "council_elections": ANYBODY,
        "council_election": ANYBODY,
        "council_ballot": ANYBODY,
    },
    scopes={Scope.NOMINATIONS: frozenset({c.NominateCandidate, "council_elections", "council_election"})},
    public=frozenset(
        {
            e.ElectionOpened,
            e.CandidateNominated,
            e.NominationAccepted,
            e.CandidacyWithdrawn,
            e.VotingOpened,
            e.ElectionLapsed,
            e.ElectionCounted,
            e.ElectionCancelled,
            e.BallotCast,
        }
    ),
)
