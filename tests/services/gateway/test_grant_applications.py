"""Applications over HTTP: who sees a draft, what a receipt tells, who reads what before and after it is judged."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.clock import FixedClock
from infra.tlog.proof import TlogProof
from services.bootstrap import System
from tests.services.gateway import grant_scenario as g
from tests.services.gateway.client import Caller
from tests.services.gateway.grant_scenario import BASE, BRIDGE, JUDGES, SECRET, TENANT, YOUTH
from tests.support.grant import OFFICER, published_call
from tests.support.postgres import Cluster
from tests.support.sealed import grown, sealed
from tests.support.system import project, seeded_system

OTHER = "mesti"
COMPLAINT = {"grounds": "Pikët nuk përputhen."}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 17, 8, tzinfo=UTC))


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path, clock: FixedClock) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path, clock=clock) as made:
        yield made


async def test_a_draft_is_there_for_those_who_work_on_it_alone(system: System, caller: Caller) -> None:
    call_id = await published_call(system, TENANT)
    made = await g.begun(caller, call_id)
    own = f"{BASE}/me/grant-applications"
    position = await project(system, TENANT)
    positions = range(position - 2, position + 1)

    delegate, other = caller.token(YOUTH.person.person_id), caller.token(BRIDGE.person.person_id)
    shown = await caller.get(f"{own}/{made}", **delegate)
    assert (shown.status_code, shown.json()["state"], SECRET in shown.text) == (200, "draft", True)
    assert [one["application_id"] for one in (await caller.get(own, **delegate)).json()["items"]] == [made]
    for somebody in (other, caller.token(), caller.bearer(TENANT, OFFICER)):
        assert (await caller.get(f"{own}/{made}", **somebody)).status_code == 404
        assert (await caller.get(own, **somebody)).json()["items"] == []
    assert (await caller.get(f"{own}/{made}".replace(TENANT, OTHER), **delegate)).status_code == 404
    for command in ("sign-off", "project", "withdraw"):
        body = {"call_id": str(call_id), **g.described()} if command == "project" else {}
        sent = await caller.post(f"{BASE}/grant-applications/{made}/{command}", body, **other)
        assert sent.status_code == 404, (command, sent.text)

    officers = [caller.bearer(TENANT, role) for role in (OFFICER, "administrator", "legal_officer", "auditor")]
    for officer in officers:
        assert (await caller.get(f"{BASE}/grant-applications/{made}", **officer)).status_code == 404
        listed = await caller.get(f"{BASE}/grant-calls/{call_id}/applications", **officer)
        assert listed.json()["items"] == []
        assert (await caller.get(f"{BASE}/aggregates/{made}", **officer)).status_code in {403, 404}
        assert SECRET not in (await caller.get(f"{BASE}/diff?from=0", **officer)).text
    await sealed(system, TENANT)
    for position in positions:
        where = f"{BASE}/events/{position}/receipt"
        proof = await caller.get(where, **caller.bearer(TENANT, "administrator"))
        assert (proof.headers["pakt-receipt"], TlogProof.parse(proof.text).extra) == ("sealed", b"")
        own = await caller.get(where, **delegate)
        assert made.replace("-", "") in TlogProof.parse(own.text).extra.hex(), "whoever wrote it has it"


async def test_a_colleague_is_invited_and_nobody_writes_over_another(system: System, caller: Caller) -> None:
    call_id = await published_call(system, TENANT)
    made = await g.begun(caller, call_id)
    where, own = f"{BASE}/grant-applications/{made}", f"{BASE}/me/grant-applications/{made}"
    delegate, colleague = caller.token(YOUTH.person.person_id), caller.token()
    save = {"call_id": str(call_id), **g.answered(1, "Një festival tjetër")}
    assert (await caller.post(f"{where}/sections", save, **colleague)).status_code == 404
    invite = {"person_id": str(JUDGES[0])}
    assert (await caller.post(f"{where}/editors", invite, **delegate)).status_code == 200
    await project(system, TENANT)

    colleague = caller.token(JUDGES[0])
    read = await caller.get(own, **colleague)
    assert (read.status_code, read.json()["sections"]["project"]["revision"]) == (200, 1)
    saved = await caller.post(f"{where}/sections", save, **colleague, **{"if-match": read.headers["etag"]})
    assert saved.status_code == 200, saved.text
    late = await caller.post(
        f"{where}/sections", save | {"revision": 2}, **delegate, **{"if-match": read.headers["etag"]}
    )
    assert (late.status_code, late.json()["type"]) == (412, "/problems/version-conflict"), late.text
    stale = await caller.post(f"{where}/sections", save, **delegate)
    assert stale.status_code == 409, stale.text
    for command in ("sign-off", "submit"):
        ids = {"call_id": str(call_id), "organisation_id": str(YOUTH.organisation_id)} if command == "submit" else {}
        assert (await caller.post(f"{where}/{command}", ids, **colleague)).status_code in {403, 404}


async def test_the_code_of_an_application_opens_what_became_of_it_and_not_what_it_says(
    system: System, caller: Caller, clock: FixedClock
) -> None:
    call_id = await published_call(system, TENANT)
    made, code = await g.submitted(caller, call_id)
    await project(system, TENANT)

    open_to_all = f"/v1/public/receipts/{code}"
    promised = await caller.get(open_to_all, accept="application/json")
    assert (promised.status_code, promised.json()["type"]) == (200, "grants.ApplicationSubmitted.v1"), promised.text
    first = await sealed(system, TENANT)
    receipt = await caller.get(open_to_all)
    assert (receipt.headers["pakt-receipt"], TlogProof.parse(receipt.text).extra) == ("sealed", b"")
    position = promised.json()["position"]
    kept = await caller.get(f"{BASE}/events/{position}/receipt", **caller.token(YOUTH.person.person_id))
    assert SECRET.encode() in TlogProof.parse(kept.text).extra, "who submitted it has what it says"
    assert (await caller.get(open_to_all.lower().replace("-", ""))).status_code == 200
    assert (await caller.get(f"{open_to_all}/steps/1")).status_code == 404  # no step of this application
    commission = await g.at_work(system, clock, call_id, made)
    await g.ranked(system, caller, call_id, commission, made)
    await grown(system, first, TENANT)
    way = (await caller.get(f"{open_to_all}/journey")).json()
    assert (way["application_id"], way["call_id"], way["tenant"]) == (made, str(call_id), TENANT)
    assert [step["step"] for step in way["steps"]] == ["application_submitted", "application_checked", "ranked"]
    assert (way["state"], way["steps"][2]["rank"], way["steps"][2]["outcome"]) == ("ranked", 1, "awarded")
    page = await caller.get(f"/my-contribution?code={code}&lang=en")
    assert page.status_code == 200
    for said in ("Application submitted", "Application checked", "Rank 1, 90.00 % of the points", f"{call_id}"):
        assert said in page.text
    steps = [await caller.get(step["receipt"]) for step in way["steps"]]
    assert [TlogProof.parse(one.text).extra != b"" for one in steps] == [False, False, True]
    for told in (page.text, str(way), *(one.text for one in steps)):
        assert SECRET not in told and made not in page.text and str(YOUTH.person.person_id) not in told
    await project(system, TENANT)
    officer = await caller.get(f"{BASE}/grant-applications/{made}", **caller.bearer(TENANT, OFFICER))
    assert (officer.status_code, officer.json()["state"]) == (200, "eligible")
    assert code not in officer.text
    other = caller.token(BRIDGE.person.person_id)
    for path in ("", "/me"):
        answer = await caller.get(f"{BASE}{path}/grant-applications/{made}", **other)
        assert answer.status_code in {403, 404}, path
    elsewhere = f"{BASE}/grant-applications/{made}".replace(TENANT, OTHER)
    assert (await caller.get(elsewhere, **caller.bearer(OTHER, OFFICER))).status_code == 404


async def test_a_member_reads_an_application_after_declaring_and_never_when_recused(
    system: System, caller: Caller, clock: FixedClock
) -> None:
    call_id = await published_call(system, TENANT)
    made, _ = await g.submitted(caller, call_id)
    commission = await g.at_work(system, clock, call_id, made)
    judged, board = f"{BASE}/judged-applications/{made}", f"{BASE}/grant-commissions/{commission}"
    one, two, three = JUDGES

    for person in JUDGES:
        early = await caller.get(judged, **caller.token(person))
        assert (early.status_code, early.json()["rule"]) == (422, "grant.interest.first")
        assert SECRET not in early.text
        assert (await caller.get(f"{BASE}/grant-applications/{made}", **caller.token(person))).status_code == 403
    stranger = caller.bearer(TENANT, "commissioner")
    assert SECRET not in (await caller.get(judged, **stranger)).text
    await g.declare(caller, commission, one, made)
    await g.declare(caller, commission, two, made, interest="hard")
    await project(system, TENANT)
    read = await caller.get(judged, **caller.token(one))
    assert (read.status_code, SECRET in read.text) == (200, True), read.text
    never = await caller.get(judged, **caller.token(two))
    assert (never.status_code, never.json()["rule"], SECRET in never.text) == (422, "grant.interest.recused", False)
    others = await caller.get(judged.replace(TENANT, OTHER), **caller.bearer(OTHER, "commissioner"))
    assert others.status_code == 404

    await g.commit(caller, commission, one, made)
    body = g.shown_score(call_id, made)
    soon = await caller.post(f"{board}/scores", body, **caller.token(one))
    assert soon.status_code == 422, "another member has not sealed anything yet"
    await project(system, TENANT)
    for reader in (caller.token(three), caller.bearer(TENANT, OFFICER), caller.bearer(TENANT, "auditor")):
        listed = await caller.get(f"{board}/applications", **reader)
        assert (listed.status_code, "points" in listed.text) == (200, False)
    [row] = (await caller.get(f"{board}/scores", **caller.bearer(TENANT, OFFICER))).json()["items"]
    assert [score["points"] for score in row["scores"]] == [None]
    assert (await caller.get(f"{board}/scores", **caller.token(three))).status_code == 403
    assert (await caller.get(f"/v1/public/grant-calls/{call_id}/scoring-sheet")).status_code == 404


async def test_the_sheet_is_everybodys_and_a_complaint_is_not(
    system: System, caller: Caller, clock: FixedClock
) -> None:
    call_id = await published_call(system, TENANT)
    made, _ = await g.submitted(caller, call_id)
    commission = await g.at_work(system, clock, call_id, made)
    await g.ranked(system, caller, call_id, commission, made)

    sheet = (await caller.get(f"/v1/public/grant-calls/{call_id}/scoring-sheet")).json()
    [entry] = sheet["applications"]
    assert (entry["application_id"], entry["provisional"]["rank"], len(entry["scores"])) == (made, 1, 3)
    assert [score["points"] for score in entry["scores"]] == [g.GOOD] * 3
    assert [one["code"] for one in sheet["criteria"]] == ["relevance", "capacity"]
    assert "Komisioni" not in str(sheet) and SECRET not in str(sheet)

    ids = {"call_id": str(call_id), "application_id": made, "organisation_id": str(YOUTH.organisation_id)}
    delegate, other = caller.token(YOUTH.person.person_id), caller.token(BRIDGE.person.person_id)
    forged = await caller.post(f"{BASE}/grant-complaints", ids | COMPLAINT, **other)
    assert forged.status_code in {403, 404, 422}, forged.text
    filed = await caller.post(f"{BASE}/grant-complaints", ids | COMPLAINT, **delegate)
    assert filed.status_code == 201, filed.text
    await project(system, TENANT)
    where = filed.headers["location"]
    for reader, status in ((delegate, 200), (other, 404), (caller.bearer(TENANT, "complaint_officer"), 200)):
        assert (await caller.get(where, **reader)).status_code == status
    own = f"{BASE}/me/grant-complaints"
    assert (await caller.get(own, **other)).json()["items"] == []
    assert len((await caller.get(own, **delegate)).json()["items"]) == 1
    assert (
        await caller.get(where.replace(TENANT, OTHER), **caller.bearer(OTHER, "complaint_officer"))
    ).status_code == 404


async def test_an_agreement_is_between_its_two_sides_until_it_is_signed(
    system: System, caller: Caller, clock: FixedClock
) -> None:
    call_id = await published_call(system, TENANT)
    made, _ = await g.submitted(caller, call_id)
    commission = await g.at_work(system, clock, call_id, made)
    await g.ranked(system, caller, call_id, commission, made)
    where = await g.agreed(system, caller, clock, call_id, commission, made)

    delegate, other = caller.token(YOUTH.person.person_id), caller.token(BRIDGE.person.person_id)
    for reader, status in ((delegate, 200), (other, 404), (caller.token(), 404), (caller.bearer(TENANT, OFFICER), 200)):
        assert (await caller.get(where, **reader)).status_code == status
    own = f"{BASE}/me/grant-agreements"
    assert len((await caller.get(own, **delegate)).json()["items"]) == 1
    assert (await caller.get(own, **other)).json()["items"] == []
    assert (await caller.get(where.replace(TENANT, OTHER), **caller.bearer(OTHER, OFFICER))).status_code == 404
    report = {"number": 1, "narrative": SECRET}
    for path, body in (("request-instalment", {"number": 1}), ("reports", report)):
        sent = await caller.post(f"{where}/{path}", body, **other)
        assert sent.status_code in {403, 404}, sent.text
    public = f"/v1/public/grant-agreements/{where.rpartition('/')[2]}"
    assert (await caller.get(public)).status_code == 404, "not signed yet"
    assert (await caller.get("/v1/public/grant-agreements")).json()["items"] == []
