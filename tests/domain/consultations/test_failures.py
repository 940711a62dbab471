"""What really went wrong in Kosovo (three of ten known cases), told to the domain again: refused or flagged, cited."""

from datetime import UTC, date, datetime, timedelta

import msgspec

from domain.consultations import commands as c
from domain.consultations import events as e
from domain.consultations.consultation import Consultation
from domain.consultations.vocabulary import ActKind, MeetingFormat
from domain.kernel.deadline import count_days, end_of
from domain.kernel.errors import NotLawful, RuleViolated
from domain.kernel.rules import Counting, Rules, Unit
from domain.kernel.text import text, title
from tests.domain.consultations.stories import BOTH, CALENDAR, CONTACT, PAPERS, RULES, planned, tally
from tests.support.given import NATIONAL, built, context, given

STANDARDS = e.ConsultationPlanned(
    title=title(sq="Udhëzimi administrativ për standardet minimale", sr="Administrativno uputstvo o standardima"),
    act_kind=ActKind.ADMINISTRATIVE_INSTRUCTION,
    unplanned_reason=text(sq="Jashtë planit", sr="Van plana"),
    contact=CONTACT,
)
STRATEGY = msgspec.structs.replace(STANDARDS, act_kind=ActKind.STRATEGY)


class TestWindowOfFourteenOrFifteenDays:
    """Failure 7: the draft on minimum standards was itself open from 14 September to 4 October 2018."""

    OPENED = datetime(2018, 9, 14, 8, tzinfo=UTC)
    CLOSES = end_of(date(2018, 10, 4))

    def told(self, rules: Rules) -> e.LegalityChecked:
        before = self.OPENED - timedelta(days=1)
        outcome = given(Consultation, [STANDARDS, *PAPERS], at=before).when(
            c.OpenConsultation(closes_at=self.CLOSES), now=self.OPENED, tenant=NATIONAL, rules=rules, imported=True
        )
        outcome.then_events(e.LegalityChecked, e.ConsultationOpened)
        checked = outcome.events[0]
        assert isinstance(checked, e.LegalityChecked)
        return checked

    def test_the_finding_says_how_it_counted(self) -> None:
        (finding,) = [one for one in self.told(RULES).findings if one.severity == "error"]

        assert finding.code == "window-too-short"
        assert finding.message.values == {
            "days": 14,
            "unit": "working_days",
            "counting": "exclude_first",
            "least": 15,
        }
        assert "14 days as the rule counts them (working_days, exclude_first)" in str(finding.message)
        assert finding.citation == "Regulation (GRK) No. 05/2016 on Minimum Standards for Public Consultation"

    def test_under_the_other_counting_there_is_none_and_the_rule_says_which_holds(self) -> None:
        rule = msgspec.structs.replace(RULES["consultation.written.min"], counting=Counting.INCLUDE_FIRST)
        including = Rules("xk-other", {**RULES.by_key, rule.key: rule})

        assert self.told(including).errors == 0

    def test_today_it_would_not_open(self) -> None:
        refused = given(Consultation, [STANDARDS, *PAPERS], at=self.OPENED).when(
            c.OpenConsultation(window_days=14), now=self.OPENED + timedelta(hours=1), tenant=NATIONAL
        )

        refused.then_refused(NotLawful)
        assert [one.code for one in refused.refusal.findings if one.severity == "error"] == ["window-too-short"]

    def test_and_the_lawful_window_proves_itself(self) -> None:
        opened = given(Consultation, [STANDARDS, *PAPERS], at=self.OPENED).when(
            c.OpenConsultation(), now=self.OPENED + timedelta(hours=1), tenant=NATIONAL
        )
        proof = opened.aggregate.window

        assert (proof.n, proof.counting, proof.last_day) == (15, Counting.EXCLUDE_FIRST, date(2018, 10, 5))
        assert proof.citation


class TestReportAfterFiftySevenDays:
    """Failure 8: the strategy's consultation closed on 9 November 2018, its report came on 4 February 2019."""

    OPENED = datetime(2018, 10, 4, 8, tzinfo=UTC)
    CLOSES = end_of(date(2018, 11, 9))
    REPORTED = datetime(2019, 2, 4, 10, tzinfo=UTC)

    def closed(self) -> Consultation:
        it: Consultation = built(Consultation, [STRATEGY, *PAPERS], at=self.OPENED - timedelta(days=1))
        for command, now in (
            (c.OpenConsultation(closes_at=self.CLOSES), self.OPENED),
            (c.CloseConsultation(), self.CLOSES),
        ):
            getattr(it, it.decisions[type(command)].method)(command, context(now=now, tenant=NATIONAL, imported=True))
        it.collect()
        return it

    def test_the_report_was_due_after_thirty_days(self) -> None:
        due = self.closed().report_due
        assert due is not None

        assert due.last_day == date(2018, 12, 21)
        assert due.citation.startswith("Regulation (GRK) No. 05/2016")
        assert count_days(date(2018, 10, 4), date(2018, 11, 9), Unit.WORKING_DAYS, due.counting, CALENDAR) == 26
        assert count_days(date(2018, 11, 9), date(2019, 2, 4), Unit.WORKING_DAYS, due.counting, CALENDAR) == 57

    def test_the_late_report_says_that_it_is_late(self) -> None:
        it = self.closed()
        it.report(c.PublishReport(files=BOTH), context(now=self.REPORTED, tenant=NATIONAL, boundary=tally()))
        (_, report) = it.collect()

        assert isinstance(report, e.ReportPublished)
        assert report.late
        assert report.due_at is not None
        assert (self.REPORTED - report.due_at).days == 44


class TestHearingOvernight:
    """Failure 9: a public hearing was announced for the next day."""

    def test_it_is_refused_with_the_rule(self) -> None:
        announced = datetime(2026, 3, 17, 8, tzinfo=UTC)
        tomorrow = c.ScheduleMeeting(
            format=MeetingFormat.PUBLIC_HEARING,
            title=title(sq="Dëgjim publik", sr="Javna rasprava"),
            place="Prishtinë",
            starts_at=announced + timedelta(days=1),
        )
        refused = given(Consultation, [planned(), *PAPERS], at=announced - timedelta(days=1)).when(
            tomorrow, now=announced
        )

        refused.then_refused(RuleViolated, rule="consultation.meeting.notice")
        assert refused.refusal.facts() == {
            "rule": "consultation.meeting.notice",
            "citation": "Regulation (GRK) No. 05/2016 on Minimum Standards for Public Consultation",
        }
        assert refused.refusal.message.values["from_at"] == "2026-04-01T22:00:00+00:00"
