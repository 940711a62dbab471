"""Deadlines: the vectors of the record, and properties that hold for every anchor, length and calendar."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.kernel.calendar import Calendar, NonWorkingDay
from domain.kernel.deadline import (
    Deadline,
    Skipped,
    count_days,
    deadline,
    end_of,
    local_day,
    recomputed,
    start_of,
)
from domain.kernel.errors import RuleViolated
from domain.kernel.rules import Counting, Rule, Unit
from domain.rules.shipped import shipped_calendar, shipped_rules
from services.audit.verify_deadline import verify

SCRIPT = Path("services/audit/verify_deadline.py")
RULE = shipped_rules("ministry")["consultation.written.min"]
CALENDAR = shipped_calendar()


def noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 11, tzinfo=UTC)


def rule(unit: Unit, value: int | str, counting: Counting = Counting.EXCLUDE_FIRST) -> Rule:
    return Rule("test.rule.days", value, unit, counting, "Article 1", pack="xk-2026.1")


@pytest.mark.parametrize(
    ("anchor", "n", "last"),
    [
        (noon(2026, 3, 17), 15, date(2026, 4, 10)),
        (noon(2026, 2, 10), 15, date(2026, 3, 4)),
        (noon(2026, 4, 27), 60, date(2026, 7, 23)),
        (noon(2026, 12, 18), 15, date(2027, 1, 14)),
    ],
)
def test_vectors(anchor: datetime, n: int, last: date) -> None:
    found = deadline(RULE, anchor, "ConsultationOpened", CALENDAR, n=n)

    assert last == found.last_day
    assert end_of(last) == found.due_at


def test_failure_7_the_counting_rule_decides_between_14_and_15() -> None:
    """Draft on minimum standards itself: 14 September to 4 October 2018."""
    first, last = date(2018, 9, 14), date(2018, 10, 4)

    assert count_days(first, last, Unit.WORKING_DAYS, Counting.EXCLUDE_FIRST, CALENDAR) == 14
    assert count_days(first, last, Unit.WORKING_DAYS, Counting.INCLUDE_FIRST, CALENDAR) == 15
    assert deadline(RULE, noon(2018, 9, 14), "ConsultationOpened", CALENDAR).last_day == date(2018, 10, 5)


def test_failure_8_26_days_open_and_57_to_the_report() -> None:
    """Strategy 2019-2023: open 4 October to 9 November 2018, report on 4 February 2019."""
    days = Unit.WORKING_DAYS, Counting.EXCLUDE_FIRST, CALENDAR

    assert count_days(date(2018, 10, 4), date(2018, 11, 9), *days) == 26
    assert count_days(date(2018, 11, 9), date(2019, 2, 4), *days) == 57


def test_every_skipped_day_is_named() -> None:
    found = deadline(RULE, noon(2026, 3, 17), "ConsultationOpened", CALENDAR)

    named = {skip.on: skip.reason for skip in found.trace if skip.reason != "weekend"}
    assert named == {
        date(2026, 3, 20): "Eid al-Fitr (estimated)",
        date(2026, 4, 6): "Catholic Easter (observed)",
        date(2026, 4, 9): "Constitution Day",
    }
    assert found.trace[0].names["sq"] == "Bajrami i Madh, dita e parë"


def test_the_proof_carries_what_it_rests_on() -> None:
    found = deadline(RULE, noon(2026, 3, 17), "ConsultationOpened", CALENDAR)

    assert (found.rule, found.rule_pack, found.calendar) == ("consultation.written.min", "xk-2026.1", "xk.shipped")
    assert (found.anchor_event, found.zone, found.citation) == ("ConsultationOpened", "Europe/Belgrade", RULE.citation)


def test_local_midnight_not_utc_decides_the_day() -> None:
    """23:30 UTC on 16 March is the 17th in Kosovo."""
    late = datetime(2026, 3, 16, 23, 30, tzinfo=UTC)

    assert local_day(late) == date(2026, 3, 17)
    assert deadline(RULE, late, "x", CALENDAR).last_day == date(2026, 4, 10)


def test_days_of_the_change_to_and_from_summer_time() -> None:
    assert end_of(date(2026, 3, 29)) - start_of(date(2026, 3, 29)) == timedelta(hours=23)
    assert end_of(date(2026, 10, 25)) - start_of(date(2026, 10, 25)) == timedelta(hours=25)


@pytest.mark.parametrize(
    ("of", "last"),
    [
        (rule(Unit.CALENDAR_DAYS, 30), date(2026, 4, 16)),
        (rule(Unit.CALENDAR_DAYS, 30, Counting.INCLUDE_FIRST), date(2026, 4, 15)),
        (rule(Unit.CALENDAR_DAYS, 0, Counting.INCLUDE_FIRST), date(2026, 3, 17)),
        (rule(Unit.WORKING_DAYS, 0), date(2026, 3, 17)),
        (rule(Unit.WORKING_DAYS, 15, Counting.INCLUDE_FIRST), date(2026, 4, 8)),
        (rule(Unit.DATE, "04-30"), date(2026, 4, 30)),
        (rule(Unit.DATE, "01-31"), date(2027, 1, 31)),
        (rule(Unit.DATE, "03-17"), date(2027, 3, 17)),
        (rule(Unit.DATE, "02-29"), date(2027, 2, 28)),
    ],
)
def test_units(of: Rule, last: date) -> None:
    found = deadline(of, noon(2026, 3, 17), "x", CALENDAR)

    assert found.last_day == last
    assert verify(msgspec.to_builtins(found)) == []


def test_february_29_in_a_leap_year() -> None:
    assert deadline(rule(Unit.DATE, "02-29"), noon(2027, 3, 17), "x", CALENDAR).last_day == date(2028, 2, 29)


def test_counting_calendar_days() -> None:
    """Rahovec, 15 October to 15 November 2021: 31 days, or 32 with the first."""
    first, last = date(2021, 10, 15), date(2021, 11, 15)

    assert count_days(first, last, Unit.CALENDAR_DAYS, Counting.EXCLUDE_FIRST, CALENDAR) == 31
    assert count_days(first, last, Unit.CALENDAR_DAYS, Counting.INCLUDE_FIRST, CALENDAR) == 32
    assert count_days(last, first, Unit.CALENDAR_DAYS, Counting.EXCLUDE_FIRST, CALENDAR) == 0
    assert count_days(last, first, Unit.WORKING_DAYS, Counting.INCLUDE_FIRST, CALENDAR) == 0


@pytest.mark.parametrize("unit", [Unit.COUNT, Unit.YEARS, Unit.CHOICE])
def test_a_rule_without_a_period_gives_no_deadline(unit: Unit) -> None:
    with pytest.raises(RuleViolated):
        deadline(rule(unit, 3), noon(2026, 3, 17), "x", CALENDAR)


def test_no_clock_reaches_the_ends_of_time() -> None:
    for at in (datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=timezone(timedelta(hours=2)))):
        with pytest.raises(RuleViolated):
            local_day(at)


@pytest.mark.parametrize("anchor", [noon(2030, 12, 20), noon(9999, 12, 31), noon(1, 1, 2)])
def test_days_that_nobody_published_are_not_counted(anchor: datetime) -> None:
    with pytest.raises(RuleViolated) as refused:
        deadline(RULE, anchor, "x", CALENDAR)

    assert refused.value.rule == "calendar.published"


@pytest.mark.parametrize("of", [rule(Unit.CALENDAR_DAYS, 400), rule(Unit.DATE, "01-31")])
def test_the_end_of_time_is_a_refusal(of: Rule) -> None:
    with pytest.raises(RuleViolated):
        deadline(of, noon(9999, 12, 30), "x", CALENDAR)


def test_a_declared_day_moves_the_deadline_by_recomputing() -> None:
    before = deadline(RULE, noon(2026, 3, 17), "ConsultationOpened", CALENDAR)
    declared = NonWorkingDay(date(2026, 4, 10), {"en": "Day of mourning"}, decision_no="02/2026")
    later = Calendar("xk.99", CALENDAR.years, {**CALENDAR.days, declared.day: declared})

    after = recomputed(before, later)

    assert (after.last_day, after.calendar) == (date(2026, 4, 14), "xk.99")
    assert Skipped(declared.day, "Day of mourning (02/2026)", {"en": "Day of mourning"}) in after.trace
    assert verify(msgspec.to_builtins(after)) == []


def test_recomputing_calendar_days_changes_only_the_version() -> None:
    before = deadline(rule(Unit.CALENDAR_DAYS, 30), noon(2026, 3, 17), "x", CALENDAR)

    after = recomputed(before, msgspec.structs.replace(CALENDAR, version="xk.99"))

    assert after == msgspec.structs.replace(before, calendar="xk.99")


anchors = st.datetimes(datetime(2013, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))
lengths = st.integers(1, 90)
countings = st.sampled_from(Counting)


@for_all(anchors, lengths, countings)
def test_longer_is_never_earlier(anchor: datetime, n: int, counting: Counting) -> None:
    of = rule(Unit.WORKING_DAYS, n, counting)

    assert deadline(of, anchor, "x", CALENDAR).due_at < deadline(of, anchor, "x", CALENDAR, n=n + 1).due_at


@for_all(anchors, st.timedeltas(timedelta(), timedelta(days=40)), lengths, countings)
def test_a_later_anchor_is_never_due_earlier(anchor: datetime, by: timedelta, n: int, counting: Counting) -> None:
    of = rule(Unit.WORKING_DAYS, n, counting)

    assert deadline(of, anchor, "x", CALENDAR).due_at <= deadline(of, anchor + by, "x", CALENDAR).due_at


@for_all(anchors, lengths, countings)
def test_counted_and_skipped_days_are_all_the_days_there_are(anchor: datetime, n: int, counting: Counting) -> None:
    found = deadline(rule(Unit.WORKING_DAYS, n, counting), anchor, "x", CALENDAR)

    first = local_day(anchor)
    span = (found.last_day - first).days + (counting is Counting.INCLUDE_FIRST)
    assert span == n + len(found.trace)
    assert all(CALENDAR.reason(skip.on) == skip.reason for skip in found.trace)
    assert CALENDAR.is_working(found.last_day)
    assert count_days(first, found.last_day, Unit.WORKING_DAYS, counting, CALENDAR) == n


@for_all(anchors, lengths, countings)
def test_the_verifier_agrees_with_and_without_the_calendar(anchor: datetime, n: int, counting: Counting) -> None:
    proof = json.loads(msgspec.json.encode(deadline(rule(Unit.WORKING_DAYS, n, counting), anchor, "x", CALENDAR)))

    assert verify(proof) == []
    assert verify(proof, set(CALENDAR.days)) == []


@for_all(anchors, lengths, countings, st.data())
def test_the_verifier_finds_every_forgery(anchor: datetime, n: int, counting: Counting, data: st.DataObject) -> None:
    proof = json.loads(msgspec.json.encode(deadline(rule(Unit.WORKING_DAYS, n, counting), anchor, "x", CALENDAR)))
    forgery = data.draw(st.sampled_from(["shorter", "due", "omit", "invent"]))
    match forgery:
        case "shorter":
            proof["n"] += 1
        case "due":
            proof["due_at"] = (datetime.fromisoformat(proof["due_at"]) - timedelta(days=1)).isoformat()
        case "omit" if proof["trace"]:
            proof["trace"].pop(data.draw(st.integers(0, len(proof["trace"]) - 1)))
        case _:
            last = datetime.fromisoformat(proof["due_at"]) - timedelta(hours=3)
            proof["trace"].append({"on": local_day(last).isoformat(), "reason": "Invented holiday"})

    assert verify(proof, set(CALENDAR.days))


def test_wrong_reasons_are_found() -> None:
    proof = json.loads(msgspec.json.encode(deadline(RULE, noon(2026, 3, 17), "x", CALENDAR)))
    proof["trace"][1]["reason"] = "A holiday that is a Saturday"

    assert verify(proof) == ["2026-03-21 was skipped for the wrong reason: A holiday that is a Saturday"]


def test_a_date_that_is_not_the_next_is_found() -> None:
    proof = json.loads(msgspec.json.encode(deadline(rule(Unit.DATE, "01-31"), noon(2026, 3, 17), "x", CALENDAR)))
    proof["due_at"] = "2029-01-31T23:00:00Z"

    assert verify(proof)


def test_the_script_stands_alone(tmp_path: Path) -> None:
    """Run by a bare interpreter: nothing of Pakt can be imported."""
    proof, calendar = tmp_path / "proof.json", tmp_path / "calendar.json"
    found: Deadline = deadline(RULE, noon(2026, 3, 17), "ConsultationOpened", CALENDAR)
    proof.write_bytes(msgspec.json.encode(found))
    calendar.write_bytes(msgspec.json.encode([{"day": day} for day in CALENDAR.days]))
    script = tmp_path / "verify.py"
    script.write_bytes(SCRIPT.read_bytes())

    def run(*arguments: Path) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-I", str(script), *map(str, arguments)], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout

    assert run(proof) == run(proof, calendar) == (0, "proven\n")
    proof.write_bytes(msgspec.json.encode(msgspec.structs.replace(found, n=16)))
    assert run(proof)[0] == 1
    text = SCRIPT.read_text()
    assert len(text.splitlines()) <= 60
    assert "import domain" not in text
    assert "from domain" not in text
