"""Volunteers: registered by themselves, known by a band, with consents and guardians, and forgotten."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.volunteering.ages import band_on
from domain.volunteering.commands import volunteer as c
from domain.volunteering.events import volunteer as e
from domain.volunteering.guarding import Guarding
from domain.volunteering.standing import VolunteerStanding
from domain.volunteering.vocabulary import AgeBand, Gender, Protection, Purpose
from domain.volunteering.volunteer import Volunteer
from tests.domain.volunteering import examples as x
from tests.support.given import ACTOR, MUNICIPALITY, NATIONAL, NOW, STREAM, Outcome, given, given_nothing

TODAY = NOW.date()
SEALED = {
    "full_name": "Arta Berisha",
    "email": "arta@example.org",
    "phone": "+383 44 100 200",
    "birth_date": "2010-05-02",
}
REGISTER = c.RegisterVolunteer(
    person_id=x.PERSON_ID,
    full_name="Arta Berisha",
    email="arta@example.org",
    phone="+383 44 100 200",
    birth_date=date(2010, 5, 2),
    municipality="prizren",
    gender=Gender.FEMALE,
    skills=x.REGISTERED.skills,
    languages=x.REGISTERED.languages,
    availability=x.REGISTERED.availability,
    consents=x.REGISTERED.consents,
)
OF_AGE = replace(x.REGISTERED, traits=x.VOLUNTEER_REVISED.traits)
GUARD = c.RecordGuardian(guardian_id=x.GUARDIAN, full_name="Besa Berisha", proof="Birth certificate")
UNGUARD = c.EndGuardian(guardian_id=x.GUARDIAN)
GIVE = c.GiveConsent(purpose=Purpose.CONTACT)
WITHDRAW = c.WithdrawConsent(purpose=Purpose.STATISTICS)


def registered(command: c.RegisterVolunteer = REGISTER, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"tenant": NATIONAL, "actor": x.PERSON_ID}
    return given_nothing(Volunteer).when(command, **(facts | changes))


def guarding(*past: Event) -> Guarding:
    """What the register knows of who is to be a guardian."""
    fold = Guarding()
    for event in past:
        fold.apply(STREAM, event)
    return fold


def decided(command: Command, *past: Event, **changes: Any) -> Outcome:
    """By the volunteer, or by the official where that is who decides."""
    official = isinstance(command, c.RecordGuardian | c.EndGuardian)
    facts: dict[str, Any] = {"tenant": NATIONAL, "actor": ACTOR if official else x.PERSON_ID, "boundary": guarding()}
    return given(Volunteer, past or (x.REGISTERED,)).when(command, **(facts | changes))


def test_somebody_becomes_a_volunteer_and_only_a_band_is_open() -> None:
    registered().then([x.REGISTERED]).then_personal(SEALED)

    assert Volunteer.settled_id(1, REGISTER) == e.volunteer_id(x.PERSON_ID)
    assert Volunteer.settled_id(1, GIVE) is None
    assert x.REGISTERED.tags() == x.GUARDED.tags() == (f"volunteer:{x.PERSON_ID}",)


@pytest.mark.parametrize(
    ("changes", "facts", "refusal"),
    [
        ({}, {"tenant": MUNICIPALITY}, {"error": RuleViolated, "rule": "tenant.national"}),
        ({}, {"actor": ACTOR}, {"error": NotPermitted}),
        ({"consents": (Purpose.CONTACT,) * 2, "gender": None}, {}, {"error": InvalidValue, "pointer": "/consents"}),
        ({"consents": (Purpose.MATCHING,)}, {}, {"error": InvalidValue, "pointer": "/gender"}),
        ({"birth_date": TODAY + x.DAY}, {}, {"error": InvalidValue, "pointer": "/birth_date"}),
        ({"birth_date": date(1905, 1, 1)}, {}, {"error": InvalidValue, "pointer": "/birth_date"}),
        ({"birth_date": date(2011, 3, 17)}, {}, {"error": RuleViolated, "rule": "volunteer.age.min"}),
    ],
)
def test_a_registration_that_is_refused(
    changes: dict[str, Any], facts: dict[str, Any], refusal: dict[str, Any]
) -> None:
    registered(replace(REGISTER, **changes), **facts).then_refused(**refusal)


@pytest.mark.parametrize(
    ("birth_date", "band"),
    [
        (date(2011, 3, 17), AgeBand.UNDER_15),
        (date(2011, 3, 16), AgeBand.FROM_15),
        (date(2008, 3, 17), AgeBand.FROM_15),
        (date(2008, 3, 16), AgeBand.FROM_18),
        (date(1996, 3, 17), AgeBand.FROM_18),
        (date(1996, 3, 16), AgeBand.FROM_30),
        (date(1981, 3, 16), AgeBand.FROM_45),
        (date(1961, 3, 16), AgeBand.FROM_65),
        (TODAY, AgeBand.UNDER_15),
    ],
)
def test_the_band_changes_on_the_birthday(birth_date: date, band: AgeBand) -> None:
    assert band_on(TODAY, birth_date) is band


def test_who_was_born_on_a_leap_day_is_of_age_on_the_first_of_march() -> None:
    born = date(2008, 2, 29)

    assert band_on(date(2026, 2, 28), born) is AgeBand.FROM_15
    assert band_on(date(2026, 3, 1), born) is AgeBand.FROM_18


def test_a_volunteer_says_anew_what_changed() -> None:
    told = x.VOLUNTEER_REVISED
    command = c.ReviseVolunteer(
        birth_date=date(2008, 3, 16),
        municipality="peje",
        skills=told.skills,
        languages=told.languages,
        availability=told.availability,
    )

    decided(command).then([told]).then_personal({"birth_date": "2008-03-16"})
    kept = replace(x.VOLUNTEER_REVISED, **{name: getattr(x.REGISTERED, name) for name in ("traits", "skills", "languages", "availability")})  # fmt: skip
    decided(c.ReviseVolunteer(phone="044")).then([kept]).then_personal({"phone": "044"})
    decided(c.ReviseVolunteer(birth_date=date(2012, 1, 1))).then_refused(RuleViolated, rule="volunteer.age.min")


def test_each_consent_by_itself_and_back() -> None:
    decided(GIVE).then([e.ConsentGiven(person_id=x.PERSON_ID, purpose=Purpose.CONTACT)])
    decided(replace(GIVE, gender=Gender.MALE)).then_refused(InvalidValue, pointer="/gender")
    decided(c.GiveConsent(purpose=Purpose.MATCHING)).then_refused(IllegalTransition)
    decided(WITHDRAW).then([x.WITHDREW]).then_state(lambda one: one.traits.gender is None)
    decided(WITHDRAW, x.REGISTERED, x.WITHDREW).then_refused(IllegalTransition)
    again = c.GiveConsent(purpose=Purpose.STATISTICS, gender=Gender.OTHER)
    decided(again, x.REGISTERED, x.WITHDREW).then([x.CONSENTED]).then_state(
        lambda one: one.traits.gender is Gender.OTHER
    )


@pytest.mark.parametrize(
    "command", [c.ReviseVolunteer(phone="044"), GIVE, WITHDRAW, c.RenewCalendar()], ids=lambda one: one.name
)
def test_nobody_speaks_for_a_volunteer(command: Command) -> None:
    decided(command, actor=x.GUARDIAN).then_refused(NotPermitted)


def test_an_official_records_who_is_responsible_for_a_minor() -> None:
    decided(GUARD).then([x.GUARDED]).then_personal({"full_name": "Besa Berisha"})
    decided(GUARD, x.REGISTERED, x.GUARDED).then_refused(IllegalTransition)
    decided(UNGUARD, x.REGISTERED, x.GUARDED).then([x.UNGUARDED])
    decided(UNGUARD).then_refused(InvalidValue, pointer="/guardian_id")


@pytest.mark.parametrize(
    ("command", "past", "actor", "rule"),
    [
        (replace(GUARD, guardian_id=x.PERSON_ID), x.REGISTERED, ACTOR, "volunteer.guardian.other"),
        (GUARD, OF_AGE, ACTOR, "volunteer.guardian.minor"),
        (GUARD, x.REGISTERED, x.GUARDIAN, "volunteer.guardian.official"),
        (GUARD, x.REGISTERED, x.PERSON_ID, "volunteer.guardian.official"),
    ],
    ids=["oneself", "of age", "the guardian", "the minor"],
)
def test_a_guardian_who_cannot_be(command: Command, past: Event, actor: Any, rule: str) -> None:
    decided(command, past, actor=actor).then_refused(RuleViolated, rule=rule)


def test_a_minor_guards_nobody() -> None:
    decided(GUARD, boundary=guarding(x.REGISTERED)).then_refused(RuleViolated, rule="volunteer.guardian.of_age")
    decided(GUARD, boundary=guarding(x.REGISTERED, x.VOLUNTEER_REVISED)).then([x.GUARDED])
    assert Guarding.tag(STREAM, GUARD) == f"volunteer:{x.GUARDIAN}"


def test_nobody_in_care_comes_of_age_by_their_own_word() -> None:
    older = c.ReviseVolunteer(birth_date=date(1990, 1, 1))

    decided(older, x.REGISTERED, x.GUARDED).then_refused(RuleViolated, rule="volunteer.guardian.age")
    decided(older, x.REGISTERED, x.GUARDED, x.UNGUARDED).then_events(e.VolunteerRevised)
    decided(c.ReviseVolunteer(birth_date=date(2009, 1, 1)), x.REGISTERED, x.GUARDED).then_events(e.VolunteerRevised)


def test_a_calendar_gets_another_address_as_often_as_one_likes() -> None:
    decided(c.RenewCalendar()).then([x.CALENDAR_RENEWED]).then_state(lambda one: one.calendar == 1)
    decided(c.RenewCalendar(), x.REGISTERED, x.CALENDAR_RENEWED).then_state(lambda one: one.calendar == 2)


def test_whoever_was_erased_is_forgotten() -> None:
    past = (x.REGISTERED, x.GUARDED, x.FORGOTTEN)

    decided(c.ForgetVolunteer()).then([x.FORGOTTEN])
    for command in (c.ForgetVolunteer(), c.ReviseVolunteer(phone="044"), GIVE, WITHDRAW, GUARD):
        decided(command, *past).then_refused(IllegalTransition)


def test_what_decisions_elsewhere_ask() -> None:
    minor, adult = x.standing(x.REGISTERED, x.GUARDED), x.standing(x.REGISTERED, x.GUARDED, x.VOLUNTEER_REVISED)

    assert (minor.band, minor.protection, minor.guardians) == (AgeBand.FROM_15, Protection.MINOR, {x.GUARDIAN})
    assert (adult.band, adult.protection, adult.guardians) == (AgeBand.FROM_18, Protection.ADULT, frozenset())
    assert (minor.skills, minor.forgotten) == (("teaching",), False)
    assert minor.consents_to(Purpose.MATCHING)
    assert not minor.consents_to(Purpose.CONTACT)
    assert VolunteerStanding.tag(STREAM, REGISTER) == f"volunteer:{x.PERSON_ID}"
    for unknown in (x.standing(), x.standing(x.REGISTERED, x.FORGOTTEN)):
        with pytest.raises(RuleViolated) as refused:
            assert unknown.band
        assert refused.value.rule == "volunteer.registered"
    assert x.standing(x.REGISTERED, x.FORGOTTEN).forgotten
    assert derived_id("volunteer", x.PERSON_ID) == e.volunteer_id(x.PERSON_ID)
