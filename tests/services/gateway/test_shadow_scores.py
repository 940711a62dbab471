"""A platform's own scores of measures: by its program, for the organisation that mandated it, beside everybody else's."""

from datetime import timedelta
from typing import Any

from domain.action_measures.half_year import half_year_of
from domain.kernel.deadline import local_day
from domain.kernel.manifest import Scope
from infra.clock import FixedClock
from services.bootstrap import System
from tests.services.gateway.client import Caller
from tests.services.gateway.test_measures import AT, MEASURE, MINISTRY, WORDS, assigned, clock, system
from tests.support.clients import MEMBER, OTHER_MEMBER, bearer, mandated, registered
from tests.support.system import project

__all__ = ["clock", "system"]


async def test_scores_by_a_program_one_by_one_and_together(system: System, caller: Caller, clock: FixedClock) -> None:
    await assigned(system, caller, clock)
    clock.at += timedelta(days=1)
    client_id = await registered(system, Scope.SCORES, organisation_id=MEMBER)
    mandate = await mandated(system, client_id)
    score: dict[str, Any] = {
        "period": half_year_of(local_day(clock.at)),
        "side": "civil_society",
        "organisation_id": str(MEMBER),
        "completion": "limited",
        "early_results": "did_not_change",
        "reasons": WORDS,
    }
    without = await caller.post(f"{AT}/scores", score, **bearer(system, client_id))
    assert (without.status_code, without.json()["rule"]) == (422, "client.mandate")
    on = bearer(system, client_id, mandate_id=mandate)
    assert (await caller.post(f"{AT}/scores", score, **on)).status_code == 200
    for wrong, rule in (
        ({"organisation_id": str(OTHER_MEMBER)}, "client.mandate"),
        ({"side": "government", "organisation_id": None}, "measure.score.side"),
    ):
        refused = await caller.post(f"{AT}/scores", score | wrong, **on)
        assert (refused.status_code, refused.json()["rule"]) == (422, rule)

    named = {"stream_id": str(MEASURE), "mandate_id": str(mandate)}
    items = [
        {"idempotency_key": "s1", "command": score | {"completion": "no_evidence"}} | named,
        {"idempotency_key": "s2", "command": score | {"period": "1999-H1"}} | named,
        {"idempotency_key": "s3", "command": score} | named | {"stream_id": str(MEMBER)},
    ]
    answer = await caller.client.post(
        f"{MINISTRY}/measures/scores/batch", json={"items": items}, headers=bearer(system, client_id)
    )
    assert [one["status"] for one in answer.json()["items"]] == [200, 422, 404], answer.text
    await project(system, "mflt")
    (shown,) = (await caller.get("/v1/public/measure-progress")).json()["items"]
    assert shown["civil_society"] == "no_evidence"
    narrow = bearer(system, await registered(system, Scope.FEED, title="Feed"), mandate_id=mandate)
    assert (await caller.post(f"{AT}/scores", score, **narrow)).status_code == 403
