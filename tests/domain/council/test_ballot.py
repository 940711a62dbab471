"""A ballot: open, once, by an organisation in good standing on the day, in time, and with a receipt."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.council.ballot import Ballot, Voted
from domain.council.commands.election import CastVote
from domain.council.events import election as e
from domain.kernel.context import Mandate
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated, StreamNotFound
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.receipt import read_code, receipt_tag
from domain.organisations.events import OrganisationMerged
from domain.organisations.vocabulary import Holdings
from tests.domain.council import voting as x
from tests.domain.council.examples import CLOCK, SECRETARY
from tests.domain.organisations.examples import NAME, REGISTERED, REMOVED, SUSPENDED, claimed
from tests.support.given import NATIONAL, STREAM, Outcome, given_nothing

LAST = x.VOTED_UNTIL.due_at - timedelta(microseconds=1)


def cast(command: CastVote = x.CAST, *past: Event, **changes: Any) -> Outcome:
    """By the organisation's representative, at the last moment."""
    facts: dict[str, Any] = {"tenant": NATIONAL, "mandate": x.delegate(), "now": LAST, "boundary": Voted()}
    facts |= {"registers": (x.registered(),), "references": {"election": x.election(*(past or x.OPEN_TO_VOTES))}}
    return given_nothing(Ballot).when(command, **(facts | changes))


def test_an_organisation_votes_openly_and_gets_a_receipt() -> None:
    (event,) = cast().then_events(e.BallotCast).events

    assert isinstance(event, e.BallotCast)
    assert (event.election_id, event.organisation_id, event.organisation_name) == (STREAM, x.ORGANISATION, NAME)
    assert event.candidates == (x.ANA, x.BEN)
    assert event.receipt_code == read_code(event.receipt) == event.receipt
    own = Voted.tag(STREAM, x.CAST)
    assert event.tags() == (f"election:{STREAM}", own, receipt_tag(event.receipt))
    assert own == f"ballot:{Ballot.settled_id(1, x.CAST)}"
    assert Ballot.settled_id(1, replace(x.CAST, organisation_id=x.OTHER)) != Ballot.settled_id(1, x.CAST)


def test_nobody_votes_twice() -> None:
    voted = Voted()
    voted.apply(derived_id("test", "ballot"), x.BALLOTS[0])

    cast(boundary=voted).then_refused(RuleViolated, rule="council.vote.once")
    cast(replace(x.CAST, candidates=(x.CEM,)), boundary=voted).then_refused(RuleViolated, rule="council.vote.once")


def test_a_vote_after_the_end_is_late_to_the_microsecond() -> None:
    late = cast(now=x.VOTED_UNTIL.due_at)

    late.then_refused(RuleViolated, rule="council.election.voting")


@pytest.mark.parametrize(
    "past",
    [x.NOMINATED, (*x.OPEN_TO_VOTES, x.COUNTED), (*x.OPEN_TO_VOTES, x.CANCELLED), (x.OPENED, x.LAPSED)],
    ids=["not yet", "counted", "cancelled", "lapsed"],
)
def test_votes_are_cast_while_the_election_is_open_to_them(past: tuple[Event, ...]) -> None:
    cast(x.CAST, *past).then_refused(IllegalTransition)


def test_of_an_election_that_there_is_not() -> None:
    cast(references={"election": None}).then_refused(StreamNotFound)


@pytest.mark.parametrize(
    ("past", "rule"),
    [
        ((*REGISTERED, SUSPENDED), "organisation.suspended"),
        ((*REGISTERED, REMOVED), "organisation.removed"),
        ((claimed(),), "organisation.verified"),
    ],
)
def test_who_is_not_in_good_standing_on_the_day_has_no_vote(past: tuple[Event, ...], rule: str) -> None:
    cast(registers=(x.registered(*past),)).then_refused(RuleViolated, rule=rule)


def test_an_entry_that_was_merged_votes_as_the_one_that_goes_on() -> None:
    merged = OrganisationMerged(organisation_id=x.ORGANISATION, into=x.OTHER, decision_no="1/2026", holdings=Holdings())
    fold = x.registered(*REGISTERED, merged)

    cast(registers=(fold,)).then_refused(RuleViolated, rule="organisation.merged")


@pytest.mark.parametrize(
    "mandate",
    [SECRETARY, CLOCK, x.delegate(x.OTHER), Mandate("cso_delegate", "Appointment", x.ORGANISATION)],
    ids=["secretary", "clock", "another's", "given by an institution"],
)
def test_only_the_organisations_own_mandate_votes(mandate: Mandate) -> None:
    cast(mandate=mandate).then_refused(NotPermitted)


@pytest.mark.parametrize(
    ("candidates", "pointer"),
    [
        ((x.ANA, x.BEN, x.CEM), "/candidates"),
        ((x.ANA, x.ANA), "/candidates/1"),
        ((derived_id("test", "stranger"),), "/candidates/0"),
    ],
)
def test_a_ballot_names_candidates_once_and_no_more_than_there_are_seats(candidates: Any, pointer: str) -> None:
    cast(replace(x.CAST, candidates=candidates)).then_refused(InvalidValue, pointer=pointer)
