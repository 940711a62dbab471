"""Checking in: a pass from the provider's people, a phone's moments counted once, believed for a day, made into shifts."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.volunteering.check_in_parts import HOURS, CheckIn, Kind, check_in_text, device_id
from domain.volunteering.check_in_pass import CheckInPass, Passes
from domain.volunteering.check_in_phone import CheckInPhone
from domain.volunteering.commands import check_in as c
from domain.volunteering.events import check_in as e
from domain.volunteering.opportunity import Opportunity
from domain.volunteering.provider import Provider
from tests.domain.volunteering import examples as x
from tests.support.given import ACTOR, MUNICIPALITY, NOW, STREAM, Outcome, built, given, given_nothing

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SITE = x.PASS.opportunity_id
ISSUE = c.IssuePass(provider_id=STREAM, opportunity_id=SITE)


def check_in(kind: Kind, at: datetime, **changes: Any) -> CheckIn:
    """A moment that the phone signed, of a check-in whose id follows from it."""
    made = CheckIn(
        id=derived_id("test", kind, at, changes),
        kind=kind,
        at=at,
        agreement_id=derived_id("test", "agreement"),
        opportunity_id=SITE,
        task="teaching",
        pass_number=1,
        pass_proof="K3QF7WXY",
        signature="0" * 128,
    )
    return replace(made, **changes)


START, END = check_in(Kind.START, NOW - 3 * HOUR), check_in(Kind.END, NOW - HOUR)


def passes(*events: Event) -> Passes:
    fold = Passes()
    for event in events or (replace(x.PASS, valid_from=NOW - 20 * HOUR, valid_until=NOW + 4 * HOUR),):
        fold.apply(STREAM, event)
    return fold


def submitted(*check_ins: CheckIn, past: tuple[Event, ...] = (), **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"tenant": MUNICIPALITY, "boundary": passes(), "actor": x.PHONE.person_id}
    command = c.SubmitCheckIns(check_ins=check_ins)
    return given(CheckInPhone, (x.PHONE, *past)).when(command, **(facts | changes))


def recorded(one: CheckIn) -> e.CheckInRecorded:
    said = {name: getattr(one, name) for name in CheckIn.__struct_fields__ if name != "id"}
    return e.CheckInRecorded(check_in_id=one.id, **said)


def test_two_moments_make_a_shift_in_whole_minutes() -> None:
    start = check_in(Kind.START, NOW - 3 * HOUR + timedelta(seconds=59))

    submitted(start, END).then(
        [
            recorded(start),
            recorded(END),
            e.ShiftCheckedOut(
                person_id=x.PHONE.person_id,
                provider_id=x.PASS.provider_id,
                agreement_id=END.agreement_id,
                opportunity_id=SITE,
                task="teaching",
                started_at=NOW - 3 * HOUR,
                ended_at=NOW - HOUR,
                begun_by=start.id,
                ended_by=END.id,
            ),
        ]
    )


def test_what_was_brought_before_counts_once() -> None:
    submitted(START, past=(recorded(START),)).then_nothing()
    submitted(START, START).then([recorded(START)])
    submitted(START, END, past=(recorded(START),)).then_events(e.CheckInRecorded, e.ShiftCheckedOut)


def test_a_beginning_that_was_never_ended_gives_way_to_the_next() -> None:
    again = check_in(Kind.START, NOW - 2 * HOUR)

    outcome = submitted(again, END, past=(recorded(START),))

    shift = outcome.events[-1]
    assert isinstance(shift, e.ShiftCheckedOut)
    assert (shift.begun_by, shift.started_at) == (again.id, again.at)
    submitted(check_in(Kind.END, NOW), past=(recorded(START), *outcome.events)).then_refused(
        RuleViolated, rule="volunteer.check_in.begun"
    )


@pytest.mark.parametrize(
    ("check_ins", "rule"),
    [
        ([check_in(Kind.START, NOW - 24 * HOUR - MINUTE)], HOURS),
        ([check_in(Kind.START, NOW + 6 * MINUTE)], "volunteer.check_in.clock"),
        ([check_in(Kind.START, NOW - 21 * HOUR)], HOURS),
        ([END], "volunteer.check_in.begun"),
        ([START, check_in(Kind.END, START.at + MINUTE / 2)], "volunteer.check_in.length"),
        ([START, check_in(Kind.END, START.at - HOUR)], "volunteer.check_in.length"),
    ],
)
def test_what_is_late_early_or_no_shift_is_refused_and_nothing_of_it_counts(
    check_ins: list[CheckIn], rule: str
) -> None:
    submitted(*check_ins).then_refused(RuleViolated, rule=rule)


def test_a_shift_ends_where_it_was_begun() -> None:
    elsewhere = replace(x.PASS, opportunity_id=ACTOR, valid_from=NOW - 20 * HOUR, valid_until=NOW + 4 * HOUR)
    both = passes(elsewhere, replace(elsewhere, opportunity_id=SITE))

    moved = submitted(replace(START, opportunity_id=ACTOR), END, boundary=both)

    moved.then_refused(RuleViolated, rule="volunteer.check_in.begun")


def test_a_clock_that_is_a_little_ahead_is_believed_up_to_now() -> None:
    ahead = check_in(Kind.END, NOW + 4 * MINUTE)

    shift = submitted(START, ahead).events[-1]

    assert isinstance(shift, e.ShiftCheckedOut)
    assert shift.ended_at == NOW


def test_only_the_owner_and_only_a_phone_that_is_not_lost() -> None:
    submitted(START, actor=ACTOR).then_refused(RuleViolated, rule="volunteer.check_in.own")
    submitted(START, past=(e.PhoneRevoked(),)).then_refused(IllegalTransition)
    lost = given(CheckInPhone, (x.PHONE,))
    lost.when(c.RevokePhone(), actor=ACTOR).then_refused(RuleViolated, rule="volunteer.check_in.own")
    lost.when(c.RevokePhone(), actor=x.PHONE.person_id).then([e.PhoneRevoked()])
    register = c.RegisterPhone(public_key=x.PHONE.public_key, signature="0" * 128)
    given_nothing(CheckInPhone).when(register, actor=x.PHONE.person_id).then([x.PHONE])
    assert CheckInPhone.settled_id(36, register) == device_id(36, x.PHONE.public_key)


def test_a_pass_must_have_been_issued_and_not_withdrawn() -> None:
    withdrawn = passes(x.PASS, x.WITHDRAWN_PASS)

    submitted(START, boundary=withdrawn).then_refused(RuleViolated, rule="volunteer.check_in.withdrawn")
    unknown = replace(START, pass_number=2)
    submitted(START, replace(unknown, id=ACTOR)).then_refused(InvalidValue, pointer="/check_ins/1/pass_number")
    elsewhere = replace(START, opportunity_id=ACTOR)
    submitted(elsewhere).then_refused(InvalidValue, pointer="/check_ins/0/pass_number")
    assert Passes.tags(STREAM, c.SubmitCheckIns(check_ins=(START, END, elsewhere))) == (
        f"check_in_at:{SITE}",
        f"check_in_at:{ACTOR}",
    )


def issued(command: c.IssuePass = ISSUE, *past: Event, **changes: Any) -> Outcome:
    fold = Passes()
    for event in past:
        fold.apply(STREAM, event)
    facts: dict[str, Any] = {"tenant": MUNICIPALITY, "mandate": x.DELEGATE, "boundary": fold}
    own = built(Opportunity, (replace(x.DRAFTED, provider_id=STREAM),))
    facts |= {"references": {"provider": built(Provider, x.ACTIVE), "opportunity": own}}
    return given_nothing(CheckInPass).when(command, **(facts | changes))


def test_the_providers_people_make_passes_that_count_from_one() -> None:
    first = issued().then_events(e.PassIssued).events[0]
    second = issued(ISSUE, x.PASS).events[0]
    tomorrow = issued(replace(ISSUE, valid_from=NOW + 24 * HOUR)).events[0]

    assert isinstance(first, e.PassIssued)
    assert isinstance(second, e.PassIssued)
    assert isinstance(tomorrow, e.PassIssued)
    assert (first.number, first.valid_from, first.valid_until) == (1, NOW, NOW + 24 * HOUR)
    assert first.tags() == Passes.tags(STREAM, ISSUE)
    assert (second.number, tomorrow.valid_from) == (2, NOW + 24 * HOUR)
    issued(replace(ISSUE, valid_from=NOW - HOUR)).then_refused(InvalidValue, pointer="/valid_from")
    another = {"provider": built(Provider, x.ACTIVE), "opportunity": built(Opportunity, (x.DRAFTED,))}
    issued(references=another).then_refused(InvalidValue, pointer="/provider_id")
    issued(mandate=x.STRANGER).then_refused(RuleViolated, rule="volunteer.provider.mandate")


def test_a_pass_is_withdrawn_once() -> None:
    shown = given(CheckInPass, (x.PASS,))
    shown.when(c.WithdrawPass(), mandate=x.STRANGER).then_refused(RuleViolated, rule="volunteer.provider.mandate")
    shown.when(c.WithdrawPass(), mandate=x.DELEGATE).then([x.WITHDRAWN_PASS])
    again = given(CheckInPass, (x.PASS, x.WITHDRAWN_PASS))
    again.when(c.WithdrawPass(), mandate=x.DELEGATE).then_refused(IllegalTransition)


def test_what_is_signed_says_everything_and_in_whole_seconds() -> None:
    at = START.at + timedelta(microseconds=999_999)

    text = check_in_text("prizren", STREAM, replace(START, at=at))

    assert text.splitlines() == [
        "pakt check-in v1",
        "prizren",
        str(STREAM),
        str(START.id),
        "start",
        "2026-03-16T06:00:00Z",
        str(START.agreement_id),
        str(SITE),
        "teaching",
        "1",
        "K3QF7WXY",
    ]
