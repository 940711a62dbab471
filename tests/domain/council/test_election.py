"""An election of the Council: called, nominated in, opened to votes by the clock, counted, or given up."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.council.commands import election as c
from domain.council.commands.council import FillSeat
from domain.council.council import Council
from domain.council.election import Ballots, CouncilElection
from domain.council.election_parts import ElectionStage, Vote, counted, seed_of
from domain.council.events import election as e
from domain.council.events.council import SeatFilled
from domain.council.standing import SeatStanding
from domain.kernel.command import Command
from domain.kernel.context import Mandate
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.text import Text, text
from domain.scoring.lots import drawn
from tests.domain.council import voting as x
from tests.domain.council.examples import CLOCK, CONSTITUTED, COUNCIL, SECRETARY, cso, filled
from tests.domain.organisations.examples import NAME, REGISTERED, SUSPENDED
from tests.support.given import ACTOR, MINISTRY, NATIONAL, NOW, STREAM, Outcome, given, given_nothing

FILLED = tuple(filled(cso(number)) for number in range(1, 15))
"""Fourteen of fifteen seats."""
VOTED = x.VOTED_UNTIL.due_at
NAMED = x.NAMED_UNTIL.due_at


def decided(command: Command, *past: Event, **changes: Any) -> Outcome:
    """By whoever may, in time."""
    by: dict[type[Command], Mandate] = {c.NominateCandidate: x.delegate(), c.OpenVoting: CLOCK}
    by |= {c.AcceptNomination: x.PERSON, c.WithdrawCandidacy: x.PERSON}
    facts: dict[str, Any] = {"tenant": NATIONAL, "mandate": by.get(type(command), SECRETARY), "now": NOW}
    facts |= {"registers": (x.registered(),)} if isinstance(command, c.NominateCandidate) else {}
    return given(CouncilElection, past).when(command, **(facts | changes))


def opened(command: c.OpenElection = x.OPEN, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"tenant": NATIONAL, "mandate": SECRETARY, "references": {"council": x.council()}}
    return given_nothing(CouncilElection).when(command, **(facts | changes))


def box(*ballots: e.BallotCast) -> Ballots:
    fold = Ballots()
    for one in ballots:
        fold.apply(derived_id("ballot", one.organisation_id), one)
    return fold


def test_an_election_is_open_to_nominations_for_as_long_as_the_rule_asks() -> None:
    opened().then([x.OPENED])
    (event,) = opened(replace(x.OPEN, nomination_days=12, voting_days=9)).then_events(e.ElectionOpened).events
    assert isinstance(event, e.ElectionOpened)
    assert (event.nominations.n, event.voting_days) == (12, 9)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"seats": 16}, {"error": RuleViolated, "rule": "council.election.seats"}),
        ({"nomination_days": 9}, {"error": InvalidValue, "pointer": "/nomination_days"}),
        ({"voting_days": 4}, {"error": InvalidValue, "pointer": "/voting_days"}),
    ],
)
def test_an_election_that_is_too_large_or_too_short(changes: dict[str, Any], refusal: dict[str, Any]) -> None:
    opened(replace(x.OPEN, **changes)).then_refused(**refusal)


def test_only_vacant_seats_of_a_council_whose_term_is_not_over_are_elected() -> None:
    over = x.council(first_day=date(2023, 1, 1), last_day=date(2026, 3, 15))
    opened(references={"council": over}).then_refused(RuleViolated, rule="council.term.over")
    opened(references={"council": x.council(first_day=date(2026, 6, 1))}).then_events(e.ElectionOpened)
    opened(references={"council": x.council(*FILLED)}).then_refused(RuleViolated, rule="council.election.seats")
    opened(replace(x.OPEN, seats=1), references={"council": x.council(*FILLED)}).then_events(e.ElectionOpened)


def test_elections_are_the_nations() -> None:
    opened(tenant=MINISTRY).then_refused(RuleViolated, rule="tenant.national")


def test_an_organisation_in_good_standing_names_one_candidate() -> None:
    decided(x.NOMINATE, x.OPENED).then([x.ANA_NAMED])
    again = replace(x.NOMINATE, person_id=x.BEN)
    decided(again, x.OPENED, x.ANA_NAMED).then_refused(RuleViolated, rule="council.nomination.once")
    decided(x.NOMINATE, x.OPENED, replace(x.BEN_NAMED, person_id=x.ANA)).then_refused(
        RuleViolated, rule="council.candidate.once"
    )
    decided(again, x.OPENED, x.ANA_NAMED, x.WITHDRAWN).then_events(e.CandidateNominated)
    suspended = x.registered(*REGISTERED, SUSPENDED)
    decided(x.NOMINATE, x.OPENED, registers=(suspended,)).then_refused(RuleViolated, rule="organisation.suspended")


@pytest.mark.parametrize(
    "mandate", [SECRETARY, x.delegate(x.OTHER), Mandate("cso_delegate", "Appointment", x.ORGANISATION)]
)
def test_nobody_names_a_candidate_for_another_organisation(mandate: Mandate) -> None:
    decided(x.NOMINATE, x.OPENED, mandate=mandate).then_refused(NotPermitted)


def test_a_candidate_accepts_in_person_and_their_name_is_sealed() -> None:
    outcome = decided(x.ACCEPT, x.OPENED, x.ANA_NAMED, actor=x.ANA)

    outcome.then([x.ACCEPTED[0]]).then_personal({"public_name": "Ana Berisha"})
    decided(x.ACCEPT, x.OPENED, x.ANA_NAMED, x.ACCEPTED[0], actor=x.ANA).then_refused(IllegalTransition)
    decided(x.ACCEPT, x.OPENED, x.ANA_NAMED, actor=ACTOR).then_refused(RuleViolated, rule="council.candidate.self")


def test_a_candidate_withdraws_in_person() -> None:
    decided(c.WithdrawCandidacy(), x.OPENED, x.ANA_NAMED, actor=x.ANA).then([x.WITHDRAWN])
    gone = decided(c.WithdrawCandidacy(), x.OPENED, x.ANA_NAMED, x.ACCEPTED[0], actor=x.ANA).then([x.WITHDRAWN])
    gone.then_state(lambda one: one.named == {} and one.accepted == ())
    decided(c.WithdrawCandidacy(), x.OPENED, x.ANA_NAMED, actor=x.BEN).then_refused(
        RuleViolated, rule="council.candidate.self"
    )


@pytest.mark.parametrize("command", [x.NOMINATE, x.ACCEPT, c.WithdrawCandidacy()], ids=lambda one: one.name)
def test_nominations_end_to_the_second(command: Command) -> None:
    past = (x.OPENED,) if isinstance(command, c.NominateCandidate) else (x.OPENED, x.ANA_NAMED)
    decided(command, *past, actor=x.ANA, now=NAMED - timedelta(microseconds=1)).then_events(
        *(type(event) for event in decided(command, *past, actor=x.ANA).events)
    )
    decided(command, *past, actor=x.ANA, now=NAMED).then_refused(RuleViolated, rule="council.election.nominations")


def test_the_clock_opens_the_vote_with_whoever_stands() -> None:
    outcome = decided(c.OpenVoting(), *x.NOMINATED, now=NAMED).then([x.VOTING_OPENED])
    outcome.then_state(lambda one: one.stage is ElectionStage.VOTING)
    decided(c.OpenVoting(), x.OPENED, x.ANA_NAMED, now=NAMED).then([x.LAPSED])
    decided(c.OpenVoting(), *x.NOMINATED, now=NAMED - timedelta(seconds=1)).then_refused(
        RuleViolated, rule="council.election.nominations"
    )
    decided(c.OpenVoting(), *x.NOMINATED, now=NAMED, mandate=SECRETARY).then_refused(NotPermitted)
    decided(c.OpenVoting(), *x.OPEN_TO_VOTES, now=VOTED).then_refused(IllegalTransition)


def test_every_ballot_is_counted_when_nobody_can_vote_any_more() -> None:
    folded = box(*x.BALLOTS)
    outcome = decided(c.CountVotes(), *x.OPEN_TO_VOTES, now=VOTED, boundary=folded).then([x.COUNTED])

    outcome.then_state(lambda one: one.elected[0] == x.BEN and len(one.elected) == 2)
    assert Ballots.tags(STREAM, c.CountVotes()) == (x.BALLOTS[0].tags()[0],) == (f"election:{STREAM}",)
    first = x.RESULT.tallies[0]
    assert (first.person_id, first.votes, first.elected) == (x.BEN, 3, True)
    early = VOTED - timedelta(seconds=1)
    decided(c.CountVotes(), *x.OPEN_TO_VOTES, now=early, boundary=folded).then_refused(
        RuleViolated, rule="council.election.voting"
    )
    for past in (x.NOMINATED, (*x.OPEN_TO_VOTES, x.COUNTED), (x.OPENED, x.LAPSED)):
        decided(c.CountVotes(), *past, now=VOTED, boundary=folded).then_refused(IllegalTransition)


def test_without_a_vote_nobody_is_elected() -> None:
    outcome = decided(c.CountVotes(), *x.OPEN_TO_VOTES, now=VOTED, boundary=box())

    outcome.then_events(e.ElectionCounted).then_state(lambda one: one.elected == ())


def test_equals_stand_in_the_order_of_their_lots_which_every_ballot_draws() -> None:
    """A and C have a vote each: the lots decide who gets the second seat, and another receipt draws others."""
    cast = x.votes(*x.BALLOTS)
    equals = [one.person_id for one in x.RESULT.tallies[1:]]

    assert {*equals} == {x.ANA, x.CEM}
    assert tuple(equals) == drawn(x.RESULT.seed, (x.ANA, x.CEM))
    assert seed_of(STREAM, reversed(cast)) == x.RESULT.seed != seed_of(STREAM, cast[:2])
    seconds = {
        counted(STREAM, (x.ANA, x.CEM), [Vote(x.OTHER, (x.ANA, x.CEM), str(n))], 1).tallies[0].person_id
        for n in range(20)
    }
    assert seconds == {x.ANA, x.CEM}


def test_an_election_is_given_up_by_a_decision_with_its_reason() -> None:
    for past in ((x.OPENED,), x.OPEN_TO_VOTES):
        decided(x.CANCEL, *past).then([x.CANCELLED])
    for past in ((x.OPENED, x.CANCELLED), (*x.OPEN_TO_VOTES, x.COUNTED)):
        decided(x.CANCEL, *past).then_refused(IllegalTransition)
    decided(replace(x.CANCEL, reason=Text()), x.OPENED).then_refused(InvalidValue, pointer="/reason")
    half = replace(x.CANCEL, reason=text(sq="Vetëm shqip"))
    decided(half, x.OPENED).then_refused(RuleViolated, rule="council.languages")


def test_the_election_gives_a_seat_to_whoever_it_elected_for_the_organisation_that_named_them() -> None:
    over = x.election(*x.OPEN_TO_VOTES, x.COUNTED)
    second = over.elected[1]
    fill = FillSeat(seat=cso(1), person_id=x.BEN, organisation_id=x.OTHER, election_id=STREAM)
    council = given(Council, [CONSTITUTED], stream_id=COUNCIL)
    facts: dict[str, Any] = {"tenant": NATIONAL, "mandate": SECRETARY, "registers": (seat_standing(),)}
    facts |= {"references": {"election": over}}

    filled_by = council.when(fill, **facts).then_events(SeatFilled).events[0]
    assert filled_by == SeatFilled(
        seat=cso(1), person_id=x.BEN, organisation_id=x.OTHER, organisation_name=NAME, election_id=STREAM
    )
    loser = ({x.ANA, x.BEN, x.CEM} - {x.BEN, second}).pop()
    for changed in (replace(fill, person_id=loser), replace(fill, organisation_id=x.ORGANISATION)):
        given(Council, [CONSTITUTED], stream_id=COUNCIL).when(changed, **facts).then_refused(
            RuleViolated, rule="council.election.elected"
        )
    for not_yet in (x.election(*x.OPEN_TO_VOTES), x.election(*x.OPEN_TO_VOTES, x.CANCELLED)):
        given(Council, [CONSTITUTED], stream_id=COUNCIL).when(
            fill, **(facts | {"references": {"election": not_yet}})
        ).then_refused(RuleViolated, rule="council.election.elected")
    given(Council, [CONSTITUTED]).when(fill, **facts).then_refused(RuleViolated, rule="council.election.elected")
    both = replace(fill, decision_no="7/2026")
    given(Council, [CONSTITUTED], stream_id=COUNCIL).when(both, **facts).then_refused(
        InvalidValue, pointer="/decision_no"
    )


def seat_standing() -> SeatStanding:
    fold = SeatStanding()
    for version, event in enumerate(REGISTERED, 1):
        fold.apply(x.OTHER, replace(event).stamp(x.OTHER, version, x.OPENED_AT))
    return fold
