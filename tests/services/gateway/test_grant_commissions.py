"""A commission over HTTP whose member falls silent: who replaces whom, what is shown when, and what everybody checks."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.grants.commands import commission as k
from domain.grants.commands import ranking as r
from domain.kernel.ids import derived_id
from domain.organisations.commands import RecordOfficer
from domain.organisations.vocabulary import Position
from infra.clock import FixedClock
from services.bootstrap import System
from tests.services.audit.sheets import differences
from tests.services.gateway import grant_scenario as g
from tests.services.gateway.client import Caller
from tests.services.gateway.grant_scenario import BASE, JUDGES, TENANT, YOUTH
from tests.support.grant import OFFICER, published_call
from tests.support.postgres import Cluster
from tests.support.system import project, seeded_system, send

NEW = tuple(derived_id("test", "new judge", n) for n in range(2))
WHY: dict[str, Any] = {"decision_no": "8/2026", "reason": {"sq": {"text": "Arsyeja"}, "sr": {"text": "Razlog"}}}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 17, 8, tzinfo=UTC))


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path, clock: FixedClock) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path, clock=clock) as made:
        yield made


async def shown_points(system: System, caller: Caller, commission: UUID) -> list[Any]:
    await project(system, TENANT)
    answer = await caller.get(f"{BASE}/grant-commissions/{commission}/scores", **caller.bearer(TENANT, OFFICER))
    [row] = answer.json()["items"]
    return [one["points"] for one in row["scores"]]


async def test_a_silent_member_is_replaced_and_nobody_sees_points_before_the_end(
    system: System, caller: Caller, clock: FixedClock
) -> None:
    call_id = await published_call(system, TENANT)
    made, _ = await g.submitted(caller, call_id)
    commission = await g.at_work(system, clock, call_id, made)
    board, officer = f"{BASE}/grant-commissions/{commission}", caller.bearer(TENANT, OFFICER)
    silent, *others = JUDGES[1], JUDGES[0], JUDGES[2]
    for person in JUDGES:
        await g.declare(caller, commission, person, made)
    for person in others:
        await g.commit(caller, commission, person, made)
    await project(system, TENANT)
    judged = f"{BASE}/judged-applications/{made}"
    assert (await caller.get(judged, **caller.token(silent))).status_code == 200

    replace = {"call_id": str(call_id), "person_id": str(silent), **WHY}
    assert (await caller.post(f"{board}/replace-member", replace, **caller.token(JUDGES[0]))).status_code == 403
    early = await caller.post(f"{board}/replace-member", replace, **officer)
    assert (early.status_code, early.json()["rule"]) == (422, "grant.commission.silence"), early.text
    clock.at += timedelta(days=15)
    alone = await caller.post(f"{board}/replace-member", replace, **officer)
    assert (alone.status_code, alone.json()["rule"]) == (422, "grant.commission.size"), alone.text
    pool = [{"person_id": str(one), "full_name": "Anëtar Komisioni"} for one in NEW]
    extend = {"call_id": str(call_id), "decision_no": "9/2026", "pool": pool}
    extended = await caller.post(f"{board}/extend-pool", extend, **officer)
    assert extended.status_code == 200, extended.text
    done = await caller.post(f"{board}/replace-member", replace, **officer)
    assert [one["type"] for one in done.json()["events"]] == ["grants.MemberReplaced.v1"]
    await project(system, TENANT)
    row = (await caller.get(board, **officer)).json()
    assert [one["person_id"] for one in row["replacements"]] == [str(silent)]

    substitute = UUID(row["alternates"][0])
    await g.seated(system, substitute)
    await g.declare(caller, commission, substitute, made)
    await g.commit(caller, commission, substitute, made)
    late = await caller.post(f"{board}/scores", g.shown_score(call_id, made), **caller.token(silent))
    assert (late.status_code, late.json()["rule"]) == (422, "grant.commission.replaced")
    gone = await caller.get(judged, **caller.token(silent))
    assert (gone.status_code, gone.json()["rule"]) == (422, "grant.commission.replaced"), "who was replaced reads on"
    for person in (*others, substitute):
        sent = await caller.post(f"{board}/scores", g.shown_score(call_id, made), **caller.token(person))
        assert sent.status_code == 200, sent.text
    assert await shown_points(system, caller, commission) == [None] * 3
    await send(system, TENANT, OFFICER, k.CloseScoring(call_id=call_id), commission)
    assert await shown_points(system, caller, commission) == [g.GOOD] * 3
    await send(system, TENANT, OFFICER, r.PublishProvisionalRanking(commission_id=commission), call_id)
    await project(system, TENANT)
    sheet = (await caller.get(f"/v1/public/grant-calls/{call_id}/scoring-sheet")).json()
    [change] = sheet["applications"][0]["changes"]
    assert (change["why"], change["left"], change["joined"]) == ("replaced", 2, _number(sheet, substitute))
    assert differences(sheet) == []


def _number(sheet: Any, person: UUID) -> int:
    (found,) = (one["number"] for one in sheet["extensions"][0]["pool"] if one["person_id"] == str(person))
    return int(found)


async def test_an_applicant_does_not_choose_its_judges(system: System, caller: Caller, clock: FixedClock) -> None:
    call_id = await published_call(system, TENANT)
    made, _ = await g.submitted(caller, call_id)
    commission = await g.at_work(system, clock, call_id, made)
    board, officer = f"{BASE}/grant-commissions/{commission}", caller.bearer(TENANT, OFFICER)
    entry = RecordOfficer(
        person_id=JUDGES[0], full_name="Anëtar Komisioni", position=Position.BOARD_MEMBER, since=date(2020, 1, 1)
    )
    await send(system, "opm", "registrar", entry, YOUTH.organisation_id)

    body = {"application_id": made, "organisation_id": str(YOUTH.organisation_id), "interest": "none"}
    told = await caller.post(f"{board}/interests", body, **caller.token(JUDGES[0]))
    assert [one["type"] for one in told.json()["events"]] == [
        "grants.ConflictSuspected.v1",
        "grants.InterestDeclared.v1",
    ], told.text
    for person in JUDGES[1:]:
        await g.declare(caller, commission, person, made)
    for person in JUDGES:
        await g.commit(caller, commission, person, made)
    waits = await caller.post(f"{board}/scores", g.shown_score(call_id, made), **caller.token(JUDGES[1]))
    assert (waits.status_code, waits.json()["rule"]) == (422, "grant.interest.undecided"), waits.text
    decide = {
        "application_id": made,
        "organisation_id": str(YOUTH.organisation_id),
        "person_id": str(JUDGES[0]),
        "recused": False,
        **WHY,
    }
    assert (await caller.post(f"{board}/decide-conflict", decide, **caller.token(JUDGES[1]))).status_code == 403
    decided = await caller.post(f"{board}/decide-conflict", decide, **officer)
    assert decided.status_code == 200, decided.text
    for person in JUDGES:
        sent = await caller.post(f"{board}/scores", g.shown_score(call_id, made), **caller.token(person))
        assert sent.status_code == 200, sent.text
    closed = await send(system, TENANT, OFFICER, k.CloseScoring(call_id=call_id), commission)
    assert [one.type for one in closed.events] == ["grants.ScoringClosed.v1"]
