"""A ministry and a municipality each run a consultation from plan to report at once; neither sees the other; both replay."""

import asyncio
from datetime import UTC, date, datetime
from uuid import UUID

import httpx
import pytest

from domain.consultations import commands as c
from domain.consultations.vocabulary import ActKind, Conclusion, DocumentKind, Outcome
from domain.kernel.text import text, title
from domain.kernel.vocabulary import Contact
from projections.history import Moment
from services.audit.replay import replay
from tests.support.consultation import COORDINATOR, contributed, files
from tests.support.system import project, send

MINISTRY, MUNICIPALITY = "mflt", "prizren"
VOICES = 5

pytestmark = pytest.mark.journey


async def begun(story, tenant: str, languages: tuple[str, ...]) -> UUID:
    """From the year's plan to an open consultation."""
    names = dict.fromkeys(languages, f"Plani {tenant}")
    plan = (await send(story.system, tenant, COORDINATOR, c.DraftPlan(year=2018, title=title(**names)))).stream_id
    item = c.AddPlanItem(title=title(**names), act_kind=ActKind.STRATEGY, quarter=4)
    await send(story.system, tenant, COORDINATOR, item, plan)
    consulted = c.ConsultPlan(
        starts_on=date(2018, 8, 1), ends_on=date(2018, 8, 30), remarks=3, summary=text(sq="Tri", sr="Tri")
    )
    await send(story.system, tenant, COORDINATOR, consulted, plan)
    adopted = c.AdoptPlan(decision_no="7/2018", adopted_on=date(2018, 9, 3))
    await send(story.system, tenant, COORDINATOR, adopted, plan)
    begin = c.PlanConsultation(
        title=title(**names),
        act_kind=ActKind.STRATEGY,
        contact=Contact(office="Zyra", email="zyra@example.org"),
        unplanned_reason=text(sq="Sipas planit", sr="Po planu"),
    )
    consultation = (await send(story.system, tenant, COORDINATOR, begin)).stream_id
    for kind in (DocumentKind.DRAFT, DocumentKind.EXPLANATORY_MEMORANDUM):
        attach = c.AttachDocument(kind=kind, files=files(kind.value, *languages))
        await send(story.system, tenant, COORDINATOR, attach, consultation)
    await send(story.system, tenant, COORDINATOR, c.OpenConsultation(), consultation)
    return consultation


async def finished(story, tenant: str, consultation: UUID, voices: list[UUID]) -> None:
    """From the window's end to the published report and the conclusion."""
    await story.by_the_clock(tenant, c.CloseConsultation(), consultation)
    for voice in voices:
        answer = c.RecordPosition(consultation_id=consultation, outcome=Outcome.ACCEPTED, reason=text(sq="Po"))
        await send(story.system, tenant, COORDINATOR, answer, voice)
    report = c.PublishReport(files=files("report", "sq", "sr", "tr"))
    done = c.ConcludeConsultation(conclusion=Conclusion.NO_ACT, note=text(sq="Mbyllet", sr="Gotovo"))
    for command in (c.CompleteAnalysis(), report, done):
        await send(story.system, tenant, COORDINATOR, command, consultation)


async def test_two_institutions_side_by_side(story):
    story.on(2018, 10, 1)
    ministry, municipality = await asyncio.gather(
        begun(story, MINISTRY, ("sq", "sr")), begun(story, MUNICIPALITY, ("sq", "sr", "tr"))
    )
    told = {
        tenant: [await contributed(story.system, tenant, consultation, key=n) for n in range(VOICES)]
        for tenant, consultation in ((MINISTRY, ministry), (MUNICIPALITY, municipality))
    }
    opened_at = {tenant: await project(story.system, tenant) for tenant in told}
    story.on(2018, 11, 5)
    await asyncio.gather(
        finished(story, MINISTRY, ministry, told[MINISTRY]),
        finished(story, MUNICIPALITY, municipality, told[MUNICIPALITY]),
    )

    for tenant, own, other in ((MINISTRY, ministry, municipality), (MUNICIPALITY, municipality, ministry)):
        await sees_only_its_own(story, tenant, own, other)
        await replays(story, tenant, opened_at[tenant])
    await nation_adds_up(story)


async def sees_only_its_own(story, tenant: str, own: UUID, other: UUID) -> None:
    """Lists, single things, audit trail and overview show nothing of the other."""
    auditor = story.caller.bearer(tenant, "auditor")
    base = f"/v1/tenants/{tenant}"
    (listed,) = (await story.see(tenant, f"{base}/consultations", **auditor))["items"]
    assert (listed["consultation_id"], listed["state"], listed["answered"]) == (str(own), "concluded", VOICES)
    foreign: httpx.Response = await story.caller.get(f"{base}/consultations/{other}", **auditor)
    assert foreign.status_code == 404
    trail = await story.see(tenant, f"{base}/audit?limit=200", **auditor)
    assert str(own) in str(trail)
    assert str(other) not in str(trail)
    total = (await story.see(tenant, f"{base}/overview", **auditor))["total"]
    assert (total["consultations"], total["contributions"], total["reports_in_time"]) == (1, VOICES, 1)


async def replays(story, tenant: str, opened_at: int) -> None:
    """The whole log and a past position give the rows that are shown, and the same checksums each time."""
    now = await replay(story.system, tenant)
    assert [(one.name, one.differing_rows, one.unexplained_rows) for one in now.read_models if one.differing_rows] == []
    then = [await replay(story.system, tenant, Moment(position=opened_at)) for _ in range(2)]
    assert then[0].read_models == then[1].read_models
    assert any(one.differing_rows for one in then[0].read_models)
    assert all(one.unexplained_rows == 0 for one in then[0].read_models)


async def nation_adds_up(story) -> None:
    """The national overview is the sum of both, at the positions it names."""
    supervisor = story.caller.bearer("opm", "ogg_supervisor")
    national = await story.see("opm", "/v1/national/overview", **supervisor)
    assert national["total"]["contributions"] == 2 * VOICES
    assert set(national["by_kind"]) == {"ministry", "municipality"}
    assert datetime(2018, 11, 5, 9, tzinfo=UTC) == story.clock.at
