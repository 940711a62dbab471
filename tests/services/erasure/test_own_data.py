"""One person's data in all institutions: taken away whole by the person alone, and erased everywhere by one request."""

import asyncio
import base64
from typing import Any

from domain.erasure.events import DataExported
from domain.kernel.deadline import local_day
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.tenants.commands import RegisterMember
from domain.tenants.membership import member_id
from domain.volunteering.commands.hours import LogHours
from domain.volunteering.events.agreement import AgreementOffered
from domain.volunteering.events.hours import HoursLogged
from domain.volunteering.events.volunteer import VolunteerForgotten, VolunteerRegistered, volunteer_id
from infra.tlog.note import Note
from services.bootstrap import System
from services.work.failures import Failures
from services.worker.policies import Policies
from tests.services.gateway.audits import stored
from tests.services.gateway.client import Caller
from tests.services.gateway.scenario import opened
from tests.support.system import project, send
from tests.support.volunteering import in_person, providing, registered, relay, worked

HERE, THERE = "mj", "mesti"
ANA, BEN = derived_id("test", "ana"), derived_id("test", "ben")
ERASE = {"ground": "consent_withdrawn"}


def contributor(name: str) -> dict[str, str]:
    return {"name": name, "email": f"{name.lower()}@example.org"}


async def contribute(system: System, caller: Caller, tenant: str) -> None:
    """Ana and Ben each say something there, with a file."""
    consultation = await opened(system, tenant)
    for person, name in ((ANA, "Ana"), (BEN, "Ben")):
        headers, data = caller.token(person), f"%PDF-1.7 {name} {tenant}".encode()
        files = f"/v1/tenants/{tenant}/files"
        up = await caller.client.post(files, content=data, headers=headers | {"content-type": "application/pdf"})
        sent = {"consultation_id": str(consultation), "language": "sq", "body": f"{name} thotë po."}
        sent |= {"contributor": contributor(name), "attachments": [up.json() | {"file_name": f"{name}.pdf"}]}
        answer = await caller.post(f"/v1/tenants/{tenant}/contributions", sent, **headers)
        assert answer.status_code == 201, answer.text


async def taken(caller: Caller, headers: dict[str, str]) -> dict[str, Any]:
    answer = await caller.get("/v1/me/data", **headers)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store"), answer.text
    document: dict[str, Any] = answer.json()
    return document


async def test_a_person_takes_away_everything_and_nothing_of_another(system: System, caller: Caller) -> None:
    for tenant in (HERE, THERE):
        await contribute(system, caller, tenant)
    await project(system, HERE)  # there the audit trail knows of nothing yet

    document = await taken(caller, caller.token(ANA))

    assert (document["person_id"], document["incomplete"]) == (str(ANA), [])
    assert [one["tenant"] for one in document["institutions"]] == [THERE, HERE]
    for one in document["institutions"]:
        said = next(event for event in one["events"] if (event["said"] or {}).get("body"))
        assert all(event["own"] for event in one["events"])
        assert (one["erased"], said["role"], said["said"]["body"]) == (False, "signed_in", "Ana thotë po.")
        values = {name: value for event in one["events"] for name, value in event["values"].items()}
        assert {name: values[name] for name in ("name", "email")} == contributor("Ana")
        (file,) = one["files"]
        assert (file["file_name"], base64.b64decode(file["content"])) == (
            "Ana.pdf",
            f"%PDF-1.7 Ana {one['tenant']}".encode(),
        )
    text = str(document)
    assert "Ben" not in text
    assert str(BEN) not in text
    for tenant in (HERE, THERE):
        exports = [event for event in await stored(system, tenant) if event.type_name == DataExported.TOPIC]
        assert len(exports) == 1, tenant
    await taken(caller, caller.token(ANA))
    assert len([e for e in await stored(system, HERE) if e.type_name == DataExported.TOPIC]) == 1  # within the minute


async def test_nobody_takes_what_is_anothers(system: System, caller: Caller) -> None:
    """A stranger, an official, an auditor: each is given their own; an id in the request is no parameter."""
    await contribute(system, caller, HERE)

    for headers in (caller.token(), caller.bearer(HERE, "administrator"), caller.bearer(HERE, "auditor")):
        document = await taken(caller, headers)
        assert "Ana" not in str(document)
        assert str(ANA) not in str(document)
        for event in (event for one in document["institutions"] for event in one["events"]):
            assert event["said"] is None
    forged = await caller.get(f"/v1/me/data?person_id={ANA}", **caller.token(BEN))
    assert (forged.status_code, forged.json()["errors"][0]["parameter"]) == (400, "person_id")
    assert (await caller.get("/v1/me/data")).status_code == 401


async def test_a_person_is_erased_everywhere_by_one_request(system: System, caller: Caller) -> None:
    for tenant in (HERE, THERE):
        await contribute(system, caller, tenant)
    key = {"idempotency-key": "once"}

    answer = await caller.post("/v1/me/erasures", ERASE, **caller.token(ANA), **key)
    again = await caller.post("/v1/me/erasures", ERASE, **caller.token(ANA))

    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["complete"], [one["tenant"] for one in told["institutions"]]) == (True, [THERE, HERE])
    for one in told["institutions"]:
        assert (one["became"], one["erasure"]["files"]) == ("erased", 1)
        note = Note.parse(one["erasure"]["certificate"])
        assert note.signed_by(system.signing.verifiers("pakt.localhost/erasures"))
    assert again.json() == told
    left = await taken(caller, caller.token(ANA))
    for one in left["institutions"]:
        assert one["erased"]
        assert {value for event in one["events"] for value in event["values"].values()} == {None}
        assert {file["content"] for file in one["files"]} == {None}
    assert str(await taken(caller, caller.token(BEN))).count("ben@example.org") == 2


async def test_what_one_institution_refuses_keeps_no_other_from_erasing(system: System, caller: Caller) -> None:
    for tenant in (HERE, THERE):
        await contribute(system, caller, tenant)
    await send(system, HERE, "administrator", RegisterMember(person_id=ANA, full_name="Ana", email="a@example.org"))
    member = member_id((await system.handler.authority.tenant(HERE)).tenant_id, ANA)
    mandate = {"role": "drafting_officer", "legal_basis": "Decision 1", "valid_from": "2026-01-01"}
    path = f"/v1/tenants/{HERE}/members/{member}/mandates"
    assert (await caller.post(path, mandate, **caller.bearer(HERE, "administrator"))).status_code == 200

    told = (await caller.post("/v1/me/erasures", ERASE, **caller.token(ANA))).json()

    assert not told["complete"]
    there, here = told["institutions"]
    assert (there["became"], here["became"]) == ("erased", "refused")
    assert (here["problem"]["rule"], here["problem"]["citation"]) == (
        "erasure.mandate",
        "Law No. 06/L-082 on Protection of Personal Data",
    )
    for wrong in ({}, {"ground": "whim"}, ERASE | {"subject_id": str(BEN)}):
        refused = await caller.post("/v1/me/erasures", wrong, **caller.token(ANA))
        assert refused.status_code == 422, refused.text


async def test_a_volunteer_who_has_herself_erased_everywhere_is_forgotten(system: System, caller: Caller) -> None:
    """And who is erased without having been a volunteer leaves the worker nothing to fail at."""
    said = {
        "person_id": str(ANA),
        "full_name": "Ana Krasniqi",
        "email": "ana@example.org",
        "birth_date": "1990-05-01",
        "municipality": "prizren",
    }
    made = await caller.post("/v1/tenants/opm/volunteers", said, **caller.token(ANA))
    assert made.status_code == 201, made.text
    ben = RegisterMember(person_id=BEN, full_name="Ben", email="ben@example.org")
    await send(system, "opm", "administrator", ben)
    (nation,) = (await taken(caller, caller.token(ANA)))["institutions"]
    (told,) = nation["events"]
    assert {name: told["values"][name] for name in ("full_name", "email", "birth_date")} == {
        name: said[name] for name in ("full_name", "email", "birth_date")
    }

    for person in (ANA, BEN):
        assert (await caller.post("/v1/me/erasures", ERASE, **caller.token(person))).json()["complete"]
    await project(system, "opm")
    failures = Failures(system.engine.connections, system.auditing)
    await Policies(system, failures).run_once()

    events = await system.store.read_stream(NATIONAL_TENANT, volunteer_id(ANA))
    assert [one.type_name for one in events] == [VolunteerRegistered.TOPIC, VolunteerForgotten.TOPIC]
    assert await failures.all([NATIONAL_TENANT]) == []


async def test_a_volunteer_takes_away_what_was_agreed_and_told_of_her_hours(system: System, caller: Caller) -> None:
    """Also what others said of her by her id alone; of another volunteer of the same place there is nothing."""
    provider = await providing(system, "prizren")
    for person in (ANA, BEN):
        await registered(system, person)
        today = local_day(system.clock.now())
        ledger = await provider.agree(person, derived_id("test", "supervisor"), first_day=today)
        await relay(system, tenants=("prizren",))
        began, ended = await asyncio.to_thread(worked, system.clock, today)
        hours = LogHours(started_at=began, ended_at=ended, task="kitchen")
        await in_person(system, "prizren", derived_id("test", "supervisor"), hours, ledger)

    document = await taken(caller, caller.token(ANA))

    nation, prizren = document["institutions"]
    assert (nation["tenant"], prizren["tenant"]) == ("opm", "prizren")
    told = {event["type"]: event for event in prizren["events"]}
    offered, logged = told[AgreementOffered.TOPIC], told[HoursLogged.TOPIC]
    assert (offered["own"], offered["role"], offered["said"]["place"]) == (False, None, "Kuzhina publike")
    assert (logged["own"], logged["said"]["person_id"]) == (False, str(ANA))
    assert str(BEN) not in str(document)
