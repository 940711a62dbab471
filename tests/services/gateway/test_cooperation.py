"""Working groups, workshops and memoranda over HTTP: told by who may, read by everybody, and of no other institution."""

import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.organisations.seed import DEMO_ORGANISATIONS
from infra.clock import FixedClock, SystemClock
from services.bootstrap import System
from tests.services.gateway.client import Caller
from tests.support.postgres import Cluster
from tests.support.system import project, seeded_system

YOUTH, BRIDGE = DEMO_ORGANISATIONS
WORDS = {code: {"text": words} for code, words in (("sq", "Trajnim"), ("sr", "Obuka"))}
PDF = b"%PDF-1.7 nenshkruar"
MJ, OPM, PUBLIC = "/v1/tenants/mj", "/v1/tenants/opm", "/v1/public"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(SystemClock().now())


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path, clock: FixedClock) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path, clock=clock) as made:
        yield made


async def done(caller: Caller, path: str, body: dict[str, Any], headers: dict[str, str]) -> str:
    answer = await caller.post(path, body, **headers)
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json()["stream_id"])


async def refused(caller: Caller, path: str, body: dict[str, Any], headers: dict[str, str]) -> tuple[int, str]:
    answer = await caller.post(path, body, **headers)
    return answer.status_code, answer.json().get("rule", "")


async def test_a_memorandum_and_a_workshop_of_an_institution(system: System, caller: Caller, clock: FixedClock) -> None:
    lead, today = caller.bearer("mj", "administrator"), clock.at.date()
    uploaded = await caller.client.post(f"{MJ}/files", content=PDF, headers=lead | {"content-type": "application/pdf"})
    assert uploaded.status_code == 201, uploaded.text
    sha256 = hashlib.sha256(PDF).hexdigest()
    file = {"sha256": sha256, "media_type": "application/pdf", "size": len(PDF), "file_name": "m.pdf"}
    obligations = [
        {"code": "train", "party": "youth", "what": WORDS, "due": str(today + timedelta(days=30))},
        {"code": "rooms", "what": WORDS, "due": str(today + timedelta(days=60))},
    ]
    signed = {
        "title": WORDS,
        "parties": [{"code": "youth", "organisation_id": str(YOUTH.organisation_id)}],
        "obligations": obligations,
        "signed_on": str(today - timedelta(days=1)),
        "files": [{"language": "sq", "file": file}],
    }
    memorandum = await done(caller, f"{MJ}/memoranda", signed, lead)
    clock.at += timedelta(days=40)
    await project(system, "mj")
    at = f"{MJ}/memoranda/{memorandum}"
    youth, bridge = (caller.token(one.person.person_id) for one in DEMO_ORGANISATIONS)
    shown = {"code": "train", "organisation_id": str(YOUTH.organisation_id), "on": str(today), "what": WORDS}
    assert (await refused(caller, f"{at}/fulfil", shown, bridge))[0] == 403
    late = (await caller.get(f"{PUBLIC}/memoranda?tenant=mj&overdue=true")).json()["items"]
    assert [one["memorandum_id"] for one in late] == [memorandum]
    await done(caller, f"{at}/fulfil", shown, youth)
    assert await refused(caller, f"{at}/fulfil", shown, youth) == (422, "council.obligation.once")
    await project(system, "mj")
    assert (await caller.get(f"{PUBLIC}/memoranda?overdue=true")).json()["items"] == []
    row = (await caller.get(f"{PUBLIC}/memoranda/{memorandum}")).json()
    assert (row["tenant"], row["open"], row["obligations"][0]["late"]) == ("mj", 1, False)
    paper = await caller.get(f"{PUBLIC}/memoranda/{memorandum}/files/{sha256}")
    assert (paper.status_code, paper.content) == (200, PDF)
    assert (
        await caller.get(f"/v1/tenants/mesti/memoranda/{memorandum}", **caller.bearer("mesti", "administrator"))
    ).status_code == 404

    begins = clock.at + timedelta(days=3)
    planned = {
        "level": "local",
        "title": WORDS,
        "summary": WORDS,
        "begins_at": begins.isoformat(),
        "ends_at": (begins + timedelta(hours=2)).isoformat(),
        "place": {"room": "Salla", "municipality": "prizren"},
    }
    workshop = await done(caller, f"{MJ}/workshops", planned, lead)
    came = {"attendance": [{"side": "cso", "women": 6, "men": 5}]}
    assert await refused(caller, f"{MJ}/workshops/{workshop}/attendance", came, lead) == (422, "council.workshop.begun")
    clock.at += timedelta(days=4)
    await done(caller, f"{MJ}/workshops/{workshop}/attendance", came, lead)
    await done(caller, f"{MJ}/workshops/{workshop}/outputs", {"outputs": WORDS}, lead)
    assert (await refused(caller, f"{MJ}/workshops/{workshop}/outputs", {"outputs": WORDS}, youth))[0] == 403
    await project(system, "mj")
    (held,) = (await caller.get(f"{PUBLIC}/workshops?municipality=prizren&state=held")).json()["items"]
    assert (held["workshop_id"], held["attended"], held["tenant"]) == (workshop, 11, "mj")


async def test_a_working_group_of_the_council(system: System, caller: Caller, clock: FixedClock) -> None:
    secretary, today = caller.bearer("opm", "council_secretary"), clock.at.date()
    term = {"decision_no": "05/96", "first_day": str(today), "last_day": str(today + timedelta(days=900))}
    council = await done(caller, f"{OPM}/councils", term, secretary)
    formed = {"council_id": council, "title": WORDS, "task": WORDS, "decision_no": "4/2026"}
    group = await done(caller, f"{OPM}/working-groups", formed, secretary)
    person = YOUTH.person.person_id
    joined = {"person_id": str(person), "organisation_id": str(YOUTH.organisation_id)}
    own, other = caller.token(person), caller.token(BRIDGE.person.person_id)
    assert (await refused(caller, f"{OPM}/working-groups/{group}/join", joined, other))[0] == 403
    await done(caller, f"{OPM}/working-groups/{group}/join", joined, own)
    elected = {"person_id": str(person), "in_favour": 1, "against": 0, "abstained": 0}
    await done(caller, f"{OPM}/working-groups/{group}/coordinator", elected, secretary)
    await project(system, "opm")
    (row,) = (await caller.get(f"{PUBLIC}/working-groups?person_id={person}")).json()["items"]
    assert (row["coordinator"], row["members"][0]["organisation_name"]["sq"]["text"]) == (str(person), "Rinia Aktive")
    await done(caller, f"{OPM}/working-groups/{group}/leave", {"person_id": str(person)}, own)
    await project(system, "opm")
    assert (await caller.get(f"{OPM}/working-groups/{group}", **own)).json()["coordinator"] is None
