"""An election of civil society to the Council, as the tests tell it."""

from datetime import date, timedelta
from uuid import UUID

from msgspec.structs import replace

from domain.council.commands import election as c
from domain.council.council import Council
from domain.council.election import NOMINATIONS, VOTING, CouncilElection
from domain.council.election_parts import Vote, counted
from domain.council.events import election as e
from domain.kernel.context import Mandate
from domain.kernel.deadline import deadline
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.receipt import receipt_code
from domain.kernel.text import text
from domain.organisations.standing import Standing
from domain.rules.shipped import shipped_calendar, shipped_rules
from tests.domain.council.examples import CONSTITUTED, COUNCIL
from tests.domain.organisations.examples import NAME, REGISTERED
from tests.support.given import NOW, STREAM, built

OPENED_AT = NOW - timedelta(days=60)
ORGANISATION, OTHER = derived_id("test", "organisation"), derived_id("test", "other organisation")
ANA, BEN, CEM = (derived_id("test", "candidate", name) for name in "abc")
PERSON = Mandate(Role.SIGNED_IN, "any person")
REASON = text(sq="Thirrja u përsërit.", sr="Poziv se ponavlja.")
_RULES, _CALENDAR = shipped_rules("national"), shipped_calendar()
NAMED_UNTIL = deadline(_RULES[NOMINATIONS], NOW, "ElectionOpened", _CALENDAR)
VOTED_UNTIL = deadline(_RULES[VOTING], NAMED_UNTIL.due_at, "VotingOpened", _CALENDAR)

OPEN = c.OpenElection(council_id=COUNCIL, seats=2, decision_no="4/2026")
NOMINATE = c.NominateCandidate(organisation_id=ORGANISATION, person_id=ANA)
ACCEPT = c.AcceptNomination(public_name="Ana Berisha")
CAST = c.CastVote(election_id=STREAM, organisation_id=ORGANISATION, candidates=(ANA, BEN))
CANCEL = c.CancelElection(decision_no="9/2026", reason=REASON)

OPENED = e.ElectionOpened(council_id=COUNCIL, seats=2, decision_no="4/2026", nominations=NAMED_UNTIL, voting_days=5)
ANA_NAMED = e.CandidateNominated(organisation_id=ORGANISATION, organisation_name=NAME, person_id=ANA)
BEN_NAMED = replace(ANA_NAMED, organisation_id=OTHER, person_id=BEN)
CEM_NAMED = replace(ANA_NAMED, organisation_id=derived_id("test", "third"), person_id=CEM)
ACCEPTED = tuple(e.NominationAccepted(person_id=one) for one in (ANA, BEN, CEM))
NOMINATED: tuple[Event, ...] = (OPENED, ANA_NAMED, BEN_NAMED, CEM_NAMED, *ACCEPTED)
VOTING_OPENED = e.VotingOpened(candidates=(ANA, BEN, CEM), voting=VOTED_UNTIL)
OPEN_TO_VOTES = (*NOMINATED, VOTING_OPENED)
LAPSED = e.ElectionLapsed()
WITHDRAWN = e.CandidacyWithdrawn(person_id=ANA)
CANCELLED = e.ElectionCancelled(decision_no="9/2026", reason=REASON)


def ballot(voter: UUID, *candidates: UUID) -> e.BallotCast:
    """With a receipt that follows from the voter."""
    return e.BallotCast(
        election_id=STREAM,
        organisation_id=voter,
        organisation_name=NAME,
        candidates=candidates,
        receipt=receipt_code(voter.bytes),
    )


def votes(*ballots: e.BallotCast) -> list[Vote]:
    return [Vote(one.organisation_id, one.candidates, one.receipt) for one in ballots]


BALLOTS = (ballot(ORGANISATION, ANA, BEN), ballot(OTHER, BEN), ballot(derived_id("test", "third"), BEN, CEM))
RESULT = counted(STREAM, (ANA, BEN, CEM), votes(*BALLOTS), 2)
COUNTED = e.ElectionCounted(ballots=3, seed=RESULT.seed, tallies=RESULT.tallies)
EXAMPLES: dict[type[Event], Event] = {
    type(example): example
    for example in (
        OPENED,
        ANA_NAMED,
        ACCEPTED[0],
        WITHDRAWN,
        LAPSED,
        VOTING_OPENED,
        BALLOTS[0],
        COUNTED,
        CANCELLED,
    )
}
"""One of each event of an election and of its ballots."""


def delegate(organisation_id: UUID = ORGANISATION) -> Mandate:
    return Mandate(Role.CSO_DELEGATE, "Statute", organisation_id, derived_id("test", "mandate", organisation_id))


def registered(*events: Event, organisation_id: UUID = ORGANISATION) -> Standing:
    """The organisation as the register knows it: in good standing, or with this past."""
    fold = Standing()
    for version, event in enumerate(events or REGISTERED, 1):
        at = OPENED_AT + timedelta(hours=version)
        fold.apply(organisation_id, replace(event).stamp(organisation_id, version, at))
    return fold


def council(*events: Event, **term: date) -> Council:
    """Of fifteen and fourteen, as constituted or with what followed."""
    made: Council = built(Council, (replace(CONSTITUTED, **term), *events), COUNCIL)
    return made


def election(*events: Event) -> CouncilElection:
    made: CouncilElection = built(CouncilElection, events)
    return made
