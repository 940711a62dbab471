"""A consultation judged by a law: windows, notice and report, by the rules that bound it and by others."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from domain.consultations import events as e
from domain.consultations.judging import judge_consultation
from domain.consultations.vocabulary import ActKind, Counts, MeetingFormat
from domain.consultations.window import MUNICIPAL, NOTICE, REPORT, WRITTEN
from domain.governance import Override
from domain.kernel.context import Tenant
from domain.kernel.deadline import INSTANT, deadline
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.judging import Bound, Step, Verdict, worst
from domain.kernel.rules import Rules
from domain.kernel.text import text, title
from domain.rules.proposal import under
from domain.rules.shipped import default_pack, shipped_calendar, shipped_rules
from domain.rules.values import RuleEntry

STREAM, MEETING = derived_id("consultation"), derived_id("meeting")
OPENED = datetime(2026, 3, 2, 9, tzinfo=UTC)
CALENDAR = shipped_calendar()
NOW = OPENED + timedelta(days=300)


def law(kind: str = "ministry", **values: int) -> Bound:
    """The shipped rules with these in the place of their own, by the last words of their names."""
    rules = dict(shipped_rules(kind).by_key)
    for key, rule in list(rules.items()):
        for name, value in values.items():
            if key == {"written": WRITTEN, "notice": NOTICE, "report": REPORT, "municipal": MUNICIPAL}[name]:
                rules[key] = msgspec.structs.replace(rule, value=value)
    return Bound(Tenant(7, "mj", kind), Rules("xk-2027.1", rules), CALENDAR)


def window(days: int, bound: Bound, at: datetime = OPENED) -> datetime:
    rule = bound.rules[MUNICIPAL if bound.tenant.kind == "municipality" else WRITTEN]
    return deadline(rule, at, "ConsultationOpened", CALENDAR, n=days).due_at


def steps(bound: Bound, *told: tuple[Event, datetime]) -> list[Step]:
    return [Step(event.stamp(STREAM, n, at), n, bound) for n, (event, at) in enumerate(told, 1)]


def opened(closes_at: datetime) -> tuple[tuple[Event, datetime], ...]:
    planned = e.ConsultationPlanned(title=title(sq="Ligji", sr="Zakon"), act_kind=ActKind.LAW)
    opening = e.ConsultationOpened(starts_at=OPENED, closes_at=closes_at, languages=("sq", "sr"))
    return (planned, OPENED - timedelta(days=9)), (opening, OPENED)


def verdicts(judged) -> dict[str, Verdict]:
    return {point.name: point.verdict for point in judged.points}


@pytest.mark.parametrize(("least", "verdict"), [(14, "in_order"), (15, "in_order"), (16, "refused"), (30, "refused")])
def test_a_window_is_as_long_as_the_rule_asks(least: int, verdict: str) -> None:
    judged = judge_consultation(steps(law(written=least), *opened(window(15, law()))), NOW)

    assert judged is not None
    [point] = judged.points
    assert (point.name, point.given, point.value, point.verdict) == ("window", 15, least, verdict)
    assert (point.rule, point.citation) == (WRITTEN, shipped_rules("ministry")[WRITTEN].citation)
    assert point.limit == window(least, law())
    assert (judged.title, judged.began_at) == ({"sq": "Ligji", "sr": "Zakon"}, OPENED)


def test_a_municipality_is_bound_by_its_own_rule() -> None:
    bound = law("municipality", municipal=31)
    judged = judge_consultation(steps(bound, *opened(window(30, bound))), NOW)

    assert judged is not None
    assert [(point.rule, point.given, point.verdict) for point in judged.points] == [(MUNICIPAL, 30, "refused")]


def test_the_notice_of_a_meeting_counts_from_the_opening_if_it_was_given_before() -> None:
    announced = OPENED - timedelta(days=8)
    held_on = deadline(law().rules[NOTICE], announced, "MeetingScheduled", CALENDAR).due_at
    meeting = e.MeetingScheduled(
        meeting_id=MEETING,
        format=MeetingFormat.PUBLIC_HEARING,
        title=title(sq="x"),
        place="Prishtinë",
        starts_at=held_on,
    )
    plan, opening = opened(window(15, law()))
    early = judge_consultation(steps(law(), plan, (meeting, announced), opening), NOW)
    called_off = (e.MeetingCancelled(meeting_id=MEETING, reason=text(sq="x")), announced)
    cancelled = judge_consultation(steps(law(), plan, (meeting, announced), called_off, opening), NOW)
    shorter = judge_consultation(steps(law(notice=1), plan, (meeting, announced), opening), NOW)

    assert early is not None and cancelled is not None and shorter is not None
    assert [(point.position, point.verdict) for point in early.points if point.name == "notice"] == [
        (2, "in_order"), (3, "refused")]  # fmt: skip
    assert [point.position for point in cancelled.points if point.name == "notice"] == [2]
    assert worst(shorter.points) is Verdict.IN_ORDER


def test_a_report_is_late_from_its_day_on_and_while_it_is_missing() -> None:
    closes_at = window(15, law())
    closed = e.ConsultationClosed(closes_at=closes_at), closes_at
    due = deadline(law().rules[REPORT], closes_at - INSTANT, "ConsultationClosed", CALENDAR).due_at
    counts = Counts(submitted=0, admitted=0, withheld={}, withdrawn=0, answered=0, positions={}, proof="0" * 64)
    reported = e.ReportPublished(counts=counts, files=(), late=False)
    for at, days, expected in (
        (due - INSTANT, 30, "in_order"),
        (due, 30, "late"),
        (due, 31, "in_order"),
        (due - INSTANT, 29, "late"),
    ):
        judged = judge_consultation(steps(law(report=days), *opened(closes_at), closed, (reported, at)), NOW)
        assert judged is not None and verdicts(judged)["report"] == expected, (at, days)
    for now, expected in ((due - INSTANT, "in_order"), (due, "late")):
        judged = judge_consultation(steps(law(), *opened(closes_at), closed), now)
        assert judged is not None and verdicts(judged)["report"] == expected
    void = e.ConsultationWithdrawn(reason=text(sq="x")), due + timedelta(days=99)
    withdrawn = judge_consultation(steps(law(), *opened(closes_at), closed, void), NOW)
    assert withdrawn is not None and "report" not in verdicts(withdrawn)


def test_what_was_never_opened_is_not_judged_and_what_no_calendar_holds_cannot_be_counted() -> None:
    assert judge_consultation(steps(law(), opened(NOW)[0]), NOW) is None
    opening = e.ConsultationOpened(starts_at=OPENED.replace(year=1999), closes_at=OPENED, languages=("sq",))
    judged = judge_consultation(steps(law(), (opening, OPENED)), NOW)
    assert judged is not None and verdicts(judged) == {"window": "not_countable"}


def test_a_proposal_takes_the_place_of_what_it_names_and_overrides_count_as_they_would() -> None:
    standing = shipped_rules("ministry")
    written = next(entry for entry in default_pack().rules if entry.key == WRITTEN)
    other = next(entry for entry in default_pack().rules if entry.key == MUNICIPAL)
    stricter: tuple[RuleEntry, ...] = (
        msgspec.structs.replace(written, value=20),
        msgspec.structs.replace(other, value=90),
    )
    proposal = msgspec.structs.replace(default_pack(), pack="xk-2027.1", rules=stricter)

    def own(value: int, decision_no: str = "") -> dict[str, Override]:
        return {WRITTEN: Override(WRITTEN, value, decision_no, STREAM)}

    values = [under(proposal, standing, overrides, "ministry")[WRITTEN].value
              for overrides in ({}, own(18), own(18, "1/2026"), own(25))]  # fmt: skip
    assert values == [20, 20, 18, 25]
    assert under(proposal, standing, {}, "ministry")[NOTICE] == standing[NOTICE]
    assert MUNICIPAL not in under(proposal, standing, {}, "ministry")
