"""Nominations over HTTP: asked in public, named by platforms, names for those who asked and those who named."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from domain.kernel.deadline import local_day
from domain.kernel.manifest import Scope
from infra.eventstore.codec import decode_metadata
from services.bootstrap import System
from tests.services.gateway.client import PROBLEM, Caller
from tests.support.clients import MEMBER, OTHER_MEMBER, bearer, mandated, registered, unmandated
from tests.support.system import project

BASE, NATION = "/v1/tenants/mj", "/v1/tenants/opm"
WORDS = {code: {"text": words} for code, words in (("sq", "Grupi punues"), ("sr", "Radna grupa"))}
CALL = {"purpose": "working_group", "title": WORDS, "task": WORDS, "places": 1, "until": "2199-12-31"}


async def asked(caller: Caller, officer: dict[str, str]) -> str:
    answer = await caller.post(f"{BASE}/nomination-calls", CALL, **officer)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["stream_id"])


async def test_from_the_call_to_the_nominee(system: System, caller: Caller) -> None:
    officer = caller.bearer("mj", "consultation_coordinator")
    client = bearer(system, client_id := await registered(system, Scope.NOMINATIONS))
    other = bearer(system, await registered(system, Scope.NOMINATIONS, title="Another"))
    call = await asked(caller, officer)
    person: dict[str, Any] = {"call_id": call, "full_name": "Arta Berisha", "organisation_id": str(MEMBER)}
    named = []
    for sender, name in ((client, "Arta Berisha"), (other, "Besnik Krasniqi")):
        answer = await caller.post(f"{BASE}/nominations", person | {"full_name": name}, **sender)
        assert answer.status_code == 201, answer.text
        named.append(answer.json()["stream_id"])
    await project(system, "mj")

    assert [one["call_id"] for one in (await caller.get("/v1/public/nomination-calls")).json()["items"]] == [call]
    assert (await caller.get(f"/v1/public/nomination-calls/{call}")).json()["places"] == 1
    seen = (await caller.get(f"{BASE}/nominations", **client)).json()["items"]
    assert [(one["nomination_id"], one["client_id"]) for one in seen] == [(named[0], str(client_id))]
    assert "Arta" not in str(seen)
    assert (await caller.get(f"{BASE}/nominations?client_id={client_id}", **other)).json()["items"] == []
    assert (await caller.get(f"{BASE}/nominations/{named[0]}/nominee", **other)).status_code == 404
    assert (await caller.get(f"{BASE}/nominations/{named[1]}/nominee", **officer)).json()[
        "full_name"
    ] == "Besnik Krasniqi"
    assert (await caller.get(f"{BASE}/nominations/{named[0]}", **caller.token())).status_code == 404

    taken = await caller.post(f"{BASE}/nominations/{named[0]}/accept", {"call_id": call}, **officer)
    assert taken.status_code == 200, taken.text
    full = await caller.post(f"{BASE}/nominations/{named[1]}/accept", {"call_id": call}, **officer)
    assert (full.status_code, full.headers["content-type"], full.json()["rule"]) == (422, PROBLEM, "nomination.places")
    declined = {"call_id": call, "reason": "Vendi është zënë."}
    assert (await caller.post(f"{BASE}/nominations/{named[1]}/decline", declined, **officer)).status_code == 200
    await project(system, "mj")
    why = (await caller.get(f"{BASE}/nominations/{named[1]}/nominee", **other)).json()
    assert (why["state"], why["declined_reason"]) == ("declined", declined["reason"])
    late = await caller.post(f"{BASE}/nominations/{named[0]}/withdraw", {"call_id": call}, **client)
    assert late.status_code == 409


async def test_only_a_client_with_the_scope_nominates(system: System, caller: Caller) -> None:
    officer = caller.bearer("mj", "consultation_coordinator")
    call = await asked(caller, officer)
    person = {"call_id": call, "full_name": "Arta Berisha"}
    feeding = bearer(system, await registered(system, Scope.FEED))
    elsewhere = bearer(system, await registered(system, Scope.NOMINATIONS, tenants=("prizren",)))

    answers = [await caller.post(f"{BASE}/nominations", person, **sender) for sender in (officer, feeding, elsewhere)]

    assert [one.status_code for one in answers] == [403, 403, 404]
    assert (await caller.post(f"{BASE}/nomination-calls/{call}/end", {"reason": WORDS}, **officer)).status_code == 200
    naming = bearer(system, await registered(system, Scope.NOMINATIONS))
    assert (await caller.post(f"{BASE}/nominations", person, **naming)).status_code == 409


async def test_a_client_nominates_for_the_council_on_its_members_mandate(system: System, caller: Caller) -> None:
    secretary, today = caller.bearer("opm", "council_secretary"), local_day(datetime.now(UTC))
    days = {"first_day": today.isoformat(), "last_day": (today + timedelta(days=1000)).isoformat()}
    council = await caller.post(f"{NATION}/councils", {"decision_no": "05/96"} | days, **secretary)
    assert council.status_code == 201, council.text
    opened = {"council_id": council.json()["stream_id"], "seats": 1, "decision_no": "4/2026"}
    election = (await caller.post(f"{NATION}/council-elections", opened, **secretary)).json()["stream_id"]
    client_id = await registered(system, Scope.NOMINATIONS)
    mine, others = await mandated(system, client_id), await mandated(system, client_id, OTHER_MEMBER)
    feeding = await registered(system, Scope.FEED)
    here, candidate = f"{NATION}/council-elections/{election}/nominate", str(uuid4())
    named = {"organisation_id": str(MEMBER), "person_id": candidate}

    refused = [
        await caller.post(here, named, **bearer(system, client_id)),
        await caller.post(here, named, **bearer(system, client_id, mandate_id=others)),
        await caller.post(here, named, **bearer(system, client_id, Scope.FEED, mandate_id=mine)),
        await caller.post(here, named, **bearer(system, feeding, mandate_id=mine)),
    ]
    taken = await caller.post(here, named, **bearer(system, client_id, mandate_id=mine))
    await unmandated(system, mine)
    over = await caller.post(here, named, **bearer(system, client_id, mandate_id=mine))

    assert [one.status_code for one in refused] == [422, 422, 403, 403], [one.text for one in refused]
    assert [one["type"] for one in taken.json()["events"]] == ["council.CandidateNominated.v1"], taken.text
    [stored] = await system.store.read_log(1, taken.json()["last_position"] - 1, 1)
    said = decode_metadata(stored.metadata)
    assert (said.actor, said.on_behalf_of) == (client_id, MEMBER)
    assert (over.status_code, over.json()["rule"]) == (422, refused[0].json()["rule"])
