"""Monitoring reports over HTTP: found by the system, objected to, approved by their digest, and found again later."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import to_builtins
from msgspec.structs import replace

from domain.action_measures.events.measure import MeasurePlanned
from domain.action_measures.indicator_vocabulary import PeriodTarget
from domain.action_measures.monitoring import report_id
from domain.kernel.ids import derived_id
from services.bootstrap import System
from services.indicators.evaluation import evaluator_of
from services.monitoring.figures import REPORTED, found
from tests.domain.action_measures import examples as x
from tests.domain.action_measures import indicator_examples as i
from tests.projections.story import Story, opened, planned
from tests.services.gateway.client import PROBLEM, Caller
from tests.services.monitoring import reporting as r
from tests.support.system import project

BASE, OPEN = "/v1/tenants/opm/monitoring-reports", "/v1/public/monitoring-reports"
WORDS = {code: {"text": words} for code, words in (("sq", "Gjysmëvjeti"), ("sr", "Polugodište"), ("en", "Half-year"))}


def within(system: System, period: str) -> datetime:
    """A time in that half-year."""
    return system.clock.now().replace(year=int(period[:4]), month=6 * int(period[-1]) - 3, day=10)


async def happened(system: System, period: str, *, number: int) -> None:
    """So many consultations opened in the half-year, in the log of a ministry, and a measure planned there."""
    begins = within(system, period)
    tenant = (await system.handler.authority.tenant("mj")).tenant_id
    story = Story(system.store, tenant, at=begins)
    for n in range(number):
        await story.tell(derived_id("consultation", period, n, number), planned(), opened(begins + timedelta(hours=1)))
    event = MeasurePlanned(**{name: getattr(x.PLANNED, name) for name in x.PLANNED.__struct_fields__})
    await story.tell(x.MEASURE, event)
    disputed = (replace(one, period=period) for one in (i.REPORTED, i.CONTESTED))
    await Story(system.store, tenant, at=system.clock.now() - timedelta(hours=1)).tell(
        i.INDICATOR, replace(i.DEFINED, periods=(PeriodTarget(period=period, target="80"),)), *disputed
    )


async def drafted(system: System, caller: Caller) -> str:
    """The id of a report whose words are written, on a half-year in which a ministry opened three consultations."""
    secretary, period = caller.bearer("opm", "council_secretary"), r.last_half_year(system)
    await r.adopt(system)
    await r.chaired(system)
    await happened(system, period, number=3)
    made = await done(caller, BASE, {"strategy_id": str(r.STRATEGY), "period": period}, secretary)
    await done(caller, f"{BASE}/{made['stream_id']}/draft", {"foreword": WORDS}, secretary)
    await project(system, "opm")
    return str(made["stream_id"])


async def frozen(system: System, caller: Caller) -> dict[str, Any]:
    """Such a report with its figures, as everybody sees it."""
    report = await drafted(system, caller)
    secretary = caller.bearer("opm", "council_secretary")
    assert (await caller.client.post(f"{BASE}/{report}/freeze", headers=secretary)).status_code == 200
    await project(system, "opm")
    shown: dict[str, Any] = (await caller.get(f"{OPEN}/{report}")).json()
    return shown


async def done(caller: Caller, path: str, body: Any, headers: dict[str, str]) -> dict[str, Any]:
    answer = await caller.post(path, body, **headers)
    assert answer.status_code in (200, 201), answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_nobody_sends_a_figure(system: System, caller: Caller) -> None:
    report, secretary = await drafted(system, caller), caller.bearer("opm", "council_secretary")
    assert report == str(report_id(r.STRATEGY, r.last_half_year(system)))
    member = await caller.client.post(f"{BASE}/{report}/freeze", headers=caller.token(r.CO_CHAIR))
    assert (member.status_code, member.headers["content-type"]) == (403, PROBLEM)
    awaited = (await caller.get(f"{OPEN}/{report}")).json()
    assert (awaited["state"], awaited["frozen"], awaited["foreword"]) == ("drafted", None, {})
    assert (await caller.get(f"{OPEN}/{report}/report.pdf")).status_code == 404

    assert (await caller.client.post(f"{BASE}/{report}/freeze", headers=secretary)).status_code == 200
    again = await caller.client.post(f"{BASE}/{report}/freeze", headers=secretary)
    assert (again.status_code, again.headers["content-type"], again.json()["state"]) == (409, PROBLEM, "frozen")


async def test_a_figure_opens_to_its_events_and_is_found_again(system: System, caller: Caller) -> None:
    shown, period = await frozen(system, caller), r.last_half_year(system)
    figures = {one["query"]["name"]: one for one in shown["frozen"]["figures"]}
    assert list(figures) == [one.name for one in REPORTED]
    told = figures["consultations_opened"]
    assert (told["figure"]["numerator"], told["by_institution"]) == (3, [{"tenant": "mj", "numerator": 3}])
    ranges = {one["tenant"]: one for one in told["ranges"]}
    assert ranges["mj"]["events"] == 6, "planned and opened, and nothing else of a ministry's log"
    assert [(one["code"], one["tenant"]) for one in shown["frozen"]["measures"]] == [("1.1.1", "mj")]
    [contested] = shown["frozen"]["contested"]
    assert (contested["indicator_id"], contested["tenant"]) == (str(i.INDICATOR), "mj")
    assert (contested["reported"]["value"], contested["own"]) == (i.FIGURE.value, to_builtins(i.CONTESTED.own))

    positions = {one["tenant"]: one["position"] for one in shown["frozen"]["positions"]}
    tenant = (await system.handler.authority.tenant("mj")).tenant_id
    story = Story(system.store, tenant, at=within(system, period))
    await story.tell(derived_id("late entry"), planned(), opened(story.at))
    evaluator = evaluator_of(system)
    again, more = [await found(evaluator, r.STRATEGY, period, upto) for upto in (positions, None)]
    await evaluator.close()
    assert again.digest == shown["digest"], "what was recorded since is not in it"
    assert more.figures[0].figure.numerator == 4


async def test_a_report_is_objected_to_and_approved_by_its_digest(system: System, caller: Caller) -> None:
    shown, secretary = await frozen(system, caller), caller.bearer("opm", "council_secretary")
    at, chair = f"{BASE}/{shown['report_id']}", caller.token(r.CO_CHAIR)
    objection = {"council_id": str(r.COUNCIL), "side": "cso", "text": {"sq": {"text": "Nuk pajtohemi."}}}
    stolen = await caller.post(f"{at}/dissent", objection | {"side": "institutions"}, **chair)
    assert (stolen.status_code, stolen.json()["rule"]) == (422, "monitoring.dissent")
    await done(caller, f"{at}/dissent", objection, chair)
    resolution = {"resolution_id": str(await r.resolve(system, UUID(shown["report_id"]), shown["digest"]))}
    await done(caller, f"{at}/approve", resolution, secretary)
    await done(caller, f"{at}/publish", {}, secretary)
    await project(system, "opm")
    seen = (await caller.get(f"{OPEN}/{shown['report_id']}")).json()
    assert (seen["state"], seen["resolution"]) == ("published", "3/2026")
    assert [one["text"]["sq"]["text"] for one in seen["dissents"]] == ["Nuk pajtohemi."]
    assert {one["side"]: (one["in_favour"], one["against"]) for one in seen["votes"]} == {
        "cso": (0, 2),
        "institutions": (3, 0),
    }


async def test_the_page_the_paper_and_the_table_say_the_same(system: System, caller: Caller) -> None:
    shown, secretary = await frozen(system, caller), caller.bearer("opm", "council_secretary")
    assert (await caller.get("/monitoring-reports")).status_code == 200
    hidden = f"{OPEN}/{r.STRATEGY}"
    for address in (f"{hidden}/report.pdf", f"{hidden}/figures.csv", f"/monitoring-reports/{r.STRATEGY}"):
        assert (await caller.get(address)).status_code == 404
    at, own = f"{OPEN}/{shown['report_id']}", f"{BASE}/{shown['report_id']}"
    objection = {"council_id": str(r.COUNCIL), "side": "cso", "text": {"sq": {"text": "Jo & <b>jo</b>."}}}
    await done(caller, f"{own}/dissent", objection, caller.token(r.CO_CHAIR))
    await project(system, "opm")

    for language, word in (
        ("sq", "Ministria"),
        ("sr", "Ministarstvo"),
        ("sr-Cyrl", "Министарство"),
        ("en", "Ministry"),
    ):
        page = await caller.get(f"/monitoring-reports/{shown['report_id']}?lang={language}")
        assert (page.status_code, page.headers["content-language"]) == (200, language)
        assert word in page.text
        assert "Jo &amp; &lt;b&gt;jo&lt;/b&gt;." in page.text
        assert shown["digest"] in page.text
        assert "<script" not in page.text
    first, again = [await caller.get(f"{at}/report.pdf?lang=en") for _ in range(2)]
    assert first.headers["content-type"] == "application/pdf", first.text
    assert first.content == again.content
    assert first.content.startswith(b"%PDF-1.7")
    known = await caller.get(f"{at}/report.pdf?lang=en", **{"if-none-match": first.headers["etag"]})
    assert known.status_code == 304

    table = await caller.get(f"{at}/figures.csv")
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [one["query"] for one in rows if not one["tenant"]] == [one.name for one in REPORTED]
    [ministry] = [one for one in rows if (one["query"], one["tenant"]) == ("consultations_opened", "mj")]
    assert (ministry["numerator"], ministry["events"]) == ("3", "6")
    assert f'href="/monitoring-reports/{shown["report_id"]}"' in (await caller.get("/monitoring-reports")).text

    await done(caller, f"{own}/reopen", {"reason": WORDS}, secretary)
    await project(system, "opm")
    assert (await caller.get(f"{at}/report.pdf")).status_code == 404
