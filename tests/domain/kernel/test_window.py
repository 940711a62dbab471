"""Windows open to the public: whatever a domain declares is counted, proven, found short and judged in one way."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.consultations.events import ConsultationOpened
from domain.consultations.window import WINDOW
from domain.grants.call_window import OPENING
from domain.kernel.calendar import NonWorkingDay
from domain.kernel.command import Command
from domain.kernel.context import Context, Mandate, Tenant
from domain.kernel.deadline import INSTANT, end_of, local_day
from domain.kernel.errors import Finding, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.judging import Bound, Law, Step, Verdict
from domain.kernel.rules import Counting, Rule, Rules, Unit
from domain.kernel.window import Window, judged_notice, proven, recounted, require_clock
from domain.rules.shipped import shipped_calendar
from tests.support.given import NOW, STREAM, context

OFFERS = "services.offers.min"
FAR = datetime(2199, 1, 4, tzinfo=UTC)


def offers_rule(law: Law) -> Rule:
    return law.rules[OFFERS]


ENTRY = Window(
    name="offers",
    rule=offers_rule,
    opened_by="OffersInvited",
    field="offer_days",
    not_countable="offers-not-countable",
    too_short="offers-too-short",
    shortfall="{days} {unit} {counting} {least}",
)
"""A window as a domain to come would declare it."""


def bound(unit: Unit, counting: Counting, least: int) -> Rules:
    rule = Rule(OFFERS, least, unit, counting, "Law, Article 9", pack="xk-2026.1")
    return Rules("xk-2026.1", {OFFERS: rule})


def law(unit: Unit = Unit.WORKING_DAYS, counting: Counting = Counting.EXCLUDE_FIRST, least: int = 10) -> Bound:
    return Bound(Tenant(7, "mj", "ministry"), bound(unit, counting, least), shipped_calendar())


def at_desk(least: int = 10, **overrides: Any) -> Context:
    return context(rules=bound(Unit.WORKING_DAYS, Counting.EXCLUDE_FIRST, least), **overrides)


def said(ctx: Context, days: int | None, closes_at: datetime | None = None) -> tuple[list[Finding], int | None]:
    """Findings, and the length that lint returns when all is said."""
    found: list[Finding] = []

    def whole() -> Any:
        return (yield from ENTRY.lint(ctx, days, closes_at))

    going = whole()
    while True:
        try:
            found.append(next(going))
        except StopIteration as end:
            return found, end.value


@for_all(
    st.datetimes(datetime(2026, 1, 2), datetime(2026, 9, 30), timezones=st.just(UTC)),
    st.integers(1, 40),
    st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS]),
    st.sampled_from(Counting),
)
def test_a_window_is_as_long_as_its_proof_says(opens_at: datetime, days: int, unit: Unit, counting: Counting) -> None:
    this = law(unit, counting)
    proof = ENTRY.end(this, opens_at, days)

    assert ENTRY.length(this, opens_at, proof.due_at) == days
    assert ENTRY.length(this, opens_at, proof.due_at - timedelta(days=1)) <= days
    assert (proof.rule, proof.anchor_event, proof.last_day) == (
        OFFERS,
        "OffersInvited",
        local_day(proof.due_at - INSTANT),
    )


def test_the_least_is_what_the_rule_says_and_another_opening_may_be_named() -> None:
    proof = ENTRY.end(law(least=12), NOW, None, "OffersInvitedAgain")

    assert (proof.n, proof.anchor_event) == (12, "OffersInvitedAgain")


def test_a_window_is_lengthened_under_the_rule_it_was_opened_with() -> None:
    old = ENTRY.end(law(least=10), NOW, None)
    stricter = law(unit=Unit.CALENDAR_DAYS, least=30)

    longer = ENTRY.lengthened(stricter, old, NOW + timedelta(days=5), 15)

    assert longer == ENTRY.end(law(least=10), NOW, 15)
    assert ENTRY.lengthened(stricter, None, NOW, 30) == ENTRY.end(stricter, NOW, 30)


@pytest.mark.parametrize(("days", "codes"), [(None, []), (10, []), (9, ["offers-too-short"])])
def test_a_draft_that_falls_short_is_told(days: int | None, codes: list[str]) -> None:
    found, length = said(at_desk(), days)

    assert [one.code for one in found] == codes
    assert length == (10 if days is None else days)
    for one in found:
        assert (one.pointer, one.rule, one.citation) == ("/offer_days", OFFERS, "Law, Article 9")
        assert str(one.message) == "9 working_days exclude_first 10"


def test_history_is_measured_by_the_end_it_gives() -> None:
    closes_at = ENTRY.end(at_desk(), NOW, 8).due_at

    found, length = said(at_desk(imported=True), 90, closes_at)

    assert ([one.code for one in found], length) == (["offers-too-short"], 8)


def test_days_that_no_calendar_holds_are_told_and_have_no_length() -> None:
    found, length = said(at_desk(now=FAR), None)

    assert [(one.code, one.rule) for one in found] == [("offers-not-countable", "calendar.published")]
    assert length is None


@pytest.mark.parametrize(("least", "verdict"), [(9, Verdict.IN_ORDER), (10, Verdict.IN_ORDER), (11, Verdict.REFUSED)])
def test_a_window_that_was_run_is_judged_by_any_law(least: int, verdict: Verdict) -> None:
    closes_at = ENTRY.end(law(least=10), NOW, None).due_at

    judged = ENTRY.judged(opened(law(least=least)), NOW, closes_at)

    assert (judged.name, judged.verdict, judged.given, judged.value) == ("offers", verdict, 10, least)
    assert judged.limit == ENTRY.end(law(least=least), NOW, None).due_at


def test_a_window_whose_days_no_calendar_holds_is_not_judged() -> None:
    assert ENTRY.judged(opened(law(), FAR), FAR, FAR + timedelta(days=20)).verdict is Verdict.NOT_COUNTABLE


@pytest.mark.parametrize(("early", "verdict"), [(INSTANT, Verdict.REFUSED), (timedelta(0), Verdict.IN_ORDER)])
def test_notice_is_enough_from_its_last_day_on(early: timedelta, verdict: Verdict) -> None:
    rule = law(least=3).rules[OFFERS]
    enough = ENTRY.end(law(least=3), NOW, None).due_at

    judged = judged_notice("notice", opened(law()), rule, about=STREAM, begins_at=enough - early)

    assert (judged.verdict, judged.about, judged.limit) == (verdict, STREAM, enough)
    uncounted = judged_notice("notice", opened(law(), FAR), rule, about=STREAM, begins_at=FAR)
    assert uncounted.verdict is Verdict.NOT_COUNTABLE


def opened(by: Bound, at: datetime = NOW) -> Step:
    event = ConsultationOpened(starts_at=at, closes_at=at + timedelta(days=1), languages=("sq",))
    return Step(event.stamp(STREAM, 1, at), 1, by)


def test_only_history_sets_an_end_by_hand_and_none_before_the_beginning() -> None:
    later = NOW + timedelta(days=1)

    assert ENTRY.told_end(None, NOW, at_desk()) is None
    assert ENTRY.told_end(later, NOW, at_desk(imported=True)) == later
    with pytest.raises(InvalidValue) as refused:
        ENTRY.told_end(later, NOW, at_desk())
    assert "`offer_days`" in str(refused.value)
    with pytest.raises(InvalidValue):
        ENTRY.told_end(NOW - INSTANT, NOW, at_desk(imported=True))


def test_nothing_is_closed_before_its_end() -> None:
    proof = ENTRY.end(at_desk(), NOW, None)
    ENTRY.require_over(proof.due_at, proof, at_desk(now=proof.due_at))

    for basis in (proof, None):
        with pytest.raises(RuleViolated) as refused:
            ENTRY.require_over(proof.due_at, basis, at_desk(now=proof.due_at - INSTANT))
        assert (refused.value.rule, refused.value.citation) == (OFFERS, "Law, Article 9")


def test_the_clock_closes_and_history_tells() -> None:
    require_clock(Command(), at_desk(mandate=Mandate("clock", "system")))
    require_clock(Command(), at_desk(imported=True))
    with pytest.raises(NotPermitted):
        require_clock(Command(), at_desk())


def test_only_history_older_than_any_calendar_goes_without_a_proof() -> None:
    rule = at_desk().rules[OFFERS]

    assert proven(rule, NOW, "OffersInvited", at_desk()) == ENTRY.end(at_desk(), NOW, None)
    assert proven(rule, FAR, "OffersInvited", at_desk(imported=True)) is None
    with pytest.raises(RuleViolated):
        proven(rule, FAR, "OffersInvited", at_desk())


def test_the_calendar_gives_an_open_window_more_time_and_never_less() -> None:
    proof = ENTRY.end(at_desk(), NOW, None)
    mourning = date(2026, 3, 18)
    days = dict(shipped_calendar().days)
    days[mourning] = NonWorkingDay(mourning, {"sq": "Zi", "en": "Mourning"})
    longer = msgspec.structs.replace(shipped_calendar(), days=days)

    moved = recounted(proof, proof.due_at, at_desk(calendar=longer))

    assert moved is not None
    assert moved.due_at == end_of(proof.last_day + timedelta(days=1))
    assert recounted(moved, moved.due_at, at_desk()) is None, "the day was taken off again"
    assert recounted(proof, proof.due_at, at_desk(calendar=longer, now=proof.due_at)) is None, "it is over"
    assert recounted(None, proof.due_at, at_desk(calendar=longer)) is None, "nothing proves it"


def test_each_window_of_the_domains_is_told_apart() -> None:
    declared = (WINDOW, OPENING, ENTRY)

    for name in ("name", "field", "opened_by", "not_countable", "too_short"):
        assert len({getattr(one, name) for one in declared}) == len(declared)
