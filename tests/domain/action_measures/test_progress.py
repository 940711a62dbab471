"""What is reported of a measure: in time or late, shown by files, verified by another, contested, accepted, scored."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.action_measures.commands import progress as c
from domain.action_measures.events import progress as e
from domain.action_measures.measure import Measure
from domain.action_measures.vocabulary import Completion, Side
from domain.council.resolutions import Resolutions
from domain.council.vocabulary import ResolutionKind, ResolutionSubject
from domain.kernel.command import Command
from domain.kernel.context import Mandate
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.text import Text, text
from tests.domain.action_measures import examples as x
from tests.support.council import resolved
from tests.support.given import Outcome, built, given

RUNNING = (x.PLANNED, x.STARTED)
REPORTED = (*RUNNING, x.REPORTED)
VERIFIED = (*REPORTED, x.VERIFIED)
SUBJECT = ResolutionSubject(kind=ResolutionKind.ACCEPT_PROGRESS, tenant="mflt", stream_id=x.MEASURE, part=x.H1)
LATE = c.MarkProgressOverdue(progress_id=e.progress_id(x.H1))
DUE = x.STARTED.awaited.due.due_at
DONE = (*RUNNING, *x.REACHED, x.COMPLETED)
WHO: dict[type[Command], tuple[Mandate, UUID]] = {
    c.ContestProgress: (x.DELEGATE, x.VERIFIER),
    c.ScoreMeasure: (x.DELEGATE, x.VERIFIER),
    c.VerifyProgress: (x.LEAD, x.VERIFIER),
    c.MarkProgressOverdue: (x.CLOCK, x.VERIFIER),
}


def decided(command: Command, *past: Event, **changes: Any) -> Outcome:
    mandate, actor = WHO.get(type(command), (x.LEAD, x.LEADER))
    facts: dict[str, Any] = {"mandate": mandate, "actor": actor, "now": x.JULY, "registers": (resolved(SUBJECT),)}
    return given(Measure, past or REPORTED, stream_id=x.MEASURE).when(command, **(facts | changes))


def test_a_half_year_from_its_report_to_the_councils_word() -> None:
    decided(x.REPORT, *RUNNING).then([x.REPORTED])
    decided(x.ATTACH).then([x.ATTACHED])
    decided(x.VERIFY).then([x.VERIFIED])
    decided(x.CONTEST).then([x.CONTESTED])
    decided(x.ACCEPT, *VERIFIED).then([x.ACCEPTED])
    decided(x.ACCEPT, *VERIFIED, x.CONTESTED).then([replace(x.ACCEPTED, contested=1)])
    decided(x.SCORE).then([x.SCORED])
    assert [
        built(Measure, past, x.MEASURE).progress[x.H1].stage
        for past in (
            (*RUNNING, replace(x.REPORTED, evidence=())),
            REPORTED,
            VERIFIED,
            (*VERIFIED, x.CONTESTED),
            (*VERIFIED, x.CONTESTED, x.ACCEPTED),
        )
    ] == ["reported", "evidence_attached", "verified", "contested", "accepted"]


def test_nobody_verifies_their_own_report_or_their_own_files() -> None:
    attached = replace(x.ATTACHED, attached_by=x.VERIFIER)
    both = replace(x.VERIFY, evidence=(x.OTHER_FILE.sha256, x.FILE.sha256))

    decided(x.VERIFY, actor=x.LEADER).then_refused(RuleViolated, rule="measure.progress.own")
    decided(both, *REPORTED, attached).then_refused(RuleViolated, rule="measure.progress.own")
    decided(both, *REPORTED, x.ATTACHED).then([replace(x.VERIFIED, evidence=(x.FILE.sha256, x.OTHER_FILE.sha256))])


def test_after_verification_no_file_is_exchanged() -> None:
    exchanged = replace(x.ATTACH, evidence=(replace(x.FILE, sha256="c" * 64),))

    decided(exchanged, *VERIFIED).then_refused(RuleViolated, rule="measure.evidence.fixed")
    decided(exchanged, *VERIFIED, x.ACCEPTED).then_refused(RuleViolated, rule="measure.evidence.fixed")
    again = replace(x.REPORTED, number=2, evidence=exchanged.evidence, awaited=None)
    decided(replace(x.REPORT, evidence=exchanged.evidence), *VERIFIED).then([again])
    decided(x.VERIFY, *VERIFIED, again).then_refused(RuleViolated, rule="measure.evidence.seen")


def test_what_is_verified_is_what_was_looked_at_and_something() -> None:
    for seen in ((), ("c" * 64,), (x.FILE.sha256, "c" * 64)):
        decided(replace(x.VERIFY, evidence=seen)).then_refused(RuleViolated, rule="measure.evidence.seen")
    bare = replace(x.REPORTED, evidence=())
    nothing = replace(x.VERIFY, evidence=())
    decided(nothing, *RUNNING, bare).then_refused(RuleViolated, rule="measure.progress.evidence")
    honest = replace(bare, completion=Completion.NOT_STARTED)
    decided(nothing, *RUNNING, honest).then([replace(x.VERIFIED, evidence=())])


def test_the_same_file_is_attached_once() -> None:
    decided(replace(x.ATTACH, evidence=(x.FILE,))).then_refused(InvalidValue, pointer="/evidence/1/sha256")
    decided(replace(x.REPORT, evidence=(x.FILE, x.FILE)), *RUNNING).then_refused(
        InvalidValue, pointer="/evidence/1/sha256"
    )


def test_the_council_accepts_what_was_verified_and_nothing_else() -> None:
    decided(x.ACCEPT).then_refused(RuleViolated, rule="measure.progress.verified")
    decided(x.ACCEPT, *VERIFIED, registers=(Resolutions(),)).then_refused(RuleViolated, rule="council.resolution")
    other = resolved(replace(SUBJECT, part="2025-H2"))
    decided(x.ACCEPT, *VERIFIED, registers=(other,)).then_refused(RuleViolated, rule="council.resolution")
    moved = replace(x.RESCHEDULED, resolution_id=x.RESOLUTION)
    decided(x.ACCEPT, *VERIFIED, moved).then_refused(RuleViolated, rule="measure.resolution.used")
    for command in (x.REPORT, x.VERIFY, x.CONTEST, x.ACCEPT):
        decided(command, *VERIFIED, x.ACCEPTED).then_refused(IllegalTransition)


def test_history_is_accepted_with_what_is_not_known() -> None:
    unknown = replace(x.ACCEPT, resolution_id=None)

    (event,) = decided(unknown, *VERIFIED, registers=(Resolutions(),), imported=True).events

    assert isinstance(event, e.ProgressAccepted)
    assert [one.rule for one in event.findings] == ["council.resolution"]


def test_civil_society_contests_for_an_organisation_once_a_report() -> None:
    for mandate in (x.LEAD, Mandate("cso_delegate", "Appointment", x.ORGANISATION)):
        decided(x.CONTEST, mandate=mandate).then_refused(RuleViolated, rule="measure.contest.mandate")
    decided(x.CONTEST, *REPORTED, x.CONTESTED).then_refused(IllegalTransition)
    decided(x.CONTEST, *REPORTED, x.CONTESTED, replace(x.REPORTED, number=2, awaited=None)).then(
        [replace(x.CONTESTED, number=2)]
    )
    decided(replace(x.CONTEST, reason=Text())).then_refused(InvalidValue, pointer="/reason")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"organisation_id": None}, "measure.score.side"),
        ({"side": Side.GOVERNMENT}, "measure.score.side"),
        ({"side": Side.EVALUATOR, "organisation_id": None}, "measure.score.side"),
    ],
)
def test_nobody_scores_for_another_side(changes: dict[str, Any], rule: str) -> None:
    decided(replace(x.SCORE, **changes)).then_refused(RuleViolated, rule=rule)


def test_each_side_scores_for_itself_and_all_scores_are_kept() -> None:
    own = replace(x.SCORE, side=Side.GOVERNMENT, organisation_id=None)
    for command, mandate in ((own, x.LEAD), (replace(own, side=Side.EVALUATOR), x.EVALUATOR)):
        decided(command, mandate=mandate).then_events(e.MeasureScored)
        decided(replace(command, organisation_id=x.ORGANISATION), mandate=mandate).then_refused(
            RuleViolated, rule="measure.score.side"
        )
    decided(x.SCORE, *VERIFIED, x.ACCEPTED).then([x.SCORED])
    decided(replace(x.SCORE, reasons=Text())).then_refused(InvalidValue, pointer="/reasons")


@pytest.mark.parametrize(
    ("command", "past"),
    [
        (replace(x.REPORT, period="2025-H2"), RUNNING),
        (replace(x.REPORT, period="2026-H2"), RUNNING),
        (replace(x.REPORT, period="2027-H1"), RUNNING),
        (replace(x.SCORE, period="2027-H1"), RUNNING),
        (x.ATTACH, RUNNING),
        (x.VERIFY, RUNNING),
        (x.CONTEST, RUNNING),
        (x.ACCEPT, RUNNING),
    ],
)
def test_a_half_year_of_which_nothing_can_be_said(command: Command, past: tuple[Event, ...]) -> None:
    decided(command, *past).then_refused(InvalidValue, pointer="/period")


def test_earlier_half_years_come_first() -> None:
    later = replace(x.REPORT, period="2026-H2")
    new_year = x.JULY + timedelta(days=200)

    decided(later, *RUNNING, now=new_year).then_refused(InvalidValue, pointer="/period")
    decided(later, *REPORTED, now=new_year).then_events(e.ProgressReported)


def test_what_is_said_of_progress_is_said_in_every_language() -> None:
    decided(replace(x.REPORT, narrative=text(sq="Vetëm shqip")), *RUNNING).then_refused(
        RuleViolated, rule="measure.languages"
    )


def test_a_report_that_does_not_come_is_overdue_and_the_next_is_awaited() -> None:
    before = DUE - timedelta(microseconds=1)

    decided(LATE, *RUNNING, now=before).then_refused(RuleViolated, rule="measure.progress.due")
    decided(LATE, *RUNNING, now=DUE).then([x.OVERDUE])
    decided(LATE, *REPORTED, now=DUE).then_refused(IllegalTransition)
    decided(LATE, x.PLANNED, now=DUE).then_refused(IllegalTransition)
    decided(x.REPORT, *RUNNING, now=DUE).then([replace(x.REPORTED, late=True)])
    decided(x.REPORT, *RUNNING, x.OVERDUE, now=DUE).then([replace(x.REPORTED, late=True, awaited=None)])
    late = built(Measure, (*RUNNING, x.OVERDUE), x.MEASURE)
    assert (late.overdue, late.awaited.period) == ({x.H1}, "2026-H2")
    come = built(Measure, (*RUNNING, x.OVERDUE, replace(x.REPORTED, late=True, awaited=None)), x.MEASURE)
    assert (come.overdue, come.awaited.period) == (set(), "2026-H2")


def test_a_measure_that_is_done_reports_once_more_at_once() -> None:
    last = replace(x.REPORTED, awaited=None)

    decided(x.REPORT, *DONE, now=x.JULY - timedelta(days=90)).then([last])
    decided(LATE, *DONE, now=DUE).then([replace(x.OVERDUE, awaited=None)])
    assert built(Measure, (*DONE, last), x.MEASURE).awaited is None


def test_nothing_is_reported_of_a_measure_that_does_not_run() -> None:
    for past in ((x.PLANNED,), (*REPORTED, x.DROPPED)):
        for command in (x.REPORT, x.SCORE):
            decided(command, *past).then_refused(IllegalTransition)
    for command in (x.ATTACH, x.VERIFY, x.CONTEST, x.ACCEPT):
        decided(command, *REPORTED, x.DROPPED).then_refused()


def test_a_delayed_start_reports_from_then_on() -> None:
    with_delay = (x.PLANNED, x.DELAYED)
    decided(x.SCORE, *with_delay).then_refused(RuleViolated, rule="measure.started")
