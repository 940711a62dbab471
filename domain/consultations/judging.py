"""A consultation judged by a law: its windows, the notice of its meetings, the time of its report."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from domain.consultations.events import (
    ConsultationAnnulled,
    ConsultationClosed,
    ConsultationOpened,
    ConsultationPlanned,
    ConsultationRestarted,
    ConsultationWithdrawn,
    DeadlineMoved,
    DraftAmended,
    MeetingCancelled,
    MeetingHeld,
    MeetingScheduled,
    ReportPublished,
)
from domain.consultations.vocabulary import DeadlineKind
from domain.consultations.window import NOTICE, REPORT, WINDOW, report_anchor
from domain.kernel.deadline import deadline
from domain.kernel.errors import RuleViolated
from domain.kernel.judging import Judgement, Point, Step, Verdict, point
from domain.kernel.window import judged_notice


def judge_consultation(steps: Sequence[Step], now: datetime) -> Judgement | None:
    """What the rules say of an opened consultation as it was run; None of one that was never opened.

    Refused: the opening or restart of too short a window, a meeting announced too late. Late: a report that came, or at
    `now` has still not come, after its day.
    """
    opened_at: datetime | None = None
    title: dict[str, str] = {}
    points: list[Point] = []
    for step in steps:
        event = step.event
        if isinstance(event, ConsultationPlanned | DraftAmended) and event.title is not None:
            title = {code: event.title.in_language(code) for code in event.title.languages}
        if isinstance(event, ConsultationOpened):
            opened_at = event.occurred_at
        if isinstance(event, ConsultationOpened | ConsultationRestarted):
            points.append(WINDOW.judged(step, event.starts_at, event.closes_at))
    if opened_at is None:
        return None
    points += [*_notices(steps, opened_at), *_report(steps, now)]
    return Judgement(opened_at, title, tuple(sorted(points, key=lambda one: (one.position, one.name))))


def _notices(steps: Sequence[Step], opened_at: datetime) -> Iterator[Point]:
    """Notice given before the opening counts only from the opening: nobody could read it earlier."""
    waiting: dict[UUID, datetime] = {}
    for step in steps:
        match step.event:
            case MeetingScheduled() as event:
                yield _notice(step, event.meeting_id, event.starts_at)
                if event.occurred_at < opened_at:
                    waiting[event.meeting_id] = event.starts_at
            case MeetingCancelled() | MeetingHeld() as event:
                waiting.pop(event.meeting_id, None)
            case ConsultationOpened():
                for meeting_id, starts_at in waiting.items():
                    yield _notice(step, meeting_id, starts_at)
                waiting = {}
            case _:
                pass


def _notice(step: Step, meeting_id: UUID, starts_at: datetime) -> Point:
    return judged_notice("notice", step, step.law.rules[NOTICE], about=meeting_id, begins_at=starts_at)


def _report(steps: Sequence[Step], now: datetime) -> Iterator[Point]:
    """Due as counted when the window closed, and again whenever the calendar moved it; nothing once it is void."""
    closed: ConsultationClosed | None = None
    due: Step | None = None
    for step in steps:
        match step.event:
            case ConsultationClosed() as event:
                closed, due = event, step
            case DeadlineMoved(kind=DeadlineKind.REPORT):
                due = step
            case ReportPublished() as event if closed is not None and due is not None:
                yield _report_point(due, step, closed, event.occurred_at, event.occurred_at)
                return
            case ConsultationWithdrawn() | ConsultationAnnulled():
                return
            case _:
                pass
    if closed is not None and due is not None:
        yield _report_point(due, due, closed, None, now)


def _report_point(
    due: Step, at: Step, closed: ConsultationClosed, published_at: datetime | None, reached: datetime
) -> Point:
    rule = due.law.rules[REPORT]
    try:
        limit = deadline(rule, report_anchor(closed.closes_at), "ConsultationClosed", due.law.calendar).due_at
    except RuleViolated:
        return point("report", at, rule, Verdict.NOT_COUNTABLE, happened_at=published_at)
    verdict = Verdict.LATE if reached >= limit else Verdict.IN_ORDER
    return point("report", at, rule, verdict, happened_at=published_at, limit=limit)
