"""Who sits in the Council: constituted for a term, seats filled, vacated, offices given."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.council.commands import council as c
from domain.council.council import Council
from domain.council.events import council as e
from domain.council.standing import SeatStanding
from domain.council.terms import Terms
from domain.council.vocabulary import Side
from domain.kernel.command import Command
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.text import Language, Text
from domain.tenants.commands import Kind, Names
from domain.tenants.events import InstitutionDissolved, InstitutionRegistered, RegisterFounded
from domain.tenants.register import InstitutionRegister
from tests.domain.council import examples as x
from tests.domain.organisations.examples import REGISTERED
from tests.domain.organisations.examples import SUSPENDED as NO_STANDING
from tests.support.given import MINISTRY, NATIONAL, NOW, STREAM, Outcome, built, given, given_nothing

CONSTITUTE = c.ConstituteCouncil(decision_no="05/96", first_day=x.TERM[0], last_day=x.TERM[1])
FILL = c.FillSeat(
    seat=x.cso(4), person_id=x.person(x.cso(4)), organisation_id=x.ORGANISATION, team=2, decision_no="7/2026"
)
FILL_INSTITUTION = c.FillSeat(
    seat=x.institution(4), person_id=x.person(x.institution(4)), institution="mflt", decision_no="7/2026"
)
VACATE = c.VacateSeat(seat=x.cso(1), decision_no="9/2026", reason=x.REASON)
CHAIR = c.AppointCoChair(seat=x.cso(1), decision_no="8/2026")
COORDINATE = c.AppointCoordinator(team=1, seat=x.cso(1), decision_no="8/2026")
NAMES: Names = {Language.ALBANIAN: "Ministria", Language.SERBIAN: "Ministarstvo"}
INSTITUTIONS: InstitutionRegister = built(
    InstitutionRegister,
    [
        RegisterFounded(),
        InstitutionRegistered(1, "mflt", "MFLT", Kind.MINISTRY, NAMES, ("sq", "sr")),
        InstitutionRegistered(2, "old", "OLD", Kind.MINISTRY, NAMES, ("sq", "sr")),
        InstitutionDissolved("old", "1/2026"),
    ],
)


def standing(*events: Event) -> SeatStanding:
    """The organisation as the register knows it."""
    fold = SeatStanding()
    for version, event in enumerate(events or REGISTERED, 1):
        fold.apply(x.ORGANISATION, replace(event).stamp(x.ORGANISATION, version, NOW - timedelta(days=2 - version / 9)))
    return fold


def decided(command: Command, *past: Event, **changes: Any) -> Outcome:
    """By the secretariat, of a Council in which three of each side sit."""
    facts: dict[str, Any] = {"tenant": NATIONAL, "mandate": x.SECRETARY, "references": {"institutions": INSTITUTIONS}}
    facts |= {"registers": (standing(),)}
    return given(Council, past or x.SEATED).when(command, **(facts | changes))


def constituted(command: Command = CONSTITUTE, *others: Event, **changes: Any) -> Outcome:
    terms = Terms()
    for event in others:
        terms.apply(STREAM, event)
    facts: dict[str, Any] = {"tenant": NATIONAL, "mandate": x.SECRETARY, "boundary": terms}
    return given_nothing(Council).when(command, **(facts | changes))


def test_a_council_has_the_seats_and_teams_of_the_rules() -> None:
    outcome = constituted().then([x.CONSTITUTED])

    assert outcome.events[0].tags() == (Terms.tag(STREAM, CONSTITUTE),)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"last_day": date(2025, 12, 31)}, {"error": InvalidValue, "pointer": "/last_day"}),
        ({"last_day": date(2029, 1, 1)}, {"error": RuleViolated, "rule": "council.term"}),
    ],
)
def test_a_term_that_cannot_be(changes: dict[str, Any], refusal: dict[str, Any]) -> None:
    constituted(replace(CONSTITUTE, **changes)).then_refused(**refusal)


def test_only_the_nation_has_a_council() -> None:
    constituted(tenant=MINISTRY).then_refused(RuleViolated, rule="tenant.national")


@pytest.mark.parametrize("first_day", [date(2028, 12, 31), date(2025, 6, 1)], ids=["last day", "over it"])
def test_there_is_one_council_at_a_time(first_day: date) -> None:
    command = replace(CONSTITUTE, first_day=first_day, last_day=date(first_day.year + 2, 1, 1))

    constituted(command, x.CONSTITUTED).then_refused(RuleViolated, rule="council.once")


def test_the_next_council_begins_when_the_one_before_is_over() -> None:
    command = replace(CONSTITUTE, first_day=date(2029, 1, 1), last_day=date(2031, 12, 31))

    constituted(command, x.CONSTITUTED).then_events(e.CouncilConstituted)


def test_a_seat_of_civil_society_is_for_an_organisation_of_the_register() -> None:
    decided(FILL).then(
        [x.filled(x.cso(4), organisation_id=x.ORGANISATION, team=2)],
    )
    assert SeatStanding.tags(STREAM, FILL) == (f"organisation:{x.ORGANISATION}",)
    assert SeatStanding.tags(STREAM, FILL_INSTITUTION) == ()


def test_a_seat_of_the_other_side_is_for_an_institution() -> None:
    decided(FILL_INSTITUTION).then([x.filled(x.institution(4), team=None)])


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (replace(FILL, seat=x.cso(16)), {"error": InvalidValue, "pointer": "/seat/number"}),
        (replace(FILL, seat=x.cso(1)), {"error": RuleViolated, "rule": "council.seat.vacant"}),
        (replace(FILL, person_id=x.person(x.institution(1))), {"error": RuleViolated, "rule": "council.seat.once"}),
        (
            replace(FILL, organisation_id=derived_id("test", "organisation", 1)),
            {"error": RuleViolated, "rule": "council.seat.once"},
        ),
        (replace(FILL, decision_no=None), {"error": InvalidValue, "pointer": "/decision_no"}),
        (replace(FILL, team=5), {"error": InvalidValue, "pointer": "/team"}),
        (replace(FILL, organisation_id=None), {"error": InvalidValue, "pointer": "/organisation_id"}),
        (replace(FILL, institution="mflt"), {"error": InvalidValue, "pointer": "/institution"}),
        (replace(FILL_INSTITUTION, institution=None), {"error": InvalidValue, "pointer": "/institution"}),
        (replace(FILL_INSTITUTION, institution="none"), {"error": InvalidValue, "pointer": "/institution"}),
        (replace(FILL_INSTITUTION, institution="old"), {"error": InvalidValue, "pointer": "/institution"}),
        (
            replace(FILL_INSTITUTION, organisation_id=x.ORGANISATION),
            {"error": InvalidValue, "pointer": "/organisation_id"},
        ),
    ],
)
def test_a_seat_that_cannot_be_filled_so(command: c.FillSeat, refusal: dict[str, Any]) -> None:
    decided(command).then_refused(**refusal)


def test_the_organisation_of_a_seat_is_in_good_standing() -> None:
    suspended = standing(*REGISTERED, NO_STANDING)

    decided(FILL, registers=(suspended,)).then_refused(RuleViolated, rule="organisation.suspended")


@pytest.mark.parametrize("command", [FILL, CHAIR, COORDINATE], ids=lambda one: one.name)
def test_nothing_begins_outside_the_term(command: Command) -> None:
    over = NOW + timedelta(days=1100)

    decided(command, now=over).then_refused(RuleViolated, rule="council.term.over")


def test_a_member_resigns_and_nobody_else_resigns_for_them() -> None:
    own = replace(VACATE, decision_no=None)
    gone = e.SeatVacated(seat=x.cso(1), person_id=x.person(x.cso(1)), reason=x.REASON)

    decided(own, mandate=x.MEMBER, actor=x.person(x.cso(1))).then([gone])
    decided(own, mandate=x.MEMBER, actor=x.person(x.cso(2))).then_refused(RuleViolated, rule="council.seat.own")
    decided(own).then_refused(InvalidValue, pointer="/decision_no")
    decided(VACATE).then([replace(gone, decision_no="9/2026")])


def test_a_sitting_ends_with_a_reason_where_somebody_sits() -> None:
    decided(replace(VACATE, reason=Text())).then_refused(InvalidValue, pointer="/reason")
    decided(replace(VACATE, seat=x.cso(4))).then_refused(RuleViolated, rule="council.seat.filled")
    decided(replace(CHAIR, seat=x.cso(4))).then_refused(RuleViolated, rule="council.seat.filled")


def test_a_vacated_seat_takes_its_offices_with_it() -> None:
    chaired = e.CoChairAppointed(seat=x.cso(1), person_id=x.person(x.cso(1)), decision_no="8/2026")
    coordinated = e.CoordinatorAppointed(team=1, seat=x.cso(1), person_id=x.person(x.cso(1)), decision_no="8/2026")
    decided(CHAIR).then([chaired]).then_state(lambda council: council.co_chairs == {Side.CSO: x.cso(1)})
    decided(COORDINATE).then([coordinated]).then_state(lambda council: council.coordinators == {1: x.cso(1)})

    decided(VACATE, *x.SEATED, chaired, coordinated).then_state(
        lambda council: not council.co_chairs and not council.coordinators and x.cso(1) not in council.holders
    )


def test_a_team_is_coordinated_by_one_of_its_members() -> None:
    decided(replace(COORDINATE, team=2)).then_refused(RuleViolated, rule="council.coordinator.team")
    decided(replace(COORDINATE, team=5)).then_refused(InvalidValue, pointer="/team")
