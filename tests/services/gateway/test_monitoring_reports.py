"""Monitoring reports over HTTP: found by the system, objected to, approved by their digest, and found again later."""

from datetime import timedelta
from typing import Any

from domain.action_measures.events.measure import MeasurePlanned
from domain.action_measures.monitoring import report_id
from domain.kernel.ids import derived_id
from services.bootstrap import System
from services.indicators.evaluation import evaluator_of
from services.monitoring.figures import REPORTED, found
from tests.domain.action_measures import examples as x
from tests.projections.story import Story, opened, planned
from tests.services.gateway.client import PROBLEM, Caller
from tests.services.monitoring import reporting as r
from tests.support.system import project

BASE = "/v1/tenants/opm/monitoring-reports"
WORDS = {code: {"text": words} for code, words in (("sq", "Gjysmëvjeti"), ("sr", "Polugodište"), ("en", "Half-year"))}


async def happened(system: System, period: str, *, number: int) -> None:
    """So many consultations opened in the half-year, in the log of a ministry, and a measure planned there."""
    year, half = int(period[:4]), int(period[-1])
    begins = system.clock.now().replace(year=year, month=6 * half - 3, day=10)
    tenant = (await system.handler.authority.tenant("mj")).tenant_id
    story = Story(system.store, tenant, at=begins)
    for n in range(number):
        await story.tell(derived_id("consultation", period, n, number), planned(), opened(begins + timedelta(hours=1)))
    event = MeasurePlanned(**{name: getattr(x.PLANNED, name) for name in x.PLANNED.__struct_fields__})
    await story.tell(x.MEASURE, event)


async def done(caller: Caller, path: str, body: Any, headers: dict[str, str]) -> dict[str, Any]:
    answer = await caller.post(path, body, **headers)
    assert answer.status_code in (200, 201), answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_report_is_found_objected_to_and_approved(system: System, caller: Caller) -> None:
    secretary, chair = caller.bearer("opm", "council_secretary"), caller.token(r.CO_CHAIR)
    await r.adopt(system)
    await r.chaired(system)
    period = r.last_half_year(system)
    await happened(system, period, number=3)
    made = await done(caller, BASE, {"strategy_id": str(r.STRATEGY), "period": period}, secretary)
    assert made["stream_id"] == str(report_id(r.STRATEGY, period))
    at, open_at = f"{BASE}/{made['stream_id']}", f"/v1/public/monitoring-reports/{made['stream_id']}"
    early = await caller.client.post(f"{at}/freeze", headers=secretary)
    assert (early.status_code, early.headers["content-type"], early.json()["state"]) == (409, PROBLEM, "due")
    await done(caller, f"{at}/draft", {"foreword": WORDS}, secretary)
    member = await caller.client.post(f"{at}/freeze", headers=chair)
    assert (member.status_code, member.headers["content-type"]) == (403, PROBLEM)
    await project(system, "opm")
    assert (await caller.get(open_at)).status_code == 404

    assert (await caller.client.post(f"{at}/freeze", headers=secretary)).status_code == 200
    await project(system, "opm")
    shown = (await caller.get(open_at)).json()
    figures = {one["query"]["name"]: one for one in shown["frozen"]["figures"]}
    assert list(figures) == [one.name for one in REPORTED]
    opened_ones = figures["consultations_opened"]
    assert (opened_ones["figure"]["numerator"], opened_ones["by_institution"]) == (
        3,
        [{"tenant": "mj", "numerator": 3}],
    )
    ranges = {one["tenant"]: one for one in opened_ones["ranges"]}
    assert ranges["mj"]["events"] == 6, "planned and opened, and nothing else of a ministry's log"
    assert [one["code"] for one in shown["frozen"]["measures"]] == ["1.1.1"]
    positions = {one["tenant"]: one["position"] for one in shown["frozen"]["positions"]}

    tenant = (await system.handler.authority.tenant("mj")).tenant_id
    story = Story(
        system.store, tenant, at=system.clock.now().replace(year=int(period[:4]), month=int(period[-1]) * 6 - 2)
    )
    await story.tell(derived_id("late entry"), planned(), opened(story.at))
    evaluator = evaluator_of(system)
    again = await found(evaluator, r.STRATEGY, period, positions)
    more = await found(evaluator, r.STRATEGY, period)
    await evaluator.close()
    assert again.digest == shown["digest"], "what was recorded since is not in it"
    assert more.figures[0].figure.numerator == 4

    objection = {"council_id": str(r.COUNCIL), "side": "cso", "text": {"sq": {"text": "Nuk pajtohemi."}}}
    stolen = await caller.post(f"{at}/dissent", objection | {"side": "institutions"}, **chair)
    assert (stolen.status_code, stolen.json()["rule"]) == (422, "monitoring.dissent")
    await done(caller, f"{at}/dissent", objection, chair)
    resolution = {"resolution_id": str(await r.resolve(system, report_id(r.STRATEGY, period), shown["digest"]))}
    await done(caller, f"{at}/approve", resolution, secretary)
    await done(caller, f"{at}/publish", {}, secretary)
    await project(system, "opm")
    seen = (await caller.get(open_at)).json()
    assert (seen["state"], seen["resolution"], [one["text"] for one in seen["dissents"]]) == (
        "published",
        "3/2026",
        [objection["text"] | {"sq": objection["text"]["sq"] | {"status": "authentic"}}],
    )
    assert {one["side"]: (one["in_favour"], one["against"]) for one in seen["votes"]} == {
        "cso": (0, 2),
        "institutions": (3, 0),
    }
