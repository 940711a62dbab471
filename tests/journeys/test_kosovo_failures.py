"""Three things that really went wrong in Kosovo, told again to a ministry's Pakt at their own dates.

7: the draft on minimum standards of consultation was itself open for fourteen working days.
8: the report on the strategy's consultation came 57 working days after its close.
9: a public hearing was announced for the next day.
"""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from domain.consultations import commands as c
from domain.consultations.vocabulary import MeetingFormat, Outcome
from domain.kernel.errors import NotLawful, RuleViolated
from domain.kernel.ids import derived_id
from domain.kernel.text import text, title
from tests.support.consultation import COORDINATOR, contributed, files, planned
from tests.support.running import ROOT
from tests.support.system import send

MINISTRY = "mflt"
GRK = "Regulation (GRK) No. 05/2016 on Minimum Standards for Public Consultation"

pytestmark = pytest.mark.journey


async def test_failure_7_fourteen_days_are_refused_and_fifteen_are_proven(story, tmp_path):
    consultation = await planned(story.system, MINISTRY)

    with pytest.raises(NotLawful) as refused:
        await send(story.system, MINISTRY, COORDINATOR, c.OpenConsultation(window_days=14), consultation)
    (finding,) = [one for one in refused.value.findings if one.severity == "error"]
    assert (finding.code, finding.rule, finding.citation) == ("window-too-short", "consultation.written.min", GRK)
    assert finding.message.values["least"] == 15

    await send(story.system, MINISTRY, COORDINATOR, c.OpenConsultation(window_days=15), consultation)
    seen = await story.see(MINISTRY, f"/v1/public/consultations/{consultation}")
    assert seen["closes_at"] == "2018-10-05T22:00:00Z"  # the end of the fifteenth working day, day one not counted
    deadline = derived_id("deadline", consultation, "window")
    who = story.caller.bearer(MINISTRY, "auditor")
    proof = await story.see(MINISTRY, f"/v1/tenants/{MINISTRY}/deadlines/{deadline}/proof", **who)
    assert (proof["counting"], proof["n"], len(proof["trace"])) == ("exclude_first", 15, 6)
    (tmp_path / "proof.json").write_text(json.dumps(proof))
    script = ROOT / "services" / "audit" / "verify_deadline.py"
    assert subprocess.run([sys.executable, "-I", script, tmp_path / "proof.json"], check=False).returncode == 0


async def test_failure_8_a_report_that_does_not_come_stands_on_the_public_list(story):
    story.on(2018, 10, 4)
    consultation = await planned(story.system, MINISTRY)
    await send(story.system, MINISTRY, COORDINATOR, c.OpenConsultation(window_days=26), consultation)
    voice = await contributed(story.system, MINISTRY, consultation)
    assert (await story.see(MINISTRY, f"/v1/public/consultations/{consultation}"))[
        "closes_at"
    ] == "2018-11-09T23:00:00Z"

    story.on(2018, 11, 10)
    await story.by_the_clock(MINISTRY, c.CloseConsultation(), consultation)
    assert (await story.see(MINISTRY, "/v1/public/overdue"))["items"] == []

    story.on(2018, 12, 22)
    (overdue,) = (await story.see(MINISTRY, "/v1/public/overdue"))["items"]
    assert overdue["consultation_id"] == str(consultation)
    assert overdue["report_due_at"] == "2018-12-21T23:00:00Z"

    story.on(2019, 2, 4)
    answer = c.RecordPosition(consultation_id=consultation, outcome=Outcome.NOTED, reason=text(sq="U shënua"))
    await send(story.system, MINISTRY, COORDINATOR, answer, voice)
    await send(story.system, MINISTRY, COORDINATOR, c.CompleteAnalysis(), consultation)
    await send(story.system, MINISTRY, COORDINATOR, c.PublishReport(files=files("report")), consultation)
    assert (await story.see(MINISTRY, "/v1/public/overdue"))["items"] == []
    overview = await story.see(
        MINISTRY, f"/v1/tenants/{MINISTRY}/overview", **story.caller.bearer(MINISTRY, "consultation_coordinator")
    )
    assert (overview["total"]["reports_late"], overview["total"]["reports_in_time"]) == (1, 0)


async def test_failure_9_a_hearing_for_the_next_day_is_refused(story):
    consultation = await planned(story.system, MINISTRY)
    await send(story.system, MINISTRY, COORDINATOR, c.OpenConsultation(window_days=20), consultation)
    hearing = c.ScheduleMeeting(
        format=MeetingFormat.PUBLIC_HEARING,
        title=title(sq="Dëgjim publik", sr="Javna rasprava"),
        place="Prishtinë",
        starts_at=datetime(2018, 9, 15, 9, tzinfo=UTC),
    )

    with pytest.raises(RuleViolated) as refused:
        await send(story.system, MINISTRY, COORDINATOR, hearing, consultation)
    assert (refused.value.rule, refused.value.citation) == ("consultation.meeting.notice", GRK)
