"""VolunteerAgreement: offered on a free place, signed by the volunteer, of a minor by a guardian too; never pay."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.kernel.command import Command
from domain.kernel.context import Mandate, Tenant
from domain.kernel.deadline import end_of, start_of
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.money import Money
from domain.kernel.rules import Rules
from domain.kernel.text import Text, text, title
from domain.rules.shipped import shipped_rules
from domain.volunteering.agreement import VolunteerAgreement
from domain.volunteering.agreement_known import ItsVolunteer
from domain.volunteering.agreement_parts import (
    AgreedTask,
    AgreementStage,
    Expense,
    Reimbursement,
    Side,
    opportunity_tag,
)
from domain.volunteering.agreement_places import Places
from domain.volunteering.commands import agreement as c
from domain.volunteering.events import agreement as e
from domain.volunteering.events import opportunity as o
from domain.volunteering.events.volunteer import volunteer_tag
from domain.volunteering.hours_parts import hours_tag
from domain.volunteering.opportunity import Opportunity
from domain.volunteering.provider import Provider
from domain.volunteering.standing import VolunteerStanding
from domain.volunteering.vocabulary import AgeBand, Particulars, RiskClass
from tests.domain.volunteering import examples as x
from tests.domain.volunteering import hours_examples as y
from tests.domain.volunteering.test_provider import registered
from tests.support.given import MUNICIPALITY, NOW, STREAM, Outcome, built, given, given_nothing

ANYBODY = Mandate(Role.SIGNED_IN, "any person")
WORK = Particulars(
    title=title(sq="Kuzhina", sr="Kuhinja"), summary=x.WORDS, places=2, municipality="prizren", min_age=15, max_age=64
)
OFFER = c.OfferAgreement(
    opportunity_id=y.OPPORTUNITY,
    provider_id=y.PROVIDER,
    organisation_id=x.ORGANISATION,
    person_id=y.PERSON,
    tasks=y.TASKS,
    place="Rruga e Dëshmorëve 4",
    first_day=y.BEGINS,
    last_day=y.ENDS,
    max_minutes=12_000,
    reimbursement=(y.TRAVEL,),
    supervisor_id=y.SUPERVISOR,
)
MINOR = {"registers": (y.volunteer(AgeBand.FROM_15, (y.GUARDIAN,)), registered())}


def opportunity(*events: Event, **changes: Any) -> Opportunity:
    """One in the kitchen, published."""
    drafted = o.OpportunityDrafted(
        provider_id=y.PROVIDER, particulars=replace(WORK, **changes), first_day=y.BEGINS, last_day=y.ENDS
    )
    past = (drafted, o.OpportunityPublished(provider_id=y.PROVIDER), *events)
    made: Opportunity = built(Opportunity, past, y.OPPORTUNITY)
    return made


def provider(*events: Event) -> Provider:
    made: Provider = built(Provider, events or x.ACTIVE, y.PROVIDER)
    return made


def places(*events: tuple[str, Event]) -> Places:
    fold = Places()
    for agreement, event in events:
        fold.apply(derived_id("test", agreement), event)
    return fold


def offered(command: c.OfferAgreement = OFFER, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"tenant": MUNICIPALITY, "mandate": x.DELEGATE, "actor": y.OFFICE}
    facts |= {"references": {"opportunity": opportunity(), "provider": provider()}, "boundary": Places()}
    facts |= {"registers": (y.volunteer(), registered())}
    return given_nothing(VolunteerAgreement, stream_id=y.AGREEMENT).when(command, **(facts | changes))


def decided(command: Command, *past: Event, by: UUID = y.PERSON, minor: bool = False, **changes: Any) -> Outcome:
    """In person, without a mandate."""
    known = y.volunteer(AgeBand.FROM_15, (y.GUARDIAN,), ItsVolunteer) if minor else y.volunteer(of=ItsVolunteer)
    facts: dict[str, Any] = {"tenant": MUNICIPALITY, "mandate": ANYBODY, "actor": by, "registers": (known,)}
    return given(VolunteerAgreement, past, stream_id=y.AGREEMENT).when(command, **(facts | changes))


def by_clock(command: Command, *past: Event, **changes: Any) -> Outcome:
    return decided(command, *past, mandate=x.CLOCK, by=STREAM, **changes)


def test_a_provider_offers_a_place() -> None:
    (event,) = offered().then([y.OFFERED]).events

    assert event.tags() == (opportunity_tag(y.OPPORTUNITY), hours_tag(y.LEDGER), volunteer_tag(y.PERSON))
    assert Places.tag(STREAM, OFFER) == event.tags()[0]


def test_an_institution_offers_by_its_coordinator() -> None:
    own = provider(replace(x.APPLIED, organisation_id=None), *x.ACTIVE[1:])
    facts = {"mandate": x.COORDINATOR, "references": {"opportunity": opportunity(), "provider": own}}

    offered(replace(OFFER, organisation_id=None), **facts).then([replace(y.OFFERED, organisation_id=None)])
    offered(OFFER, **facts).then_refused(InvalidValue, pointer="/organisation_id")


@pytest.mark.parametrize("mandate", [ANYBODY, x.STRANGER, x.COORDINATOR, x.OFFICIAL])
def test_nobody_offers_for_another(mandate: Mandate) -> None:
    offered(mandate=mandate).then_refused(RuleViolated, rule="volunteer.provider.mandate")


@pytest.mark.parametrize(
    ("references", "rule"),
    [
        ({"opportunity": opportunity(), "provider": provider(*x.ACTIVE, x.SUSPENDED)}, "volunteer.provider.active"),
        ({"opportunity": opportunity(o.OpportunityFilled()), "provider": provider()}, "volunteer.opportunity.open"),
    ],
)
def test_only_what_is_active_and_open_is_offered(references: dict[str, Any], rule: str) -> None:
    offered(references=references).then_refused(RuleViolated, rule=rule)


def test_an_opportunity_is_its_providers() -> None:
    other = replace(OFFER, provider_id=STREAM)

    offered(other).then_refused(InvalidValue, pointer="/provider_id")


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (replace(OFFER, last_day=y.BEGINS - x.DAY), "/last_day"),
        (replace(OFFER, first_day=y.BEGINS - x.DAY), "/first_day"),
        (replace(OFFER, tasks=(*y.TASKS, *y.TASKS)), "/tasks/1/code"),
        (replace(OFFER, tasks=(AgreedTask(code="kitchen", what=Text()),)), "/tasks/0/what"),
        (replace(OFFER, supervisor_id=y.PERSON), "/supervisor_id"),
        (replace(OFFER, reimbursement=(y.TRAVEL, y.TRAVEL)), "/reimbursement/1/expense"),
        (
            replace(OFFER, reimbursement=(Reimbursement(expense=Expense.MEALS, most_a_day=Money(0)),)),
            "/reimbursement/0/most_a_day",
        ),
        (
            replace(OFFER, reimbursement=(Reimbursement(expense=Expense.MEALS, most_a_day=Money(5, "USD")),)),
            "/reimbursement/0/most_a_day",
        ),
    ],
)
def test_terms_that_cannot_be_meant(command: c.OfferAgreement, pointer: str) -> None:
    offered(command).then_refused(InvalidValue, pointer=pointer)


MEALS = Reimbursement(expense=Expense.MEALS, most_a_day=Money(1000))


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (replace(OFFER, last_day=date(2027, 3, 16)), "volunteer.agreement.max"),
        (replace(OFFER, last_day=date(2027, 3, 15)), "volunteer.provider.insured"),
        (replace(OFFER, reimbursement=(y.TRAVEL, MEALS)), ""),
        (
            replace(OFFER, reimbursement=(replace(y.TRAVEL, most_a_day=Money(501)), MEALS)),
            "volunteer.reimbursement.day",
        ),
        (replace(OFFER, tasks=(AgreedTask(code="kitchen", what=text(sq="Gatim")),)), "volunteer.languages"),
    ],
    ids=["too long", "not insured", "all that it costs", "and a cent", "a language missing"],
)
def test_terms_that_no_rule_allows(command: c.OfferAgreement, rule: str) -> None:
    if rule:
        offered(command).then_refused(RuleViolated, rule=rule)
    else:
        offered(command).then_events(e.AgreementOffered)


def test_nobody_offers_to_themselves() -> None:
    offered(actor=y.PERSON).then_refused(RuleViolated, rule="volunteer.agreement.own")


def test_who_is_not_registered_gets_no_offer() -> None:
    offered(registers=(VolunteerStanding(), registered())).then_refused(RuleViolated, rule="volunteer.registered")


@pytest.mark.parametrize(
    ("band", "changes", "rule"),
    [
        (AgeBand.UNDER_15, {"min_age": None}, "volunteer.age.min"),
        (AgeBand.FROM_15, {"risk": RiskClass.MEDIUM}, "volunteer.minor.risk"),
        (AgeBand.FROM_15, {"min_age": 18}, "volunteer.opportunity.age"),
        (AgeBand.FROM_15, {"min_age": 17}, ""),
        (AgeBand.FROM_18, {"risk": RiskClass.HIGH}, ""),
        (AgeBand.FROM_65, {}, "volunteer.opportunity.age"),
        (AgeBand.FROM_45, {"max_age": 50}, ""),
        (AgeBand.FROM_65, {"max_age": None}, ""),
    ],
)
def test_age_and_risk(band: AgeBand, changes: dict[str, Any], rule: str) -> None:
    references = {"opportunity": opportunity(**changes), "provider": provider()}
    outcome = offered(references=references, registers=(y.volunteer(band), registered()))

    if rule:
        outcome.then_refused(RuleViolated, rule=rule)
    else:
        outcome.then_events(e.AgreementOffered)


OTHERS = replace(y.OFFERED, person_id=derived_id("test", "another volunteer"))


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([("a", OTHERS)], 0),
        ([("a", OTHERS), ("b", replace(OTHERS, person_id=STREAM))], None),
        ([("a", OTHERS), ("b", replace(OTHERS, person_id=STREAM)), ("a", y.DECLINED)], 0),
        *(([("a", OTHERS), ("a", end)], 1) for end in (y.WITHDRAWN, y.LAPSED, y.CONSENT_REFUSED, y.COMPLETED, y.ENDED)),
    ],
)
def test_no_place_is_given_twice(taken: list[tuple[str, Event]], left: int | None) -> None:
    outcome = offered(boundary=places(*taken))

    if left is None:
        outcome.then_refused(RuleViolated, rule="volunteer.agreement.places")
    else:
        outcome.then([replace(y.OFFERED, places_left=left)])


def test_nobody_has_two_places_of_one_opportunity() -> None:
    offered(boundary=places(("a", y.OFFERED))).then_refused(RuleViolated, rule="volunteer.agreement.once")
    offered(boundary=places(("a", y.OFFERED), ("a", y.ENDED))).then_events(e.AgreementOffered)


def test_an_adult_signs_by_accepting() -> None:
    decided(c.AcceptAgreement(), y.OFFERED).then([y.ACCEPTED, y.SIGNED, y.ACTIVE])
    early = start_of(y.BEGINS) - timedelta(microseconds=1)
    past = given(VolunteerAgreement, [y.OFFERED], stream_id=y.AGREEMENT, at=early - x.DAY)
    facts = {"actor": y.PERSON, "registers": (y.volunteer(of=ItsVolunteer),), "tenant": MUNICIPALITY}
    past.when(c.AcceptAgreement(), now=early, **facts).then([y.ACCEPTED, y.SIGNED])


def test_a_minor_waits_for_a_guardian() -> None:
    offered(**MINOR).then([y.OF_MINOR])
    decided(c.AcceptAgreement(), y.OF_MINOR, minor=True).then([y.MINOR_ACCEPTED]).then_state(
        lambda one: one.stage is AgreementStage.CONSENT_PENDING
    )
    waiting = (y.OF_MINOR, y.MINOR_ACCEPTED)
    given_by = decided(c.GiveGuardianConsent(), *waiting, minor=True, by=y.GUARDIAN)
    given_by.then([y.CONSENTED, y.SIGNED, y.ACTIVE])
    decided(c.RefuseGuardianConsent(), *waiting, minor=True, by=y.GUARDIAN).then([y.CONSENT_REFUSED])


@pytest.mark.parametrize("by", [y.PERSON, y.SUPERVISOR, y.OFFICE], ids=["the minor", "supervisor", "officer"])
@pytest.mark.parametrize(
    ("command", "past"),
    [
        (c.GiveGuardianConsent(), (y.OF_MINOR, y.MINOR_ACCEPTED)),
        (c.RefuseGuardianConsent(), (y.OF_MINOR, y.MINOR_ACCEPTED)),
        (c.WithdrawGuardianConsent(), y.MINORS),
    ],
)
def test_only_a_guardian_on_record_consents(command: Command, past: tuple[Event, ...], by: UUID) -> None:
    decided(command, *past, by=by, minor=True).then_refused(RuleViolated, rule="volunteer.guardian")


def test_who_came_of_age_before_accepting_decides_alone() -> None:
    accepted = decided(c.AcceptAgreement(), y.OF_MINOR)
    accepted.then([y.ACCEPTED, y.SIGNED, y.ACTIVE])
    accepted.then_state(lambda one: not one.protection.value.startswith("minor"))


def test_protection_lasts_for_the_agreement() -> None:
    """Who accepted as a minor is protected as one, whatever the register says of the age later."""
    given(VolunteerAgreement, y.MINORS).when(c.CompleteVolunteering(), mandate=x.DELEGATE).then_state(
        lambda one: one.protection.value == "minor"
    )


def test_a_pack_without_consent_lets_minors_decide() -> None:
    shipped = shipped_rules("municipality")
    none = shipped["volunteer.minor.consent"].overridden("none", "Decision 1/2026")
    rules = Rules("own", dict(shipped.by_key) | {none.key: none})

    outcome = decided(c.AcceptAgreement(), y.OF_MINOR, minor=True, rules=rules)
    outcome.then_events(e.AgreementAccepted, e.AgreementSigned, e.AgreementActivated)


def test_risk_is_looked_at_again_when_it_is_accepted() -> None:
    risky = replace(y.OFFERED, risk=RiskClass.HIGH)

    decided(c.AcceptAgreement(), risky, minor=True).then_refused(RuleViolated, rule="volunteer.minor.risk")


@pytest.mark.parametrize(
    "command",
    [c.AcceptAgreement(), c.DeclineAgreement()],
    ids=["accept", "decline"],
)
def test_the_volunteer_answers_in_person(command: Command) -> None:
    for by in (y.SUPERVISOR, y.GUARDIAN, y.OFFICE):
        refused = decided(command, y.OFFERED, by=by, mandate=x.DELEGATE)
        refused.then_refused(RuleViolated, rule="volunteer.agreement.person")


@pytest.mark.parametrize("past", [(y.OF_MINOR,), (y.OF_MINOR, y.MINOR_ACCEPTED)], ids=["offered", "waiting"])
def test_until_it_is_signed_either_side_steps_back(past: tuple[Event, ...]) -> None:
    decided(c.DeclineAgreement(), *past).then([y.DECLINED])
    decided(c.WithdrawOffer(), *past, mandate=x.DELEGATE, by=y.OFFICE).then([y.WITHDRAWN])
    decided(c.WithdrawOffer(), *past, by=y.PERSON).then_refused(RuleViolated, rule="volunteer.provider.mandate")


def test_an_offer_lapses_with_its_first_day() -> None:
    over = end_of(y.BEGINS)

    by_clock(c.LapseAgreement(), y.OFFERED, now=over).then([y.LAPSED])
    by_clock(c.LapseAgreement(), y.OFFERED, now=over - y.MINUTE).then_refused(
        RuleViolated, rule="volunteer.agreement.first_day"
    )
    by_clock(c.LapseAgreement(), *y.ADULTS, now=over).then_refused(IllegalTransition)
    decided(c.LapseAgreement(), y.OFFERED, now=over).then_refused(NotPermitted)
    decided(c.AcceptAgreement(), y.OFFERED, now=over).then_refused(RuleViolated, rule="volunteer.agreement.lapsed")
    decided(c.AcceptAgreement(), y.OFFERED, now=over - y.MINUTE).then_events(
        e.AgreementAccepted, e.AgreementSigned, e.AgreementActivated
    )
    waiting = (y.OF_MINOR, y.MINOR_ACCEPTED)
    late = decided(c.GiveGuardianConsent(), *waiting, minor=True, by=y.GUARDIAN, now=over)
    late.then_refused(RuleViolated, rule="volunteer.agreement.lapsed")


def test_the_clock_begins_and_completes() -> None:
    signed, begins, ends = (y.OFFERED, y.ACCEPTED, y.SIGNED), start_of(y.BEGINS), end_of(y.ENDS)
    early = given(VolunteerAgreement, signed, stream_id=y.AGREEMENT, at=begins - x.DAY)
    early.when(c.ActivateAgreement(), mandate=x.CLOCK, now=begins - y.MINUTE).then_refused(
        RuleViolated, rule="volunteer.agreement.begins"
    )
    early.when(c.ActivateAgreement(), mandate=x.CLOCK, now=begins).then([y.ACTIVE])
    decided(c.ActivateAgreement(), *signed).then_refused(NotPermitted)
    by_clock(c.ActivateAgreement(), *y.ADULTS).then_refused(IllegalTransition)

    by_clock(c.CompleteVolunteering(), *y.ADULTS, now=ends - y.MINUTE).then_refused(
        RuleViolated, rule="volunteer.agreement.last_day"
    )
    by_clock(c.CompleteVolunteering(), *y.ADULTS, now=ends).then([y.COMPLETED])


def test_the_provider_completes_when_the_work_is_done() -> None:
    done = decided(c.CompleteVolunteering(), *y.ADULTS, mandate=x.DELEGATE, by=y.OFFICE)
    done.then([replace(y.COMPLETED, last_day=y.BEGINS)])
    decided(c.CompleteVolunteering(), *y.ADULTS).then_refused(RuleViolated, rule="volunteer.provider.mandate")


@pytest.mark.parametrize(
    ("by", "mandate", "side"), [(y.PERSON, ANYBODY, Side.VOLUNTEER), (y.OFFICE, x.DELEGATE, Side.PROVIDER)]
)
def test_either_side_ends_it_and_says_why(by: UUID, mandate: Mandate, side: Side) -> None:
    command = c.EndAgreement(reason="I move to Peja.")

    outcome = decided(command, *y.ADULTS, by=by, mandate=mandate)
    outcome.then([replace(y.ENDED, side=side, last_day=y.BEGINS)]).then_personal({"reason": command.reason})
    decided(command, y.OFFERED, by=by, mandate=mandate).then_refused(IllegalTransition)


def test_nobody_else_ends_it() -> None:
    decided(c.EndAgreement(reason="No."), *y.ADULTS, by=STREAM).then_refused(
        RuleViolated, rule="volunteer.provider.mandate"
    )


def test_a_guardian_withdraws_and_it_ends() -> None:
    outcome = decided(c.WithdrawGuardianConsent(), *y.MINORS, minor=True, by=y.GUARDIAN)

    outcome.then([y.CONSENT_WITHDRAWN, replace(y.ENDED, side=Side.GUARDIAN, last_day=y.BEGINS)])
    alone = decided(c.WithdrawGuardianConsent(), *y.ADULTS, minor=True, by=y.GUARDIAN)
    alone.then_refused(RuleViolated, rule="volunteer.guardian.consent")


def test_an_institution_that_ended_offers_nothing() -> None:
    offered(tenant=Tenant(36, "prizren", "municipality", ended=True)).then_refused(
        RuleViolated, rule="institution.active"
    )


def test_history_is_told_as_it_was() -> None:
    past = replace(OFFER, first_day=y.BEGINS - 60 * x.DAY)

    offered(past, imported=True, now=NOW).then_events(e.AgreementOffered)
