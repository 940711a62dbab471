"""A meeting: called in time, opened with a quorum, voted once by who sits there, and what it resolves."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.council.commands import meeting as c
from domain.council.events import meeting as e
from domain.council.events.council import SeatVacated
from domain.council.meeting import CouncilMeeting
from domain.council.numbering import Numbering
from domain.council.vocabulary import ResolutionKind, ResolutionSubject, Seat, Side, Venue, VoteChoice
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.rules import Rules
from domain.kernel.text import Text, text, title
from domain.rules.shipped import shipped_rules
from tests.domain.council import examples as x
from tests.support.given import MINISTRY, NATIONAL, NOW, Outcome, given, given_nothing

CALL = c.CallMeeting(council_id=x.COUNCIL, title=x.CALLED.title, begins_at=x.BEGINS, venue=x.CALLED.venue)
AGENDA = c.FixAgenda(items=x.AGENDA.items)
OPEN = c.OpenMeeting(council_id=x.COUNCIL)
TABLE = c.TableMotion(title=x.NAMED, text=x.WORDS, subject=x.SUBJECT)
FOR = c.VoteOnMotion(motion_id=x.MOTION, choice=VoteChoice.FOR)
COUNT = c.CloseVote(motion_id=x.MOTION)
DECLARE = c.DeclareVotingInterest(motion_id=x.MOTION, detail="My sister leads it.")
ADJOURN = c.AdjournMeeting(council_id=x.COUNCIL)
ARRIVALS = x.OPEN[2:8]


def decided(command: Command, *past: Event, by: Seat | None = None, **changes: Any) -> Outcome:
    """By the secretariat, or by a member, while the meeting goes on."""
    facts: dict[str, Any] = {"tenant": NATIONAL, "mandate": x.SECRETARY, "now": x.BEGINS, "boundary": Numbering()}
    facts |= {"references": {"council": x.council()}}
    if by is not None:
        facts |= {"mandate": x.MEMBER, "actor": x.person(by)}
    return given(CouncilMeeting, past or x.OPEN).when(command, **(facts | changes))


def left(*seats: Seat) -> tuple[e.MemberLeft, ...]:
    return tuple(e.MemberLeft(seat=one, person_id=x.person(one)) for one in seats)


def ruled(**values: int | str) -> Rules:
    """The shipped rules with other choices."""
    rules = shipped_rules("national")
    changed = {f"council.{key}": replace(rules[f"council.{key}"], value=value) for key, value in values.items()}
    return replace(rules, by_key={**rules.by_key, **changed})


def called(command: Command = CALL, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"tenant": NATIONAL, "mandate": x.SECRETARY, "references": {"council": x.council()}}
    return given_nothing(CouncilMeeting).when(command, **(facts | changes))


def test_a_meeting_is_called_with_its_notice() -> None:
    called().then([x.CALLED])
    called(replace(CALL, team=1)).then([replace(x.CALLED, team=1)])


def test_rules_that_ask_for_no_notice_let_it_begin_at_once() -> None:
    at_once = replace(CALL, begins_at=NOW + timedelta(seconds=2))

    outcome = called(at_once, rules=ruled(notice=0))
    assert [type(event) for event in outcome.events] == [e.MeetingCalled]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"begins_at": NOW + timedelta(days=7)}, {"error": RuleViolated, "rule": "council.notice"}),
        ({"team": 5}, {"error": InvalidValue, "pointer": "/team"}),
        ({"venue": Venue()}, {"error": InvalidValue, "pointer": "/venue"}),
        ({"title": title(sq="Mbledhja")}, {"error": RuleViolated, "rule": "council.languages"}),
    ],
)
def test_a_meeting_that_cannot_be_called_so(changes: dict[str, Any], refusal: dict[str, Any]) -> None:
    called(replace(CALL, **changes)).then_refused(**refusal)


def test_only_the_council_of_the_nation_in_its_term_meets() -> None:
    called(tenant=MINISTRY).then_refused(RuleViolated, rule="tenant.national")
    called(now=NOW + timedelta(days=1100)).then_refused(RuleViolated, rule="council.term.over")


def test_history_tells_of_a_meeting_that_was_called_too_late() -> None:
    command = replace(CALL, begins_at=NOW + timedelta(days=1))

    called(command, imported=True).then([replace(x.CALLED, begins_at=command.begins_at)])


def test_a_meeting_is_called_off_before_it_is_opened() -> None:
    off = c.CallOffMeeting(reason=x.REASON)

    decided(off, x.CALLED).then([e.MeetingCalledOff(reason=x.REASON)])
    decided(off).then_refused(IllegalTransition)
    decided(c.CallOffMeeting(reason=Text()), x.CALLED).then_refused(InvalidValue, pointer="/reason")
    decided(AGENDA, x.CALLED, e.MeetingCalledOff(reason=x.REASON)).then_refused(IllegalTransition)


def test_an_agenda_is_fixed_in_every_language() -> None:
    decided(AGENDA, x.CALLED).then([x.AGENDA])
    decided(AGENDA, x.CALLED, x.AGENDA).then([x.AGENDA])
    one_language = replace(x.AGENDA.items[0], title=title(sq="Pika"))
    decided(c.FixAgenda(items=(one_language,)), x.CALLED).then_refused(RuleViolated, rule="council.languages")


def test_members_come_by_themselves_or_as_the_secretariat_says() -> None:
    arrived = e.MemberArrived(seat=x.cso(1), person_id=x.person(x.cso(1)))
    for_them = replace(x.ATTEND, person_id=x.person(x.cso(1)))

    decided(x.ATTEND, x.CALLED, by=x.cso(1)).then([arrived])
    decided(for_them, x.CALLED).then([arrived])
    decided(for_them, x.CALLED, by=x.cso(2)).then_refused(RuleViolated, rule="council.meeting.own")
    decided(x.ATTEND, x.CALLED, arrived, by=x.cso(1)).then_refused(IllegalTransition)


def test_who_does_not_sit_there_does_not_attend() -> None:
    of_team = replace(x.CALLED, team=2)

    decided(x.ATTEND, x.CALLED).then_refused(RuleViolated, rule="council.meeting.seated")
    decided(x.ATTEND, of_team, by=x.cso(1)).then_refused(RuleViolated, rule="council.meeting.seated")
    decided(replace(x.ATTEND, council_id=x.MEASURE), x.CALLED).then_refused(InvalidValue, pointer="/council_id")


def test_who_comes_late_sits_as_when_it_was_opened() -> None:
    away = (*x.OPEN, *left(x.cso(1)))
    replaced = x.council(*x.SEATED, SeatVacated(seat=x.cso(1), person_id=x.person(x.cso(1)), reason=x.REASON))

    decided(x.ATTEND, *away, by=x.cso(1), references={"council": replaced}).then_events(e.MemberArrived)


def test_a_meeting_is_opened_with_a_quorum_at_its_time() -> None:
    before = x.OPEN[:8]

    decided(OPEN, *before).then([x.OPENED])
    decided(OPEN, *before, now=x.BEGINS - timedelta(seconds=1)).then_refused(
        RuleViolated, rule="council.meeting.begins"
    )
    decided(OPEN, *before, now=x.BEGINS + timedelta(days=1100)).then_refused(RuleViolated, rule="council.term.over")
    decided(OPEN, x.CALLED, *ARRIVALS).then_refused(IllegalTransition)


@pytest.mark.parametrize(
    ("here", "quorate", "of_all"),
    [
        ((x.cso(1), x.cso(2), x.institution(1), x.institution(2)), True, True),
        ((x.cso(1), x.institution(1), x.institution(2)), False, False),
        ((x.cso(1), x.institution(1), x.institution(2), x.institution(3)), False, True),
        ((x.cso(1), x.cso(2), x.cso(3), x.institution(1)), False, True),
    ],
)
def test_a_quorum_is_more_than_half_of_all_and_of_each_side(
    here: tuple[Seat, ...], quorate: bool, of_all: bool
) -> None:
    came = (e.MemberArrived(seat=one, person_id=x.person(one)) for one in here)
    past = (x.CALLED, x.AGENDA, *came)

    for rules, enough in ((ruled(), quorate), (ruled(quorum="majority_of_all"), of_all)):
        outcome = decided(OPEN, *past, rules=rules)
        if enough:
            outcome.then_events(e.MeetingOpened)
        else:
            outcome.then_refused(RuleViolated, rule="council.quorum")


def test_a_side_on_which_nobody_sits_makes_no_quorum() -> None:
    one_sided = x.council(x.CONSTITUTED, *(x.filled(x.cso(n)) for n in (1, 2, 3)))

    decided(OPEN, *x.OPEN[:5], references={"council": one_sided}).then_refused(RuleViolated, rule="council.quorum")


@pytest.mark.parametrize(("key", "command"), [("quorum", OPEN), ("majority", COUNT)])
def test_a_rule_that_nobody_can_apply_is_refused(key: str, command: Command) -> None:
    past = x.OPEN[:8] if key == "quorum" else x.OPEN

    decided(command, *past, rules=ruled(**{key: "by_lot"})).then_refused(RuleViolated, rule=f"council.{key}")


def test_a_motion_is_tabled_by_who_is_there_or_by_the_secretariat() -> None:
    past = x.OPEN[:-1]

    decided(TABLE, *past, by=x.cso(1)).then([x.TABLED])
    decided(TABLE, *past).then([replace(x.TABLED, seat=None)])
    decided(TABLE, *past, *left(x.cso(1)), by=x.cso(1)).then_refused(RuleViolated, rule="council.meeting.present")


def test_a_motion_says_what_it_is_about() -> None:
    vague = ResolutionSubject(kind=ResolutionKind.DROP_MEASURE, tenant="mflt")
    other = ResolutionSubject(kind=ResolutionKind.OTHER)

    decided(replace(TABLE, subject=vague)).then_refused(InvalidValue, pointer="/subject")
    decided(replace(TABLE, subject=other)).then_events(e.MotionTabled)
    decided(replace(TABLE, text=text(sq="Vetëm shqip"))).then_refused(RuleViolated, rule="council.languages")


def test_a_team_only_advises() -> None:
    team = (replace(x.CALLED, team=1), *x.OPEN[1:-1])

    decided(TABLE, *team).then_refused(RuleViolated, rule="council.team.subject")
    decided(replace(TABLE, subject=ResolutionSubject(kind=ResolutionKind.OTHER)), *team).then_events(e.MotionTabled)


def test_everybody_votes_once() -> None:
    voted = x.cast(VoteChoice.AGAINST, x.cso(1))

    decided(FOR, by=x.cso(1)).then(x.cast(VoteChoice.FOR, x.cso(1)))
    decided(FOR, *x.OPEN, *voted, by=x.cso(1)).then_refused(RuleViolated, rule="council.vote.once")
    decided(DECLARE, *x.OPEN, *voted, by=x.cso(1)).then_refused(RuleViolated, rule="council.vote.once")


def test_who_declared_an_interest_does_not_vote() -> None:
    declared = e.VotingInterestDeclared(motion_id=x.MOTION, seat=x.cso(2))

    decided(DECLARE, by=x.cso(2)).then([declared]).then_personal({"interest": "My sister leads it."})
    decided(replace(DECLARE, detail=None), by=x.cso(2)).then([declared]).then_personal({})
    for again in (FOR, DECLARE):
        decided(again, *x.OPEN, declared, by=x.cso(2)).then_refused(RuleViolated, rule="council.vote.interest")


def test_who_is_not_there_or_sat_there_only_before_does_not_vote() -> None:
    replacement = derived_id("test", "replacement")
    taken = replace(x.OPENED, roll=(replace(x.OPENED.roll[0], person_id=replacement), *x.OPENED.roll[1:]))

    decided(FOR, by=x.cso(4)).then_refused(RuleViolated, rule="council.meeting.present")
    decided(FOR, *x.OPEN[:8], taken, x.TABLED, by=x.cso(1)).then_refused(RuleViolated, rule="council.vote.seated")


@pytest.mark.parametrize("command", [FOR, COUNT], ids=lambda one: one.name)
def test_a_lost_quorum_stops_votes_until_it_is_back(command: Command) -> None:
    gone = (*x.OPEN, *left(x.institution(2), x.institution(3)))
    by = x.cso(1) if command is FOR else None
    back = e.MemberArrived(seat=x.institution(2), person_id=x.person(x.institution(2)))

    decided(command, *gone, by=by).then_refused(RuleViolated, rule="council.quorum")
    assert decided(command, *gone, back, by=by).refusal is None


def test_a_motion_that_was_not_tabled_is_not_voted_on() -> None:
    decided(replace(FOR, motion_id=x.MEASURE), by=x.cso(1)).then_refused(InvalidValue, pointer="/motion_id")
    decided(FOR, *x.OPEN[:7], x.TABLED, by=x.cso(1)).then_refused(IllegalTransition)


def test_a_resolution_shows_that_one_side_was_outvoted() -> None:
    against = x.cast(VoteChoice.AGAINST, *x.ALL[:2])
    past = (*x.OPEN, *against, *x.cast(VoteChoice.FOR, *x.ALL[3:]))
    outcome = decided(COUNT, *past).then(
        [replace(x.ADOPTED, votes=(x.votes(Side.CSO, 0, 2), x.votes(Side.INSTITUTIONS, 3, 0)))]
    )

    assert outcome.events[0].tags() == (f"resolution:{x.MOTION}", "council:resolutions")


@pytest.mark.parametrize("closed", [x.ADOPTED, e.MotionRejected(motion_id=x.MOTION, votes=x.ADOPTED.votes)])
@pytest.mark.parametrize("command", [FOR, DECLARE, COUNT], ids=lambda one: one.name)
def test_nobody_votes_after_the_vote_is_closed(command: Command, closed: Event) -> None:
    decided(command, *x.OPEN, closed, by=x.cso(1)).then_refused(RuleViolated, rule="council.vote.closed")


CSO_FOR = x.cast(VoteChoice.FOR, *x.ALL[:3])


@pytest.mark.parametrize(
    ("majority", "votes", "adopts"),
    [
        ("majority_of_votes_cast", (), False),
        ("majority_of_votes_cast", CSO_FOR, True),
        ("majority_of_votes_cast", (*CSO_FOR, *x.cast(VoteChoice.AGAINST, *x.ALL[3:])), False),
        ("majority_of_votes_cast", (*CSO_FOR[:1], *x.cast(VoteChoice.ABSTAIN, *x.ALL[1:])), True),
        ("majority_of_those_present", CSO_FOR, False),
        ("majority_of_those_present", (*CSO_FOR, *x.cast(VoteChoice.FOR, x.institution(1))), True),
        ("majority_of_votes_cast_of_each_side", CSO_FOR, False),
        ("majority_of_votes_cast_of_each_side", (*CSO_FOR, *x.cast(VoteChoice.FOR, x.institution(1))), True),
    ],
)
def test_a_majority_is_what_the_rule_says(majority: str, votes: Iterable[Event], adopts: bool) -> None:
    outcome = decided(COUNT, *x.OPEN, *votes, rules=ruled(majority=majority))

    outcome.then_events(e.ResolutionAdopted if adopts else e.MotionRejected)


def test_who_may_not_vote_is_not_of_those_whose_majority_it_takes() -> None:
    interested = (e.VotingInterestDeclared(motion_id=x.MOTION, seat=x.institution(n)) for n in (1, 2))
    outcome = decided(COUNT, *x.OPEN, *interested, *CSO_FOR, rules=ruled(majority="majority_of_those_present"))

    outcome.then([replace(x.ADOPTED, votes=(x.votes(Side.CSO, 3, 0), x.votes(Side.INSTITUTIONS, 0, 0, 0, 2)))])


def test_resolutions_are_numbered_in_each_year() -> None:
    numbers = Numbering()
    for number in ("1/2025", "1/2026", "2/2026"):
        numbers.apply(x.MEASURE, replace(x.ADOPTED, number=number))

    [adopted] = decided(COUNT, *x.OPEN, *CSO_FOR, boundary=numbers).events
    assert isinstance(adopted, e.ResolutionAdopted)
    assert adopted.number == "3/2026"
    assert Numbering.tag(x.MEASURE, COUNT) in adopted.tags()


def test_a_meeting_without_a_quorum_is_adjourned_and_what_it_did_not_decide_lapses() -> None:
    gone = (*x.OPEN, *CSO_FOR, *left(x.cso(1), x.cso(2)))
    adjourned = e.MeetingAdjourned(lapsed=(x.MOTION,), minutes_by=x.MINUTES_BY)

    decided(ADJOURN, *gone).then([adjourned])
    decided(FOR, *gone, adjourned, by=x.cso(3)).then_refused(IllegalTransition)
    decided(ADJOURN, x.CALLED).then([replace(adjourned, lapsed=())])


@pytest.mark.parametrize("past", [x.OPEN, x.OPEN[:8]], ids=["open", "not opened yet"])
def test_nobody_adjourns_a_meeting_that_has_a_quorum(past: tuple[Event, ...]) -> None:
    decided(ADJOURN, *past).then_refused(RuleViolated, rule="council.meeting.quorate")
    decided(ADJOURN, *past, now=x.BEGINS - timedelta(seconds=1)).then_refused(
        RuleViolated, rule="council.meeting.begins"
    )


def test_a_meeting_is_closed_when_its_votes_are() -> None:
    close = c.CloseMeeting()

    decided(close, *x.OPEN, *CSO_FOR[:1]).then_refused(RuleViolated, rule="council.vote.open")
    decided(close).then([e.MeetingClosed(lapsed=(x.MOTION,), minutes_by=x.MINUTES_BY)])
    decided(close, *x.OPEN, x.ADOPTED).then([e.MeetingClosed(minutes_by=x.MINUTES_BY)])
    decided(close, *x.OPEN[:8]).then_refused(IllegalTransition)


def test_members_leave_when_they_were_there() -> None:
    leave = c.LeaveMeeting()

    decided(leave, by=x.cso(1)).then(left(x.cso(1)))
    decided(replace(leave, person_id=x.person(x.cso(1)))).then(left(x.cso(1)))
    decided(leave, *x.OPEN, *left(x.cso(1)), by=x.cso(1)).then_refused(RuleViolated, rule="council.meeting.present")
