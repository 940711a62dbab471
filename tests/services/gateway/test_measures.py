"""Measures over HTTP: assigned to an institution, worked on, reported, contested, scored, and seen by everybody."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.action_measures.events.strategy import measure_id, strategy_id
from domain.action_measures.half_year import half_year_of, last_day_of
from domain.action_measures.indicator_vocabulary import Figure
from domain.action_measures.vocabulary import Field
from domain.kernel.deadline import local_day, start_of
from domain.kernel.ids import NATIONAL_SLUG, derived_id
from domain.kernel.text import title
from domain.organisations.seed import DEMO_ORGANISATIONS
from domain.tenants.shipped import institutions_file
from infra.clock import FixedClock, SystemClock
from projections import measure_dashboard as d
from projections.council_workload import CouncilWorkload
from projections.measure_figures import MeasureFigures
from services.bootstrap import System
from services.gateway.routes.measure_scorecards import Dashboard, InstitutionLights
from tests.services.gateway.client import PROBLEM, Caller
from tests.support.institution import Institution
from tests.support.postgres import Cluster
from tests.support.system import project, seeded_system

YOUTH = DEMO_ORGANISATIONS[0]
OPM, MINISTRY = "/v1/tenants/opm", "/v1/tenants/mflt"
REFERENCE, CODE = "XK-GSCCS-2026-2030", "1.1.1"
MEASURE = measure_id(strategy_id(REFERENCE), CODE)
AT = f"{MINISTRY}/measures/{MEASURE}"
SECRETARY, LEAD, OTHER = ("opm", "council_secretary"), ("mflt", "measure_lead"), ("mflt", "administrator")
WORDS = {code: {"text": words} for code, words in (("sq", "Udhëzues"), ("sr", "Vodič"))}
DASHBOARD = "/v1/public/dashboard"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(SystemClock().now())


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path, clock: FixedClock) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path, clock=clock) as made:
        yield made


def plan(clock: FixedClock, **changes: Any) -> dict[str, Any]:
    today = local_day(clock.at)
    milestone = {"code": "1.1.1.a", "title": WORDS, "target": str(today + timedelta(days=300))}
    told = {"code": CODE, "objective": "SO1", "title": WORDS, "first_day": str(today), "milestones": [milestone]}
    budget = [{"code": "state", "source": "state_budget", "planned": {"amount": 2_000_000}}]
    return told | {"last_day": str(today + timedelta(days=400)), "budget": budget} | changes


async def assigned(system: System, caller: Caller, clock: FixedClock) -> None:
    """A strategy with one measure, which its lead has begun."""
    today = local_day(clock.at)
    adopt = {
        "reference": REFERENCE,
        "title": WORDS,
        "first_day": str(today.replace(month=1, day=1)),
        "last_day": str(today + timedelta(days=2000)),
        "adopted_on": str(today),
        "decision_no": "05/96",
        "adopting_body": "Government of the Republic of Kosovo",
        "coordinator": "ogg",
        "objectives": [{"code": "SO1", "field": "consultations", "title": WORDS}],
    }
    made = await caller.post(f"{OPM}/strategies", adopt, **caller.bearer(*SECRETARY))
    assert made.status_code == 201, made.text
    measures = f"{OPM}/strategies/{strategy_id(REFERENCE)}/measures"
    for words in ("ongoing", "within 30 days of publication"):
        vague = await caller.post(
            measures, {"lead": "mflt", "plan": plan(clock, last_day=words)}, **caller.bearer(*SECRETARY)
        )
        assert (vague.status_code, vague.headers["content-type"]) == (422, PROBLEM), vague.text
        assert "/plan/last_day" in vague.text
    given = await caller.post(measures, {"lead": "mflt", "plan": plan(clock)}, **caller.bearer(*SECRETARY))
    assert given.status_code == 200, given.text
    await Institution(system, clock, NATIONAL_SLUG).policies("mflt")
    begun = await caller.post(f"{AT}/start", {}, **caller.bearer(*LEAD))
    assert begun.status_code == 200, begun.text


async def test_a_measure_from_its_assignment_to_every_sides_score(
    system: System, caller: Caller, clock: FixedClock
) -> None:
    await assigned(system, caller, clock)
    half_year = half_year_of(local_day(clock.at))
    clock.at = start_of(last_day_of(half_year)) + timedelta(days=2)

    async def post(path: str, body: dict[str, Any], who: dict[str, str]) -> Any:
        return await caller.post(f"{AT}/{path}", body | {"period": half_year}, **who)

    report = {"narrative": WORDS, "completion": "not_started", "early_results": "did_not_change"}
    assert (await post("progress", report, caller.bearer(*LEAD))).status_code == 200
    own = await post("progress/verify", {}, caller.bearer(*LEAD))
    assert (own.status_code, own.json()["rule"]) == (422, "measure.progress.own")
    assert (await post("progress/verify", {}, caller.bearer(*OTHER))).status_code == 200
    accepted = await post("progress/accept", {}, caller.bearer(*LEAD))
    assert (accepted.status_code, accepted.json()["rule"]) == (422, "council.resolution")

    youth, by = caller.token(YOUTH.person.person_id), {"organisation_id": str(YOUTH.organisation_id)}
    contested = await post("progress/contest", by | {"reason": WORDS}, youth)
    assert contested.status_code == 200, contested.text
    scored = {"side": "civil_society", "completion": "no_evidence", "early_results": "worsened", "reasons": WORDS}
    assert (await post("scores", by | scored, youth)).status_code == 200
    stolen = await post("scores", {**scored, "side": "government"}, youth)
    assert (stolen.status_code, stolen.json()["rule"]) == (422, "measure.score.side")
    await project(system, "mflt")

    (shown,) = (await caller.get("/v1/public/measure-progress?disputed=true")).json()["items"]
    assert (shown["state"], shown["completion"], shown["civil_society"]) == ("contested", "not_started", "no_evidence")
    assert (await caller.get(AT, **caller.bearer(*LEAD))).json()["light"] == "green"
    other = await caller.get(f"/v1/tenants/prizren/measures/{MEASURE}", **caller.bearer("prizren", "measure_lead"))
    assert other.status_code == 404
    seen = await caller.get(DASHBOARD)
    (disputed,) = seen.json()["disputed"]
    assert (disputed["tenant"], disputed["contested"]) == ("mflt", 1)
    (card,) = (await caller.get("/v1/public/scorecards")).json()["institutions"]
    assert (card["tenant"], card["kind"], card["figures"]["scored_lower"]) == ("mflt", "ministry", 1)
    await _money(caller, clock)


async def _money(caller: Caller, clock: FixedClock) -> None:
    entry = {"line": "state", "amount": {"amount": 500_000}, "on": str(local_day(clock.at)), "reference": "4/2026"}
    early = await caller.post(f"{AT}/spending", entry, **caller.bearer(*LEAD))
    assert (early.status_code, early.json()["rule"]) == (422, "measure.budget.committed")
    for path in ("commitments", "spending"):
        assert (await caller.post(f"{AT}/{path}", entry, **caller.bearer(*LEAD))).status_code == 200


async def test_the_nations_page_is_one_small_request(system: System, caller: Caller, clock: FixedClock) -> None:
    await assigned(system, caller, clock)
    await project(system, "mflt")
    now = (await caller.get(DASHBOARD)).json()
    (strategy,) = now["strategies"]
    assert [(one["code"], one["by_light"]) for one in strategy["objectives"]] == [("SO1", {"green": 1})]
    assert (now["open_measures"], now["red"], now["council"]) == (1, [], None)
    assert [(one["tenant"], one["by_light"]) for one in now["institutions"]] == [("mflt", {"green": 1})]

    clock.at += timedelta(days=500)
    later = (await caller.get(DASHBOARD)).json()
    (red,) = later["red"]
    assert (red["tenant"], red["light_reason"], red["moved"]) == ("mflt", "last_day_over", 0)
    assert later["strategies"][0]["objectives"][0]["by_light"] == {"red": 1}


def test_the_nations_page_stays_small_when_everybody_leads_and_is_late() -> None:
    some, now = derived_id("test", "page"), datetime.fromisoformat("2026-11-27T09:00:00Z")
    long = title(sq="ë" * 120, sr="š" * 120, en="x" * 120)
    today = local_day(now)
    objectives = [d.ObjectiveStanding("SO1", Field.GRANTS, long, {"red": 40, "amber": 30, "green": 20, "grey": 10})] * 4
    strategy = d.StrategyStanding(some, REFERENCE, long, "adopted", today, today, True, objectives)
    red = d.RedMeasure(some, "mflt", REFERENCE, CODE, long, "last_day_over", today, today, 3)
    disputed = d.DisputedHalfYear(some, "mflt", CODE, long, "2026-H1", "complete", "limited", "limited", 9)
    resolved = d.RecentResolution(some, "3/2026", "reschedule_measure", "mflt", long, ("cso",), now)
    figure = Figure(numerator=12, denominator=34)
    indicator = d.IndicatorStanding(
        some, "opm", "SO1", long, "percentage", "ascending", "computed", 3, "2026-H1", figure, "85", False
    )
    objection = d.DisputedFigure(some, "opm", long, "percentage", "2026-H1", figure, figure)
    lights = {"red": 10, "amber": 10, "green": 10, "grey": 10}
    institutions = [
        InstitutionLights(one.slug, one.kind, msgspec.to_builtins(one.names), lights, 10, 10, 10)
        for one in institutions_file().institutions
    ]
    council = CouncilWorkload(1, some, "opm", *([9] * 2), now, *([9] * 13))
    page = Dashboard(
        open_measures=400,
        total=MeasureFigures(by_light=lights, by_state=lights, planned={"EUR": 10**12}),
        strategies=[strategy] * 2,
        institutions=institutions,
        red=[red] * d.LISTED,
        disputed=[disputed] * d.LISTED,
        indicators=[indicator] * 8,
        contested_figures=[objection] * d.LISTED,
        council=council,
        resolutions=[resolved] * d.LISTED,
        incomplete=[],
    )

    assert len(institutions) > 50
    assert len(msgspec.json.encode(page)) <= 50_000
