"""Indicators over HTTP: defined, reported, shown, verified; text for a number, a zero below the line, another's log."""

from typing import Any

import pytest

from services.bootstrap import System
from tests.domain.action_measures import examples as x
from tests.services.gateway.client import PROBLEM, Caller
from tests.support.system import project

BASE = "/v1/tenants/opm"
WORDS = {code: {"text": words} for code, words in (("sq", "Përgjigje"), ("sr", "Odgovori"))}
DEFINE: dict[str, Any] = {
    "title": WORDS,
    "strategy_id": str(x.STRATEGY),
    "objective": "SO1",
    "unit": "percentage",
    "capped": True,
    "aggregation": "weighted",
    "source": "manual",
    "periods": [{"period": "2024", "target": "80"}, {"period": "2025", "target": "90"}],
}


@pytest.fixture
async def indicator(system: System, caller: Caller) -> str:
    """An indicator of the strategy, in the national log."""
    secretary = caller.bearer("opm", "council_secretary")
    strategy = {
        "reference": x.REFERENCE,
        "title": WORDS,
        "first_day": "2024-01-01",
        "last_day": "2030-12-31",
        "adopted_on": "2024-01-10",
        "decision_no": "05/96",
        "adopting_body": "Government",
        "coordinator": "ogg",
        "objectives": [{"code": "SO1", "title": WORDS}],
        "plan_known": True,
    }
    made = await caller.post(f"{BASE}/strategies", strategy, **secretary)
    assert made.status_code == 201, made.text
    defined = await caller.post(f"{BASE}/indicators", DEFINE, **secretary)
    assert defined.status_code == 201, defined.text
    await project(system, "opm")
    return str(defined.json()["stream_id"])


async def test_a_value_from_report_to_verification(system: System, caller: Caller, indicator: str) -> None:
    secretary, supervisor = caller.bearer("opm", "council_secretary"), caller.bearer("opm", "ogg_supervisor")
    at = f"{BASE}/indicators/{indicator}/values"
    figure = {"numerator": 3, "denominator": 4}
    stored = await caller.client.post(
        f"{BASE}/files", content=b"%PDF-1.7\nshown", headers=secretary | {"content-type": "application/pdf"}
    )
    evidence = stored.json() | {"file_name": "evidence.pdf"}
    for path, body, who in (
        ("", {"period": "2024", "figure": figure}, secretary),
        ("/evidence", {"period": "2024", "files": [evidence]}, secretary),
        ("/verify", {"period": "2024"}, supervisor),
    ):
        answer = await caller.post(f"{at}{path}", body, **who)
        assert answer.status_code == 200, answer.text
    own = await caller.post(f"{at}/verify", {"period": "2024"}, **secretary)
    assert own.status_code == 409, "it is verified"
    await project(system, "opm")

    seen = (await caller.get(f"{BASE}/indicators/{indicator}", **secretary)).json()
    public = (await caller.get(f"/v1/public/indicators/{indicator}")).json()
    assert seen["periods"] == public["periods"]
    assert (public["tenant"], public["periods"][0]["state"]) == ("opm", "verified")
    assert public["periods"][0]["figure"] == {"value": "75", **figure}
    listed = (await caller.get("/v1/public/indicators?objective=SO1&source=manual")).json()["items"]
    assert [one["indicator_id"] for one in listed] == [indicator]
    assert (await caller.get("/v1/public/contested-figures")).json()["items"] == []
    together = (await caller.get(f"/v1/public/indicators/{indicator}/together")).json()
    assert (together["figure"], together["periods"]) == (None, [])
    elsewhere = caller.bearer("prizren", "administrator")
    assert (await caller.get(f"/v1/tenants/prizren/indicators/{indicator}", **elsewhere)).status_code == 404


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"figure": {"numerator": 3, "denominator": 0}}, "/figure/denominator"),
        ({"figure": {"numerator": 5, "denominator": 4}}, "/figure/numerator"),
        ({"figure": {"value": "75"}}, "indicator.quotient"),
        ({"period": "2099", "figure": {"numerator": 3, "denominator": 4}}, "/period"),
        ({"period": "ongoing", "figure": {"numerator": 3, "denominator": 4}}, "/period"),
        ({"figure": {"value": "many", "numerator": 3, "denominator": 4}}, "/figure/value"),
        ({"figure": {"numerator": 3.5, "denominator": 4}}, "/figure/numerator"),
    ],
)
async def test_what_cannot_be_meant_is_refused(caller: Caller, indicator: str, body: dict[str, Any], said: str) -> None:
    secretary = caller.bearer("opm", "council_secretary")
    answer = await caller.post(f"{BASE}/indicators/{indicator}/values", {"period": "2024"} | body, **secretary)

    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM), answer.text
    assert said in answer.text


async def test_nothing_is_accepted_without_a_resolution_and_nobody_else_writes(caller: Caller, indicator: str) -> None:
    secretary, lead = caller.bearer("opm", "council_secretary"), caller.bearer("mflt", "measure_lead")
    at = f"{BASE}/indicators/{indicator}/values"
    await caller.post(at, {"period": "2024", "figure": {"numerator": 3, "denominator": 4}}, **secretary)
    accept = {"period": "2024", "resolution_id": str(x.MEASURE)}

    assert (await caller.post(f"{at}/accept", accept, **secretary)).status_code == 409, "not verified"
    reopen = accept | {"reason": WORDS}
    assert (await caller.post(f"{at}/reopen", reopen, **secretary)).status_code == 409, "not locked"
    assert (await caller.post(f"{at}/accept", accept, **lead)).status_code == 404, "no mandate here"
    missing = await caller.post(f"{at}/accept", {"period": "2024"}, **secretary)
    assert missing.status_code == 422
