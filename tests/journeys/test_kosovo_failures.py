"""Three things that really went wrong in Kosovo, told again to a ministry's Pakt at their own dates.

7: the draft on minimum standards of consultation was itself open for fourteen working days.
8: the report on the strategy's consultation came 57 working days after its close.
9: a public hearing was announced for the next day.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.consultations import commands as c
from domain.consultations.vocabulary import MeetingFormat, Outcome
from domain.kernel.errors import NotLawful, RuleViolated
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.text import text, title
from infra.clock import FixedClock
from services.bootstrap import System
from services.command_handling.request import Principal, Request
from services.gateway.app import create_app
from tests.services.gateway.client import Caller, callers
from tests.support.consultation import COORDINATOR, contributed, files, planned
from tests.support.running import ROOT
from tests.support.system import project, seeded_system, send

MINISTRY = "mflt"
GRK = "Regulation (GRK) No. 05/2016 on Minimum Standards for Public Consultation"

pytestmark = pytest.mark.journey


class Story:
    """A ministry at a day that the story sets."""

    def __init__(self, system: System, caller: Caller, clock: FixedClock) -> None:
        self.system, self.caller, self.clock = system, caller, clock

    def on(self, *day: int) -> None:
        """It is nine o'clock (UTC) of that day."""
        self.clock.at = datetime(*day, 9, tzinfo=UTC)  # type: ignore[misc, arg-type]

    async def by_the_clock(self, command: Any, stream: UUID) -> None:
        """What the timer sends when it fires."""
        clock = Principal(derived_id("system", "clock"), Role.CLOCK)
        key = derived_id("test", command.name, stream)
        await self.system.handler.execute(Request(MINISTRY, command, key, clock, stream_id=stream))

    async def see(self, path: str, **who: str) -> Any:
        """What the gateway shows once the read models stand at the log's end."""
        await project(self.system, MINISTRY)
        answer = await self.caller.get(path, **who)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def story(embedded_cluster, tmp_path) -> AsyncIterator[Story]:
    clock = FixedClock(datetime(2018, 9, 14, 9, tzinfo=UTC))
    async with seeded_system(embedded_cluster, tmp_path, clock=clock) as system:
        app = create_app(system)
        started, stopping = asyncio.Event(), asyncio.Event()

        async def live() -> None:
            async with app.lifespan():
                started.set()
                await stopping.wait()

        living = asyncio.ensure_future(live())
        await started.wait()
        async with callers(app, system.tokens) as caller:
            await project(system, "opm")
            yield Story(system, caller, clock)
        stopping.set()
        await living


async def test_failure_7_fourteen_days_are_refused_and_fifteen_are_proven(story, tmp_path):
    consultation = await planned(story.system, MINISTRY)

    with pytest.raises(NotLawful) as refused:
        await send(story.system, MINISTRY, COORDINATOR, c.OpenConsultation(window_days=14), consultation)
    (finding,) = [one for one in refused.value.findings if one.severity == "error"]
    assert (finding.code, finding.rule, finding.citation) == ("window-too-short", "consultation.written.min", GRK)
    assert finding.message.values["least"] == 15

    await send(story.system, MINISTRY, COORDINATOR, c.OpenConsultation(window_days=15), consultation)
    seen = await story.see(f"/v1/public/consultations/{consultation}")
    assert seen["closes_at"] == "2018-10-05T22:00:00Z"  # the end of the fifteenth working day, day one not counted
    deadline = derived_id("deadline", consultation, "window")
    who = story.caller.bearer(MINISTRY, "auditor")
    proof = await story.see(f"/v1/tenants/{MINISTRY}/deadlines/{deadline}/proof", **who)
    assert (proof["counting"], proof["n"], len(proof["trace"])) == ("exclude_first", 15, 6)
    (tmp_path / "proof.json").write_text(json.dumps(proof))
    script = ROOT / "services" / "audit" / "verify_deadline.py"
    assert subprocess.run([sys.executable, "-I", script, tmp_path / "proof.json"], check=False).returncode == 0


async def test_failure_8_a_report_that_does_not_come_stands_on_the_public_list(story):
    story.on(2018, 10, 4)
    consultation = await planned(story.system, MINISTRY)
    await send(story.system, MINISTRY, COORDINATOR, c.OpenConsultation(window_days=26), consultation)
    voice = await contributed(story.system, MINISTRY, consultation)
    assert (await story.see(f"/v1/public/consultations/{consultation}"))["closes_at"] == "2018-11-09T23:00:00Z"

    story.on(2018, 11, 10)
    await story.by_the_clock(c.CloseConsultation(), consultation)
    assert (await story.see("/v1/public/overdue"))["items"] == []

    story.on(2018, 12, 22)
    (overdue,) = (await story.see("/v1/public/overdue"))["items"]
    assert overdue["consultation_id"] == str(consultation)
    assert overdue["report_due_at"] == "2018-12-21T23:00:00Z"

    story.on(2019, 2, 4)
    answer = c.RecordPosition(consultation_id=consultation, outcome=Outcome.NOTED, reason=text(sq="U shënua"))
    await send(story.system, MINISTRY, COORDINATOR, answer, voice)
    await send(story.system, MINISTRY, COORDINATOR, c.CompleteAnalysis(), consultation)
    await send(story.system, MINISTRY, COORDINATOR, c.PublishReport(files=files("report")), consultation)
    assert (await story.see("/v1/public/overdue"))["items"] == []
    overview = await story.see(
        f"/v1/tenants/{MINISTRY}/overview", **story.caller.bearer(MINISTRY, "consultation_coordinator")
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
