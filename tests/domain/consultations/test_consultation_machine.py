"""Any order of commands on a consultation: what must never happen, never does."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.consultations import commands as c
from domain.consultations import events as e
from domain.consultations.vocabulary import Conclusion, DocumentKind, MeetingFormat, Stage
from domain.kernel.calendar import NonWorkingDay
from domain.kernel.event import Event
from tests.domain.consultations.stories import BOTH, CALENDAR, CONTACT, REASON, SUMMARY, TITLE, in_languages, planned
from tests.domain.consultations.world import CLOCK, MACHINE, Consultation, World
from tests.support.given import STREAM

S = Stage
BEFORE = {S.PLANNED, S.INITIAL, S.DRAFTING, S.READY}
FOLLOWS: dict[Stage, set[Stage]] = {
    S.PLANNED: {S.INITIAL, S.DRAFTING, S.READY, S.OPEN, S.WITHDRAWN},
    S.INITIAL: {S.DRAFTING, S.WITHDRAWN},
    S.DRAFTING: {S.READY, S.OPEN, S.WITHDRAWN},
    S.READY: {S.DRAFTING, S.OPEN, S.WITHDRAWN},
    S.OPEN: {S.CLOSED, S.WITHDRAWN, S.ANNULLED},
    S.CLOSED: {S.ANALYSED, S.REPORTED, S.WITHDRAWN, S.ANNULLED},
    S.ANALYSED: {S.REPORTED, S.WITHDRAWN, S.ANNULLED},
    S.REPORTED: {S.CONCLUDED, S.ANNULLED},
    S.CONCLUDED: {S.ANNULLED},
    S.WITHDRAWN: set(),
    S.ANNULLED: set(),
}
KINDS = st.sampled_from([DocumentKind.DRAFT, DocumentKind.EXPLANATORY_MEMORANDUM, DocumentKind.ANNEX])
FILES = st.sampled_from([BOTH, in_languages("sq"), in_languages("sr"), in_languages("en", "sr")])
DAYS = st.none() | st.integers(1, 70)
GAPS = st.sampled_from(
    [timedelta(minutes=1), timedelta(hours=7), timedelta(days=1), timedelta(days=8), timedelta(days=45)]
)


class ConsultationMachine(RuleBasedStateMachine):
    """Drives one consultation with every command, lawful or not."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.calendar = CALENDAR

    @property
    def it(self) -> Consultation:
        found = self.world.aggregates[STREAM]
        assert isinstance(found, Consultation)
        return found

    def send(self, command: Any, **overrides: Any) -> tuple[Event, ...]:
        """Send, and check what may follow on what, and that no end comes nearer."""
        stage, closes_at = self.it.stage, self.it.closes_at
        events = self.world.send(command, STREAM, Consultation, calendar=self.calendar, **overrides)
        if self.it.stage is not stage:
            assert self.it.stage in FOLLOWS[stage], f"{command.name}: {stage} -> {self.it.stage}"
        if closes_at is not None:
            assert self.it.closes_at is not None
            assert self.it.closes_at >= closes_at, "a window was shortened"
        return events

    @initialize(lawful=st.booleans(), opened=st.booleans(), over=st.booleans())
    def begin(self, lawful: bool, opened: bool, over: bool) -> None:
        facts = planned() if lawful else planned(contact=None, plan_item=None)
        command = c.PlanConsultation(**{f: getattr(facts, f) for f in facts.__struct_fields__} | {"plan_item": None})
        assert self.world.send(command, STREAM, Consultation)
        if lawful:
            self.send(c.GiveUnplannedReason(reason=REASON))
            for kind in (DocumentKind.DRAFT, DocumentKind.EXPLANATORY_MEMORANDUM):
                self.send(c.AttachDocument(kind=kind, files=BOTH))
        if lawful and opened:
            self.open(None)
            if over:
                self.wait_and_close()

    @rule(by=GAPS)
    def time_passes(self, by: timedelta) -> None:
        if self.world.now < datetime(2027, 6, 1, tzinfo=UTC):
            self.world.wait(by)

    @rule(days=DAYS)
    def amend(self, days: int | None) -> None:
        self.send(c.AmendDraft(window_days=days, contact=CONTACT))

    @rule()
    def initial_round(self) -> None:
        self.send(c.StartInitialRound(questions=REASON))

    @rule()
    def finish_initial_round(self) -> None:
        self.send(c.FinishInitialRound(participants=3, summary=SUMMARY))

    @rule(kind=KINDS, files=FILES)
    def attach(self, kind: DocumentKind, files: Any) -> None:
        self.send(c.AttachDocument(kind=kind, files=files))

    @precondition(lambda self: self.it.documents and self.it.stage in BEFORE)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        self.send(c.RemoveDocument(document_id=data.draw(st.sampled_from(sorted(self.it.documents)))))

    @rule()
    def check(self) -> None:
        self.send(c.CheckLegality())

    @rule(days=DAYS)
    def open(self, days: int | None) -> None:
        events = self.send(c.OpenConsultation(window_days=days))
        if events:
            checked, opened = events
            assert isinstance(checked, e.LegalityChecked)
            assert checked.errors == 0
            assert isinstance(opened, e.ConsultationOpened)
            assert opened.deadline is not None
            assert opened.deadline.n >= 15

    @rule(files=FILES, substantive=st.booleans(), restart=st.booleans(), days=DAYS)
    def publish(self, files: Any, substantive: bool, restart: bool, days: int | None) -> None:
        command = c.PublishVersion(files=files, substantive=substantive, note=REASON, restart=restart, window_days=days)
        events = self.send(command)
        if events and substantive:
            assert len(events) == 2, "a substantive change without more time"

    @rule(days=DAYS)
    def extend(self, days: int | None) -> None:
        self.send(c.ExtendConsultation(window_days=days, reason=REASON))

    @rule(days=DAYS)
    def restart(self, days: int | None) -> None:
        self.send(c.RestartConsultation(window_days=days, reason=REASON))

    @rule(days=st.integers(0, 40))
    def schedule(self, days: int) -> None:
        starts_at = self.world.now + timedelta(days=days)
        command = c.ScheduleMeeting(format=MeetingFormat.ONLINE, title=TITLE, place="Prizren", starts_at=starts_at)
        for event in self.send(command):
            assert isinstance(event, e.MeetingScheduled)
            assert event.notice is not None
            assert starts_at >= event.notice.due_at

    @precondition(lambda self: self.it.meetings)
    @rule(data=st.data(), held=st.booleans())
    def end_meeting(self, data: st.DataObject, held: bool) -> None:
        meeting_id = data.draw(st.sampled_from(sorted(self.it.meetings)))
        if held:
            self.send(c.RecordMeeting(meeting_id=meeting_id, minutes=BOTH, participants=2))
        else:
            self.send(c.CancelMeeting(meeting_id=meeting_id, reason=REASON))

    @rule(by_hand=st.booleans())
    def close(self, by_hand: bool) -> None:
        closes_at = self.it.closes_at
        events = self.send(c.CloseConsultation(), **({} if by_hand else {"mandate": CLOCK}))
        if events:
            assert not by_hand
            assert closes_at is not None
            assert self.world.now >= closes_at

    @precondition(lambda self: self.it.stage is S.OPEN)
    @rule()
    def wait_and_close(self) -> None:
        assert self.it.closes_at is not None
        self.world.now = max(self.world.now, self.it.closes_at)
        assert self.send(c.CloseConsultation(), mandate=CLOCK)

    @rule(offset=st.integers(1, 60))
    def declare(self, offset: int) -> None:
        day = self.world.now.date() + timedelta(days=offset)
        held = {**self.calendar.days, day: NonWorkingDay(day, {"en": "Declared"}, decision_no="1")}
        self.calendar = msgspec.structs.replace(self.calendar, days=held)
        for event in self.send(c.RecomputeDeadlines(), mandate=CLOCK):
            assert isinstance(event, e.DeadlineMoved)
            assert event.deadline.due_at > event.previous.due_at

    @rule()
    def complete(self) -> None:
        self.send(c.CompleteAnalysis())

    @rule(files=FILES)
    def report(self, files: Any) -> None:
        due = self.it.report_due
        events = self.send(c.PublishReport(files=files))
        if events:
            report = events[-1]
            assert isinstance(report, e.ReportPublished)
            assert due is not None
            assert report.late is (self.world.now >= due.due_at)

    @rule()
    def adopt(self) -> None:
        self.send(c.RecordAdoption(adopted_on=self.world.now.date(), decision_no="1", files=BOTH))

    @rule()
    def link(self) -> None:
        self.send(c.LinkGazette(act_id="1", url="https://gazette.example.org/1", published_on=date(2026, 4, 1)))

    @rule(conclusion=st.sampled_from(Conclusion))
    def conclude(self, conclusion: Conclusion) -> None:
        self.send(c.ConcludeConsultation(conclusion=conclusion, note=REASON))

    @precondition(lambda self: self.world.now > datetime(2026, 6, 1, tzinfo=UTC))
    @rule()
    def withdraw(self) -> None:
        self.send(c.WithdrawConsultation(reason=REASON))

    @precondition(lambda self: self.world.now > datetime(2026, 9, 1, tzinfo=UTC))
    @rule()
    def annul(self) -> None:
        self.send(c.AnnulConsultation(decision_no="1", reason=REASON))

    @invariant()
    def conclusions_rest_on_reports(self) -> None:
        told = [type(event) for _, event in self.world.log]
        if e.ConsultationConcluded in told or e.ActAdopted in told:
            assert e.ReportPublished in told
        if e.ReportPublished in told:
            assert e.ConsultationClosed in told

    @invariant()
    def what_was_opened_had_its_papers(self) -> None:
        if self.it.closes_at is not None:
            assert {d.kind for d in self.it.documents.values()} >= {
                DocumentKind.DRAFT,
                DocumentKind.EXPLANATORY_MEMORANDUM,
            }

    def teardown(self) -> None:
        self.world.check_replay()


ConsultationMachine.TestCase.settings = MACHINE
TestConsultation = ConsultationMachine.TestCase
