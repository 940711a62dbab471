"""Grants recorded elsewhere: taken over once and exactly, corrected by decisions, struck."""

from datetime import date
from typing import Any

import msgspec
import pytest

from domain.grants.commands.recorded_grant import (
    CorrectRecordedGrant,
    RecordGrant,
    ResolveRecipient,
    StrikeRecordedGrant,
)
from domain.grants.events.recorded_grant import (
    GrantRecorded,
    RecipientResolved,
    RecordedGrantCorrected,
    RecordedGrantStruck,
)
from domain.grants.recipient import RecipientHolders
from domain.grants.recorded_facts import GrantFacts, Party, Period
from domain.grants.recorded_grant import RecordedGrant, RecordsOfGrant
from domain.kernel.command import Boundary
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.money import Money
from domain.kernel.text import Text
from domain.organisations.events import OrganisationRemoved, OrganisationVerified
from domain.organisations.vocabulary import Identifier, Scheme
from domain.recorded.holders import listed_identifier
from tests.domain.grants.examples.recorded_grant import (
    AWARDED_AT,
    AWARDED_ON,
    FACTS,
    IDENTIFIER,
    ORGANISATION,
    REASON,
    RECORDED,
    facts,
)
from tests.support.given import STREAM, Outcome, given, given_nothing

LATER = date(2014, 6, 6)


def told(what: GrantFacts, *, before: bool = False, **context: Any) -> Outcome:
    records = RecordsOfGrant()
    if before:
        records.apply(STREAM, RECORDED)
    return given_nothing(RecordedGrant).when(
        RecordGrant(facts=what),
        **{"imported": True, "now": AWARDED_AT, "boundary": records, "registers": (RecipientHolders(),)} | context,
    )


def register(*events: Event) -> tuple[Boundary, ...]:
    """What the national register says of the recipient's identifier."""
    holders = RecipientHolders()
    for event in events:
        holders.apply(ORGANISATION, event)
    return (holders,)


def test_a_grant_is_taken_over_as_it_was_given() -> None:
    told(FACTS).then([RECORDED])


def test_it_comes_in_by_an_import_alone() -> None:
    told(FACTS, imported=False).then_refused(RuleViolated, rule="grant.recorded.history")


def test_it_is_told_at_the_day_of_its_award() -> None:
    told(facts(awarded_on=LATER)).then_refused(InvalidValue, pointer="/facts/awarded_on")


def test_it_is_recorded_once_whatever_file_it_came_from() -> None:
    told(FACTS, before=True).then_refused(RuleViolated, rule="grant.recorded.once")


def test_its_boundary_is_the_identifier() -> None:
    assert (RecordsOfGrant.tag(STREAM, RecordGrant(facts=FACTS)),) == RECORDED.tags()
    with pytest.raises(TypeError):
        RecordsOfGrant.tag(STREAM, StrikeRecordedGrant(reason=REASON))


@pytest.mark.parametrize("field", ["amount", "amount_applied_for", "amount_disbursed"])
def test_no_amount_is_negative(field: str) -> None:
    told(facts(**{field: Money(-1, "GBP")})).then_refused(InvalidValue, pointer=f"/facts/{field}")


def test_nothing_may_be_awarded_and_is_recorded() -> None:
    told(facts(amount=Money(0, "GBP"))).then_events(GrantRecorded)


@pytest.mark.parametrize("field", ["amount_applied_for", "amount_disbursed"])
def test_currencies_are_not_mixed(field: str) -> None:
    told(facts(**{field: Money(1, "EUR")})).then_refused(InvalidValue, pointer=f"/facts/{field}")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"other": "["}, "/facts/other"),
        ({"other": '{"recipientIndividual":{"name":"Somebody"}}'}, "/facts/other"),
        ({"other": "[1]"}, "/facts/other"),
        (
            {"recipients": (Party(name="A", identifier="1", other='{"contactName":"Somebody"}'),)},
            "/facts/recipients/0/other",
        ),
        ({"planned": (Period(), Period(other='{"email":"x"}'))}, "/facts/planned/1/other"),
    ],
)
def test_no_member_may_hold_a_person_or_what_the_standard_does_not_know(change: dict[str, Any], pointer: str) -> None:
    told(facts(**change)).then_refused(InvalidValue, pointer=pointer)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"from_open_call": False}, "grant.open_call"),
        ({"description": None}, "grant.recorded.description"),
        ({"recipients": FACTS.recipients * 2}, "grant.recorded.recipients"),
        ({"planned": (Period(starts_on="2014-07-02", ends_on="2014-07-01"),)}, "grant.recorded.period"),
    ],
)
def test_what_it_lacks_is_found_and_refuses_nothing(change: dict[str, Any], code: str) -> None:
    (event,) = told(facts(**change)).then_events(GrantRecorded).events

    assert isinstance(event, GrantRecorded)
    assert [(one.code, one.severity, bool(one.citation)) for one in event.findings] == [(code, "warning", True)]


@pytest.mark.parametrize(
    ("starts_on", "ends_on"), [("2014", "2014-01-01"), ("2014-05", "2014"), (None, "2013"), ("2013", None)]
)
def test_a_period_is_compared_as_far_as_it_is_given(starts_on: str | None, ends_on: str | None) -> None:
    told(facts(planned=(Period(starts_on=starts_on, ends_on=ends_on),))).then(
        [GrantRecorded(facts=facts(planned=(Period(starts_on=starts_on, ends_on=ends_on),)))]
    )


@pytest.mark.parametrize(
    "change",
    [
        {"amount": {"amount": 1.5, "currency": "GBP"}},
        {"amount": {"amount": "1", "currency": "GBP"}},
        {"title": "two\nlines"},
        {"recipients": []},
        {"planned": [{"months": "-1"}]},
        {"planned": [{"starts_on": "05/06/2014"}]},
        {"recipientIndividual": {"name": "Somebody"}},
    ],
)
def test_a_value_that_cannot_be_meant_is_no_command(change: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"facts": msgspec.to_builtins(FACTS) | change}, RecordGrant)


def test_a_correction_says_what_stood_there() -> None:
    given(RecordedGrant, [RECORDED]).when(
        CorrectRecordedGrant(reason=REASON, amount=Money(3_999_999, "GBP"), awarded_on=LATER)
    ).then(
        [
            RecordedGrantCorrected(
                reason=REASON,
                previous_amount=FACTS.amount,
                amount=Money(3_999_999, "GBP"),
                previous_awarded_on=AWARDED_ON,
                awarded_on=LATER,
            )
        ]
    )


def test_what_a_correction_does_not_name_stays() -> None:
    outcome = given(RecordedGrant, [RECORDED]).when(CorrectRecordedGrant(reason=REASON, awarded_on=LATER))

    outcome.then_state(lambda grant: (grant.amount, grant.awarded_on) == (FACTS.amount, LATER))


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (CorrectRecordedGrant(reason=REASON), "/amount"),
        (CorrectRecordedGrant(reason=REASON, amount=FACTS.amount, awarded_on=AWARDED_ON), "/amount"),
        (CorrectRecordedGrant(reason=REASON, amount=Money(-1, "GBP")), "/amount"),
        (CorrectRecordedGrant(reason=REASON, amount=Money(1, "EUR")), "/amount"),
        (CorrectRecordedGrant(reason=REASON, awarded_on=date(2026, 3, 17)), "/awarded_on"),
        (CorrectRecordedGrant(reason=Text(), awarded_on=LATER), "/reason"),
        (StrikeRecordedGrant(reason=Text()), "/reason"),
    ],
)
def test_a_correction_that_cannot_be_meant_is_refused(command: Any, pointer: str) -> None:
    given(RecordedGrant, [RECORDED]).when(command).then_refused(InvalidValue, pointer=pointer)


def test_a_struck_grant_counts_no_longer_and_is_not_touched_again() -> None:
    struck = RecordedGrantStruck(reason=REASON)

    given(RecordedGrant, [RECORDED]).when(StrikeRecordedGrant(reason=REASON)).then([struck])
    for command in (StrikeRecordedGrant(reason=REASON), CorrectRecordedGrant(reason=REASON, awarded_on=LATER)):
        given(RecordedGrant, [RECORDED, struck]).when(command).then_refused(IllegalTransition)


NUMBER = Identifier(Scheme.NGO, "5100123-4")
VERIFIED = OrganisationVerified(organisation_id=ORGANISATION, identifiers=(NUMBER,), decision_no="1/2026")


def test_the_recipient_is_the_organisation_that_holds_its_identifier() -> None:
    (event,) = told(FACTS, registers=register(VERIFIED)).then_events(GrantRecorded).events

    assert isinstance(event, GrantRecorded)
    assert event.organisation_id == ORGANISATION


def test_of_several_recipients_none_is_the_one() -> None:
    several = facts(recipients=FACTS.recipients * 2)
    (event,) = told(several, registers=register(VERIFIED)).then_events(GrantRecorded).events

    assert isinstance(event, GrantRecorded)
    assert event.organisation_id is None
    assert RecipientHolders.tag(STREAM, RecordGrant(facts=several)) == "identifier:"


def test_the_register_is_asked_for_the_identifier_as_it_is_printed_or_plain() -> None:
    assert RecipientHolders.tags(STREAM, RecordGrant(facts=FACTS)) == ("identifier:XK-NGO:51001234",)
    assert RecipientHolders.tag(STREAM, ResolveRecipient(identifier="XK-NGO-51001234")) == "identifier:XK-NGO:51001234"
    with pytest.raises(TypeError):
        RecipientHolders.tag(STREAM, StrikeRecordedGrant(reason=REASON))


@pytest.mark.parametrize("identifier", ["GB-CHC-1126147", "XK-NGO", "XK-NGO-", "XK-NGO-%", "XK-CR-1", ""])
def test_an_identifier_of_no_list_of_the_register_is_nobodys(identifier: str) -> None:
    assert listed_identifier(identifier) is None
    assert RecipientHolders().holding(identifier) is None


def test_a_recipient_that_was_registered_later_is_resolved() -> None:
    command = ResolveRecipient(identifier=IDENTIFIER)
    resolved = RecipientResolved(organisation_id=ORGANISATION)

    given(RecordedGrant, [RECORDED]).when(command, registers=register(VERIFIED)).then([resolved])
    given(RecordedGrant, [RECORDED, resolved]).when(command, registers=register(VERIFIED)).then_nothing()


def test_nobody_is_guessed() -> None:
    command = ResolveRecipient(identifier=IDENTIFIER)
    gone = OrganisationRemoved(organisation_id=ORGANISATION, decision_no="2/2026", reason=REASON, identifiers=(NUMBER,))

    for events in ((), (VERIFIED, gone)):
        outcome = given(RecordedGrant, [RECORDED]).when(command, registers=register(*events))
        outcome.then_refused(RuleViolated, rule="grant.recorded.recipient")
    other = ResolveRecipient(identifier="XK-NGO-5100123-5")
    given(RecordedGrant, [RECORDED]).when(other, registers=register(VERIFIED)).then_refused(
        InvalidValue, pointer="/identifier"
    )
    several = GrantRecorded(facts=facts(recipients=FACTS.recipients * 2))
    given(RecordedGrant, [several]).when(command, registers=register(VERIFIED)).then_refused(
        InvalidValue, pointer="/identifier"
    )
    given(RecordedGrant, [RECORDED, RecordedGrantStruck(reason=REASON)]).when(
        command, registers=register(VERIFIED)
    ).then_refused(IllegalTransition)
